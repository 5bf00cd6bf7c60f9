"""Records docs/pictures/chat.session again: ``python3 -m tools.demo_session``.

Run it when the client has changed so much that the old recording cannot be replayed,
and then ``python3 -m tools.picture``. Three people chat, at the speed of people, on
sockets of this machine; then their addresses are replaced by those of three other machines.
"""

import argparse
import re
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from core import ChatOpened, TextReceived, TrackerRegistered

from tests.curses_ui.recorded import Stage, record_session

from .picture import FOLDER

SESSION: Final = FOLDER / "chat.session"

_BEGINS_AT: Final = 1795356060.0  # Sun 22 Nov 2026, 14:01 UTC
_TRACKER: Final = "10.0.0.1"
_BRUNO: Final = "10.0.0.8"
_CAMILA: Final = "10.0.0.9"
_HASTE: Final = 12  # of the clock on the screen: people take longer than this
_KEY_SECONDS: Final = 0.06
_THINKING_SECONDS: Final = 0.9


def _script(stage: Stage) -> Iterator[Callable[[], bool]]:
    def typed(text: str) -> Iterator[Callable[[], bool]]:
        yield stage.waits(_THINKING_SECONDS)
        for character in text:
            stage.type(character)
            yield stage.waits(_KEY_SECONDS)
        stage.type("\r")

    bruno, camila = stage.add("Bruno"), stage.add("Camila")
    yield lambda: bruno.has(TrackerRegistered) and camila.has(TrackerRegistered)
    yield stage.shows("Registered")
    yield from typed("/list")
    yield stage.shows("Active (besides you): Bruno, Camila")
    yield from typed("/chat Bruno")
    yield stage.shows("Connected to Bruno.")
    yield from typed("Oi, Bruno! Você já terminou a parte do servidor?")
    yield lambda: bruno.has(TextReceived)
    yield stage.waits(1.5)
    bruno.say(1, "terminei ontem 👍 falta testar 日本語")
    yield stage.shows("terminei ontem")
    chat = camila.node.open_chat("Ana", now=stage.reactor.time())
    camila.peer_node.pump()
    yield lambda: camila.has(ChatOpened)
    yield stage.waits(0.5)
    camila.say(chat, "Hi Ana! Do you have a minute?")
    yield stage.shows("Act: 3")
    yield from typed("KEEP tem resposta?")
    yield stage.waits(1.5)
    bruno.say(1, "não, só LIST e ADDR")
    yield stage.shows("só LIST e ADDR")
    yield stage.waits(_THINKING_SECONDS)
    stage.type("\x1ba")
    yield stage.shows("Do you have a minute?")
    yield from typed("Sure, what is it?")
    yield stage.waits(1.2)
    camila.say(chat, "Which line says that I leave? DISC?")
    yield stage.shows("DISC?")
    bruno.say(1, "vou testar agora, já volto")
    yield from typed("DISC, but in a chat it is just a word")
    yield stage.shows("Act: 2")
    yield stage.waits(_THINKING_SECONDS)
    stage.type("\x1ba")
    yield stage.shows("já volto")
    yield stage.waits(1.2)
    camila.say(chat, "Thanks!")
    yield from typed("até já!")
    yield lambda: bruno.has(TextReceived)
    yield stage.shows("Act: 3")
    yield stage.waits(1.5)
    stage.hang_up()


def main(arguments: Sequence[str] | None = None) -> None:
    """Record it, and give everybody an address of their own."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tools.demo_session", description="Records the session behind the pictures in docs again."
    )
    parser.add_argument("file", nargs="?", type=Path, default=SESSION, help="default: docs/pictures/chat.session")
    _record(parser.parse_args(arguments).file)


def _record(path: Path) -> None:
    began = time.monotonic()
    ports: dict[str, int] = {}

    def script(stage: Stage) -> Iterator[Callable[[], bool]]:
        yield from _script(stage)
        ports.update({name: person.port for name, person in stage.people.items()})

    def wall_clock() -> float:
        return _BEGINS_AT + _HASTE * (time.monotonic() - began)

    path.unlink(missing_ok=True)
    record_session(path, script, wall_clock=wall_clock, look_seconds=0.04)
    path.write_text(_readdressed(path.read_text(encoding="ascii"), ports), encoding="ascii")


def _readdressed(text: str, ports: dict[str, int]) -> str:
    text = text.replace(f"ADDR 127.0.0.1:{ports['Bruno']}", f"ADDR {_BRUNO}:{ports['Bruno']}")
    text = text.replace(f"ADDR 127.0.0.1:{ports['Camila']}", f"ADDR {_CAMILA}:{ports['Camila']}")
    text = re.sub(r'"accept_peer","127.0.0.1"', f'"accept_peer","{_CAMILA}"', text)
    return text.replace("127.0.0.1", _TRACKER)


if __name__ == "__main__":
    main()
