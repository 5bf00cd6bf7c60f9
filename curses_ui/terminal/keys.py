"""Bytes from the terminal to keys, typed text and pastes.

Nothing that a terminal may send is ever taken for text by accident: sequences
that mean no key are dropped whole, and what is pasted is data, never keys.
How the bytes were cut on their way never changes the result.
"""

import codecs
import enum
import re
from dataclasses import dataclass
from typing import Final

from .key_names import CONTROL_KEYS, alt_key, csi_key, csi_text, linux_function_key, ss3_key, with_alt

ESCAPE_SECONDS: Final = 0.025
"""An ESC followed by nothing for this long is the key itself."""
SEQUENCE_SECONDS: Final = 0.5  # a sequence begun with ESC [ is waited for longer: a slow link may cut it
PASTE_SECONDS: Final = 1.0  # without an end mark, a paste ends this long after its last byte
PASTE_GRACE_SECONDS: Final = 0.05  # an Enter within this time after a paste belongs to it
MAX_SEQUENCE_BYTES: Final = 64  # no key sends a tenth of it
STRING_SECONDS: Final = 1.0  # without an end mark, a control string ends this long after its last byte
MAX_STRING_BYTES: Final = 4096  # of a control string, its end mark included; what follows is typed
MAX_PASTE_BYTES: Final = 1024 * 1024

_ESC: Final = 0x1B
_CSI: Final = ord("[")
_SS3: Final = ord("O")
_STRING_ENDS: Final = {
    ord(introducer): re.compile(rb"\x1b\\|\x07" if introducer == "]" else rb"\x1b\\") for introducer in "]P_^X"
}
"""What ends the strings that terminals answer with: OSC, DCS, APC, PM and SOS."""
_X10_MOUSE: Final = "[M"
_X10_BYTES: Final = 3  # behind it: button, column and row, each at least 0x20
_PASTE_BEGIN: Final = ("200", "~")
_PASTE_END: Final = b"\x1b[201~"
_FOCUS: Final = {"I": True, "O": False}
_MOUSE: Final = re.compile("([0-9]{1,5});([0-9]{1,5});([0-9]{1,5})")
_MOUSE_MODIFIERS: Final = 4 | 8 | 16  # Shift, Alt, Ctrl
_TYPED: Final = re.compile(rb"[^\x00-\x1f\x7f]+")
_SEQUENCE: Final = re.compile(
    rb"\[\[[@-~]"  # the Linux console's F1 to F5
    rb"|\[[0-9]+\$"  # rxvt with Shift
    rb"|\[[ -?]*[@-Z\\-~]|\[[ -?]+\["  # CSI
    rb"|O[0-9]?[@-~]"  # SS3
)
_SEQUENCE_BEGUN: Final = re.compile(rb"\[(?:\[|[ -?]*)|O[0-9]?")
_SEQUENCE_REST: Final = re.compile(rb"[ -?]*(?:[@-~]|(?=[^ -~]))")
_UNFINISHED: Final = {
    b"\x1b": ("Escape",),
    b"\x1b\x1b": ("Escape", "Escape"),
    b"\x1b[": ("M-[",),
    b"\x1b\x1b[": ("Escape", "M-["),
    b"\x1bO": ("M-O",),
    b"\x1b\x1bO": ("Escape", "M-O"),
    **{bytes([_ESC, introducer]): (f"M-{introducer:c}",) for introducer in _STRING_ENDS},
}
"""What an unfinished sequence was when nothing follows; anything else was no key."""
_TAB: Final = "    "
_NOT_IN_TEXT: Final = dict.fromkeys([*range(0x00, 0x0A), *range(0x0B, 0x20), *range(0x7F, 0xA0)])
_LINE_END_KEYS: Final = frozenset({"Enter", "C-j"})


@dataclass(slots=True)
class Key:
    """Emitted when a key was pressed that types nothing."""

    name: str
    """As in ``key_names``: ``C-a``, ``M-Left``, ``Enter``."""


@dataclass(slots=True)
class Text:
    """Emitted when characters were typed."""

    text: str
    """No C0 or C1 controls; never empty."""


@dataclass(slots=True)
class Paste:
    """Emitted when a bracketed paste ended."""

    text: str
    """Rows parted by ``\\n``; no other C0 or C1 controls."""
    truncated: bool
    """Whether it was longer than ``MAX_PASTE_BYTES`` and lost its end."""


@dataclass(slots=True)
class Focus:
    """Emitted when the terminal's window got or lost the focus."""

    focused: bool


class MouseAction(enum.Enum):
    """What was done with the mouse; its numbers are those of the terminal's report."""

    CLICK = 0
    """The left button was pressed."""
    WHEEL_UP = 64
    WHEEL_DOWN = 65


@dataclass(slots=True)
class Mouse:
    """Emitted for the mouse, while the terminal is asked to report it."""

    action: MouseAction
    row: int
    """From 0 at the top."""
    column: int


KeyEvent = Key | Text | Paste | Focus | Mouse


_MOUSE_ACTIONS: Final = frozenset(action.value for action in MouseAction)


class KeyDecoder:
    """Decodes the terminal's input. Driven by received bytes and the timer.

    After each of them, call ``take_events``. Feed what is there to read before
    the timer: a sequence that was late only because the program was busy is
    then still read as one.
    """

    def __init__(self, *, escape_seconds: float = ESCAPE_SECONDS) -> None:
        """Begin with nothing pressed.

        Args:
            escape_seconds: How long an ESC waits for the rest of a sequence (``ESCDELAY``).
        """
        self._escape_seconds = escape_seconds
        self._events: list[KeyEvent] = []
        self._typed: list[str] = []  # not yet an event: neighbours become one
        self._buffer = bytearray()  # empty, or begins with an ESC once everything is parsed
        self._utf8 = codecs.getincrementaldecoder("utf-8")("ignore")
        self._skipping = False  # inside a sequence longer than MAX_SEQUENCE_BYTES
        self._string_end: re.Pattern[bytes] | None = None  # of the control string that is being dropped
        self._string_bytes = 0  # dropped of it
        self._paste: bytearray | None = None
        self._paste_truncated = False
        self._paste_searched = 0
        self._grace_until = 0.0
        self._deadline: float | None = None
        self._ended = False

    # Receiving

    def receive_data(self, data: bytes, *, now: float) -> None:
        """Feed bytes from the terminal, cut anywhere; after the end they are ignored."""
        if self._ended or not data:
            return
        lasts = self._paste is not None or self._string_end is not None
        if lasts and self._deadline is not None and now >= self._deadline:
            self.handle_timer(now=now)
        self._buffer += data
        while self._buffer and self._take_something(now):
            pass
        self._deadline = self._deadline_after(now)

    def receive_eof(self, *, now: float) -> None:
        """Note that the terminal is gone; what was pending is decided. Again has no effect."""
        if not self._ended:
            self._decide(now)
            self._ended = True

    def handle_timer(self, *, now: float) -> None:
        """Decide what an unfinished sequence was, or end an unfinished paste; harmless when early."""
        if self._deadline is not None and now >= self._deadline:
            self._decide(now)

    # Fetching

    def next_timer(self) -> float | None:
        """Absolute time for ``handle_timer``, or None."""
        return self._deadline

    def take_events(self) -> list[KeyEvent]:
        """What happened since the last call, each once."""
        self._end_text()
        events, self._events = self._events, []
        return events

    # Private: one step each; False when more bytes are needed

    def _take_something(self, now: float) -> bool:
        if self._paste is not None:
            return self._take_paste(self._paste, now)
        if self._string_end is not None:
            return self._drop_string(self._string_end)
        if self._skipping:
            return self._skip()
        if self._buffer[0] == _ESC:
            self._utf8.reset()
            return self._take_escape(now)
        if run := _TYPED.match(self._buffer):
            self._emit_text(self._utf8.decode(run.group()))
            del self._buffer[: run.end()]
            return True
        self._utf8.reset()
        control = self._buffer[0]
        del self._buffer[:1]
        self._emit_key(CONTROL_KEYS[control], now)
        return True

    def _take_escape(self, now: float) -> bool:
        buffer = self._buffer
        if len(buffer) == 1:
            return False
        if buffer[1] != _ESC:
            return self._take_sequence(1, now)
        if len(buffer) == 2:
            return False
        if buffer[2] in (_CSI, _SS3):
            return self._take_sequence(2, now)
        del buffer[:1]
        self._emit_key("Escape", now)
        return True

    def _take_sequence(self, at: int, now: float) -> bool:
        """Take what begins with ``at`` ESCs."""
        introducer = self._buffer[at]
        if introducer == _CSI or introducer == _SS3:
            return self._take_control_sequence(at, now)
        if introducer in _STRING_ENDS:
            if len(self._buffer) == at + 1:
                return False  # Alt with this key, if nothing follows
            del self._buffer[: at + 1]
            self._string_end, self._string_bytes = _STRING_ENDS[introducer], 0
            return True
        if introducer < 0x80:
            del self._buffer[:2]
            self._emit_key(alt_key(introducer), now)
            return True
        return self._take_alt_character(now)

    def _take_alt_character(self, now: float) -> bool:
        """Take ESC and a character of several bytes; if it is no UTF-8, drop it."""
        lead = self._buffer[1]
        length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
        end = 2
        while end < min(len(self._buffer), 1 + length) and self._buffer[end] & 0xC0 == 0x80:
            end += 1
        if end == len(self._buffer) and end < 1 + length and 0xC2 <= lead <= 0xF4:
            return False
        character = self._buffer[1:end].decode(errors="ignore")
        del self._buffer[:end]
        if character.isprintable() and character:
            self._emit_key(f"M-{character}", now)
        return True

    def _take_control_sequence(self, at: int, now: float) -> bool:
        buffer = self._buffer
        if whole := _SEQUENCE.match(buffer, at):
            sequence = whole.group().decode()
            if sequence == _X10_MOUSE:
                report = buffer[whole.end() : whole.end() + _X10_BYTES]
                if all(byte >= 0x20 for byte in report):
                    if len(report) < _X10_BYTES:
                        return False
                    del buffer[: whole.end() + _X10_BYTES]
                    return True
            del buffer[: whole.end()]
            if len(sequence) - 1 > MAX_SEQUENCE_BYTES:
                return True
            self._emit_sequence(sequence[0], sequence[1:-1], sequence[-1], escaped=at > 1, now=now)
            return True
        begun = _SEQUENCE_BEGUN.match(buffer, at)
        end = begun.end() if begun else at + 1
        if end - at > MAX_SEQUENCE_BYTES:
            self._skipping = True
        elif end == len(buffer):
            return False
        del buffer[:end]  # too long, or interrupted by a control or a character, which is read next
        return True

    def _skip(self) -> bool:
        """Drop the rest of an overlong sequence, its last byte included."""
        rest = _SEQUENCE_REST.match(self._buffer)
        if rest is None:
            self._buffer.clear()
            return False
        self._skipping = False
        del self._buffer[: rest.end()]
        return True

    def _drop_string(self, end: re.Pattern[bytes]) -> bool:
        """Drop what there is of a control string, to its end mark or to its greatest length."""
        most = MAX_STRING_BYTES - self._string_bytes
        found = end.search(self._buffer, 0, most)
        if found is not None or len(self._buffer) >= most:
            self._string_end = None
            del self._buffer[: found.end() if found is not None else most]
            return True
        dropped = len(self._buffer) - self._buffer.endswith(b"\x1b")  # which may begin the end mark
        self._string_bytes += dropped
        del self._buffer[:dropped]
        return False

    def _take_paste(self, paste: bytearray, now: float) -> bool:
        paste += self._buffer
        self._buffer.clear()
        end = paste.find(_PASTE_END, self._paste_searched)
        if end >= 0:
            self._buffer += paste[end + len(_PASTE_END) :]
            del paste[end:]
            self._end_paste(now)
            return True
        tail = len(_PASTE_END) - 1  # may be the start of the end
        if len(paste) > MAX_PASTE_BYTES + tail:
            del paste[MAX_PASTE_BYTES:-tail]
            self._paste_truncated = True
        self._paste_searched = max(0, len(paste) - tail)
        return False

    # Private: what it means

    def _emit_sequence(self, introducer: str, body: str, final: str, *, escaped: bool, now: float) -> None:
        """Emit what a whole sequence means, if anything; ``escaped``: another ESC stood before it."""
        name = None
        if introducer == "O":
            name = ss3_key(body, final)
        elif body == "[":
            name = linux_function_key(final)
        elif (body, final) == _PASTE_BEGIN or (not body and final in _FOCUS):
            if escaped:
                self._emit_key("Escape", now)
            if final == "~":
                self._end_text()
                self._paste, self._paste_truncated, self._paste_searched = bytearray(), False, 0
            else:
                self._emit(Focus(_FOCUS[final]))
        elif body.startswith("<"):
            self._emit_mouse(body[1:], final)
        elif text := csi_text(body, final):
            self._emit_text(text)
        else:
            name = csi_key(body, final)
        if name is not None:
            self._emit_key(with_alt(name) if escaped else name, now)

    def _emit_mouse(self, body: str, final: str) -> None:
        """Emit what a mouse report says (SGR): what, column and row from 1; ``m`` is a button let go."""
        report = _MOUSE.fullmatch(body)
        if report is None or final != "M":
            return
        code, column, row = (int(number) for number in report.groups())
        if (code & ~_MOUSE_MODIFIERS) in _MOUSE_ACTIONS and column and row:
            self._emit(Mouse(MouseAction(code & ~_MOUSE_MODIFIERS), row - 1, column - 1))

    def _decide(self, now: float) -> None:
        """Take what is unfinished for what it is."""
        self._deadline = None
        if self._paste is not None:
            for length in range(len(_PASTE_END) - 1, 0, -1):
                if self._paste.endswith(_PASTE_END[:length]):
                    del self._paste[-length:]
                    break
            self._end_paste(now)
        unfinished = bytes(self._buffer)
        self._buffer.clear()
        self._skipping = False
        self._string_end = None
        for name in _UNFINISHED.get(unfinished, ()):
            self._emit_key(name, now)

    def _end_paste(self, now: float) -> None:
        data = self._paste or bytearray()
        truncated = self._paste_truncated or len(data) > MAX_PASTE_BYTES
        text = data[:MAX_PASTE_BYTES].decode(errors="ignore").replace("\r\n", "\n").replace("\r", "\n")
        text = text.replace("\t", _TAB).translate(_NOT_IN_TEXT)
        self._paste = None
        self._grace_until = now + PASTE_GRACE_SECONDS
        if text:
            self._emit(Paste(text, truncated))

    def _deadline_after(self, now: float) -> float | None:
        if self._paste is not None:
            return now + PASTE_SECONDS
        if self._string_end is not None:
            return now + STRING_SECONDS
        if self._skipping:
            return now + SEQUENCE_SECONDS
        if not self._buffer:
            return None
        alone = not self._buffer.strip(b"\x1b") or (len(self._buffer) == 2 and self._buffer[1] in _STRING_ENDS)
        return now + (self._escape_seconds if alone else SEQUENCE_SECONDS)

    def _emit_key(self, name: str, now: float) -> None:
        if name in _LINE_END_KEYS and now < self._grace_until:
            return
        if len(name) == 1:
            self._emit_text(name)
        else:
            self._emit(Key(name))

    def _emit_text(self, text: str) -> None:
        if text := text.translate(_NOT_IN_TEXT):
            self._typed.append(text)

    def _emit(self, event: KeyEvent) -> None:
        self._end_text()
        self._events.append(event)

    def _end_text(self) -> None:
        if self._typed:
            self._events.append(Text("".join(self._typed)))
            self._typed.clear()
