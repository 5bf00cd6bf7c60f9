"""The example table of the assignment, byte for byte (docs/protocol.md §1).

Three users and the tracker, row after row. The red texts of the table are the
bytes on the wire; the table writes ``LIST Ana: Bruno`` with a space that the
format in its own first table does not have, and that real clients trip over.
"""

import pytest

from core import ChatEnd, ChatEnded, ConversationId, LocalProtocolError, TextReceived, Tracker
from core.connection import Connection

from .world import Chop, World, bytewise, whole

HOST = "200.235.90.80"


class Client:
    """A client as in the table: it writes the instructions, and reads what the tracker answers."""

    def __init__(self, tracker: Tracker, chop: Chop) -> None:
        self.connection: Connection = tracker.accept(HOST, "200.235.90.1", now=0.0)
        self.chop = chop

    def send(self, instruction: bytes) -> bytes:
        for chunk in self.chop(instruction):
            self.connection.receive_data(chunk, now=0.0)
        return self.connection.data_to_send()


@pytest.mark.parametrize("chop", [whole, bytewise])
def test_the_trackers_column_of_the_table(chop: Chop) -> None:
    """§1, §2"""
    tracker = Tracker()
    ana = Client(tracker, chop)
    assert ana.send(b"USER Ana:20000\r\n") == b""
    bruno = Client(tracker, chop)
    assert bruno.send(b"USER Bruno:21500\r\n") == b""
    assert bruno.send(b"LIST\r\n") == b"LIST Ana\r\n"
    camila = Client(tracker, chop)
    assert camila.send(b"USER Camila:45000\r\n") == b""
    assert camila.send(b"LIST\r\n") == b"LIST Ana:Bruno\r\n"
    assert camila.send(b"ADDR Bruno\r\n") == b"ADDR 200.235.90.80:21500\r\n"
    for client, left in ((ana, b"LIST Bruno\r\n"), (bruno, b"LIST \r\n")):
        client.connection.receive_eof(now=0.0)
        assert client.connection.wants_close
        assert camila.send(b"LIST\r\n") == left
    assert camila.send(b"ADDR Ana\r\n") == b""


@pytest.mark.parametrize("chop", [whole, bytewise])
def test_the_peers_columns_of_the_table(chop: Chop) -> None:
    """§1, §4: Camila calls Bruno; Bruno says goodbye; Ana has nobody to talk to."""
    world = World(chop)
    for name, port in (("Ana", 20000), ("Bruno", 21500), ("Camila", 45000)):
        world.add(name, port, host=HOST)
    world.run(6.0)
    ana, bruno, camila = (world.nodes[name] for name in ("Ana", "Bruno", "Camila"))
    assert camila.people == ("Ana", "Bruno")
    chat = camila.open_chat("Bruno", now=world.now)
    world.run(1.0)
    world.take("Bruno")
    camila.say(chat, "Oi Bruno!", now=world.now)
    world.run(1.0)
    assert world.take("Bruno") == [TextReceived(ConversationId(1), "Oi Bruno!")]
    bruno.say(ConversationId(1), "Tudo bem, Camila?", now=world.now)
    world.run(1.0)
    bruno.say(ConversationId(1), "Tchau", now=world.now)
    bruno.end_chat(ConversationId(1), now=world.now)
    world.run(3.0)
    assert world.end_of("Camila", "Bruno").written == b"USER Camila\r\nOi Bruno!\r\n"
    assert world.end_of("Bruno", "Camila").written == b"Tudo bem, Camila?\r\nTchau\r\nDISC\r\n"
    assert world.take("Camila")[-1] == ChatEnded(chat, ChatEnd.FAREWELL, None, (), ())
    with pytest.raises(LocalProtocolError):
        ana.say(ConversationId(1), "Alguém aí?", now=world.now)  # "Nenhuma conexão P2P ativa"
    for node in (ana, bruno, camila):
        node.leave(now=world.now)
    world.run(3.0)
    assert world.tracker is not None
    assert world.tracker.online == 0
    sent = world.end_of("Camila", "tracker").written.split(b"\r\n")
    assert sent[:2] == [b"USER Camila:45000", b"LIST"]
    assert sent.count(b"ADDR Bruno") == 1
    assert set(sent) == {b"USER Camila:45000", b"LIST", b"KEEP", b"ADDR Bruno", b""}
