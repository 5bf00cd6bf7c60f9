"""Other people's clients against our tracker, in both editions of the assignment."""

from collections.abc import Iterator

import pytest

from core import ClientDeparted, ClientListed, ClientRegistered, DepartureReason, Edition

from .clients import (
    OneRecvPerAnswer,
    PollsWhenIdle,
    ReplacesListWord,
    ReplacesListWordAndTrims,
    SaysDiscToTracker,
    SpaceAfterColon,
    SplitsListOnOneSpace,
)
from .ours import OurClient, OurTracker
from .programs import ClientProgram


@pytest.fixture(params=list(Edition), ids=lambda edition: str(edition.value))
def tracker(request: pytest.FixtureRequest) -> Iterator[OurTracker]:
    with OurTracker(request.param) as ours:
        yield ours


def joined(program: ClientProgram, tracker: OurTracker) -> ClientProgram:
    """``program``, when the tracker has registered it."""
    program.join(tracker.address)
    tracker.wait_for(ClientRegistered, lambda event: event.name == program.name)
    return program


def test_conforming_client_finds_another(tracker: OurTracker) -> None:
    with ClientProgram("Ana") as ana, ClientProgram("Bruno") as bruno:
        joined(ana, tracker)
        joined(bruno, tracker)
        assert bruno.list_people() == ["Ana"]
        assert bruno.find("Ana") == ana.address
        chat = bruno.chat_with("Ana")
        bruno.say(chat, "Oi!")
        ana.wait_for_text(ana.wait_for_chat(), "Oi!")


def test_client_with_a_space_after_the_colon_is_registered(tracker: OurTracker) -> None:
    with SpaceAfterColon("Ana") as ana, ClientProgram("Bruno") as bruno:
        joined(ana, tracker)
        joined(bruno, tracker)
        assert bruno.list_people() == ["Ana"]
        assert bruno.find("Ana") == ana.address


@pytest.mark.parametrize("name", ["ana julia", "shaulin matador de porco", "Zé da Conceição"])
def test_client_with_spaces_in_its_name_is_listed_and_found(tracker: OurTracker, name: str) -> None:
    with ClientProgram(name) as spaced, ClientProgram("Bruno") as bruno:
        joined(spaced, tracker)
        joined(bruno, tracker)
        assert bruno.list_people() == [name]
        assert bruno.find(name) == spaced.address
        assert spaced.list_people() == ["Bruno"]


def test_client_that_says_disc_to_the_tracker_is_off_the_list_at_once(tracker: OurTracker) -> None:
    with SaysDiscToTracker("Ana") as ana, ClientProgram("Bruno") as bruno:
        joined(ana, tracker)
        joined(bruno, tracker)
        ana.tracker.sendall(b"DISC\r\n")  # its socket still open
        departed = tracker.wait_for(ClientDeparted)
        assert (departed.name, departed.reason) == ("Ana", DepartureReason.DISC)
        assert bruno.list_people() == []
        assert ana.tracker.recv(1) == b"", "the tracker closes, too"


def test_client_that_says_disc_and_closes_is_no_fault(tracker: OurTracker) -> None:
    with SaysDiscToTracker("Ana") as ana:
        joined(ana, tracker).quit()
        assert tracker.wait_for(ClientDeparted).reason is DepartureReason.DISC


def test_client_that_splits_the_list_at_one_space_gets_two_parts_even_of_nobody(tracker: OurTracker) -> None:
    with SplitsListOnOneSpace("Ana") as ana, ClientProgram("Bruno") as bruno:
        joined(ana, tracker)
        assert ana.list_people() == [""]
        joined(bruno, tracker)
        assert ana.list_people() == ["Bruno"]


@pytest.mark.parametrize("kind", [ReplacesListWord, ReplacesListWordAndTrims])
def test_client_that_removes_the_word_list_gets_bare_names(
    tracker: OurTracker, kind: type[ClientProgram]
) -> None:
    with kind("Ana") as ana, ClientProgram("Bruno") as bruno, ClientProgram("Camila") as camila:
        for program in (ana, bruno, camila):
            joined(program, tracker)
        assert ana.list_people() == ["Bruno", "Camila"]


def test_client_that_reads_one_recv_per_answer_finds_each_answer_whole(tracker: OurTracker) -> None:
    names = [f"aluno {number:02} da turma" for number in range(50)]  # 950 bytes: one recv(1024) holds them
    crowd = [joined(ClientProgram(name), tracker) for name in names]
    try:
        with OneRecvPerAnswer("Ana") as ana:
            joined(ana, tracker)
            for _ in range(100):
                assert ana.list_people() == names
                assert ana.find(names[7]) == crowd[7].address
            assert not ana.crashes
    finally:
        for program in crowd:
            program.close()


def test_client_that_does_not_read_for_long_gets_its_answers_and_holds_up_nobody(tracker: OurTracker) -> None:
    with PollsWhenIdle("Ana") as ana, ClientProgram("Bruno") as bruno:
        joined(ana, tracker)
        joined(bruno, tracker)
        for _ in range(1000):
            ana.ask_for_list()
        assert bruno.list_people() == ["Ana"]
        answered = 0
        while answered < 1000:
            assert ana.read_answer() == "LIST Bruno"
            answered += 1


def test_client_that_never_reads_is_cut_off_while_others_are_served(tracker: OurTracker) -> None:
    names = [f"{number:02} {'x' * 60}" for number in range(40)]
    crowd = [joined(ClientProgram(name), tracker) for name in names]
    try:
        with PollsWhenIdle("Ana") as ana:
            joined(ana, tracker)
            with pytest.raises(OSError):
                for _ in range(10_000_000):
                    ana.ask_for_list()
            departed = tracker.wait_for(ClientDeparted)
            assert (departed.name, departed.reason) == ("Ana", DepartureReason.NOT_READING)
            assert crowd[0].list_people() == names[1:]
    finally:
        for program in crowd:
            program.close()


def test_our_client_gets_along_with_the_same_tracker(tracker: OurTracker) -> None:
    with ClientProgram("Bruno") as bruno:
        joined(bruno, tracker)
        with OurClient("Ana", tracker.address) as ana:
            chat = ana.open_chat("Bruno")
            ana.say(chat, "Oi!")
            theirs = bruno.wait_for_chat()
            bruno.wait_for_text(theirs, "Oi!")
            assert theirs.peer == "Ana"
            bruno.say(theirs, "Tudo bem?")
            ana.wait_for_text("Tudo bem?")
    assert tracker.wait_for(ClientListed, lambda event: event.name == "Ana").online == 2
