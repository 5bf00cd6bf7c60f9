"""Makes pictures of the client out of recorded sessions.

    python3 -m tools.picture                                   those in docs/pictures, anew
    python3 -m tools.picture SESSION FILE.svg [--frame N]      one frame of a session; the last one, else
    python3 -m tools.picture SESSION FILE.svg --moving         the whole session, moving

A session is recorded with ``prosa --record SESSION``; ``--lang`` shows it in another
language than it was recorded in.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from io_adapters import parse_language

from curses_ui.i18n import LANGUAGES
from curses_ui.recording.replay import Session, load_session

from .svg import Scene, moving_picture, picture

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "pictures"

_LONGEST_SECONDS: Final = 2.5  # that nothing happens, in a moving picture
_LAST_SECONDS: Final = 5.0  # to look at the end of it


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture in the docs."""

    file: str
    session: str
    language: str
    frame: int | None
    """From 1, or from the end; None: all of them, moving."""


WANTED: Final = (
    Wanted("client.svg", "chat.session", "en", -1),
    Wanted("client.pt_BR.svg", "chat.session", "pt_BR", -1),
    Wanted("chat.svg", "chat.session", "en", None),
    Wanted("wire.svg", "wire.session", "en", -1),
    Wanted("wire.pt_BR.svg", "wire.session", "pt_BR", -1),
)


def make(wanted: Wanted) -> str:
    """A picture in the docs, as it is now."""
    session = load_session(FOLDER / wanted.session, language=wanted.language)
    return _moving(session) if wanted.frame is None else _still(session, wanted.frame)


def _still(session: Session, number: int) -> str:
    return picture(session.shots[number - 1 if number > 0 else number].frame)


def _moving(session: Session) -> str:
    shots = session.shots
    ends = [shot.seconds for shot in shots[1:]]
    scenes = [
        Scene(shot.frame, min(end - shot.seconds, _LONGEST_SECONDS))
        for shot, end in zip(shots, ends, strict=False)
    ]
    return moving_picture([*scenes, Scene(shots[-1].frame, _LAST_SECONDS)])


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the pictures in the docs, or one from a session."""
    parser = argparse.ArgumentParser(
        prog="python3 -m tools.picture",
        description="Makes pictures of the client; without arguments, those in docs/pictures.",
    )
    parser.add_argument("session", nargs="?", type=Path, help="recorded with prosa --record")
    parser.add_argument("file", nargs="?", type=Path, help="where to write the picture")
    parser.add_argument("--frame", type=int, default=-1, metavar="N", help="from 1, or from the end (default)")
    parser.add_argument("--moving", action="store_true", help="all frames, one after another")
    parser.add_argument(
        "--lang",
        type=lambda text: parse_language(text) or text,
        choices=LANGUAGES,
        help="instead of the one it was recorded in",
    )
    options = parser.parse_args(arguments)
    if options.session is None:
        for wanted in WANTED:
            (FOLDER / wanted.file).write_text(make(wanted), encoding="utf-8")
        return
    if options.file is None:
        parser.error("where is the picture to be written?")
    session = load_session(options.session, language=options.lang)
    drawn = _moving(session) if options.moving else _still(session, options.frame)
    options.file.write_text(drawn, encoding="utf-8")


if __name__ == "__main__":
    main()
