"""The key decoder: whatever the terminal sends, and however it is cut."""

import random

import pytest

from curses_ui.terminal.keys import (
    ESCAPE_SECONDS,
    MAX_PASTE_BYTES,
    MAX_SEQUENCE_BYTES,
    MAX_STRING_BYTES,
    PASTE_GRACE_SECONDS,
    PASTE_SECONDS,
    STRING_SECONDS,
    Focus,
    Key,
    KeyDecoder,
    KeyEvent,
    Paste,
    Text,
)

CASES: dict[str, tuple[bytes, list[KeyEvent]]] = {
    "text": (b"oi", [Text("oi")]),
    "text of several bytes a character": ("é日👍".encode(), [Text("é日👍")]),
    "Enter and Ctrl+J are told apart": (b"\r\n", [Key("Enter"), Key("C-j")]),
    "controls": (b"\x01\x02\x09\x08\x7f\x00\x1f\x1c", [
        Key("C-a"), Key("C-b"), Key("Tab"), Key("C-h"), Key("Backspace"), Key("C-Space"), Key("C-_"),
        Key("C-\\"),
    ]),
    "arrows": (b"\x1b[A\x1bOB\x1b[C\x1bOD", [Key("Up"), Key("Down"), Key("Right"), Key("Left")]),
    "Home and End of many terminals": (
        b"\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~\x1bOH\x1bOF",
        [Key("Home"), Key("End")] * 4,
    ),
    "pages": (b"\x1b[5~\x1b[6~\x1b[5;3~\x1b[6;3~", [Key("PgUp"), Key("PgDn"), Key("M-PgUp"), Key("M-PgDn")]),
    "modified arrows": (b"\x1b[1;5D\x1b[1;3C\x1b[1;2A", [Key("C-Left"), Key("M-Right"), Key("S-Up")]),
    "rxvt": (b"\x1bOd\x1b[d\x1b[3$\x1b[7^\x1b[2@", [
        Key("C-Left"), Key("S-Left"), Key("S-Delete"), Key("C-Home"), Key("C-S-Insert")
    ]),
    "function keys": (b"\x1bOP\x1b[15~\x1b[17~\x1b[23~\x1b[24~", [
        Key("F1"), Key("F5"), Key("F6"), Key("F11"), Key("F12")
    ]),
    "function keys of the Linux console": (b"\x1b[[A\x1b[[Ex", [Key("F1"), Key("F5"), Text("x")]),
    "number pad": (b"\x1bOM\x1bOjk\x1bOp", [Key("Enter"), Text("*k0")]),
    "Alt": (b"\x1bb\x1b1\x1b/\x1b\r\x1b\x7f", [
        Key("M-b"), Key("M-1"), Key("M-/"), Key("M-Enter"), Key("M-Backspace")
    ]),
    "Alt with a letter of several bytes": (b"\x1b\xc3\xa9\x1b\xe6\x97\xa5x", [
        Key("M-é"), Key("M-日"), Text("x")
    ]),
    "Alt as a second ESC": (b"\x1b\x1b[A\x1b\x1bOd\x1b\x1b[5~", [
        Key("M-Up"), Key("C-M-Left"), Key("M-PgUp")
    ]),
    "Escape before other keys": (b"\x1b\x1b\x1b[A\x1b\x1bx", [
        Key("Escape"), Key("M-Up"), Key("Escape"), Key("M-x")
    ]),
    "Shift+Tab": (b"\x1b[Z", [Key("S-Tab")]),
    "keys by code point": (b"\x1b[13;3u\x1b[27;5;9~\x1b[97;5u\x1b[97u", [
        Key("M-Enter"), Key("C-Tab"), Key("C-a"), Text("a")
    ]),
    "focus": (b"\x1b[I\x1b[O", [Focus(True), Focus(False)]),
    "focus after Escape": (b"\x1b\x1b[Ix", [Key("Escape"), Focus(True), Text("x")]),
    "answers and unknown sequences are dropped whole": (
        b"a\x1b[?1;2cb\x1b[<3;12;3Mc\x1b[12;40Rd\x1b[99~e\x1b[1 qf\x1b[?2026;2$yg\x1bOzh\x1b[[Zi",
        [Text("abcdefghi")],
    ),
    "strings of a terminal are dropped whole": (
        b"a\x1b]11;rgb:0000/0000/0000\x1b\\b\x1b]11;rgb:ff\x07c\x1bP>|XTerm(380)\x1b\\d\x1b_Gi=31;OK\x1b\\e"
        b"\x1b^pm\x07still\x1b\\f\x1bXsos \x1b[A\r\n\x1b\\g",
        [Text("abcdefg")],
    ),
    "a string after Escape": (b"\x1b\x1b]0;t\x07x", [Key("Escape"), Text("x")]),
    "an endless string": (b"\x1bP" + b"y" * MAX_STRING_BYTES + b"x", [Text("x")]),
    "a string of the greatest length": (b"\x1bP" + b"y" * (MAX_STRING_BYTES - 2) + b"\x1b\\x", [Text("x")]),
    "X10 mouse reports": (b"a\x1b[M !!b\x1b[M#\xf0\x91c\x1b[M\x1b[A", [Text("abc"), Key("Up")]),
    "kitty: keys that were let go": (b"\x1b[97;1:1u\x1b[97;1:3u\x1b[1;1:3A\x1b[3;1:3~\x1b[1;1:2A", [
        Text("a"), Key("Up")
    ]),
    "kitty: the text that a key carries": (
        b"\x1b[97;2;65u\x1b[50;2;34u\x1b[97;65;233u\x1b[0;;128077u\x1b[101;;101:769u\x1b[97;65u",
        [Text('A"é👍e\u0301a')],
    ),
    "kitty: the keypad types": (b"\x1b[57400u\x1b[57404;129u\x1b[57413u\x1b[57414u\x1b[57419u", [
        Text("15+"), Key("Enter"), Key("Up")
    ]),
    "a sequence broken off by a key": (b"\x1b[12\r\x1b[5\x1b[A\x1bO\x01\x1b[\x7f", [
        Key("Enter"), Key("Up"), Key("C-a"), Key("Backspace")
    ]),
    "a sequence broken off by a character": ("\x1b[1;é".encode(), [Text("é")]),
    "an overlong sequence": (b"\x1b[" + b"1;" * 40 + b"Ax", [Text("x")]),
    "an overlong sequence broken off": (b"\x1b[" + b"1;" * 400 + b"\rx", [Key("Enter"), Text("x")]),
    "the longest sequence": (b"\x1b[1;5:" + b"1" * (MAX_SEQUENCE_BYTES - 5) + b"Ax", [
        Key("C-Up"), Text("x")
    ]),
    "one byte more": (b"\x1b[1;5:" + b"1" * (MAX_SEQUENCE_BYTES - 4) + b"Ax", [Text("x")]),
    "bytes that are no UTF-8": (b"a\xffb\xc3(\x80\xe6\x97\rx\xed\xa0\x80y\xf5z", [
        Text("ab("), Key("Enter"), Text("xyz")
    ]),
    "Alt with bytes that are no UTF-8": (b"\x1b\xffa\x1b\xc3b\x1b\xe6\x97\rc", [
        Text("ab"), Key("Enter"), Text("c")
    ]),
    "half a character before a key": (b"\xc3\x1b[A\xa9x", [Key("Up"), Text("x")]),
    "typed C1 controls": ("a\x9b31mb".encode(), [Text("a31mb")]),
    "paste": (b"a\x1b[200~um\r\ndois\rtr\xc3\xaas\n\x1b[201~b", [
        Text("a"), Paste("um\ndois\ntrês\n", False), Text("b")
    ]),
    "tabs and controls in a paste": (b"\x1b[200~\ta\x07\x1b[31m\x00\x7f\xc2\x9b\x03\x1b[201~", [
        Paste("    a[31m", False)
    ]),
    "keys inside a paste are data": (b"\x1b[200~/exit\r\x1b[A\x1b\x1b[20\x1b[200~\x1b[201~x", [
        Paste("/exit\n[A[20[200~", False), Text("x")
    ]),
    "the first end ends a paste": (b"\x1b[200~a\x1b[201~rm\r\x1b[201~", [Paste("a", False), Text("rm")]),
    "an end without a start": (b"\x1b[201~x", [Text("x")]),
    "an empty paste": (b"a\x1b[200~\x1b[201~b", [Text("a"), Text("b")]),
    "two pastes": (b"\x1b[200~a\x1b[201~\x1b[200~b\x1b[201~", [Paste("a", False), Paste("b", False)]),
    "a paste after Escape": (b"\x1b\x1b[200~a\x1b[201~", [Key("Escape"), Paste("a", False)]),
    "bytes that are no UTF-8 in a paste": (b"\x1b[200~a\xffb\xc3\x1b[201~", [Paste("ab", False)]),
}  # fmt: skip
UNFINISHED: dict[str, tuple[bytes, list[KeyEvent]]] = {
    "ESC": (b"\x1b", [Key("Escape")]),
    "ESC twice": (b"\x1b\x1b", [Key("Escape"), Key("Escape")]),
    "ESC after text": (b"a\x1b", [Text("a"), Key("Escape")]),
    "Alt+[": (b"\x1b[", [Key("M-[")]),
    "Alt+O": (b"\x1bO", [Key("M-O")]),
    "Escape, Alt+[": (b"\x1b\x1b[", [Key("Escape"), Key("M-[")]),
    "Escape, Alt+O": (b"\x1b\x1bO", [Key("Escape"), Key("M-O")]),
    "a sequence": (b"\x1b[1;5", []),
    "a sequence of the Linux console": (b"\x1b[[", []),
    "Alt and half a character": (b"\x1b\xc3", []),
    "half a character": (b"\xc3", []),
    "an overlong sequence": (b"\x1b[" + b"1" * 100, []),
    "a paste": (b"\x1b[200~abc", [Paste("abc", False)]),
    "a paste with half an end": (b"\x1b[200~abc\x1b[201", [Paste("abc", False)]),
    "a paste with an ESC at its end": (b"\x1b[200~abc\x1b", [Paste("abc", False)]),
}


def pieces_of(data: bytes) -> list[list[bytes]]:
    """Whole, byte by byte, and in two at every place."""
    cuts = [[data], [data[i : i + 1] for i in range(len(data))]]
    return cuts + [[data[:i], data[i:]] for i in range(1, len(data))]


def decoded(pieces: list[bytes], *, finish: bool = False) -> list[KeyEvent]:
    decoder = KeyDecoder()
    for piece in pieces:
        decoder.receive_data(piece, now=0.0)
    deadline = decoder.next_timer()
    if finish and deadline is not None:
        decoder.handle_timer(now=deadline)
    assert decoder.next_timer() is None
    events = decoder.take_events()
    assert decoder.take_events() == []
    return events


@pytest.mark.parametrize(("data", "events"), CASES.values(), ids=CASES.keys())
def test_decoder_reads_the_same_however_the_bytes_are_cut(data: bytes, events: list[KeyEvent]) -> None:
    for pieces in pieces_of(data):
        assert decoded(pieces) == events, pieces


@pytest.mark.parametrize(("data", "events"), UNFINISHED.values(), ids=UNFINISHED.keys())
def test_decoder_decides_at_its_timer_what_an_unfinished_sequence_was(
    data: bytes, events: list[KeyEvent]
) -> None:
    for pieces in pieces_of(data):
        assert decoded(pieces, finish=True) == events, pieces
        assert decoded(pieces, finish=True) == decoded_at_eof(pieces)


def decoded_at_eof(pieces: list[bytes]) -> list[KeyEvent]:
    decoder = KeyDecoder()
    for piece in pieces:
        decoder.receive_data(piece, now=0.0)
    decoder.receive_eof(now=0.0)
    decoder.receive_eof(now=0.0)
    decoder.receive_data(b"late", now=0.0)
    assert decoder.next_timer() is None
    return decoder.take_events()


def test_decoder_goes_on_after_an_unfinished_sequence() -> None:
    for data, _ in UNFINISHED.values():
        decoder = KeyDecoder()
        decoder.receive_data(data, now=0.0)
        decoder.handle_timer(now=2.0)
        decoder.take_events()
        decoder.receive_data(b"\x1b[Ax", now=3.0)
        assert decoder.take_events() == [Key("Up"), Text("x")], data


def test_neighbouring_text_is_one_event_until_it_is_taken() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"a", now=0.0)
    decoder.receive_data(b"b", now=0.0)
    assert decoder.take_events() == [Text("ab")]
    decoder.receive_data(b"c", now=0.0)
    assert decoder.take_events() == [Text("c")]


# Time


def test_an_escape_waits_for_its_time_and_not_longer() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b", now=7.0)
    assert decoder.next_timer() == 7.0 + ESCAPE_SECONDS
    decoder.handle_timer(now=7.0 + ESCAPE_SECONDS / 2)
    assert decoder.take_events() == []
    decoder.handle_timer(now=7.0 + ESCAPE_SECONDS)
    assert decoder.take_events() == [Key("Escape")]
    decoder.handle_timer(now=99.0)
    assert decoder.take_events() == []


def test_the_time_an_escape_waits_can_be_set() -> None:
    decoder = KeyDecoder(escape_seconds=0.1)
    decoder.receive_data(b"\x1b", now=0.0)
    assert decoder.next_timer() == 0.1


def test_a_sequence_begun_is_waited_for_longer_than_an_escape() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[", now=0.0)
    decoder.handle_timer(now=2 * ESCAPE_SECONDS)
    decoder.receive_data(b"1;5D", now=2 * ESCAPE_SECONDS)
    assert decoder.take_events() == [Key("C-Left")]


def test_a_sequence_that_is_late_because_the_program_was_busy_is_read_as_one() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b", now=0.0)
    decoder.receive_data(b"[A", now=5.0)
    assert decoder.take_events() == [Key("Up")]


def test_nothing_pending_sets_no_timer() -> None:
    decoder = KeyDecoder()
    assert decoder.next_timer() is None
    decoder.receive_data(b"", now=0.0)
    decoder.receive_data(b"a\r\x1b[A\xc3", now=0.0)
    assert decoder.next_timer() is None


# Paste


def test_an_unclosed_paste_ends_a_second_after_its_last_byte() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[200~a", now=0.0)
    decoder.receive_data(b"b", now=0.9)
    assert decoder.next_timer() == 0.9 + PASTE_SECONDS
    decoder.handle_timer(now=1.5)
    assert decoder.take_events() == []
    decoder.handle_timer(now=1.9)
    assert decoder.take_events() == [Paste("ab", False)]
    decoder.receive_data(b"c", now=1.91)
    assert decoder.take_events() == [Text("c")]


def test_a_key_long_after_a_lost_end_is_no_part_of_the_paste() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[200~a", now=0.0)
    decoder.receive_data(b"\r", now=60.0)
    assert decoder.take_events() == [Paste("a", False)]  # and the Enter is within the grace
    decoder.receive_data(b"\r", now=61.0)
    assert decoder.take_events() == [Key("Enter")]


@pytest.mark.parametrize("enter", [b"\r", b"\n", b"\x1bOM", b"\x1b[13u"])
def test_an_enter_just_after_a_paste_is_ignored(enter: bytes) -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[200~a\x1b[201~" + enter, now=0.0)
    decoder.receive_data(enter, now=PASTE_GRACE_SECONDS * 0.9)
    assert decoder.take_events() == [Paste("a", False)]
    decoder.receive_data(enter, now=PASTE_GRACE_SECONDS)
    assert len(decoder.take_events()) == 1


def test_other_keys_just_after_a_paste_count() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[200~a\x1b[201~\x1b[Ab", now=0.0)
    assert decoder.take_events() == [Paste("a", False), Key("Up"), Text("b")]


@pytest.mark.parametrize("chunk_bytes", [4096, 65536, 4 * MAX_PASTE_BYTES])
@pytest.mark.parametrize("excess_bytes", [0, 1, 3, 5, 6, MAX_PASTE_BYTES])
def test_a_paste_is_bounded_and_says_what_it_lost(chunk_bytes: int, excess_bytes: int) -> None:
    decoder = KeyDecoder()
    data = b"\x1b[200~" + b"x" * (MAX_PASTE_BYTES + excess_bytes) + b"\x1b[201~z"
    for start in range(0, len(data), chunk_bytes):
        decoder.receive_data(data[start : start + chunk_bytes], now=0.0)
    assert decoder.take_events() == [Paste("x" * MAX_PASTE_BYTES, excess_bytes > 0), Text("z")]


def test_a_paste_cut_inside_a_character_loses_that_character() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[200~x" + "é".encode() * MAX_PASTE_BYTES + b"\x1b[201~", now=0.0)
    assert decoder.take_events() == [Paste("x" + "é" * (MAX_PASTE_BYTES // 2 - 1), True)]


# Anything


def test_any_bytes_read_the_same_however_they_are_cut_and_leave_no_controls() -> None:
    seed = 9
    chooser = random.Random(seed)
    alphabet = [bytes([byte]) for byte in b"\x1b[O1;5~$A\r\xc3\xa9a\x7fu? "]
    alphabet += [b"\x1b[200~", b"\x1b[201~", b"\x1b["]
    for _ in range(2000):
        data = b"".join(chooser.choices(alphabet, k=chooser.randrange(12)))
        whole = decoded([data], finish=True)
        assert decoded([data[i : i + 1] for i in range(len(data))], finish=True) == whole, (seed, data)
        for event in whole:
            if isinstance(event, Text | Paste):
                assert event.text.replace("\n", "").isprintable(), (seed, data)


@pytest.mark.parametrize("key", "]P_^X")
def test_alt_with_a_key_that_could_begin_a_string_eats_nothing(key: str) -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b" + key.encode(), now=0.0)
    assert decoder.take_events() == []
    assert decoder.next_timer() == ESCAPE_SECONDS
    decoder.handle_timer(now=ESCAPE_SECONDS)
    decoder.receive_data(b"abc", now=ESCAPE_SECONDS)
    assert decoder.take_events() == [Key(f"M-{key}"), Text("abc")]


def test_a_string_without_an_end_is_over_a_second_after_its_last_byte() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b]11;", now=0.0)
    decoder.receive_data(b"rgb:", now=0.9)
    assert decoder.next_timer() == 0.9 + STRING_SECONDS
    decoder.receive_data(b"x", now=2.0)  # the timer was late
    assert decoder.take_events() == [Text("x")]


def test_an_unfinished_mouse_report_is_no_text() -> None:
    decoder = KeyDecoder()
    decoder.receive_data(b"\x1b[M !", now=0.0)
    decoder.handle_timer(now=5.0)
    decoder.receive_data(b"x", now=5.0)
    assert decoder.take_events() == [Text("x")]
