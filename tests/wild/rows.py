"""What other programs really do, one row each, and which test shows what ours does with it.

    python3 -m tests.wild.rows      prints the tables of docs/interop.md
"""

from dataclasses import dataclass
from typing import Final

_CLIENTS: Final = "test_clients"
_PEERS: Final = "test_peers"
_TRACKERS: Final = "test_trackers"
_PLAIN: Final = "test_plain_client"
_CHECK: Final = "test_self_check"

BOTH: Final = "both"
_CALLS_US: Final = f"{_PEERS}::test_program_calls_ours_talks_and_leaves"
_WE_CALL: Final = f"{_PEERS}::test_ours_calls_the_program_which_talks_and_leaves"
_WE_LEAVE: Final = f"{_PEERS}::test_ours_calls_the_program_and_leaves"


@dataclass(frozen=True)
class Row:
    """One habit that was seen in public programs."""

    seen: str
    side: str
    """Whom the other program does it to: a tracker, a client as its tracker, or a peer."""
    ours: str
    """What ours does."""
    editions: str
    """In which editions of the assignment the tests hold."""
    stand_in: str
    """Class of the stand-in, as ``module.Class``."""
    shown_by: tuple[str, ...]
    """Tests, as ``module::function``."""
    check: str
    """Rule of the self-check that names it, by its key; empty where it is no fault or cannot be seen."""


SEEN: Final = (
    Row(
        "`USER name: port`, a space behind the colon",
        "to tracker",
        "registers",
        BOTH,
        "clients.SpaceAfterColon",
        (f"{_CLIENTS}::test_client_with_a_space_after_the_colon_is_registered",),
        "says USER first",
    ),
    Row(
        "names with spaces (`ana julia`, `shaulin matador de porco`)",
        "to tracker",
        "fine; a command takes the rest of its line as the name",
        BOTH,
        "programs.ClientProgram",
        (
            f"{_CLIENTS}::test_client_with_spaces_in_its_name_is_listed_and_found",
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
        ),
        "",
    ),
    Row(
        "`DISC` to the tracker when leaving",
        "to tracker",
        "unregisters and closes",
        BOTH,
        "clients.SaysDiscToTracker",
        (
            f"{_CLIENTS}::test_client_that_says_disc_to_the_tracker_is_off_the_list_at_once",
            f"{_CLIENTS}::test_client_that_says_disc_and_closes_is_no_fault",
        ),
        "says only protocol",
    ),
    Row(
        "splits the `LIST` reply at one space and expects exactly two parts",
        "from tracker",
        "`LIST ` keeps its space when nobody else is there",
        BOTH,
        "clients.SplitsListOnOneSpace",
        (f"{_CLIENTS}::test_client_that_splits_the_list_at_one_space_gets_two_parts_even_of_nobody",),
        "survives lists",
    ),
    Row(
        "removes `LIST ` from the reply and splits at `:`, trimming or not",
        "from tracker",
        "no spaces around `:`",
        BOTH,
        "clients.ReplacesListWord",
        (f"{_CLIENTS}::test_client_that_removes_the_word_list_gets_bare_names",),
        "reads split lists",
    ),
    Row(
        "reads one `recv(1024)` for each answer and expects one whole answer in it",
        "from tracker",
        "each reply leaves in one write",
        BOTH,
        "clients.OneRecvPerAnswer",
        (f"{_CLIENTS}::test_client_that_reads_one_recv_per_answer_finds_each_answer_whole",),
        "reads split lists",
    ),
    Row(
        "asks and does not read for minutes, until its user is back",
        "to tracker",
        "keeps up to 1 MiB of replies, then cuts it off; nobody else waits",
        BOTH,
        "clients.PollsWhenIdle",
        (
            f"{_CLIENTS}::test_client_that_does_not_read_for_long_gets_its_answers_and_holds_up_nobody",
            f"{_CLIENTS}::test_client_that_never_reads_is_cut_off_while_others_are_served",
        ),
        "",
    ),
    Row(
        "`ADDR name:ip:port`",
        "as tracker",
        "parsed; no switch needed",
        "2026",
        "trackers.NamedAddressTracker",
        (f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",),
        "",
    ),
    Row(
        "`ADDR name: ip: port`",
        "as tracker",
        "parsed",
        "2026",
        "trackers.SpacedAddressTracker",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_PLAIN}::test_client_lists_and_calls_by_somebody_elses_tracker",
        ),
        "answers ADDR",
    ),
    Row(
        "a thread for each client, no keepalive deadline, the asker left out of `LIST`, answers in order",
        "as tracker",
        "works: registration, presence, and the fence behind `ADDR`",
        "2024",
        "trackers.TrackerProgram",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_TRACKERS}::test_our_client_learns_from_any_trackers_silence_that_nobody_has_a_name",
            f"{_TRACKERS}::test_our_client_follows_who_comes_and_goes_by_any_tracker",
            f"{_PLAIN}::test_client_lists_and_calls_by_somebody_elses_tracker",
        ),
        "expires the silent",
    ),
    Row(
        "`USER name` and texts with no terminator at all, `DISC` too",
        "peer",
        "what was quiet for 0.25 s is a line",
        BOTH,
        "peers.NeverTerminates",
        (
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
            f"{_PLAIN}::test_program_calls_the_client_talks_and_leaves",
            f"{_PLAIN}::test_client_calls_a_program_and_leaves_with_the_end_of_its_input",
        ),
        "peer lines end in CRLF",
    ),
    Row(
        "texts end in LF, `DISC` in CRLF",
        "peer",
        "LF ends a line",
        BOTH,
        "peers.LineFeedTexts",
        (_CALLS_US, _WE_CALL, _WE_LEAVE),
        "peer lines end in CRLF",
    ),
    Row(
        "a space behind every text, and no terminator",
        "peer",
        "what was quiet for 0.25 s is a line, also behind a `USER` that did end",
        BOTH,
        "peers.SpaceAfterText",
        (
            f"{_PEERS}::test_text_with_a_space_behind_and_no_terminator_is_shown",
            f"{_PEERS}::test_text_with_a_space_behind_is_shown_when_we_called",
        ),
        "peer lines end in CRLF",
    ),
    Row(
        "`/bye` instead of `DISC`",
        "peer",
        "ends the conversation",
        BOTH,
        "peers.SaysBye",
        (_CALLS_US, _WE_CALL, _WE_LEAVE),
        "says DISC",
    ),
    Row(
        "`/bye` with no terminator, and the connection stays open",
        "peer",
        "quiet for 0.25 s, it ends the conversation",
        BOTH,
        "peers.SaysByeUnterminated",
        (_CALLS_US, _WE_CALL, _WE_LEAVE, f"{_PLAIN}::test_program_calls_the_client_talks_and_leaves"),
        "says DISC",
    ),
    Row(
        "closes with no `DISC`",
        "peer",
        "ends the conversation, and is shown as what it is",
        "2026",
        "peers.LeavesWithoutDisc",
        (
            _CALLS_US,
            _WE_CALL,
            f"{_PLAIN}::test_program_calls_the_client_talks_and_leaves",
            f"{_CHECK}::test_edition_of_2026_has_no_rule_about_disc",
        ),
        "says DISC",
    ),
    Row(
        "`USER name:port` to a peer",
        "peer",
        "reads `name`",
        BOTH,
        "peers.TellsPeersItsPort",
        (_CALLS_US, _WE_CALL, _WE_LEAVE),
        "introduces itself",
    ),
    Row(
        "its bare name first, without `USER`",
        "peer",
        "is named, if the people list has it; else it is a text",
        BOTH,
        "peers.BareName",
        (
            _CALLS_US,
            f"{_PEERS}::test_bare_name_of_nobody_on_the_list_is_the_first_text",
            f"{_PLAIN}::test_bare_name_and_code_page_are_read",
        ),
        "introduces itself",
    ),
    Row(
        "never says `USER`",
        "peer",
        "an unnamed peer, heard all the same",
        BOTH,
        "peers.NeverIntroduces",
        (f"{_PEERS}::test_program_that_never_introduces_itself_is_heard_as_unnamed", _WE_CALL),
        "introduces itself",
    ),
    Row(
        "connects, says `USER` and one text, shuts down and closes, for every single message",
        "peer",
        "every text is shown, in one conversation, and few lines about coming and going",
        BOTH,
        "peers.ConnectionPerMessage",
        (
            f"{_PEERS}::test_program_with_a_connection_for_each_message_fills_one_conversation",
            f"{_PLAIN}::test_sender_with_a_connection_for_each_message_does_not_fill_the_screen",
        ),
        "sends texts",
    ),
    Row(
        "waits 0.1 s for the caller's `USER`, then gives up",
        "peer",
        "`USER` leaves at once on connecting",
        BOTH,
        "peers.WaitsATenthForUser",
        (f"{_PEERS}::test_program_that_waits_a_tenth_of_a_second_hears_our_name_in_time",),
        "waits for the caller",
    ),
    Row(
        "takes the first `recv` for the caller's name, whatever is in it",
        "peer",
        "`USER` in a segment of its own, texts 50 ms behind it",
        BOTH,
        "peers.FirstRecvIsTheName",
        (
            f"{_PEERS}::test_our_name_is_alone_in_the_first_segment_though_a_text_waits",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "",
    ),
    Row(
        "takes any text that *starts* with `DISC` for the end",
        "peer",
        "such a text leaves with an invisible U+2060 in front",
        BOTH,
        "peers.DiscPrefixEnds",
        (f"{_PEERS}::test_no_text_of_ours_ends_the_chat_at_a_program_that_looks_for_disc", _WE_LEAVE),
        "takes DISC texts",
    ),
    Row(
        "looks for `DISC` and a line end anywhere in what it received",
        "peer",
        "such a text leaves with an invisible U+2060 behind",
        BOTH,
        "peers.DiscAnywhereEnds",
        (f"{_PEERS}::test_no_text_of_ours_ends_the_chat_at_a_program_that_looks_for_disc", _WE_LEAVE),
        "takes DISC texts",
    ),
    Row(
        "decodes each `recv(1024)` by itself, and dies of half a character",
        "peer",
        "texts leave in whole lines of at most 1024 bytes within 50 ms",
        BOTH,
        "peers.ReadsSegments",
        (
            f"{_PEERS}::test_long_text_never_reaches_a_segment_reader_with_half_a_character",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "reads cut texts",
    ),
    Row(
        "`BUSY` and the end, when it already talks to someone",
        "peer",
        "shown as a text, then the end",
        BOTH,
        "peers.BusyElsewhere",
        (
            f"{_PEERS}::test_busy_is_shown_as_text_and_then_the_end",
            f"{_PLAIN}::test_busy_is_shown_as_what_it_is",
            _CALLS_US,
            _WE_CALL,
        ),
        "takes a second call",
    ),
    Row(
        "dials `localhost` whatever the tracker said",
        "peer",
        "nothing to do: it works on one machine",
        BOTH,
        "peers.DialsLocalhost",
        (_CALLS_US, _WE_CALL, _WE_LEAVE),
        "dials as told",
    ),
    Row(
        "calls, and never reads the connection that it dialled: two such programs talk by dialling each other",
        "peer",
        "what it says is shown; `/chat` twice calls it back, and then it hears us",
        "2024",
        "peers.NeverReadsWhatItDialled",
        (
            f"{_PEERS}::test_program_that_never_reads_what_it_dialled_is_heard",
            f"{_PEERS}::test_program_that_never_reads_what_it_dialled_hears_us_when_we_call_it_back",
        ),
        "reads its calls",
    ),
    Row(
        "serves one call at a time",
        "peer",
        "our text waits in the connection until the caller before us has left",
        BOTH,
        "peers.ServesOneCallAtATime",
        (
            f"{_PEERS}::test_text_waits_until_a_program_with_one_call_at_a_time_has_served_the_first",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "takes a second call",
    ),
    Row(
        "drops the first call at the second",
        "peer",
        "shown as the end that it is",
        BOTH,
        "peers.DropsFirstCallAtSecond",
        (
            f"{_PEERS}::test_second_caller_ends_our_chat_with_a_program_that_has_one_socket",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "takes a second call",
    ),
    Row(
        "registers and calls at once with its bare name",
        "peer",
        "its name is a text at first; the next list shows that it is a name",
        BOTH,
        "peers.BareNameAtOnce",
        (f"{_PEERS}::test_bare_name_said_at_once_after_registering_is_known_with_the_next_list",),
        "introduces itself",
    ),
    Row(
        "`recv` of 255 bytes, each shown as a message",
        "peer",
        "short texts arrive whole; nothing can be done for long ones",
        BOTH,
        "peers.ReadsSmallPieces",
        (_CALLS_US, _WE_CALL, _WE_LEAVE),
        "reads split texts",
    ),
    Row(
        "`fgets(256)`: long lines are cut, often inside a character",
        "peer",
        "the pieces are texts of their own; a � stands where one was cut, and the rest is read",
        BOTH,
        "peers.TypesWithFgets",
        (
            f"{_PEERS}::test_pieces_of_a_long_line_are_damaged_only_where_they_were_cut",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "",
    ),
    Row(
        "half a character kills the thread that reads, and the connection stays open",
        "peer",
        "texts leave in whole lines of at most 1024 bytes within 50 ms",
        BOTH,
        "peers.DeafAfterHalfACharacter",
        (
            f"{_PEERS}::test_long_text_never_reaches_a_segment_reader_with_half_a_character",
            _CALLS_US,
            _WE_CALL,
            _WE_LEAVE,
        ),
        "reads cut texts",
    ),
    Row(
        "`BUSY` to a second call by the same name",
        "peer",
        "shown as a text, then the end",
        BOTH,
        "peers.BusyToTheSameName",
        (f"{_PEERS}::test_busy_to_the_same_name_is_shown_as_text_and_then_the_end", _CALLS_US, _WE_CALL),
        "",
    ),
    Row(
        "ends a chat only on exactly `DISC`, without a line end",
        "peer",
        "the end of our stream ends it",
        "2024",
        "peers.EndsOnlyOnExactDisc",
        (f"{_PEERS}::test_end_of_our_stream_ends_a_chat_where_disc_does_not",),
        "closes on DISC",
    ),
    Row(
        "`LIST a: b`, a space behind each colon",
        "as tracker",
        "trimmed",
        BOTH,
        "trackers.SpacedListTracker",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_TRACKERS}::test_our_client_follows_who_comes_and_goes_by_any_tracker",
        ),
        "separates names",
    ),
    Row(
        "C++ on Windows: texts in the console's code page",
        "peer",
        "what is no UTF-8 is read as Windows-1252",
        BOTH,
        "peers.ConsoleCodePage",
        (
            f"{_PEERS}::test_text_in_the_consoles_code_page_is_read",
            f"{_PLAIN}::test_bare_name_and_code_page_are_read",
        ),
        "sends texts",
    ),
)
"""The habits of real programs."""

LIKELY: Final = (
    Row(
        "takes each `recv(1024)` for one instruction",
        "as tracker",
        "our instructions leave one by one, 50 ms apart",
        "2024",
        "trackers.OneRecvTracker",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_TRACKERS}::test_our_client_learns_from_any_trackers_silence_that_nobody_has_a_name",
            f"{_PLAIN}::test_client_lists_and_calls_by_somebody_elses_tracker",
        ),
        "reads glued instructions",
    ),
    Row(
        "ends none of its replies",
        "as tracker",
        "what was quiet for 0.25 s is a reply; instructions leave 0.5 s apart",
        "2024",
        "trackers.UnterminatedTracker",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_TRACKERS}::test_our_client_learns_from_any_trackers_silence_that_nobody_has_a_name",
            f"{_PLAIN}::test_client_lists_and_calls_by_somebody_elses_tracker",
        ),
        "replies end in CRLF",
    ),
    Row(
        "greets, answers `KEEP`, and has words for an unknown name",
        "as tracker",
        "whatever is no reply is passed over",
        "2024",
        "trackers.TalkativeTracker",
        (
            f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",
            f"{_TRACKERS}::test_our_client_learns_from_any_trackers_silence_that_nobody_has_a_name",
        ),
        "no other replies",
    ),
    Row(
        "lists the asker too, with the example's spaces: `LIST Ana: Bruno`",
        "as tracker",
        "trimmed, and one's own name dropped",
        "2024",
        "trackers.ListsEverybodyTracker",
        (f"{_TRACKERS}::test_our_client_registers_lists_finds_and_chats_by_any_tracker",),
        "lists the others",
    ),
    Row(
        "serves its clients one after another",
        "as tracker",
        "nothing can be done; the self-check says it",
        "2024",
        "trackers.OneClientTracker",
        (f"{_CHECK}::test_check_says_what_is_true_of_a_stand_in",),
        "serves in parallel",
    ),
    Row(
        "a text in two halves, with a pause inside a character",
        "peer",
        "is whole, once one text has shown its end",
        BOTH,
        "peers.SlowTypist",
        (f"{_PEERS}::test_text_that_comes_slowly_is_whole_once_one_has_shown_its_end",),
        "",
    ),
)
"""Habits that are only likely, of programs that nobody has shown us."""


def table(rows: tuple[Row, ...]) -> str:
    """The rows as docs/interop.md has them."""
    lines = [
        "| seen | side | what ours does | editions | shown by | the self-check says |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        tests = ", ".join(f"`{name}`" for name in row.shown_by)
        check = f"*{row.check}*" if row.check else ""
        lines.append(f"| {row.seen} | {row.side} | {row.ours} | {row.editions} | {tests} | {check} |")
    return "\n".join(lines)


if __name__ == "__main__":
    print(table(SEEN), table(LIKELY), sep="\n\n")
