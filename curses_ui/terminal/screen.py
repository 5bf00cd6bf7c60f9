"""The terminal: draws frames, gives the terminal back. The only module that imports curses.

Keys are not read here: the terminal's bytes go to ``keys.KeyDecoder`` as they come,
so curses' own decoding (keypad) stays off.
"""

import contextlib
import curses
import locale
import os
import signal
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Final, Self, cast

from ..text.cells import REPLACEMENT, char_width, text_width
from ..text.characters import CACHED_CHARACTERS
from ..text.clean import Kind, clean
from ..text.graphemes import graphemes
from .colours import DEFAULT, look_of
from .frame import Frame, Line, Role, Span

_OUTPUT: Final = 1
_UTF8_LOCALES: Final = ("C.UTF-8", "en_US.UTF-8", "pt_BR.UTF-8")
_DEFAULT_SIZE: Final = (24, 80)
_TITLED: Final = (
    *("xterm", "tmux", "screen", "rxvt", "alacritty", "foot"),
    *("kitty", "konsole", "gnome", "vte", "st-", "mintty"),
)
"""Terminals that swallow the sequences for titles and notifications if they do not understand them."""

_BEGIN: Final = b"\x1b[?2004h\x1b[?1004h"  # bracketed paste, focus reports
_END: Final = b"\x1b[?1004l\x1b[?2004l"
_MOUSE_ON: Final = b"\x1b[?1000h\x1b[?1006h"  # presses and the wheel, in a form without limits
_MOUSE_OFF: Final = b"\x1b[?1006l\x1b[?1000l"
_PUSH_TITLE: Final = b"\x1b[22;2t"
_POP_TITLE: Final = b"\x1b[23;2t"


def can_draw(environment: Mapping[str, str]) -> bool:
    """Whether there can be a screen on this terminal.

    To be asked before ``enter``: where curses cannot draw, it ends the process.
    """
    try:
        curses.setupterm(environment.get("TERM") or "unknown", _OUTPUT)
    except curses.error:
        return False
    # A terminal that cannot place its cursor (TERM=dumb) would be drawn full of garbage.
    return bool(curses.tigetstr("cup"))


def set_up_locale() -> bool:
    """Choose the encoding that curses writes; False if UTF-8 cannot be had on this machine."""
    for name in ("", *_UTF8_LOCALES):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            if locale.getencoding() == "UTF-8":
                return True
    return False


def draws_wide(characters: str) -> str:
    """Those of the characters that this machine's C library, and so curses, gives two cells."""
    width_of = _library_width()
    return "".join(character for character in characters if width_of is not None and width_of(ord(character)) == 2)


@cache
def _library_width() -> Callable[[int], int] | None:
    """The C library's ``wcwidth``, which curses asks; None if there is none here."""
    try:
        import ctypes  # only here: it is not on every system, and plain mode has no use for it

        width_of = ctypes.CDLL(None).wcwidth
    except (ImportError, OSError, AttributeError):
        return None
    width_of.argtypes, width_of.restype = [ctypes.c_int], ctypes.c_int
    return cast("Callable[[int], int]", width_of)


class Screen:
    """The terminal while it is ours; enter it, draw, leave it. Leaving gives back all that was changed."""

    def __init__(self, *, color: str, environment: Mapping[str, str]) -> None:
        """Prepare; the terminal is not touched.

        Args:
            color: ``auto``, ``always`` or ``never``.
            environment: ``TERM``, ``NO_COLOR``, ``TMUX`` and so on.
        """
        self._color = color
        self._environment = environment
        self._window: curses.window | None = None
        self._colours = 0
        self._attributes: dict[tuple[Role, int], int] = {}
        self._pairs: dict[int, int] = {}
        self._lines: tuple[Line, ...] = ()
        self._cursor_shown: bool | None = None
        self._title = ""
        self._has_mouse = False

    def __enter__(self) -> Self:
        self.enter()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.leave()

    def enter(self) -> None:
        """Take the terminal."""
        self._window = curses.initscr()
        try:
            curses.raw()
            curses.noecho()
            curses.nonl()
            curses.typeahead(-1)  # else curses stops drawing a frame when a key is pressed
            self._colours = self._start_colours()
            self._write(_BEGIN)
            if self._has_title:
                self._write(_PUSH_TITLE)
            curses.def_prog_mode()
            self.resize()
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Give the terminal back; again has no effect."""
        if self._window is None:
            return
        with contextlib.suppress(curses.error):  # without another screen to go back to, the shell goes on in this row
            self._window.move(self._window.getmaxyx()[0] - 1, 0)
            self._window.clrtoeol()
            self._window.refresh()
        self._window = None
        self._write(_END)
        self.use_mouse(False)
        if self._has_title:
            self._write(_POP_TITLE)
        with contextlib.suppress(curses.error):
            curses.endwin()

    def suspend(self) -> None:
        """Give the terminal back, stop this process, and take the terminal again when it is continued."""
        self._write(_END + (_MOUSE_OFF if self._has_mouse else b""))
        curses.endwin()
        signal.raise_signal(signal.Signals["SIGSTOP"])
        self.resume()

    def resume(self) -> None:
        """Set the terminal up again, after the process was stopped."""
        with contextlib.suppress(curses.error):  # a closed terminal continues the process as well
            curses.reset_prog_mode()
        self._write(_BEGIN + (_MOUSE_ON if self._has_mouse else b""))
        self._title = ""
        self.redraw()

    def redraw(self) -> None:
        """Let the next frame be drawn on an empty screen."""
        self._lines = ()
        self._cursor_shown = None
        if self._window is not None:
            self._window.erase()
            self._window.clearok(True)

    def resize(self) -> tuple[int, int]:
        """Follow the terminal's size; return rows and columns."""
        try:
            columns, rows = os.get_terminal_size(_OUTPUT)
        except OSError:  # the terminal is gone
            columns, rows = 0, 0
        if not rows or not columns:
            rows, columns = _DEFAULT_SIZE
        curses.resizeterm(rows, columns)
        curses.update_lines_cols()
        self.redraw()
        return rows, columns

    def ring(self) -> None:
        """Ring the bell."""
        self._write(b"\a")

    def use_mouse(self, on: bool) -> None:
        """Let the terminal report the mouse, or leave it to the terminal, for selecting text."""
        if on is not self._has_mouse:
            self._has_mouse = on
            self._write(_MOUSE_ON if on else _MOUSE_OFF)

    # Drawing

    def draw(self, frame: Frame) -> None:
        """Show a frame: the lines that differ from those on the screen."""
        if self._window is None:
            return
        for row, line in enumerate(frame.lines):
            if row >= len(self._lines) or line != self._lines[row]:
                self._put_line(self._window, row, line)
        self._lines = frame.lines
        self._place_cursor(self._window, frame.cursor)
        self._window.noutrefresh()
        curses.doupdate()
        if frame.title != self._title:
            self._put_title(frame.title)
            self._title = frame.title

    def _put_line(self, window: curses.window, row: int, line: Line) -> None:
        column = 0
        for span in line:
            attribute = self._attribute(span)
            for piece in _pieces(span):
                self._put(window, row, column, piece, attribute)
                column += text_width(piece)

    @staticmethod
    def _put(window: curses.window, row: int, column: int, text: str, attribute: int) -> None:
        rows, columns = window.getmaxyx()
        end = column + text_width(text)
        if row >= rows or end > columns:
            return
        try:
            window.addstr(row, column, text, attribute)
        except curses.error:
            # The cursor cannot go behind the last cell of the screen; what was written there is there.
            if (row, end) != (rows - 1, columns):
                raise

    def _place_cursor(self, window: curses.window, cursor: tuple[int, int] | None) -> None:
        shown = cursor is not None
        if shown is not self._cursor_shown:
            with contextlib.suppress(curses.error):  # some terminals cannot hide it
                curses.curs_set(1 if shown else 0)
            self._cursor_shown = shown
        rows, columns = window.getmaxyx()
        if cursor is not None and cursor[0] < rows and cursor[1] < columns:
            window.move(*cursor)

    # The terminal

    def notify(self, text: str) -> None:
        """Ask for a desktop notification; terminals that know none ignore it."""
        if self._has_title:
            self._write(b"\x1b]9;" + clean(text, Kind.TITLE).encode() + b"\a")

    @property
    def _has_title(self) -> bool:
        """Whether the terminal surely swallows what it does not understand of this."""
        return self._environment.get("TERM", "").startswith(_TITLED)

    def _put_title(self, title: str) -> None:
        shown = clean(title, Kind.TITLE).encode()
        if "STY" in self._environment:  # GNU screen has a sequence of its own
            self._write(b"\x1bk" + shown + b"\x1b\\")
        elif self._has_title:
            self._write(b"\x1b]2;" + shown + b"\a")

    def _start_colours(self) -> int:
        """Return how many colours to use; 0 if the user wants none, or the terminal has none."""
        no_color = bool(self._environment.get("NO_COLOR"))
        if self._color == "never" or (self._color == "auto" and no_color):
            return 0
        try:
            curses.start_color()
            curses.use_default_colors()
        except curses.error:
            return 0
        return curses.COLORS if curses.has_colors() else 0

    def _attribute(self, span: Span) -> int:
        key = span.role, span.hue
        attribute = self._attributes.get(key)
        if attribute is None:
            attribute = self._attributes[key] = self._make_attribute(span)
        return attribute

    def _make_attribute(self, span: Span) -> int:
        look = look_of(span.role, span.hue, self._colours)
        attribute = curses.A_NORMAL
        if look.bold:
            attribute |= curses.A_BOLD
        if look.dim:
            attribute |= curses.A_DIM
        if look.reverse:
            attribute |= curses.A_REVERSE
        if look.underline:
            attribute |= curses.A_UNDERLINE
        if look.colour != DEFAULT:
            attribute |= curses.color_pair(self._pair(look.colour))
        return attribute

    def _pair(self, colour: int) -> int:
        pair = self._pairs.get(colour)
        if pair is None:
            pair = len(self._pairs) + 1
            curses.init_pair(pair, colour, DEFAULT)
            self._pairs[colour] = pair
        return pair

    @staticmethod
    def _write(data: bytes) -> None:
        """Write what curses knows nothing of, behind all that curses has in its buffer."""
        with contextlib.suppress(curses.error):
            curses.doupdate()
        with contextlib.suppress(OSError):  # a terminal that is gone needs nothing back
            os.write(_OUTPUT, data)


def _pieces(span: Span) -> list[str]:
    """A text in pieces that are placed one by one: what the terminal thinks of the width of an
    unusual character moves nothing that stands behind it."""
    if span.text.isascii():
        return [span.text]
    pieces: list[str] = []
    usual = ""
    for cluster in graphemes(span.text):
        usual += cluster
        if cluster > "\u02ff" or len(cluster) > 1:
            if not all(map(_is_known_to_curses, cluster)):
                usual = usual[: -len(cluster)] + REPLACEMENT + " " * (text_width(cluster) - 1)
            pieces.append(usual)
            usual = ""
    if usual:
        pieces.append(usual)
    return pieces


@lru_cache(maxsize=CACHED_CHARACTERS)
def _is_known_to_curses(character: str) -> bool:
    """Whether curses gives the character as many cells as we do; else what stood behind it would be left there."""
    if unicodedata.ucd_3_2_0.category(character) != "Cn":
        return True  # since 2002: not worth the time to load what asks
    width_of = _library_width()
    return width_of is None or width_of(ord(character)) == char_width(character)
