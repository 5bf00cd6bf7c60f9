"""The last chunks are kept, and read when somebody wants to see them."""

from core.tap import Direction, Note, PacedReader, Role, Taken, Tap


def _texts(tap: Tap) -> list[str]:
    return [line.text for line in tap.read().take_lines() if line.taken is Taken.TEXT]


def test_a_reader_gets_what_came_before_it_and_what_comes_after() -> None:
    tap = Tap()
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.received(b"USER Bruno\r\nOi\r\n", now=0.1)
    reader = tap.read()
    link.received(b"Tchau\r\n", now=0.2)
    assert [line.text for line in reader.take_lines()] == ["", "USER Bruno", "Oi", "Tchau"]
    assert reader.take_lines() == []
    tap.detach(reader.feed)
    link.received(b"Hm\r\n", now=0.3)
    assert reader.take_lines() == []


def test_what_is_kept_is_bounded_however_small_the_chunks() -> None:
    tap = Tap(kept_bytes=1000)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.received(b"USER Bruno\r\n", now=0.0)
    for number in range(1000):
        link.received(f"{number:03d}\n".encode(), now=1.0)
    texts = _texts(tap)
    assert texts == [f"{number:03d}" for number in range(1000 - len(texts), 1000)]
    assert len(texts) == 1000 // 68


def test_a_connection_whose_beginning_is_forgotten_is_not_taken_for_a_new_one() -> None:
    tap = Tap(kept_bytes=200)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    client = tap.connect(Role.CLIENT, "a:1", "b:3", now=0.0)
    for _ in range(10):
        client.received(b"LIST\r\n", now=1.0)
        link.received(b"Oi\r\n", now=1.0)
    link.closed(now=2.0)
    for line in tap.read().take_lines():
        assert not {Note.NO_USER, Note.NOT_REGISTERED, Note.NO_DISC} & set(line.notes)


def test_a_chunk_larger_than_all_that_is_kept_is_passed_on_all_the_same() -> None:
    tap = Tap(kept_bytes=100)
    reader = tap.read()
    link = tap.connect(Role.CLIENT, "a:1", "b:2", now=0.0)
    link.sent(b"LIST " + b"x" * 1000 + b"\r\n", now=0.0)
    assert reader.take_lines()[-1].size_bytes == 1005
    assert tap.read().take_lines() == []


def test_connections_are_numbered_from_one_unless_they_have_a_number() -> None:
    tap = Tap()
    tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    tap.connect(Role.CALLER, "a:1", "b:2", number=77, now=0.0)
    tap.unreachable(Role.CALLED, "b:2", "refused", now=0.0)
    assert [line.connection for line in tap.read().take_lines()] == [1, 77, 2]


def test_nothing_is_kept_where_nothing_is_to_be_kept() -> None:
    tap = Tap(kept_bytes=0)
    reader = tap.read()
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=0.0)
    link.ended(Direction.SENT, now=0.0)
    assert len(reader.take_lines()) == 2
    assert tap.read().take_lines() == []


def test_times_follow_a_clock_that_is_corrected() -> None:
    tap = Tap(wall_offset=100.0)
    link = tap.connect(Role.CALLER, "a:1", "b:2", now=1.0)
    tap.wall_offset = 200.0
    link.received(b"Oi\n", now=2.0)
    assert [line.wall for line in tap.read().take_lines()] == [101.0, 202.0]


def test_what_reads_the_wire_says_what_it_is() -> None:
    tap, paced = Tap(), PacedReader()
    reader = tap.read()
    tap.attach(paced.put)
    link = tap.connect(Role.CALLER, "10.0.0.1:20000", "10.0.0.8:9382", now=0.0)
    link.received(b"oi\n", now=0.0)
    assert repr(link) == "<TappedLink 1: caller, 10.0.0.1:20000 to 10.0.0.8:9382>"
    assert repr(reader) == "<WireReader of 1 connections>"
    assert repr(tap).startswith("<Tap of 1 connections, ")
    assert repr(paced).startswith("<PacedReader, ")
