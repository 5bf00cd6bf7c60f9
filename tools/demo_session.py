"""Records docs/pictures/chat.session again: ``python3 -m tools.demo_session FILE``, and with ``--wire`` wire.session.

Run it when the client shows something else than the old recording, and then
``python3 -m tools.picture``. Three people chat at the speed of people, on a stage
(``tools.stage``) with a clock that jumps; the same program records the same file.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from core import ConversationId, TextReceived

from curses_ui.recording.recorder import Recorder

from .stage import Person, Stage, User

_KEY_SECONDS: Final = 0.06
_THINKING_SECONDS: Final = 0.9


class _Show:
    """Ana at her terminal, and the two others."""

    def __init__(self, recorder: Recorder) -> None:
        self.stage = Stage(now=7260.0)  # 14:01
        self.bruno: Person = self.stage.add_person("Bruno", "10.0.0.8", 9382)
        self.camila: Person = self.stage.add_person("Camila", "10.0.0.9", 9383)
        self.stage.run(1.0)
        self.ana: User = self.stage.add_user("Ana", recorder=recorder)
        self.ana.resize()

    def type(self, text: str) -> None:
        """Ana thinks, and types a line."""
        self.stage.run(_THINKING_SECONDS)
        for character in text:
            self.ana.type(character)
            self.stage.run(_KEY_SECONDS)
        self.ana.type("\r")

    def say(self, who: Person, chat: int, text: str, *, after: float) -> None:
        """Somebody says something, and Ana sees it."""
        self.stage.run(after)
        who.say(ConversationId(chat), text)
        self.ana.wait_for(text[-12:])

    def go_to_unread(self) -> None:
        """Ana presses Alt+a."""
        self.stage.run(_THINKING_SECONDS)
        self.ana.type("\x1ba")

    def play(self) -> None:
        """The whole session."""
        ana, bruno, camila = self.ana, self.bruno, self.camila
        ana.wait_for("Registered")
        self.type("/list")
        self.type("/chat Bruno")
        ana.wait_for("Connected to Bruno.")
        self.type("Oi, Bruno! Você já terminou a parte do servidor?")
        self.say(bruno, 1, "terminei ontem 👍 falta testar 日本語", after=20.0)
        chat = camila.call("Ana")
        self.stage.run(0.5)
        camila.say(chat, "Hi Ana! Do you have a minute?")
        self.stage.run(50.0)
        self.type("KEEP tem resposta?")
        self.say(bruno, 1, "não, só LIST e ADDR", after=1.5)
        self.go_to_unread()
        ana.wait_for("Do you have a minute?")
        self.type("Sure, what is it?")
        self.say(camila, chat, "Which line says that I leave? DISC?", after=45.0)
        bruno.say(ConversationId(1), "vou testar agora, já volto")
        self.type("DISC, but in a chat it is just a word")
        self.go_to_unread()
        ana.wait_for("já volto")
        self.stage.run(1.2)
        camila.say(chat, "Thanks!")
        self.type("até já!")
        self.stage.run_until(lambda: sum(isinstance(event, TextReceived) for event in bruno.events) == 3)
        ana.wait_for("*3:Camila(1)")
        self.stage.run(1.5)


    def play_wire(self) -> None:
        """Ana looks at the wire, after a newcomer's program has called her."""
        ana, bruno = self.ana, self.bruno
        ana.wait_for("Registered")
        self.type("/chat Bruno")
        ana.wait_for("Connected to Bruno.")
        self.type("Oi, Bruno!")
        self.say(bruno, 1, "oi! DISC ou tchau?", after=2.0)
        newcomer = ana.client.accept_peer("10.0.0.7", 50123, now=self.stage.now)
        for data in (b"USER Davi", b"funciona?"):  # it ends no line
            newcomer.receive_data(data, now=self.stage.now)
            self.stage.run(1.5)
        newcomer.receive_eof(now=self.stage.now)  # and says no DISC
        self.type("/wire")
        ana.wait_for("nobody said DISC")
        self.type("/search nobody")
        ana.type("\r")
        self.type("/wire ?")
        ana.wait_for("The assignment")
        self.stage.run(1.5)


def record(path: Path, *, wire: bool = False) -> None:
    """Record the session into a new file; with ``wire``, that of the window of the wire."""
    recorder = Recorder(path)
    show = _Show(recorder)
    if wire:
        show.play_wire()
    else:
        show.play()
    recorder.close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Record the session into the file that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tools.demo_session",
        description="Records the session that is in the pictures of the README.",
    )
    parser.add_argument("file", type=Path, help="docs/pictures/chat.session, for example; it must not be there")
    parser.add_argument("--wire", action="store_true", help="the session with the window of the wire")
    options = parser.parse_args(arguments)
    record(options.file, wire=options.wire)


if __name__ == "__main__":
    main()
