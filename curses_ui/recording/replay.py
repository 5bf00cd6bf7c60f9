"""``python3 -m curses_ui.recording.replay FILE``: shows a session that ``prosa --record FILE`` recorded.

The recording holds what came in, not what was shown: the program goes through it again
and comes to the same screens. Nothing is sent to anybody.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from core import VERSION
from io_adapters import Reactor, Timer

from ..terminal.frame import Frame, Line
from ..terminal.keys import Key, KeyDecoder, Text
from ..terminal.screen import Screen, can_draw, set_up_locale
from .replayed import Diverged
from .session_file import SessionFault, read_session
from .session_replay import Replay

EXIT_FAULT: Final = 1
EXIT_USAGE: Final = 2

_INPUT: Final = 0
_OUTPUT: Final = 1
_READ_BYTES: Final = 4096
_FASTER: Final = 2.0


@dataclass(frozen=True, slots=True)
class Shot:
    """One frame of a session."""

    seconds: float
    """Since the beginning."""
    frame: Frame


@dataclass(frozen=True, slots=True)
class Session:
    """A whole session, as it was shown."""

    version: str
    """Of the program that recorded it."""
    shots: tuple[Shot, ...]
    """Those that differ from the one before."""
    other_frames: int
    """How many were drawn otherwise then."""
    parted: str
    """Where this program decides otherwise than the recorded one; empty if nowhere."""


def load_session(path: Path, *, language: str | None = None) -> Session:
    """Go through a recording and keep what it shows, as far as it goes.

    Args:
        path: The recording.
        language: Instead of the one it was recorded in.

    Raises:
        OSError: The file cannot be read.
        SessionFault: It is no session.
    """
    header, entries = read_session(path)
    if language is not None:
        header = replace(header, language=language)
    shots: list[Shot] = []
    lines: dict[Line, Line] = {}  # most lines of a frame are those of the one before: kept once

    def keep(seconds: float, frame: Frame) -> None:
        if not shots or frame != shots[-1].frame:
            kept = tuple(lines.setdefault(line, line) for line in frame.lines)
            shots.append(Shot(seconds, Frame(kept, frame.cursor, frame.title)))

    replay = Replay(header, entries)
    parted = ""
    try:
        replay.run(keep)
    except Diverged as fault:
        parted = str(fault)
    return Session(header.version, tuple(shots), replay.other_frames, parted)


class Player:
    """Shows a session on a terminal, at speed or step by step.

    Space halts it and lets it go on, ``n`` and ``p`` go to the next frame and the previous
    one, ``+`` and ``-`` change the speed, ``q`` ends it.
    """

    def __init__(
        self, reactor: Reactor, screen: Screen, shots: Sequence[Shot], *, speed: float, step: bool
    ) -> None:
        self._reactor: Final = reactor
        self._screen: Final = screen
        self._shots: Final = shots
        self._speed = speed
        self._halted = step
        self._at = 0
        self._decoder: Final = KeyDecoder()
        self._timer: Timer | None = None

    def run(self) -> None:
        """Show it until its end, or until the user has seen enough."""
        with self._screen:
            self._reactor.add_reader(_INPUT, self._read)
            self._show()
            self._reactor.run()

    def _show(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        shot = self._shots[self._at]
        self._screen.draw(shot.frame)
        if self._halted:
            return
        if self._at + 1 == len(self._shots):
            self._reactor.stop()
            return
        pause_seconds = (self._shots[self._at + 1].seconds - shot.seconds) / self._speed
        self._timer = self._reactor.call_later(pause_seconds, lambda: self._go(1))

    def _go(self, by: int) -> None:
        self._at = min(max(0, self._at + by), len(self._shots) - 1)
        self._show()

    def _read(self) -> None:
        data = os.read(_INPUT, _READ_BYTES)
        if not data:
            self._reactor.stop()
        self._decoder.receive_data(data, now=self._reactor.now)
        for event in self._decoder.take_events():
            match event:
                case Text(text):
                    for character in text:
                        self._obey(character)
                case Key(name):
                    self._obey(name)
                case _:
                    pass

    def _obey(self, key: str) -> None:
        match key:
            case " ":
                self._halted = not self._halted
                self._show()
            case "n" | "Right" | "Enter":
                self._halted = True
                self._go(1)
            case "p" | "Left":
                self._halted = True
                self._go(-1)
            case "+":
                self._speed *= _FASTER
                self._show()
            case "-":
                self._speed /= _FASTER
                self._show()
            case "q" | "C-c" | "Escape":
                self._reactor.stop()
            case _:
                pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Show a session, or print one of its frames; returns the exit code."""
    options = _parse(arguments)
    try:
        session = load_session(options.file)
    except (OSError, SessionFault) as fault:
        print(f"replay: {fault}", file=sys.stderr)
        return EXIT_USAGE
    if options.frame is not None:
        return _print_frame(session, options.frame)
    if not options.check and os.isatty(_INPUT) and os.isatty(_OUTPUT) and can_draw(os.environ):
        if session.shots:
            set_up_locale()
            screen = Screen(color="auto", environment=os.environ)
            with Reactor() as reactor:
                Player(reactor, screen, session.shots, speed=options.speed, step=options.step).run()
    return _report(session)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python3 -m curses_ui.recording.replay",
        description="Shows a session that was recorded with prosa --record FILE.",
        epilog="While it plays: Space halts, n and p step, + and - change the speed, q ends it.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="the recording")
    parser.add_argument("--speed", type=_speed, default=1.0, metavar="X", help="so many times as fast")
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


def _print_frame(session: Session, number: int) -> int:
    count = len(session.shots)
    if not 1 <= abs(number) <= count:
        print(f"replay: there are {count} frames", file=sys.stderr)
        return EXIT_USAGE
    print(session.shots[number - 1 if number > 0 else number].frame.text())
    return 0


def _report(session: Session) -> int:
    """Say what there was, and what is not as it was."""
    count = len(session.shots)
    seconds = session.shots[-1].seconds if session.shots else 0.0
    print(f"{count} frames in {seconds:.1f} s")
    if session.parted or session.other_frames:
        if session.version != VERSION:
            print(f"recorded by version {session.version}, replayed by {VERSION}")
        if session.other_frames:
            print(f"{session.other_frames} frames are not as they were")
        if session.parted:
            print(f"the program and the recording part {session.parted}")
        return EXIT_FAULT
    return 0


if __name__ == "__main__":
    sys.exit(main())
