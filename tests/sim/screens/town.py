"""People at their terminals: what a plan has them do, as keys, and the trouble around them."""

import errno
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from core import TrackerConfig, TrackerEvent
from core.limits import DEFAULT_LIMITS
from curses_ui.state.beginning import Beginning
from curses_ui.state.model import CloseQuestion
from curses_ui.terminal.frame import Frame

from ..network import TRACKER_PORT, Machine, Network
from ..oracle import Violation
from ..processes import TrackerProcess
from ..scenario import Action
from ..wild import CLOSE, RestlessTracker, WildCaller
from .oracle import ScreenOracle
from .plan import NAMES, SIZES, ScreenPlan
from .process import ScreenProcess

_PORT: Final = 20000
_STRANGE_HOST: Final = "10.0.9.1"
_RESTLESS_HOST: Final = "10.0.9.4"
_POURED: Final = 24  # texts at once, of two thousand letters
_STRANGE_NAMES: Final = (
    "X@", "X@", "X@", "Xena Lee @", "X\x1b[31m@", "X\u202e@", "X" * 40 + "@", "\u540d@", "X@\t\x07", "X@",
)  # fmt: skip
_STRANGE_TEXTS: Final = (
    "hello", "\x1b]0;title\x07\x1b[2J", "a\tb\x9bc", "\u202eback\u2066", "e\u0301\u0301\u0301\u0301\u0301", "\U0001f469\u200d\U0001f467",
    "x" * 1500, "{n} %s /chat Ana", "\u2028 line", "w\u200bide \ufeff", "\x00\x7f", "caf\u00e9",
)  # fmt: skip
_IN_PANE: Final = re.compile(r"[\u2502|][ >] ?([0-9]+) [.*~!x?] \S[^\u2502|]*$")
_STOPPED_SHARE: Final = 0.4  # of pastes
_POUR_SECONDS: Final = 2.0
_BEGUN_SHARE: Final = 0.2  # of calls, whose window gets half a line at once
_LEFT_SHARE: Final = 0.5  # of calls, whose window is left at once
_WANDERING_SHARE: Final = 0.8
_REFUSED_SHARE: Final = 0.1  # of calls that are asked about
_LONGEST_END_SECONDS: Final = 4.0  # of a program that was told to end, with its farewell
_TYPING_SECONDS: Final = 0.1  # from the last letter to Enter: some frames are drawn
_LONGEST_SEQUENCE_SECONDS: Final = 1.2  # a paste without an end ends a second after its last byte
_ODD_KEYS: Final = (
    b"\t", b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x01", b"\x05", b"\x0b", b"\x17", b"\x0c", b"\x7f", b"\x1bf",
    b"\x1bb", b"\x1bOQ", b"\x1b[24~", b"\x1b", b"\x1b[200~", b"\xc3", b"\x1b[Z", b"\x12", b"\x1b]0;x\x07", b"\x14", b"\x1bj02", b"\x1f", b"\x19", b"\x1by", b"\x1b[1;5A", b"\x1b[1;5B", b"\x1b[<64;5;5M",
)  # fmt: skip
_WRONG: Final = ("/chat Nobody", "/chta Ana", "/msg Ana", "/win 77", "/nonsense", "/ch", "/set x 1", "/close 66", "/bye Nobody")
_ASKED: Final = ("/help", "/list", "/keys", "/version", "/set", "/whois Ana", "/help chat", "/list an", "/tracker", "/show", "/set bell off", "/set notify on", "/set time_format %H:%M:%S", "/clear", "/unread", "/log off", "/log on", "/next", "/win 1", "/ignore")


class ScreenTown:
    """Whoever is there by the time an action comes: its numbers choose among them."""

    def __init__(
        self,
        network: Network,
        oracle: ScreenOracle,
        plan: ScreenPlan,
        on_frame: Callable[[ScreenProcess, Frame], None],
        on_tracker_event: Callable[[TrackerEvent], None],
        record_to: Path | None,
    ) -> None:
        self._network: Final = network
        self._oracle: Final = oracle
        self._plan: Final = plan
        self._on_frame: Final = on_frame
        self._on_tracker_event: Final = on_tracker_event
        self._record_to: Final = record_to
        self._machines: Final = [network.machine(f"10.0.0.{number + 1}") for number in range(plan.people + 1)]
        self.people: Final[list[ScreenProcess | None]] = [None] * plan.people
        self._incarnations: Final = [0] * plan.people
        self.tracker: TrackerProcess | None = None
        self._tracker_owner: int | None = None
        """The seat of whoever runs it, if that is a client."""
        self._said = 0
        self._strangers = 0

    @property
    def running(self) -> list[ScreenProcess]:
        """Clients that run, stopped ones too."""
        return [person for person in self.people if person is not None and person.is_running]

    def act(self, action: Action) -> None:
        """Carry an action out, if there is somebody to do it."""
        getattr(self, f"_do_{action.verb}")(action)

    def start_tracker(self) -> None:
        """Start a tracker unless it runs."""
        if self.tracker is None or not self.tracker.is_running:
            self._tracker_owner = None
            self.tracker = TrackerProcess(
                self._network, self._machines[0], TrackerConfig(), DEFAULT_LIMITS, self._on_tracker_event
            )

    def start(self, seat: int) -> None:
        """Start a client unless it runs."""
        old = self.people[seat]
        if old is not None and old.is_running:
            return
        self._incarnations[seat] += 1
        label = f"s{seat}{'abcdefghijklmnopqrstuvwxyz'[self._incarnations[seat] % 26]}"
        beginning = Beginning(
            NAMES[seat],
            _PORT,
            (self._machines[0].host, TRACKER_PORT),
            seed=self._plan.seed * 10 + seat,
            settings=self._plan.settings[seat],
            logging=True,
            transcript_folder="/transcripts",
            limits=self._plan.core_limits,
            client_limits=self._plan.limits,
            plain=self._plan.plain[seat],
            runs_tracker=False if self._plan.may_run_trackers else None,
        )
        self.people[seat] = ScreenProcess(
            self._network,
            self._machines[seat + 1],
            label,
            beginning,
            self._plan.sizes[seat],
            self._on_frame,
            self._oracle.read_out,
            self._record_to / f"{self._plan.seed}-{label}.session" if self._record_to is not None else None,
            (partial(self._start_own, seat), partial(self._stop_own, seat)),
        )

    def _start_own(self, seat: int) -> bool:
        if self.tracker is not None and self.tracker.is_running:
            return False
        self.start_tracker()
        self._tracker_owner = seat
        return True

    def _stop_own(self, seat: int) -> None:
        if self._tracker_owner == seat and self.tracker is not None and self.tracker.is_running:
            self.tracker.kill()

    def mend(self) -> None:
        """Undo all trouble that would last."""
        self._network.set_groups({})
        for person in self.running:
            if person.reactor.is_frozen:
                person.reactor.thaw()
        self.start_tracker()

    # Private: choosing and typing

    def _person(self, action: Action, *, with_lines: bool = False) -> ScreenProcess | None:
        """Somebody who can act; ``with_lines``, whoever has no screen too."""
        now = self._network.clock.now
        able = [
            person
            for person in self.running
            if person.can_act and not person.client.state.leaving and person.is_busy_until <= now
            if with_lines or not person.client.state.plain
        ]
        return able[action.a % len(able)] if able else None

    def _other(self, person: ScreenProcess, action: Action) -> str:
        others = [name for name in NAMES[: self._plan.people] if name != person.name]
        return others[action.b % len(others)]

    def _enter(
        self,
        person: ScreenProcess,
        line: str,
        said: str | None = None,
        to: str | None = None,
        *,
        is_closing: bool = False,
    ) -> None:
        """Clear what stands in the way, type a line, let frames be drawn, and press Enter.

        Args:
            said: The text in the line that goes to a peer, if it is not a command.
            to: The name of the peer; None for the window that the screen shows by then.
        """
        state = person.client.state
        if state.plain:
            self._oracle.note_line(person, said, to)
            person.press(line.encode() + b"\n")
            if is_closing:
                self._oracle.note_closed(person)
            return
        if state.question is not None:
            person.press(b"n")
        if state.search is not None or state.reverse_search is not None or state.completion is not None:
            person.press(b"\x1b")
        clock = self._network.clock
        person.is_busy_until = clock.now + 3 * _TYPING_SECONDS
        clock.later(_TYPING_SECONDS, person.press, b"\x05\x15" + line.encode())
        clock.later(2 * _TYPING_SECONDS, self._press_enter, person, line, said, to, is_closing)

    def _press_enter(
        self, person: ScreenProcess, line: str, said: str | None, to: str | None, is_closing: bool
    ) -> None:
        def look() -> None:
            self._oracle.note_enter(person, line, said, to)
            if is_closing:
                self._oracle.note_closed(person)

        if person.can_act:
            person.press(b"\r", look, lambda: self._oracle.check_view(person, line) if not person.client.state.plain else None)

    def _text(self, person: ScreenProcess, to: str, ornament: str = "") -> str:
        """A text that nobody else says: by whom, to whom, and a number."""
        self._said += 1
        return f"{ornament}{person.label}.{NAMES.index(to) if to in NAMES else 'x'}.{self._said}."

    # Private: what people do

    def _do_talk(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            ornament = ("", "", "", "", " ", "\u00e9 ", "\u6f22 ", "\U0001f469\u200d\U0001f467 ", "//", "a\u0301\u0316 ")[action.b % 10]
            text = self._text(person, person.client.state.here.name, ornament)
            self._enter(person, text, text.removeprefix("/") if ornament == "//" else text)

    def _talk_here(self, person: ScreenProcess) -> None:
        """Say something in the window on the screen, whatever is still on its way to another."""
        if person.is_running and person.can_act and not person.client.state.leaving:
            text = self._text(person, person.client.state.here.name)
            self._enter(person, text, text)

    def _do_long(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            text = self._text(person, person.client.state.here.name) + " " + "long " * (100 + action.b % 200)
            self._enter(person, text, text)

    def _do_chat(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            self._enter(person, f"/chat {self._other(person, action)}")
            if action.x < _BEGUN_SHARE and not person.client.state.plain:  # whether the peer answers or not
                self._network.clock.later(4 * _TYPING_SECONDS, self._begin_line, person)
                person.is_busy_until = self._network.clock.now + 5 * _TYPING_SECONDS
            elif action.x < _LEFT_SHARE and not person.client.state.plain:
                self._network.clock.later(4 * _TYPING_SECONDS, self._wander, person, action.b)

    def _wander(self, person: ScreenProcess, by: int) -> None:
        if person.can_act and not person.client.state.leaving:
            person.press((b"\x1bn", b"\x1bp")[by % 2])

    def _begin_line(self, person: ScreenProcess) -> None:
        if person.can_act and not person.client.state.leaving:
            person.press(b"half a line")

    def _do_msg(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            to = self._other(person, action)
            if to in person.node.people:
                text = self._text(person, to)
                self._enter(person, f"/msg {to} {text}", text, to)

    def _do_paste(self, action: Action) -> None:
        """Several lines at once; the question is answered with yes, no, or whatever is typed next."""
        person = self._person(action)
        if person is None or person.client.state.question is not None:
            return
        to = person.client.state.here.name
        rows = [self._text(person, to) for _ in range(2 + action.b % 4)]
        pasted = b"\x1b[200~" + "\n".join(rows).encode() + b"\x1b[201~"
        self._oracle.expect_pasted(person, b"\x05\x15" + pasted, rows)
        if action.b % 5 == 0:  # more, before the question is answered
            more = [self._text(person, to) for _ in range(2)]
            again = b"\x1b[200~" + "\n".join(more).encode() + b"\x1b[201~"
            self._network.clock.later(0.5 * _TYPING_SECONDS, self._oracle.expect_pasted, person, again, [*rows, *more], more)
        answer = (b"y", b"y", b"n", b"e", b"")[action.a % 5]
        person.is_busy_until = self._network.clock.now + 2 * _TYPING_SECONDS
        if answer:
            self._network.clock.later(_TYPING_SECONDS, person.press, answer)
        if action.x < _STOPPED_SHARE:  # some lines have gone, and no more shall
            self._network.clock.later(_TYPING_SECONDS + action.x, person.press, b"\x1b")
            person.is_busy_until += 1.0
        elif action.x < _WANDERING_SHARE:  # the rest still goes to whom it was pasted for
            self._network.clock.later(1.2 * _TYPING_SECONDS, person.press, (b"\x1bn", b"\x1b1", b"\x1bp", b"\x1ba")[action.b % 4])
            self._network.clock.later(1.6 * _TYPING_SECONDS, self._talk_here, person)

    def _do_window(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            if action.a % 3 == 0:
                person.press(b"\x05\x15half a line")
            keys = (b"\x1b" + str(1 + action.b % 4).encode(), b"\x1ba", b"\x1b[5;5~", b"\x1b[6;5~", b"\x1bn", b"\x1bp")
            key = keys[int(action.x * len(keys))]
            if key == b"\x1ba":
                self._oracle.expect_next_to_read(person)
            else:
                person.press(key)

    def _do_scroll(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.press((b"\x1b[5~", b"\x1b[6~", b"\x1b[1;5H", b"\x1b[1;5F")[action.b % 4])

    def _do_resize(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            sizes = ((24, 80), (10, 40), (1, 1), (3, 20), (60, 250), (6, 30), (2, 11), (24, 66))
            person.resize(*sizes[action.b % len(sizes)])

    def _do_wrong(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            self._enter(person, _WRONG[action.b % len(_WRONG)])

    def _do_ask(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            self._enter(person, _ASKED[action.b % len(_ASKED)])

    def _do_odd_key(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            key = _ODD_KEYS[action.b % len(_ODD_KEYS)]
            person.press(key)
            if key.startswith(b"\x1b"):  # what follows belongs to it for a while
                person.is_busy_until = self._network.clock.now + _LONGEST_SEQUENCE_SECONDS

    def _do_bye(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            if person.client.state.here.waiting:
                self._oracle.note_refused(person, person.client.state.here.name)
            self._enter(person, "/bye")

    def _do_close(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            self._enter(person, "/close", is_closing=True)
            if action.b % 2:
                self._network.clock.later(4 * _TYPING_SECONDS, self._confirm_close, person)

    def _confirm_close(self, person: ScreenProcess) -> None:
        """Messages were unread, and the window goes all the same."""
        if person.can_act and isinstance(person.client.state.question, CloseQuestion):
            self._oracle.note_closed(person)
            person.press(b"y")

    def _do_ignore(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            name = self._other(person, action)
            self._oracle.note_ignored(person, name)
            self._enter(person, f"/ignore {name}" if action.x < 0.5 else f"/unignore {name}")

    def _do_search(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.press(b"\x1bs1.")
            person.is_busy_until = self._network.clock.now + 1.2
            self._network.clock.later(1.0, person.press, b"\x1b")

    def _do_history(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.press(b"\x1b[A\x1b[A")
            person.is_busy_until = self._network.clock.now + 0.4
            self._network.clock.later(0.3, person.press, b"\x1b[B\x1b[B")

    def _do_suspend(self, action: Action) -> None:
        """Ctrl+Z and fg; the terminal may have got another size meanwhile."""
        person = self._person(action)
        if person is not None:
            person.suspend(SIZES[action.b % len(SIZES)] if action.x < 0.5 else None)

    def _do_focus(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.press((b"\x1b[O", b"\x1b[I")[action.b % 2])

    def _do_answer_call(self, action: Action) -> None:
        """Whoever wants to be asked accepts or refuses a caller that waits."""
        person = self._person(action, with_lines=True)
        if person is not None:
            waiting = [conversation.label for conversation in person.client.state.chats() if conversation.waiting]
            if waiting:
                label = waiting[action.b % len(waiting)]
                if action.x < _REFUSED_SHARE:
                    self._oracle.note_refused(person, label)
                self._enter(person, f"{'/reject' if action.x < _REFUSED_SHARE else '/accept'} {label}")

    def accept_calls(self) -> None:
        """Whoever is still asked accepts a caller."""
        for person in self.running:
            waiting = [conversation.label for conversation in person.client.state.chats() if conversation.waiting]
            if waiting and person.can_act and not person.client.state.leaving:
                self._enter(person, f"/accept {waiting[0]}")

    def _do_click(self, action: Action) -> None:
        """A click on somebody in the pane who has a window."""
        person = self._person(action)
        if person is None or person.frame is None or person.client._is_stale or person.client.state.question is not None:
            return
        rows = [(row, int(found[1])) for row, line in enumerate(person.frame.text().split("\n")) if (found := _IN_PANE.search(line))]
        if rows:
            row, number = rows[action.b % len(rows)]
            columns = person.client.state.columns
            person.press(f"\x1b[<0;{columns - 3};{row + 1}M".encode(), after=lambda: self._oracle.check_shown_window(person, number))

    def _do_interrupt(self, action: Action) -> None:
        """Ctrl+C, perhaps on a draft, and perhaps again: in two seconds it leaves."""
        person = self._person(action)
        if person is None or person.client.state.question is not None:
            return
        if action.b % 2:
            person.press(b"\x05\x15half a line")
        person.is_busy_until = self._network.clock.now + 4.0
        self._network.clock.later(0.2, person.press, b"\x03")
        if action.a % 8 == 0:  # seldom: who has left says nothing more
            self._network.clock.later(0.2 + 3.0 * action.x, person.press, b"\x03")

    def _do_recall(self, action: Action) -> None:
        """Half a line, then something that was typed before, and Enter."""
        person = self._person(action)
        if person is None or person.client.state.question is not None:
            return
        key = (b"\x1b[A", b"\x1b[1;5A")[action.b % 2]
        person.press(f"\x05\x15half {action.a}".encode())
        person.is_busy_until = self._network.clock.now + 1.0
        for number in range(1 + action.a % 3):
            self._network.clock.later(0.1 * (number + 1), person.press, key)
        self._network.clock.later(0.6, self._send_recalled, person)

    def _send_recalled(self, person: ScreenProcess) -> None:
        def look() -> None:
            line = person.client.state.here.draft.text
            self._oracle.note_enter(person, line, line if self._oracle.is_text(line) else None, None)

        if not person.can_act:
            return
        line = person.client.state.here.draft.text
        if line.startswith("/") or not self._oracle.is_text(line) or "\n" in line:
            person.press(b"\x1b[B")  # whatever it would do, it would do again
        else:
            person.press(b"\r", look)

    def _do_complete(self, action: Action) -> None:
        """The beginning of a name, and Tab."""
        person = self._person(action)
        if person is None or person.client.state.question is not None:
            return
        name = self._other(person, action)
        labels = (chat.label for chat in person.client.state.chats())  # a namesake's has a number behind its name
        others = [one for one in (*person.node.people, *labels) if one != name]

        def check() -> None:
            draft, state = person.client.state.here.draft.text, person.client.state
            is_able = name in person.node.people and not any(one[:2] == name[:2] for one in others)
            if is_able and state.search is None and state.reverse_search is None and draft.rstrip() != f"/chat {name}":
                raise Violation(f"completion: {person.label} typed /chat {name[:2]} and Tab, and has {draft!r}")

        person.press(f"\x05\x15/chat {name[:2]}".encode())
        person.is_busy_until = self._network.clock.now + 1.0
        self._network.clock.later(0.3, person.press, b"\t", None, check)

    def _do_rows(self, action: Action) -> None:
        """Several rows are typed, with Alt+Enter between them, and sent together."""
        person = self._person(action)
        if person is None or person.client.state.question is not None:
            return
        to = person.client.state.here.name
        rows = [self._text(person, to) for _ in range(2 + action.b % 2)]
        person.press(b"\x05\x15" + "\x1b\r".join(rows).encode(), lambda: self._oracle.note_pasted(person, rows))
        person.is_busy_until = self._network.clock.now + 1.0
        self._network.clock.later(0.3, person.press, b"\r")

    # Private: strangers

    def _do_stranger(self, action: Action) -> None:
        """Somebody of another make calls, says what he likes, and goes or stays."""
        person = self._person(action, with_lines=True)
        if person is None:
            return
        self._strangers += 1
        name = _STRANGE_NAMES[action.b % len(_STRANGE_NAMES)].replace("@", str(self._strangers))
        texts = [f"{_STRANGE_TEXTS[(action.b + at) % len(_STRANGE_TEXTS)]} {at}" for at in range(action.b % 7)]
        hello = f"USER {name}\r\n" if action.b % 11 else ""
        said = "".join(f"{text}\r\n" for text in texts)
        self._call(person, ((0.0, hello + said), (action.x * 3.0, "again\r\n"), (action.x * 20.0 if action.b % 3 else 0.5, None)))

    def _do_flood(self, action: Action) -> None:
        """A stranger says far more than anybody reads, twice."""
        person = self._person(action, with_lines=True)
        if person is None:
            return
        self._strangers += 1
        first, second = (
            "".join(f"{word} {number}{' long' * (action.a % 50)}\r\n" for number in range(10 + action.b % 60)) for word in ("one\x1b[1m", "tw\u202eo")
        )
        self._call(person, ((0.0, f"USER Flood{self._strangers}\r\n{first}"), (action.x * 2.0, second), (5.0, None)))

    def _call(self, person: ScreenProcess, script: tuple[tuple[float, str | None], ...]) -> None:
        machine = self._network.machine(_STRANGE_HOST)
        steps = tuple((wait, CLOSE if text is None else text.encode()) for wait, text in script)
        WildCaller(self._network, machine, person.machine.host, _PORT, steps, _ignore_line)

    # Private: trouble

    def _do_leave(self, action: Action) -> None:
        person = self._person(action, with_lines=True)
        if person is not None:
            person.close_terminal()
            if not person.client.state.plain:  # without a screen, what was typed is done first
                self._expect_end(person)

    def _expect_end(self, person: ScreenProcess) -> None:
        since = self._network.clock.now

        def check() -> None:
            if person.is_running and person.can_act and person.reactor.disturbed_at < since:
                raise Violation(f"ending: {person.label} was told to end at {since:.3f}, and runs")

        self._network.clock.later(_LONGEST_END_SECONDS, check)

    def _do_visit(self, action: Action) -> None:
        """Somebody chooses a tracker that is not there, and comes back."""
        person = self._person(action)
        if person is not None:
            host = self._machines[0].host
            self._enter(person, f"/tracker {host}:{TRACKER_PORT + 1}")
            person.is_busy_until = self._network.clock.now + 2.0
            self._network.clock.later(1.0, self._come_back, person, f"/tracker {host}:{TRACKER_PORT}")

    def _do_visit_restless(self, action: Action) -> None:
        """Somebody chooses a tracker whose list changes all the time, and comes back."""
        person = self._person(action, with_lines=True)
        if person is not None:
            host = self._network.machine(_RESTLESS_HOST)
            if TRACKER_PORT not in host.listeners:
                RestlessTracker(self._network, host, TRACKER_PORT)
            self._enter(person, f"/tracker {_RESTLESS_HOST}:{TRACKER_PORT}")
            person.is_busy_until = self._network.clock.now + 4.0
            self._network.clock.later(3.0, self._come_back, person, f"/tracker {self._machines[0].host}:{TRACKER_PORT}")

    def _do_pour(self, action: Action) -> None:
        """A program without a screen says much to somebody who was stopped for a while."""
        able = [one for one in self.running if one.client.state.plain and one.can_act and not one.client.state.leaving]
        others = [one for one in self.running if one.can_act]
        if not able or len(others) < 2:
            return
        person = able[action.a % len(able)]
        other = next(one for one in others[action.b % len(others) :] + others if one is not person)
        self._enter(person, f"/chat {other.name}")
        self._network.clock.later(0.6, self._pour, person, other)

    def _pour(self, person: ScreenProcess, other: ScreenProcess) -> None:
        if not person.can_act or not other.can_act or person.client.state.leaving:
            return
        other.reactor.freeze()
        self._network.clock.later(_POUR_SECONDS, self._thaw, other)
        for _ in range(_POURED):
            text = self._text(person, other.name) + " " + "much " * 400
            self._enter(person, text, text)

    def _thaw(self, person: ScreenProcess) -> None:
        if person.is_running and person.reactor.is_frozen:
            person.reactor.thaw()

    def _come_back(self, person: ScreenProcess, line: str) -> None:
        if person.can_act and not person.client.state.leaving:
            self._enter(person, line)

    def _do_end(self, action: Action) -> None:
        """A signal ends the program, with a farewell."""
        person = self._person(action, with_lines=True)
        if person is not None:
            person.signal("SIGTERM" if action.b % 2 else "SIGHUP")
            self._expect_end(person)

    def _do_set_clock(self, action: Action) -> None:
        """Somebody sets the clock of a machine."""
        person = self._person(action, with_lines=True)
        if person is not None:
            person.clock.step((action.x - 0.5) * 7200.0)

    def _do_start(self, action: Action) -> None:
        self.start(action.a % len(self.people))

    def _do_kill(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.kill()

    def _do_kill_tracker(self, action: Action) -> None:
        if self.tracker is not None and self.tracker.is_running:
            self.tracker.kill()

    def _do_start_tracker(self, action: Action) -> None:
        self.start_tracker()

    def _do_part(self, action: Action) -> None:
        groups: dict[Machine, int] = {}
        for number, machine in enumerate(self._machines):
            groups[machine] = action.b >> number & 1
        self._network.set_groups(groups)

    def _do_heal(self, action: Action) -> None:
        self._network.set_groups({})

    def _do_reset(self, action: Action) -> None:
        ends = list(self._machines[action.a % len(self._machines)].ends)
        if ends:
            end = ends[action.b % len(ends)]
            end.fail(errno.ECONNRESET)
            end.peer.fail(errno.ECONNRESET)

    def _do_swallow(self, action: Action) -> None:
        ends = list(self._machines[action.a % len(self._machines)].ends)
        if ends:
            self._network.swallow(ends[action.b % len(ends)])

    def _do_freeze(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.reactor.freeze()

    def _do_thaw(self, action: Action) -> None:
        for person in self.running:
            if person.reactor.is_frozen:
                person.reactor.thaw()

    def _do_fill_disk(self, action: Action) -> None:
        person = self._person(action)
        if person is not None:
            person.fill_disk(is_full=True)

    def _do_empty_disk(self, action: Action) -> None:
        for person in self.running:
            person.fill_disk(is_full=False)


def _ignore_line(line: bytes) -> None:
    """For what a stranger reads."""
