"""A flood waits, and is read a little at a time; what is too much is left out and counted."""

from core.limits import LIST_STEP_BYTES
from core.tap import PIECE_BYTES, Note, PacedReader, Role, Taken, Tap, WireLine
from core.tap.pacing import MAX_WAITING_BYTES


def test_nothing_is_read_before_its_step_and_each_step_reads_a_piece() -> None:
    tap, reader = Tap(kept_bytes=0), PacedReader()
    tap.attach(reader.put)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.received(b"USER Bruno\r\n" + b"y\n" * 10_000, now=0.0)
    assert reader.take_lines() == []
    assert reader.next_timer() is None
    reader.step()
    assert [line.taken for line in reader.take_lines()] == [Taken.CONNECTED]
    reader.step()
    assert 1 < len(reader.take_lines()) <= PIECE_BYTES
    steps = 0
    while reader.is_behind:
        reader.step()
        steps += 1
    assert steps == 20_012 // PIECE_BYTES
    reader.step()


def test_the_lines_are_those_of_a_reader_that_is_not_paced() -> None:
    tap, paced = Tap(kept_bytes=0), PacedReader()
    reader = tap.read()
    tap.attach(paced.put)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.received(b"USER Bruno", now=0.0)
    link.received(b"Oi " * 2000, now=1.0)
    link.received(b"tchau\r\nDISC", now=1.1)
    while paced.is_behind:
        paced.step()
    assert paced.next_timer() == reader.next_timer() == 1.35
    for one in (reader, paced):
        one.handle_timer(now=2.0)
    assert paced.take_lines() == reader.take_lines()


def test_time_does_not_end_a_line_of_which_more_is_waiting() -> None:
    tap, reader = Tap(kept_bytes=0), PacedReader()
    tap.attach(reader.put)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.received(b"USER Br", now=0.0)
    link.received(b"uno\r\n", now=0.1)
    reader.step()
    reader.step()
    reader.handle_timer(now=60.0)
    reader.step()
    assert [line.text for line in reader.take_lines()] == ["", "USER Bruno"]


def test_what_is_too_much_is_left_out_from_the_oldest_on_and_counted_once() -> None:
    tap, reader = Tap(kept_bytes=0), PacedReader()
    tap.attach(reader.put)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    sent = 0
    for number in range(40):
        data = b"%05d%94d\n" % (number, number) * 600
        link.received(data, now=0.0)
        sent += len(data)
        assert reader.waiting_bytes <= MAX_WAITING_BYTES
    while reader.is_behind:
        reader.step()
    lines = reader.take_lines()
    left_out = reader.take_left_out_bytes()
    assert left_out + sum(line.size_bytes + 1 for line in lines) == sent
    assert lines[-1].text.startswith("00039")
    assert Note.NO_USER not in lines[0].notes, "it is read as from the middle of the connection"
    assert reader.take_left_out_bytes() == 0


def test_a_long_list_is_read_in_steps_before_what_follows_it() -> None:
    names = b":".join(b"n%05d" % number for number in range(10_000))
    tap, paced = Tap(kept_bytes=0), PacedReader()
    reader = tap.read()
    tap.attach(paced.put)
    tracker = tap.connect(Role.TRACKER, "a:1", "t:10000", now=0.0)
    tracker.received(b"LIST %b:Ana Paula\r\n" % names, now=0.0)
    caller = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    caller.received(b"USER Ana\r\n", now=0.0)
    sizes: list[int] = []
    lines: list[WireLine] = []
    while paced.is_behind:
        sizes.append(paced.step())
        lines += paced.take_lines()
    assert lines == reader.take_lines()
    assert lines[-1].notes == (Note.CUT_NAME,)
    assert len([size for size in sizes if size >= LIST_STEP_BYTES]) >= len(names) // (LIST_STEP_BYTES + 10)
