"""``python3 -m tools.mutants``: breaks a copy of the project in small ways and shows that the tests notice.

Each mutation is one that a tired hand could make. It names a function, a method or a constant, and gives one line that
takes its place; the code itself may be written in any way. They are applied one at a time, to a copy in a temporary
folder, and the tests run against it until one of them fails (with ``--all``, all of them). A mutation that survives is a
hole in the tests.
"""

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
COPIED: Final = (
    *("core", "io_adapters", "curses_ui", "tracker_cli", "tests"),
    *("benchmarks", "docs", "tools", "pyproject.toml"),
)
SUITES: Final = ("tests/core", "tests/sim", "tests/fuzz")
LONGEST_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Mutation:
    """One small change to one symbol."""

    what: str
    file: str
    symbol: str
    """Of a module: a function, ``Class.method`` or a constant."""
    fault: str
    """An expression that takes its place; ``original`` is what it takes the place of."""
    tests: tuple[str, ...] = SUITES
    """Where it has to be noticed."""


MUTATIONS: Final = (
    Mutation(
        "framing: a line end keeps its CR",
        "core/wire/framing.py",
        "LineFramer._content_bytes",
        "lambda self, end: end if end >= 0 else original(self, end)",
    ),
    Mutation(
        "framing: the limit is found only once the line has ended",
        "core/wire/framing.py",
        "LineFramer._content_bytes",
        "lambda self, end: original(self, end) if end >= 0 else 0",
    ),
    Mutation(
        "expiry: a client that is alive is not queued again",
        "core/tracker/expiry.py",
        "ExpiryQueue.add",
        "lambda self, item, deadline: item._expiry_slot or original(self, item, deadline)",
    ),
    Mutation("ghosts: a name is freed one keepalive period later", "core/limits.py", "GHOST_KEEPALIVES", "3"),
    Mutation(
        "fence: the LIST goes out before the ADDR",
        "core/node/tracker_link.py",
        "TrackerLink._ask_next",
        "lambda self, now: (original(self, now), self._requests.rotate(1))",
    ),
    Mutation(
        "farewell: DISC is answered by DISC",
        "core/node/peer_link.py",
        "PeerLink._receive_farewell",
        "lambda self, now: (original(self, now), setattr(self, '_farewell_waits', True))",
    ),
    Mutation(
        "farewell: giving up counts as having been read",
        "core/node/sent_texts.py",
        "SentTexts.account",
        "lambda self, written, acknowledged, until: original(self, written, acknowledged, 1e9 if until is None else until)",
    ),
    Mutation(
        "dedupe: doubles in a list stay",
        "core/wire/name_list.py",
        "NameListReader._take",
        "lambda self, raw: original(self, raw + b'2' if raw.decode(errors='replace') in self.names else raw)",
    ),
    Mutation(
        "limits: a client may leave twice as much unread",
        "core/tracker/tracker.py",
        "Tracker._allowed_unread_bytes",
        "lambda self: 2 * original(self)",
    ),
    Mutation(
        "crossing calls: a farewell under way passes for a connection",
        "core/node/conversation.py",
        "Conversation.sending_link",
        "lambda self: original(self) or (self.links[0] if self.links else None)",
    ),
    Mutation(
        "guard: a text that ends in DISC goes out as it is",
        "core/wire/chat_text.py",
        "guard",
        "lambda text: original(text).removesuffix(GUARD)",
    ),
    Mutation(
        "registry: a name stays taken when its holder leaves",
        "core/tracker/registry.py",
        "Registry.remove",
        "lambda self, user: (original(self, user), self._users.update({user.name: user}))",
    ),
    Mutation(
        "fence: an answer that comes too late is taken for the next question's",
        "core/node/tracker_link.py",
        "TrackerLink._receive_address",
        "lambda self, reply, now: (setattr(self, '_late_lists', 0), original(self, reply, now))",
    ),
    # Second uses: a part that works once
    Mutation(
        "verification: the second claimant of a name takes the place of the first",
        "core/node/verification.py",
        "Verification.ask",
        "lambda self, name, conversation, now: (self._waiting.pop(name, 0), original(self, name, conversation, now=now))",
        ("tests/core/node/test_verification.py::test_two_callers_of_one_name_both_get_their_verdict_from_one_answer",),
    ),
    Mutation(
        "guard: a farewell behind a space goes out as it is",
        "core/wire/chat_text.py",
        "_starts_reserved",
        "lambda text: text.lstrip(GUARD).startswith(_RESERVED_STARTS)",
        ("tests/core/wire/test_chat_text.py::test_a_farewell_typed_behind_spaces_is_none_on_the_wire",),
    ),
    Mutation(
        "silence: one answer excuses every LIST before it",
        "core/node/tracker_link.py",
        "TrackerLink._receive_list",
        "lambda self, *given: (original(self, *given), setattr(self, '_answer_due_at', None))",
        ("tests/core/node/test_tracker_link.py::test_a_tracker_that_answers_one_of_two_lists_and_falls_silent_is_lost_in_time",),
    ),
    Mutation(
        "descriptors: the second shortage is never reported",
        "io_adapters/listening.py",
        "TELL_AGAIN_SECONDS",
        "float('inf')",
        ("tests/io_adapters/test_listening.py::test_accepting_that_pauses_again_and_again_says_so_at_most_once_a_minute",),
    ),
    Mutation(
        "listener: the pause goes on when it is closed",
        "io_adapters/listening.py",
        "Acceptor.close",
        "lambda self: original(self) if self._pause is None else self._listener.close()",
        ("tests/io_adapters/test_listening.py::test_an_acceptor_that_is_closed_while_it_pauses_lets_its_descriptor_be",),
    ),
    Mutation(
        "dial: the first address that never answers ends it",
        "io_adapters/dialling.py",
        "Dial._time_out",
        "lambda self: self._fail(LossReason.TIMED_OUT)",
        ("tests/io_adapters/test_dialling.py::test_an_address_that_swallows_everything_leaves_time_for_the_next",),
    ),
    Mutation(
        "stream: a descriptor that waited for writing stays watched",
        "io_adapters/stream.py",
        "Stream.abort",
        "lambda self: original(self) if self._unsent is None else (setattr(self, '_mask', 0), original(self))",
        ("tests/io_adapters/test_stream.py::test_the_number_of_a_stream_that_waited_to_write_can_be_used_again",),
    ),
    Mutation(
        "resolver: a cancelled look-up that waits is begun",
        "io_adapters/resolver.py",
        "Lookup.is_wanted",
        "property(lambda self: True)",
        ("tests/io_adapters/test_resolver.py::test_cancelled_look_ups_make_room_for_others",),
    ),
    Mutation(
        "output: the line behind a cut one is glued to it",
        "io_adapters/line_output.py",
        "LineOutput._write_to_file",
        "lambda self, data: (original(self, data), setattr(self, '_is_cut', False))[0]",
        ("tests/io_adapters/test_line_output.py::test_a_line_that_a_full_disk_cut_is_ended_before_the_next_and_the_lost_ones_are_counted",),
    ),
    Mutation(
        "log: the count of suppressed lines is never forgotten",
        "tracker_cli/log_limits.py",
        "LineLimits.take_suppressed",
        "lambda self: self._suppressed",
        ("tests/tracker_cli/test_log.py::test_the_count_of_suppressed_lines_is_said_when_the_period_ends_although_nothing_follows",),
    ),
    Mutation(
        "tracker: a second Ctrl+C is ignored",
        "tracker_cli/program.py",
        "_Program._end",
        "lambda self, number: (original(self, number), signal.signal(signal.SIGINT, signal.SIG_IGN))",
        ("tests/tracker_cli/test_program.py::test_program_ends_at_once_on_a_second_sigint_while_it_waits_for_the_reader_of_its_log",),
    ),
    Mutation(
        "clean: a text cut behind a joiner keeps the joiner",
        "curses_ui/text/clean.py",
        "_clean_up_to",
        "lambda text, kind, glyphs, size, mark: original(text, kind, glyphs, size, mark).replace(mark, '\\u200d' + mark)",
        ("tests/curses_ui/text/test_clean.py::test_a_text_cut_behind_a_joiner_stays_as_it_is_when_it_is_cleaned_again",),
    ),
    Mutation(
        "windows: the way back leads to a window that was removed",
        "curses_ui/state/windows.py",
        "remove_window",
        "lambda state, *given, **how: [old := state.previous, original(state, *given, **how), setattr(state, 'previous', old)][1]",
        ("tests/curses_ui/state/test_windows.py::test_the_way_back_does_not_lead_to_a_removed_window",),
    ),
    Mutation(
        "paste: a second one right behind the first is faster",
        "curses_ui/update/sending.py",
        "send_lines",
        "lambda state, *given: (setattr(state, 'paste_at', 0.0), original(state, *given))[1]",
        ("tests/curses_ui/update/test_questions.py::test_a_second_paste_right_behind_the_first_is_no_faster",),
    ),
    Mutation(
        "completion: an argument behind two spaces is not completed",
        "curses_ui/line/completion.py",
        "_complete_command",
        "lambda draft, typed, sources: None if '  ' in typed else original(draft, typed, sources)",
        ("tests/curses_ui/line/test_completion.py",),
    ),
    Mutation(
        "tracker: our own starts again although another was chosen",
        "curses_ui/update/own_tracker.py",
        "OwnTracker.give_up",
        "lambda self: (original(self), setattr(self, 'may_run', True))[0]",
        ("tests/curses_ui/test_client.py::test_another_tracker_chosen_while_our_own_runs_stops_it_for_good",),
    ),
    Mutation(
        "tracker: an attempt that is under way keeps the old address",
        "io_adapters/peer_node.py",
        "PeerNode.set_tracker_address",
        "lambda self, address: setattr(self, '_tracker_address', address)",
        ("tests/curses_ui/run/test_driving.py::test_another_tracker_chosen_during_a_dial_is_the_one_though_both_answer",),
    ),
    Mutation(
        "title: it is not written again after a stop",
        "curses_ui/terminal/screen.py",
        "Screen.resume",
        "lambda self: (title := self._title, original(self), setattr(self, '_title', title))",
        ("tests/curses_ui/terminal/test_screen.py::test_the_title_is_written_again_after_a_stop_though_it_is_the_same",),
    ),
)


def main() -> int:
    """Run the mutations; 1 if one of them survives."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.mutants", description=__doc__)
    parser.add_argument("--only", metavar="WORD", default="", help="those alone whose description has this word")
    parser.add_argument("--short", action="store_true", help="those alone of which one test is known to notice them")
    parser.add_argument("--all", action="store_true", help="find every suite that catches it, not only the first")
    options = parser.parse_args()
    chosen = [mutation for mutation in MUTATIONS if options.only in mutation.what]
    if options.short:
        chosen = [mutation for mutation in chosen if all("::" in test for test in mutation.tests)]
    if not _is_sound({suite for mutation in chosen for suite in mutation.tests}):
        return 1
    with ThreadPoolExecutor(os.cpu_count()) as side_by_side:
        caught = list(side_by_side.map(lambda mutation: _is_caught(mutation, by_all=options.all), chosen))
    print(f"{sum(caught)} of {len(caught)} mutations were caught")
    return 0 if all(caught) else 1


def mutate(folder: Path, mutation: Mutation) -> None:
    """Apply a mutation to the copy in ``folder``.

    Raises:
        ValueError: The code has changed, and the mutation does not fit it any more.
    """
    path = folder / mutation.file
    code = path.read_text(encoding="utf-8")
    module = ast.parse(code)
    if not _defines(module.body, mutation.symbol.split(".")):
        raise ValueError(f"{mutation.what}: there is no {mutation.symbol} in {mutation.file}")
    line = f"{mutation.symbol} = (lambda original: {mutation.fault})({mutation.symbol})"
    path.write_text(f"{code}\n\n{line}\n", encoding="utf-8")


def _defines(body: list[ast.stmt], parts: list[str]) -> bool:
    for statement in body:
        match statement:
            case ast.ClassDef(name=name, body=inner) if name == parts[0] and len(parts) > 1:
                return _defines(inner, parts[1:])
            case ast.FunctionDef(name=name) | ast.AnnAssign(target=ast.Name(id=name)) if [name] == parts:
                return True
            case _:
                pass
    return False


def copy_project(folder: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def _is_sound(suites: set[str]) -> bool:
    """Whether the suites pass on an unchanged copy: else they would catch anything."""
    with tempfile.TemporaryDirectory() as name:
        copy_project(Path(name))
        passes = _passes(Path(name), *sorted(suites))
    if not passes:
        print(f"without any mutation, one of these fails: {', '.join(sorted(suites))}")
    return passes


def _is_caught(mutation: Mutation, *, by_all: bool) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        mutate(folder, mutation)
        catchers: list[str] = []
        for suite in mutation.tests:
            if (by_all or not catchers) and not _passes(folder, suite):
                catchers.append(suite)
    seconds = time.monotonic() - began
    outcome = f"caught by {', '.join(catchers)}" if catchers else "SURVIVED"
    print(f"{mutation.what}: {outcome} ({seconds:.0f} s)", flush=True)
    return bool(catchers)


def _passes(folder: Path, *suites: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *suites]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False  # it hangs: that is noticed, too


if __name__ == "__main__":
    sys.exit(main())
