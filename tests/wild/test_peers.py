"""Other people's clients and ours, talking: each calls the other."""

from collections.abc import Iterator, Sequence

import pytest

from core import (
    CameOnline,
    ChatEnd,
    ChatEnded,
    ChatOpened,
    ClientRegistered,
    Edition,
    PeerNamed,
    TextReceived,
)

from .harness import side_by_side
from .ours import OurClient, OurTracker
from .peers import (
    BareName,
    BareNameAtOnce,
    BusyElsewhere,
    BusyToTheSameName,
    ConnectionPerMessage,
    ConsoleCodePage,
    DeafAfterHalfACharacter,
    DialsLocalhost,
    DiscAnywhereEnds,
    DiscPrefixEnds,
    DropsFirstCallAtSecond,
    EndsOnlyOnExactDisc,
    FirstRecvIsTheName,
    LeavesWithoutDisc,
    LineFeedTexts,
    NeverIntroduces,
    NeverReadsWhatItDialled,
    NeverTerminates,
    ReadsSegments,
    ReadsSmallPieces,
    SaysBye,
    SaysByeUnterminated,
    ServesOneCallAtATime,
    SlowTypist,
    SpaceAfterText,
    TellsPeersItsPort,
    TypesWithFgets,
    WaitsATenthForUser,
)
from .programs import Chat, ClientProgram

TRIES = 5  # for programs that lose a race of their own when the machine is busy


# The edition changes nothing but the answer to ADDR. So programs that call ours find it in the form of
# 2024, ours finds those that it calls in the form of 2026; what has one direction alone is tried in both.
in_2026 = pytest.mark.parametrize("tracker", [Edition.E2026], indirect=True, ids=["2026"])
in_both_editions = pytest.mark.parametrize(
    "tracker", list(Edition), indirect=True, ids=lambda edition: str(edition.value)
)


@pytest.fixture
def tracker(request: pytest.FixtureRequest) -> Iterator[OurTracker]:
    with OurTracker(getattr(request, "param", Edition.E2024)) as ours:
        yield ours


@pytest.fixture
def ours(tracker: OurTracker) -> Iterator[OurClient]:
    with OurClient("Ana", tracker.address) as client:
        yield client


def join(program: ClientProgram, tracker: OurTracker) -> None:
    program.join(tracker.address)
    tracker.wait_for(ClientRegistered, lambda event: event.name == program.name)


def heard_from(
    ours: OurClient, program: ClientProgram, chat: Chat, *texts: str, before: Sequence[str] = ()
) -> None:
    """The program says the texts one after another, as people do, and each is shown exactly so."""
    for text in texts:
        program.say(chat, text)
        ours.wait_for_text(text)
    assert ours.texts() == [*before, *texts]


# Every program, whatever its manners: what it says is shown as it was typed, what we say reaches it,
# and the chat ends on both sides.

CALLERS: list[tuple[type[ClientProgram], str | None, ChatEnd]] = [
    (ClientProgram, "Bruno", ChatEnd.FAREWELL),
    (ReadsSegments, "Bruno", ChatEnd.FAREWELL),
    (NeverTerminates, "Bruno", ChatEnd.FAREWELL),
    (LineFeedTexts, "Bruno", ChatEnd.FAREWELL),
    (SaysBye, "Bruno", ChatEnd.FAREWELL),
    (SaysByeUnterminated, "Bruno", ChatEnd.FAREWELL),
    (LeavesWithoutDisc, "Bruno", ChatEnd.END_OF_STREAM),
    (TellsPeersItsPort, "Bruno", ChatEnd.FAREWELL),
    (BareName, "Bruno", ChatEnd.FAREWELL),
    (FirstRecvIsTheName, "Bruno", ChatEnd.FAREWELL),
    (DiscPrefixEnds, "Bruno", ChatEnd.FAREWELL),
    (DiscAnywhereEnds, "Bruno", ChatEnd.FAREWELL),
    (BusyElsewhere, "Bruno", ChatEnd.FAREWELL),
    (DialsLocalhost, "Bruno", ChatEnd.FAREWELL),
    (ServesOneCallAtATime, "Bruno", ChatEnd.FAREWELL),
    (DropsFirstCallAtSecond, "Bruno", ChatEnd.FAREWELL),
    (ReadsSmallPieces, "Bruno", ChatEnd.FAREWELL),
    (TypesWithFgets, "Bruno", ChatEnd.FAREWELL),
    (DeafAfterHalfACharacter, "Bruno", ChatEnd.FAREWELL),
    (BusyToTheSameName, "Bruno", ChatEnd.FAREWELL),
]


@pytest.mark.parametrize("case", CALLERS, ids=lambda case: case[0].__name__)
def test_program_calls_ours_talks_and_leaves(case: tuple[type[ClientProgram], str | None, ChatEnd]) -> None:
    side_by_side(program_calls_ours, tuple(CALLERS))[case].result()


def program_calls_ours(kind: type[ClientProgram], name: str | None, end: ChatEnd) -> None:
    with OurTracker() as tracker, OurClient("Ana", tracker.address) as ours, kind("Bruno") as bruno:
        join(bruno, tracker)
        ours.intend(lambda now: ours.node.refresh_list(now=now))
        ours.wait_for(CameOnline)
        chat = bruno.chat_with("Ana")
        opened = ours.wait_for(ChatOpened)
        assert (opened.name, opened.incoming, opened.namesake) == (name, True, False)
        heard_from(ours, bruno, chat, "Oi!", "Tudo bem, coração?", "DISCO é bom")
        ours.say(opened.conversation, "Tudo, e aí?")
        bruno.wait_for_text(chat, "Tudo, e aí?")
        bruno.leave(chat)
        assert ours.wait_for(ChatEnded).end is end
        assert not bruno.crashes


CALLED = (*((kind, end) for kind, _, end in CALLERS), (NeverIntroduces, ChatEnd.FAREWELL))


@pytest.mark.parametrize("case", CALLED, ids=lambda case: case[0].__name__)
def test_ours_calls_the_program_which_talks_and_leaves(case: tuple[type[ClientProgram], ChatEnd]) -> None:
    side_by_side(ours_calls_the_program, CALLED)[case].result()


def ours_calls_the_program(kind: type[ClientProgram], end: ChatEnd) -> None:
    with OurTracker(Edition.E2026) as tracker, OurClient("Ana", tracker.address) as ours, kind("Bruno") as bruno:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        ours.say(conversation, "Oi!")
        chat = bruno.wait_for_chat()
        bruno.wait_for_text(chat, "Oi!")
        assert chat.peer == "Ana"
        heard_from(ours, bruno, chat, "Oi!", "Tudo bem, coração?", "DISCO é bom")
        bruno.leave(chat)
        assert ours.wait_for(ChatEnded).end is end
        assert not bruno.crashes


@pytest.mark.parametrize("kind", [kind for kind, _, _ in CALLERS])
def test_ours_calls_the_program_and_leaves(kind: type[ClientProgram]) -> None:
    side_by_side(ours_calls_and_leaves, tuple((kind,) for kind, _, _ in CALLERS))[kind,].result()


def ours_calls_and_leaves(kind: type[ClientProgram]) -> None:
    with OurTracker() as tracker, OurClient("Ana", tracker.address) as ours, kind("Bruno") as bruno:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        ours.say(conversation, "Até amanhã!")
        ours.end_chat(conversation)
        chat = bruno.wait_for_chat()
        bruno.wait_until_over(chat)
        assert chat.over == "DISC"
        assert chat.texts == ["Até amanhã!"]
        assert ours.wait_for(ChatEnded).end is ChatEnd.WE_LEFT
        assert not bruno.crashes


def test_text_with_a_space_behind_and_no_terminator_is_shown(tracker: OurTracker, ours: OurClient) -> None:
    with SpaceAfterText("Bruno") as bruno:
        join(bruno, tracker)
        chat = bruno.chat_with("Ana")
        ours.wait_for(ChatOpened)
        for text in ("Oi!", "Tudo bem?"):
            bruno.say(chat, text)
            ours.wait_for_text(f"{text} ")  # the space, too, is what it sent
        bruno.leave(chat)
        assert ours.wait_for(ChatEnded).end is ChatEnd.FAREWELL


@in_2026
def test_text_with_a_space_behind_is_shown_when_we_called(tracker: OurTracker, ours: OurClient) -> None:
    with SpaceAfterText("Bruno") as bruno:
        join(bruno, tracker)
        ours.open_chat("Bruno")
        chat = bruno.wait_for_chat()
        for text in ("Oi!", "Tudo bem?"):
            bruno.say(chat, text)
            ours.wait_for_text(f"{text} ")


def test_program_that_never_introduces_itself_is_heard_as_unnamed(ours: OurClient) -> None:
    with NeverIntroduces("Bruno") as bruno:
        chat = bruno.call(ours.address)
        bruno.say(chat, "Oi!")
        opened = ours.wait_for(ChatOpened)
        assert (opened.name, opened.host) == (None, "127.0.0.1")
        heard_from_rest = ["Oi!", "Adivinha quem é"]
        bruno.say(chat, heard_from_rest[1])
        ours.wait_for_text(heard_from_rest[1])
        assert ours.texts() == heard_from_rest
        ours.say(opened.conversation, "Não faço ideia")
        bruno.wait_for_text(chat, "Não faço ideia")


def test_bare_name_of_nobody_on_the_list_is_the_first_text(ours: OurClient) -> None:
    with BareName("Bruno") as bruno:  # not registered
        bruno.call(ours.address)
        assert ours.wait_for(ChatOpened).name is None
        ours.wait_for_text("Bruno")


@in_both_editions
def test_program_with_a_connection_for_each_message_fills_one_conversation(
    tracker: OurTracker, ours: OurClient
) -> None:
    with ConnectionPerMessage("Bruno") as bruno:
        join(bruno, tracker)
        texts = [f"mensagem {number}" for number in range(20)]
        for text in texts:
            bruno.send_message(bruno.find("Ana"), text)
            ours.wait_for_text(text)
        assert ours.texts() == texts
        assert len({event.conversation for event in ours.events if isinstance(event, TextReceived)}) == 1


@in_both_editions
def test_program_that_waits_a_tenth_of_a_second_hears_our_name_in_time(
    tracker: OurTracker, ours: OurClient
) -> None:
    for attempt in range(TRIES):
        with WaitsATenthForUser(f"Bruno {attempt}") as bruno:
            join(bruno, tracker)
            conversation = ours.open_chat(bruno.name)
            chat = bruno.wait_for_chat()
            if chat.over is None:
                ours.say(conversation, "Oi!")
                bruno.wait_for_text(chat, "Oi!")
                assert chat.peer == "Ana"
                return
    raise AssertionError("it gave up every time")


@in_2026
def test_our_name_is_alone_in_the_first_segment_though_a_text_waits(
    tracker: OurTracker, ours: OurClient
) -> None:
    for attempt in range(TRIES):
        with FirstRecvIsTheName(f"Bruno {attempt}") as bruno:
            join(bruno, tracker)
            conversation = ours.request_chat(bruno.name)
            ours.say(conversation, "Oi!")  # before there is a connection
            chat = bruno.wait_for_chat()
            bruno.wait_until_heard(b"Oi!\r\n")
            if chat.peer == "Ana":
                assert chat.texts == ["Oi!"]
                return
    raise AssertionError("the text was in the first segment every time")


@in_2026
@pytest.mark.parametrize("kind", [DiscPrefixEnds, DiscAnywhereEnds])
@pytest.mark.parametrize("text", ["DISCO é bom", "DISC", "meu DISC", "DISC DISC", "USER Ana", "/bye"])
def test_no_text_of_ours_ends_the_chat_at_a_program_that_looks_for_disc(
    tracker: OurTracker, ours: OurClient, kind: type[ClientProgram], text: str
) -> None:
    with kind("Bruno") as bruno:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        chat = bruno.wait_for_chat()
        ours.say(conversation, text)
        bruno.wait_for_text(chat, text.removesuffix("\u2060"))
        ours.say(conversation, "ainda aqui?")
        bruno.wait_for_text(chat, "ainda aqui?")
        assert chat.over is None


@in_2026
def test_busy_is_shown_as_text_and_then_the_end(tracker: OurTracker, ours: OurClient) -> None:
    with BusyElsewhere("Bruno") as bruno, OurClient("Camila", tracker.address) as camila:
        join(bruno, tracker)
        camila.open_chat("Bruno")
        bruno.wait_for_chat()
        conversation = ours.open_chat("Bruno")
        ours.wait_for_text("BUSY")
        ended = ours.wait_for(ChatEnded)
        assert (ended.conversation, ended.end) == (conversation, ChatEnd.END_OF_STREAM)


@in_both_editions
def test_text_in_the_consoles_code_page_is_read(tracker: OurTracker, ours: OurClient) -> None:
    with ConsoleCodePage("Bruno") as bruno:
        join(bruno, tracker)
        heard_from(ours, bruno, bruno.chat_with("Ana"), "Olá, coração!", "plain ASCII", "“aspas” e €")


def test_text_that_comes_slowly_is_whole_once_one_has_shown_its_end(
    tracker: OurTracker, ours: OurClient
) -> None:
    with SlowTypist("Bruno") as bruno:
        join(bruno, tracker)
        chat = bruno.chat_with("Ana")
        ClientProgram.say(bruno, chat, "Oi!")
        heard_from(ours, bruno, chat, "Tudo bem, coração?", before=["Oi!"])


@in_2026
@pytest.mark.parametrize("kind", [ReadsSegments, DeafAfterHalfACharacter])
def test_long_text_never_reaches_a_segment_reader_with_half_a_character(
    tracker: OurTracker, ours: OurClient, kind: type[ClientProgram]
) -> None:
    with kind("Bruno") as bruno:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        chat = bruno.wait_for_chat()
        text = "日本語" * 1500
        ours.say(conversation, text)
        bruno.wait_for(
            "the whole text", lambda: sum(map(len, chat.texts)) >= len(text) or bool(bruno.crashes)
        )
        assert not bruno.crashes
        assert "".join(chat.texts).replace("\r\n", "") == text


@in_2026
def test_text_waits_until_a_program_with_one_call_at_a_time_has_served_the_first(
    tracker: OurTracker, ours: OurClient
) -> None:
    with ServesOneCallAtATime("Bruno") as bruno, ClientProgram("Camila") as camila:
        join(bruno, tracker)
        first = camila.call(bruno.address)
        bruno.wait_for_chat()
        conversation = ours.open_chat("Bruno")
        ours.say(conversation, "Oi!")
        camila.say(first, "Um momento")
        bruno.wait_until_heard(b"Um momento")
        assert len(bruno.chats) == 1
        camila.leave(first)
        bruno.wait_until_heard(b"Oi!\r\n")
        assert bruno.chats[-1].peer == "Ana"


@in_2026
def test_second_caller_ends_our_chat_with_a_program_that_has_one_socket(
    tracker: OurTracker, ours: OurClient
) -> None:
    with DropsFirstCallAtSecond("Bruno") as bruno, ClientProgram("Camila") as camila:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        bruno.wait_for_chat()
        camila.call(bruno.address)
        ended = ours.wait_for(ChatEnded)
        assert (ended.conversation, ended.end) == (conversation, ChatEnd.END_OF_STREAM)


@in_2026
def test_busy_to_the_same_name_is_shown_as_text_and_then_the_end(
    tracker: OurTracker, ours: OurClient
) -> None:
    with BusyToTheSameName("Bruno") as bruno, ClientProgram("Ana") as another_ana:
        join(bruno, tracker)
        another_ana.call(bruno.address)
        bruno.wait_for("its name", lambda: any(chat.peer == "Ana" for chat in bruno.chats))
        conversation = ours.open_chat("Bruno")
        ours.wait_for_text("BUSY")
        ended = ours.wait_for(ChatEnded)
        assert (ended.conversation, ended.end) == (conversation, ChatEnd.END_OF_STREAM)


@in_2026
def test_end_of_our_stream_ends_a_chat_where_disc_does_not(tracker: OurTracker, ours: OurClient) -> None:
    with EndsOnlyOnExactDisc("Bruno") as bruno:
        join(bruno, tracker)
        conversation = ours.open_chat("Bruno")
        ours.say(conversation, "Até amanhã!")
        ours.end_chat(conversation)
        chat = bruno.wait_for_chat()
        bruno.wait_until_over(chat)
        assert chat.over == "end of stream"
        assert ours.wait_for(ChatEnded).end is ChatEnd.WE_LEFT


def test_program_that_never_reads_what_it_dialled_is_heard(tracker: OurTracker, ours: OurClient) -> None:
    with NeverReadsWhatItDialled("Bruno") as bruno:
        join(bruno, tracker)
        heard_from(ours, bruno, bruno.chat_with("Ana"), "Oi!", "Tem alguém aí?")


def test_program_that_never_reads_what_it_dialled_hears_us_when_we_call_it_back(
    tracker: OurTracker, ours: OurClient
) -> None:
    with NeverReadsWhatItDialled("Bruno") as bruno:
        join(bruno, tracker)
        dialled = bruno.chat_with("Ana")
        bruno.say(dialled, "Oi!")
        conversation = ours.wait_for_text("Oi!").conversation
        ours.say(conversation, "Ouviu?")
        assert ours.call_back(conversation).took_over
        ours.say(conversation, "E agora?")
        chat = bruno.chats[-1]
        bruno.wait_for_text(chat, "E agora?")
        assert (chat.incoming, chat.texts) == (True, ["E agora?"])  # nothing is sent twice
        heard_from(ours, bruno, dialled, "Agora sim!", before=["Oi!"])


@pytest.mark.parametrize("program", [BusyToTheSameName, ServesOneCallAtATime, DropsFirstCallAtSecond])
def test_a_call_back_that_a_program_did_not_need_costs_no_text(
    tracker: OurTracker, ours: OurClient, program: type[ClientProgram]
) -> None:
    with program("Bruno") as bruno:
        join(bruno, tracker)
        dialled = bruno.chat_with("Ana")
        bruno.say(dialled, "Oi!")
        conversation = ours.wait_for_text("Oi!").conversation
        ours.say(conversation, "um")
        ours.call_back(conversation)
        ours.say(conversation, "dois")
        bruno.wait_for("both", lambda: [text for chat in bruno.chats for text in chat.texts] == ["um", "dois"])


@in_both_editions
def test_bare_name_said_at_once_after_registering_is_known_with_the_next_list(
    tracker: OurTracker, ours: OurClient
) -> None:
    with BareNameAtOnce("Bruno") as bruno:
        chat = bruno.join_and_call(tracker.address, "Ana")
        bruno.say(chat, "Oi!")
        ours.wait_for_text("Oi!")
        conversation = ours.wait_for(ChatOpened).conversation
        ours.intend(lambda now: ours.node.refresh_list(now=now))  # else it comes within five seconds
        named = ours.wait_for(PeerNamed)
        assert (named.conversation, named.name) == (conversation, "Bruno")
        assert ours.texts() == ["Bruno", "Oi!"]


@in_both_editions
def test_pieces_of_a_long_line_are_damaged_only_where_they_were_cut(
    tracker: OurTracker, ours: OurClient
) -> None:
    with TypesWithFgets("Bruno") as bruno:
        join(bruno, tracker)
        bruno.say(bruno.chat_with("Ana"), "oi" + "ção" * 60 + " fim")  # its first 255 bytes end inside a character
        ours.wait_for_text("oi" + "ção" * 50 + "ç\ufffd")
        ours.wait_for_text("\ufffdo" + "ção" * 9 + " fim")
