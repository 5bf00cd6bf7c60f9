"""``python3 -m curses_ui.recording.replay FILE``: shows a session that ``prosa --record FILE`` recorded.

The recording holds what came in, not what was shown: the program goes through it again
and comes to the same screens. Nothing is sent to anybody.
"""

import argparse
import dataclasses
import math
import os
import sys
import time
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from core import VERSION, LocalProtocolError
from io_adapters import Reactor

from ..catalogue import load_catalogue
from ..client import Client, ClientConnection, Value
from ..terminal.frame import Frame, Line
from ..terminal.keys import Key, KeyDecoder, Text
from ..terminal.screen import Screen, can_draw, set_up_locale
from ..text.clean import clean_message
from .recorder import SHOWN, Entry, Header, RecordingFault, frame_number, page, read_recording

EXIT_FAULT: Final = 1
EXIT_USAGE: Final = 2

_INPUT: Final = 0
_OUTPUT: Final = 1
_KEYS_BYTES: Final = 4096
_FASTER: Final = 2.0
_LONGEST_PAUSE_SECONDS: Final = 3.0  # in a session without a screen


@dataclass(frozen=True, slots=True)
class Shot:
    """What was shown at one time."""

    seconds: float
    """Since the beginning."""
    frame: Frame
    """Without a screen, the lines that were written."""


@dataclass(frozen=True, slots=True)
class Session:
    """A whole session, as it was shown."""

    header: Header
    shots: tuple[Shot, ...]
    """Those that differ from the one before."""
    others: int
    """How many were shown otherwise then."""


def replay(header: Header, entries: Iterable[Entry]) -> Iterator[tuple[Shot, bool]]:
    """Go through a session: the same client gets the same inputs.

    Yields everything that is shown, and whether it was shown so then. Raises
    RecordingFault where the recording is damaged.
    """
    beginning = header.beginning
    try:
        client = Client(beginning, catalogue=load_catalogue(beginning.language), random=Random(beginning.seed).random)
    except LocalProtocolError as fault:
        raise RecordingFault(f"line 1 is not how a session begins: {fault}") from None
    connections: dict[Value, ClientConnection] = {}
    for entry in entries:
        if entry.kind == SHOWN:
            frame = page(client.take_lines()) if beginning.plain else client.take_frame(now=entry.now)
            if frame is not None:
                yield Shot(entry.now - beginning.now, frame), entry.values == (frame_number(frame),)
        elif hasattr(Client, entry.kind):
            made = getattr(client, entry.kind)(*entry.values, now=entry.now)
            if isinstance(made, ClientConnection):
                connections[made.number] = made
        elif (connection := connections.get(entry.values[0])) is not None:
            moment = {} if entry.kind == "data_to_send" else {"now": entry.now}
            getattr(connection, entry.kind)(*entry.values[1:], **moment)
        for take in (client.take_ready, client.take_requests, client.take_events):
            take()  # carried out then, and kept for nobody now


def load_session(path: Path, *, language: str | None = None) -> Session:
    """Go through a recording and keep what it shows, in another language than its own if one is given.

    Raises OSError or RecordingFault.
    """
    header, entries = read_recording(path)
    if language is not None:
        header = dataclasses.replace(header, beginning=dataclasses.replace(header.beginning, language=language))
    shots: list[Shot] = []
    lines: dict[Line, Line] = {}  # most lines of a frame are those of the one before: kept once
    others = 0
    for shot, is_as_it_was in replay(header, entries):
        others += not is_as_it_was
        if header.beginning.plain or not shots or shot.frame != shots[-1].frame:
            kept = tuple(lines.setdefault(line, line) for line in shot.frame.lines)
            shots.append(Shot(shot.seconds, dataclasses.replace(shot.frame, lines=kept)))
    return Session(header, tuple(shots), others)


def play(screen: Screen, shots: Sequence[Shot], *, speed: float, step: bool) -> None:
    """Show a session on a terminal, at speed or step by step.

    Space halts it and lets it go on, ``n`` and ``p`` go to the next frame and the previous
    one, ``+`` and ``-`` change the speed, ``q`` ends it.
    """
    at, halted = 0, step
    keys: deque[str] = deque()
    with screen, Reactor() as reactor:
        reactor.add_reader(_INPUT, lambda: keys.extend(_keys(os.read(_INPUT, _KEYS_BYTES))))
        while halted or at + 1 < len(shots):
            screen.draw(shots[at].frame)
            until = math.inf if halted else reactor.time() + (shots[at + 1].seconds - shots[at].seconds) / speed
            while not keys and reactor.now < until:
                reactor.run_turn(until - reactor.now)
            at += not keys
            while keys:
                match key := keys.popleft():
                    case " ":
                        halted = not halted
                    case "n" | "Right" | "Enter":
                        at, halted = min(at + 1, len(shots) - 1), True
                    case "p" | "Left":
                        at, halted = max(0, at - 1), True
                    case "+" | "-":
                        speed *= _FASTER if key == "+" else 1 / _FASTER
                    case "q" | "C-c" | "Escape":
                        return
                    case _:
                        pass
        screen.draw(shots[at].frame)


def _keys(data: bytes) -> Iterator[str]:
    """The keys that were pressed; ``q`` if there is no keyboard any more."""
    decoder = KeyDecoder()
    decoder.receive_data(data or b"q", now=0.0)
    decoder.receive_eof(now=0.0)  # an ESC is the key, since sequences come whole
    for event in decoder.take_events():
        if isinstance(event, Text | Key):
            yield from event.text if isinstance(event, Text) else [event.name]


def main(arguments: Sequence[str] | None = None) -> int:
    """Show a session, or print one of its frames; returns the exit code."""
    options = _parse(arguments)
    try:
        session = load_session(options.file)
    except RecordingFault as fault:
        return _complain(f"{options.file}: {fault}")
    except OSError as fault:
        return _complain(str(fault))
    if (number := options.frame) is not None:
        if not 1 <= abs(number) <= len(session.shots):
            return _complain(f"there are {len(session.shots)} frames")
        print(session.shots[number - 1 if number > 0 else number].frame.text())
        return 0
    if not options.check:
        _play(session, options)
    return _report(session)


def _play(session: Session, options: argparse.Namespace) -> None:
    if session.header.beginning.plain:
        before = 0.0
        for shot in session.shots:
            time.sleep(min(_LONGEST_PAUSE_SECONDS, shot.seconds - before) / options.speed)
            print(shot.frame.text(), flush=True)
            before = shot.seconds
    elif session.shots and os.isatty(_INPUT) and os.isatty(_OUTPUT) and can_draw(os.environ):
        set_up_locale()
        screen = Screen(color="auto", environment=os.environ)
        play(screen, session.shots, speed=options.speed, step=options.step)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m curses_ui.recording.replay",
        description="Shows a session that was recorded with prosa --record FILE.",
        epilog="While it plays: Space halts, n and p step, + and - change the speed, q ends it.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recording")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="play this many times as fast")
    parser.add_argument("--step", action="store_true", help="begin halted, to go frame by frame")
    parser.add_argument(
        "--frame", type=int, metavar="N", help="print the N-th frame, from 1; -1 is the last; and end"
    )
    parser.add_argument("--check", action="store_true", help="show nothing, but say whether all is as it was")
    return parser.parse_args(arguments)


def _speed(text: str) -> float:
    speed = float(text)
    if not 0.01 <= speed <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is not within 0.01 to 1000")
    return speed


def _complain(what: str) -> int:
    print(f"replay: {clean_message(what)}", file=sys.stderr)
    return EXIT_USAGE


def _report(session: Session) -> int:
    """Say what there was, and what is not as it was."""
    count = len(session.shots)
    seconds = session.shots[-1].seconds if session.shots else 0.0
    print(f"{count} frames in {seconds:.1f} s")
    version, unicode = clean_message(session.header.version), clean_message(session.header.unicode)
    if unicode != unicodedata.unidata_version:
        print(f"recorded with Unicode {unicode}, replayed with {unicodedata.unidata_version}: not compared")
        return 0
    if not session.others:
        return 0
    if version != VERSION:
        print(f"recorded by version {version}, replayed by {VERSION}")
    print(f"{session.others} frames are not as they were")
    return EXIT_FAULT


if __name__ == "__main__":
    sys.exit(main())
