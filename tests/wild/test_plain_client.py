"""Other people's clients and trackers against the client as users run it, in a pipe."""

import socket
from collections.abc import Callable

import pytest

from core import ClientRegistered, Edition

from ..programs import Program
from .ours import OurTracker
from .peers import (
    BareName,
    BusyElsewhere,
    ConnectionPerMessage,
    ConsoleCodePage,
    LeavesWithoutDisc,
    NeverTerminates,
    SaysByeUnterminated,
)
from .plain import start_client
from .programs import ClientProgram
from .trackers import OneRecvTracker, SpacedAddressTracker, TrackerProgram, UnterminatedTracker


def start(name: str, tracker: OurTracker) -> Program:
    client = start_client(name, tracker.address)
    tracker.wait_for(ClientRegistered, lambda event: event.name == name)
    return client


def join(program: ClientProgram, tracker: OurTracker) -> None:
    program.join(tracker.address)
    tracker.wait_for(ClientRegistered, lambda event: event.name == program.name)


@pytest.mark.parametrize("kind", [ClientProgram, NeverTerminates, SaysByeUnterminated, LeavesWithoutDisc])
def test_program_calls_the_client_talks_and_leaves(kind: type[ClientProgram]) -> None:
    with OurTracker() as tracker, start("Ana", tracker) as ana, kind("Bruno") as bruno:
        join(bruno, tracker)
        chat = bruno.chat_with("Ana")
        ana.wait_for("* Connected to Bruno.")
        for text in ("Oi!", "Tudo bem, coração?"):
            bruno.say(chat, text)
            ana.wait_for(f"<Bruno> {text}")
        ana.type("/msg Bruno Tudo, e aí?")
        bruno.wait_for_text(chat, "Tudo, e aí?")
        bruno.leave(chat)
        ana.wait_for("* Connection with Bruno closed")
        ana.type("/exit")
        assert ana.wait_for_end() == 0


def test_client_calls_a_program_and_leaves_with_the_end_of_its_input() -> None:
    edition = Edition.E2026
    with OurTracker(edition) as tracker, start("Ana", tracker) as ana, NeverTerminates("Bruno") as bruno:
        join(bruno, tracker)
        ana.type("/chat Bruno")
        ana.type("Oi!")
        chat = bruno.wait_for_chat()
        bruno.wait_for_text(chat, "Oi!")
        assert chat.peer == "Ana"
        bruno.say(chat, "Já vou")
        ana.wait_for("<Bruno> Já vou")
        ana.type("/bye")
        bruno.wait_until_over(chat)
        assert chat.over == "DISC"


def test_sender_with_a_connection_for_each_message_does_not_fill_the_screen() -> None:
    with OurTracker() as tracker, start("Ana", tracker) as ana, ConnectionPerMessage("Bruno") as bruno:
        join(bruno, tracker)
        texts = [f"mensagem {number}" for number in range(20)]
        for text in texts:
            bruno.send_message(bruno.find("Ana"), text)
            ana.wait_for(f"<Bruno> {text}")
        assert [line for line in ana.lines if line.startswith("<")] == [f"<Bruno> {text}" for text in texts]
        about_bruno = [line for line in ana.lines if "Connect" in line and "Bruno" in line]
        assert len(about_bruno) <= 4, about_bruno


def test_busy_is_shown_as_what_it_is() -> None:
    with OurTracker() as tracker, start("Ana", tracker) as ana, BusyElsewhere("Bruno") as bruno:
        join(bruno, tracker)
        with ClientProgram("Camila") as camila:
            join(camila, tracker)
            camila.chat_with("Bruno")
            bruno.wait_for_chat()
            ana.type("/chat Bruno")
            ana.wait_for("<Bruno> BUSY")
            ana.wait_for("* Connection with Bruno closed")


class StaysOpen(ClientProgram):
    """Takes no notice of our farewell: the connection stays open until the program ends."""

    def serve_connection(self, sock: socket.socket, serve: Callable[[socket.socket], None]) -> None:
        serve(sock)
        self._left.wait()


@pytest.mark.parametrize("answers_the_last", [True, False])
def test_farewell_to_a_program_that_stays_open_is_no_false_alarm(answers_the_last: bool) -> None:
    with OurTracker() as tracker, start("Ana", tracker) as ana, StaysOpen("Bruno") as bruno:
        join(bruno, tracker)
        ana.type("/chat Bruno")
        chat = bruno.wait_for_chat()
        for number in range(4):
            ana.type(f"texto {number}")
            bruno.wait_for_text(chat, f"texto {number}")
            if number < 3 or answers_the_last:
                bruno.say(chat, f"resposta {number}")
                ana.wait_for(f"<Bruno> resposta {number}")
        ana.type("/bye")
        ana.wait_for("* You said goodbye to Bruno.")
        ana.type("/help")
        ana.wait_for("/help")
        only_its_machine = "* Bruno's machine has it; whether it was read is not known."
        assert (only_its_machine in ana.lines) is not answers_the_last
        assert not any("may not have arrived" in line for line in ana.lines)


def test_bare_name_and_code_page_are_read() -> None:
    class Both(BareName, ConsoleCodePage):
        """Two habits of one program."""

    with OurTracker() as tracker, Both("Bruno") as bruno:
        join(bruno, tracker)
        with start("Ana", tracker) as ana:
            ana.wait_for("* Active (besides you): Bruno")
            chat = bruno.chat_with("Ana")
            ana.wait_for("* Connected to Bruno.")
            bruno.say(chat, "Olá, coração!")
            ana.wait_for("<Bruno> Olá, coração!")


@pytest.mark.parametrize("kind", [TrackerProgram, SpacedAddressTracker, OneRecvTracker, UnterminatedTracker])
def test_client_lists_and_calls_by_somebody_elses_tracker(kind: type[TrackerProgram]) -> None:
    with kind() as tracker, ClientProgram("Bruno") as bruno:
        bruno.join(tracker.address)
        tracker.wait_until_registered("Bruno")
        with start_client("Ana", tracker.address) as ana:
            ana.wait_for("* Active (besides you): Bruno")
            ana.type("/chat Bruno")
            ana.type("Oi!")
            bruno.wait_for_text(bruno.wait_for_chat(), "Oi!")
