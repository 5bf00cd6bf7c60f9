"""Some people with a tracker, or in a chat, for the tests of a node."""

from core import NodeEvent, TextReceived

from ..world import Chop, World, whole

ANA, BRUNO, CAMILA = 20000, 21500, 45000


def people(*names: str, chop: Chop = whole) -> World:
    """A tracker, and these people registered with it."""
    world = World(chop)
    ports = {"Ana": ANA, "Bruno": BRUNO, "Camila": CAMILA}
    for name in names:
        world.add(name, ports[name])
    world.run(6.0)  # until each has seen the others
    for name in names:
        world.take(name)
    return world


def chatting(chop: Chop = whole) -> World:
    """Ana has called Bruno; conversation 1 on both sides."""
    world = people("Ana", "Bruno", chop=chop)
    world.nodes["Ana"].open_chat("Bruno", now=world.now)
    world.run(1.0)
    world.take("Ana")
    world.take("Bruno")
    return world


def texts(events: list[NodeEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextReceived)]


def only(events: list[NodeEvent], *kinds: type) -> list[NodeEvent]:
    return [event for event in events if isinstance(event, kinds)]
