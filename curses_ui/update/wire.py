"""The wire in a window of its own: what went over every connection, explained line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from core import CancelDial, DepartureReason, DialPeer, NodeRequest, format_address
from core.tap import PIECE_BYTES, Direction, Ending, Note, PacedReader, Role, Taken, Tap, TappedLink, WireLine

from ..i18n import N_
from ..state import memory
from ..state.conversation import Conversation, EntryKind, LogEntry
from ..state.journal import tell
from ..state.model import UiState
from ..state.windows import go_to, open_wire_window
from ..state.wire import Repeat, WireView
from ..text.clean import clean_message, clean_name
from ..text.matching import casefold
from .node_events import WHY

LINES_PER_SECOND: Final = 200  # shown; more are folded into one line that counts them
BYTES_AT_ONCE: Final = 2 * PIECE_BYTES  # of what waits, read for one input: a flood must not hold up the keys
MAX_OWN_LINKS: Final = 1000  # connections of the tracker inside this program that are watched
MAX_UNNAMED_LINES: Final = 20  # of one connection

_ENDINGS: Final = {
    Ending.CRLF: "CRLF",
    Ending.LF: "LF",
    Ending.NONE: N_("no end"),
    Ending.QUIET: N_("no end, quiet 0.25 s"),
    Ending.LONG_QUIET: N_("no end, quiet 1 s"),
}
_NOTES: Final = {
    Note.GUARDED: N_("guarded with U+2060"),
    Note.NOT_UTF8: N_("not UTF-8"),
    Note.GLUED: N_("instructions run together"),
    Note.JOINED: N_("the rest of what waited"),
    Note.PIECE: N_("part of a longer line"),
    Note.TOO_LONG: N_("too long"),
    Note.UNFIT: N_("name or port not valid"),
    Note.NOT_REGISTERED: N_("before USER"),
    Note.NO_USER: N_("USER did not come first"),
    Note.BARE_NAME: N_("taken for USER"),
    Note.CUT_NAME: N_("nobody has this name; was it cut at a space?"),
    Note.BYE: N_("taken for DISC"),
}
_TAKEN: Final = {
    Taken.TEXT: N_("text"),
    Taken.NOTHING: N_("not understood"),
    Taken.LATE_END: N_("late line end"),
    Taken.WAITS: N_("waits for its line end"),
}
_REASONS: Final = {
    DepartureReason.EXPIRED.value: N_("no sign of life"),
    DepartureReason.REPLACED.value: N_("replaced by a newcomer of the same name"),
    DepartureReason.REFUSED.value: N_("refused"),
    DepartureReason.LINE_TOO_LONG.value: N_("line too long"),
    DepartureReason.GARBLED.value: N_("too many lines not understood"),
    DepartureReason.NOT_READING.value: N_("it does not read"),
    DepartureReason.DISMISSED.value: N_("sent away by who runs the tracker"),
    DepartureReason.SHUTDOWN.value: N_("the tracker ends"),
}
_LOSSES: Final = {reason.value: why for reason, why in WHY.items()}


class WireFeed:
    """Keeps the last bytes of all connections, and reads them into the window while there is one."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.tap: Final = Tap()
        self._reader: PacedReader | None = None
        self._own_links: Final[dict[int, TappedLink]] = {}
        self._dialled: Final[dict[int, str]] = {}  # addresses, by the numbers of dials

    def note_requests(self, requests: Iterable[NodeRequest]) -> None:
        """Note whom the node has dialled."""
        for request in requests:
            match request:
                case DialPeer(dial, host, port):
                    self._dialled[dial] = format_address(host, port)
                case CancelDial(dial):
                    self._dialled.pop(dial, None)
                case _:
                    pass

    def take_dialled(self, dial: int) -> str:
        """The address of a dial that has an outcome."""
        return self._dialled.pop(dial, "")

    @property
    def is_behind(self) -> bool:
        """Whether chunks wait to be read into the window."""
        return self._reader is not None and self._reader.is_behind

    def watch_tracker(self, number: int, what: str, data: bytes, *, now: float) -> None:
        """Note what went over a connection of the tracker inside this program; see ``Client.watch_tracker``."""
        if what == "connected":
            if len(self._own_links) < MAX_OWN_LINKS:
                address = data.decode(errors="replace")
                self._own_links[number] = self.tap.connect(Role.CLIENT, "", address, number=number, now=now)
            return
        link = self._own_links.get(number)
        if link is None:
            return
        match what:
            case "received":
                link.received(data, now=now)
            case "sent":
                link.sent(data, now=now)
            case "ended":
                link.ended(Direction.RECEIVED, now=now)
            case "lost":
                link.lost(data.decode(errors="replace"), now=now)
            case "closed":
                link.closed(data.decode(errors="replace"), now=now)
                del self._own_links[number]
            case _:
                pass  # from a damaged recording

    def open(self, state: UiState, only: str) -> None:
        """Show the window, with what came before it was opened; again if it must show something else."""
        view = state.wire
        if view is None or view.only != only or view.number not in state.conversations:
            self._detach()
            window = open_wire_window(state)
            memory.clear(state, window)
            window.anchor = None
            state.wire = WireView(window.number, only)
            self._reader = PacedReader()
            self.tap.attach(self._reader.put)
            tell(state, window, _heading(state, only))
        assert state.wire is not None
        if not state.plain:  # there, going to a window changes who gets what is typed
            go_to(state, state.wire.number)

    def next_timer(self, now: float) -> float | None:
        """When ``step`` has something to do."""
        if self._reader is None:
            return None
        return now if self._reader.is_behind else self._reader.next_timer()

    def step(self, state: UiState, *, now: float) -> bool:
        """Read some of what waits; return whether there are new lines."""
        view, reader = state.wire, self._reader
        if view is None or reader is None:
            return False
        window = state.conversations.get(view.number)
        if window is None:  # the user has closed it
            self._detach()
            state.wire = None
            return False
        left_out = reader.take_left_out_bytes()
        if left_out:
            tell(state, window, state.tr("{n} KiB came too fast to be shown.", n=-(-left_out // 1024)))
        read_bytes = 0
        while reader.is_behind and read_bytes < BYTES_AT_ONCE:
            read_bytes += reader.step()
        reader.handle_timer(now=now)
        lines = reader.take_lines()
        for line in lines:
            _show(state, view, window, line)
        if view.folded:
            _tell_fold(state, view, window)
        return bool(lines or left_out)

    def _detach(self) -> None:
        if self._reader is not None:
            self.tap.detach(self._reader.put)
            self._reader = None


def _heading(state: UiState, only: str) -> str:
    if only:
        return state.tr("The wire with {n}: > sent, < received. /wire shows everybody, /wire ? explains.", n=clean_name(only))
    return state.tr("The wire: > sent, < received. /wire NAME shows one link, /wire ? explains a line.")


# Which lines


def _show(state: UiState, view: WireView, window: Conversation, line: WireLine) -> None:
    for shown in _chosen(state, view, line):
        _add(state, view, window, shown)


def _chosen(state: UiState, view: WireView, line: WireLine) -> Iterator[WireLine]:
    """The lines to show now; those of a connection wait until it is known whose they are."""
    link = view.link_of(line)
    if line.role is Role.CLIENT and line.name == state.name:
        view.hidden_links.add(link)
        view.unnamed.pop(link, None)
    if link in view.hidden_links:
        pass
    elif _is_wanted(state, view, line):
        view.chosen.add(link)
        yield from view.unnamed.pop(link, ())
        yield line
    elif not line.name and line.role is not Role.TRACKER:
        waiting = view.unnamed.setdefault(link, [])
        if len(waiting) < MAX_UNNAMED_LINES:
            waiting.append(line)
    else:
        view.unnamed.pop(link, None)
    if line.taken in (Taken.CLOSED, Taken.UNREACHABLE):
        view.chosen.discard(link)
        view.hidden_links.discard(link)
        view.unnamed.pop(link, None)


def _is_wanted(state: UiState, view: WireView, line: WireLine) -> bool:
    if view.only:
        return view.link_of(line) in view.chosen or _is_of(state, view, line)
    # A client of our tracker may be our own, until it has said something else than USER.
    return line.role is not Role.CLIENT or bool(line.name) or line.taken is not Taken.CONNECTED


def _is_of(state: UiState, view: WireView, line: WireLine) -> bool:
    wanted = casefold(view.only)
    if line.role is Role.TRACKER and wanted in ("tracker", casefold(state.tr("tracker"))):
        return True
    return wanted in (casefold(line.name), line.remote)


# How they look


def _add(state: UiState, view: WireView, window: Conversation, line: WireLine) -> None:
    if line.taken not in (Taken.KEEP, Taken.LIST):
        view.repeats.clear()
    count = 1 if view.folded else _take_repeat(view, state, window, line) + 1
    second = int(line.wall)
    if second != view.second:
        view.second, view.count = second, 0
    view.count += 1
    if view.count > LINES_PER_SECOND:
        view.folded += 1
        if view.folded == 1:
            tell(state, window, "")
            view.fold = window.log[-1].number
        return
    if view.folded:
        _tell_fold(state, view, window)
        view.folded = 0
    if line.role is Role.CLIENT and not view.told_of_own_tracker:
        view.told_of_own_tracker = True
        tell(state, window, state.tr("Lines with T: the tracker inside this program, and its clients."))
    text = text_of(state, line, count)
    entry = LogEntry(
        state.next_entry_number(), EntryKind.WIRE, line.wall, sender_of(state, line), text, wire=line
    )
    memory.append(state, window, entry, is_fresh=state.plain and count == 1)
    if line.taken in (Taken.KEEP, Taken.LIST):
        view.repeats.append(Repeat(_key(line), entry.number, count))


def _take_repeat(view: WireView, state: UiState, window: Conversation, line: WireLine) -> int:
    """Take the earlier line away if this is a ``KEEP`` or ``LIST`` that was there a moment ago; return how often."""
    key = _key(line)
    for repeat in view.repeats:
        index = window.index_of(repeat.entry)
        if repeat.key == key and index < len(window.log) and window.log[index].number == repeat.entry:
            view.repeats.remove(repeat)
            memory.remove(state, window, index)
            return repeat.count
    return 0


def _key(line: WireLine) -> tuple[object, ...]:
    return (line.role, line.connection, line.direction, line.data, line.ending, line.notes)


def _tell_fold(state: UiState, view: WireView, window: Conversation) -> None:
    text = state.catalogue.trn("{n} line more", "{n} lines more", view.folded)
    index = window.index_of(view.fold)
    if index < len(window.log) and window.log[index].number == view.fold:
        memory.put(state, window, index, replace(window.log[index], text=text))


def sender_of(state: UiState, line: WireLine) -> str:
    """The arrow, and who is at the other end."""
    who = clean_name(line.name) or line.remote
    if line.role is Role.TRACKER:
        who = state.tr("tracker")
    return f"{'T' if line.role is Role.CLIENT else ''}{line.direction.value} {who}"


def text_of(state: UiState, line: WireLine, count: int = 1) -> str:
    """The line, and in brackets how it ended and what it was taken for, as far as that is not obvious."""
    if line.ending is Ending.NOT_A_LINE:
        return _fact(state, line)
    words = [state.tr(_TAKEN[line.taken])] if line.taken in _TAKEN else []
    words += [state.tr(_NOTES[note]) for note in line.notes if note in _NOTES]
    if line.ending is not Ending.NONE or line.taken is not Taken.WAITS:
        words.append(state.tr(_ENDINGS[line.ending]))
    if count > 1:
        words.append(state.tr("{n} times", n=count))
    return f"{clean_message(line.text)}  [{'; '.join(words)}]"


def _fact(state: UiState, line: WireLine) -> str:
    why = _reason(state, line.data.decode(errors="replace"))
    match line.taken:
        case Taken.CONNECTED if line.role in (Role.TRACKER, Role.CALLED):
            return state.tr("<connected to {addr}>", addr=line.remote)
        case Taken.CONNECTED:
            return state.tr("<connection from {addr}>", addr=line.remote)
        case Taken.UNREACHABLE:
            return state.tr("<{addr} cannot be reached: {why}>", addr=line.remote, why=why)
        case Taken.END_OF_STREAM if line.direction is Direction.RECEIVED:
            return state.tr("<the other side ended its stream>")
        case Taken.END_OF_STREAM:
            return state.tr("<we ended our stream>")
        case Taken.LOST:
            return state.tr("<connection lost: {why}>", why=why)
        case _:
            if Note.NO_DISC in line.notes:
                return state.tr("<closed, and nobody said DISC>")
            return state.tr("<closed: {why}>", why=why) if why else state.tr("<closed>")


def _reason(state: UiState, reason: str) -> str:
    """A reason in the user's language; empty where the lines before it have shown it."""
    if reason in (DepartureReason.END_OF_STREAM.value, DepartureReason.DISC.value):
        return ""
    known = _REASONS.get(reason) or _LOSSES.get(reason)
    return state.tr(known) if known is not None else clean_message(reason)
