"""From the command line to a running client: settings, name, ports, face, exit code."""

import contextlib
import io
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, TextIO

from io_adapters import ListenError, ListenFault, Reactor, format_address, own_host

from ..client import Client
from ..i18n import Catalogue, choose_language, load_catalogue
from ..settings import Settings
from ..state.journal import tell, tell_error
from ..state.local_clock import LocalClock
from ..state.model import UiState
from ..surroundings import LiveSurroundings, Surroundings
from ..text.address import TRACKER_PORT, split_address, split_listen
from ..text.clean import clean_message, clean_name
from ..text.names import fit_own_name
from ..update.help_texts import welcome
from .config_file import Loaded, config_path, format_settings, load_settings, state_folder
from .crash import crash_report, write_crash_report
from .ending_signals import EndingSignals
from .history_file import load_history, save_history
from .network_plan import NetworkPlan, plan_network
from .options import EXIT_USAGE, Options, complain
from .plain_driver import PlainFace

EXIT_CRASH: Final = 1
EXIT_CANNOT_LISTEN: Final = 3
LAST_WORDS_SECONDS: Final = 1.0  # after a crash

_INPUT: Final = 0
_OUTPUT: Final = 1
_ERRORS: Final = 2
_MAX_KEPT_ERRORS: Final = 64 * 1024  # characters, of what was written to standard error under the screen


def start(options: Options) -> int:
    """Run the client; return the exit code."""
    _fill_standard_descriptors()
    config_file = config_path(os.environ) if options.config is None else Path(options.config)
    if options.no_config:
        config_file = None
    loaded = Loaded(Settings())
    if config_file is not None:
        loaded = load_settings(config_file, needed=options.config is not None)
    settings = _with_options(loaded.settings, options)
    catalogue = load_catalogue(choose_language(options.lang, settings.lang, os.environ))
    for problem in (*loaded.warnings, *loaded.errors):
        complain(problem.describe(str(config_file), catalogue))
    if loaded.errors:
        return EXIT_USAGE
    if options.print_config:
        print(format_settings(settings, catalogue), end="")
        return 0
    name = _own_name(options.name or settings.name, catalogue)
    if name is None:
        return EXIT_USAGE
    clock = LocalClock(time.localtime().tm_gmtoff)
    state = UiState(name, catalogue=catalogue, settings=settings, local_clock=clock)
    state.config_file = str(config_file or "")
    _find_folders(state)
    return _run(state, options)


def _fill_standard_descriptors() -> None:
    """Where standard input, output or error is closed, nothing else may get its number."""
    for descriptor in (_INPUT, _OUTPUT, _ERRORS):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one


def _with_options(settings: Settings, options: Options) -> Settings:
    """The command line has the last word."""
    return replace(
        settings,
        ascii=settings.ascii or options.ascii,
        color=options.color or settings.color,
        log=settings.log or options.log,
        lang=options.lang or settings.lang,
    )


def _own_name(name: str, catalogue: Catalogue) -> str | None:
    """The name to go by, asked for if there is none; None if there is none to be had, which is said."""
    bad_name = catalogue.tr('Name must have 1-32 visible characters, no ":" and no spaces at the ends.')
    if name:
        fit = fit_own_name(name)
        if fit is None:
            complain(bad_name)
        return fit
    if not os.isatty(_INPUT):
        complain(catalogue.tr("a name is needed: prosa NAME"))
        return None
    while True:
        try:
            fit = fit_own_name(input(catalogue.tr("Your name: ")))
        except (EOFError, KeyboardInterrupt):
            print()
            return None
        if fit is not None:
            return fit
        print(bad_name)


# Files


def _find_folders(state: UiState) -> None:
    """Where transcripts and history are kept, and what is in the history."""
    folder = state_folder(os.environ)
    if folder is None:
        if state.settings.log or state.settings.history_file:
            tell_error(state, state.status, state.tr("There is no folder to write to: HOME is not set."))
        return
    state.transcript_folder = str(folder / "transcripts")
    state.logging = state.settings.log
    if state.settings.history_file:
        try:
            state.old_history = load_history(_history_file(folder))
            for typed in state.old_history.get(state.status.name, ()):
                state.status.history.add(typed)
        except OSError as error:
            tell_error(state, state.status, _cannot_use(state, error))


def _save_history(state: UiState) -> None:
    folder = state_folder(os.environ)
    if folder is None or not state.settings.history_file:
        return
    try:
        save_history(_history_file(folder), {c.name: c.history.entries for c in state.conversations.values()})
    except OSError as error:
        complain(_cannot_use(state, error))


def _history_file(folder: Path) -> Path:
    return folder / "history"


def _cannot_use(state: UiState, error: OSError) -> str:
    path = clean_message(os.fsdecode(error.filename or ""))
    return state.tr("cannot use {path}: {why}", path=path, why=clean_message(error.strerror or str(error)))


# Running


def _run(state: UiState, options: Options) -> int:
    with contextlib.ExitStack() as stack:
        trace: TextIO | None = None
        if options.debug is not None:
            try:
                trace = stack.enter_context(open(options.debug, "a", encoding="utf-8", buffering=1))
            except OSError as error:
                complain(_cannot_use(state, error))
                return EXIT_USAGE
        reactor = stack.enter_context(Reactor())
        surroundings = _surroundings(reactor, state, options)
        if surroundings is None:
            return EXIT_USAGE
        stack.enter_context(surroundings)
        try:
            plan = surroundings.watch(_plan(reactor, state, options))
            client = Client(
                surroundings.loop,
                state,
                plan,
                join=surroundings.join,
                wall_clock=surroundings.wall_clock,
                trace=None if trace is None else _tracer(trace),
            )
        except ListenError as error:
            complain(_cannot_listen(error, state.catalogue))
            return EXIT_CANNOT_LISTEN
        stack.callback(client.close)
        signals = stack.enter_context(EndingSignals(surroundings.loop, client))
        _greet(state, plan)
        if options.record is not None:
            path = clean_message(options.record)
            tell(state, state.status, state.tr("Recording into {path} all that is typed and said.", path=path))
        try:
            _show(reactor, surroundings, client, plan, options, trace)
        except Exception as fault:  # the outermost loop: it is kept, and others are told goodbye
            return _crashed(reactor, client, fault)
        _save_history(state)
    signals.raise_again()
    return 0


def _surroundings(reactor: Reactor, state: UiState, options: Options) -> Surroundings | None:
    """Those that the client will have; None if the session cannot be recorded as is wanted, which is said."""
    if options.record is None:
        return LiveSurroundings(reactor)
    # Only here: hardly anybody records.
    from ..recording.session_recording import SessionRecorder

    if not _has_screen(options):
        complain(state.tr("--record needs a screen, and there is none"))
        return None
    try:
        return SessionRecorder(Path(options.record), reactor)
    except OSError as error:
        complain(_cannot_use(state, error))
        return None


def _plan(reactor: Reactor, state: UiState, options: Options) -> NetworkPlan:
    tracker, listen = options.tracker, options.listen
    if tracker is None and options.host is None and state.settings.tracker:
        tracker = split_address(state.settings.tracker, default_port=TRACKER_PORT)
    if listen is None and state.settings.listen:
        listen = split_listen(state.settings.listen)

    def report_fault(fault: Exception) -> None:
        why = clean_message(repr(fault))
        tell_error(state, state.status, state.tr("Fault in the tracker: {why}", why=why))

    return plan_network(reactor, tracker=tracker, host=options.host, listen=listen, on_fault=report_fault)


def _cannot_listen(error: ListenError, catalogue: Catalogue) -> str:
    if error.fault is ListenFault.IN_USE:
        return catalogue.tr(
            "cannot listen on {addr}: address in use (choose another port, or: ss -ltnp sport = :{port})",
            addr=format_address(error.host or "*", error.port),
            port=error.port,
        )
    return str(error)


def _greet(state: UiState, plan: NetworkPlan) -> None:
    """The first lines: who and where we are, what to type, and how others join."""
    tell(state, state.status, welcome(state.catalogue, state.name, clean_message(state.tracker.address)))
    if " " in state.name:
        first = clean_name(state.name.split()[0])
        tell_error(state, state.status, state.tr("Programs that cut names at a space see you as {n}.", n=first))
    if plan.hosting is not None:
        host, port = plan.hosting
        address = format_address(host or own_host(), port)
        # The command has a row of its own, so that it can be copied whole.
        tell(state, state.status, state.tr("Others join with:") + f"\nprosa --tracker {address}")
    elif state.tracker.embedded:
        tell(state, state.status, state.tr("No tracker was here, so one runs inside this program now."))


def _has_screen(options: Options) -> bool:
    return not options.plain and os.isatty(_INPUT) and os.isatty(_OUTPUT)


def _show(
    reactor: Reactor,
    surroundings: Surroundings,
    client: Client,
    plan: NetworkPlan,
    options: Options,
    trace: TextIO | None,
) -> None:
    """Run the client on the screen, or without one where that is wanted or needed."""
    if _has_screen(options):
        # Only here: plain mode has to work where there is no curses at all.
        from ..terminal.screen import Screen, can_draw, set_up_locale
        from .screen_driver import ScreenFace, escape_seconds

        state = client.state
        if can_draw(os.environ):
            if not set_up_locale():
                state.settings = replace(state.settings, ascii=True)
                tell_error(state, state.status, state.tr("No UTF-8 locale on this machine: using ASCII."))
            screen = Screen(color=state.settings.color, environment=os.environ)
            escape = escape_seconds(os.environ)
            face = ScreenFace(surroundings, client, screen, input_fd=_INPUT, escape_seconds=escape)
            surroundings.begin(state, plan, escape)
            with _errors_kept_off_the_screen(trace):
                face.run()
            return
        term = clean_message(os.environ.get("TERM", ""))
        complain(state.tr('no screen on a terminal of the type "{term}": using plain mode', term=term))
    client.state.plain = True
    PlainFace(reactor, client, input_fd=_INPUT, output_fd=_OUTPUT).run()


@contextlib.contextmanager
def _errors_kept_off_the_screen(trace: TextIO | None) -> Iterator[None]:
    """What threads and warnings write to standard error goes to the trace, or comes after the screen."""
    kept = io.StringIO()
    try:
        with contextlib.redirect_stderr(kept if trace is None else trace):
            yield
    finally:
        sys.stderr.write(kept.getvalue()[:_MAX_KEPT_ERRORS])


def _tracer(file: TextIO) -> Callable[[str], None]:
    def write(text: str) -> None:
        file.write(f"{time.monotonic():.3f} {text}\n")

    return write


def _crashed(reactor: Reactor, client: Client, fault: Exception) -> int:
    """Keep a report, say where it is, and try to say goodbye to everybody."""
    wall = time.time()
    report = crash_report(fault, wall)
    client.show_on(None)
    # The same fault may come again; the terminal is given back already, and there is no more to save.
    with contextlib.suppress(Exception):
        client.leave()
        until = reactor.time() + LAST_WORDS_SECONDS
        while not client.state.left and reactor.time() < until:
            reactor.run_turn(until - reactor.now)
    folder = state_folder(os.environ)
    path: Path | None = None
    if folder is not None:
        with contextlib.suppress(OSError):
            path = write_crash_report(folder, report, wall)
    if path is not None:
        complain(client.state.tr("a fault of the program ended it; a report is in {path}", path=path))
    else:
        complain(client.state.tr("a fault of the program ended it"))
        sys.stderr.write(report)
    return EXIT_CRASH
