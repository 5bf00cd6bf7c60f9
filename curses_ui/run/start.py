"""From the command line to a running client: settings, name, ports, driver, exit code."""

import contextlib
import io
import os
import random
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final, TextIO

from core import Edition, Limits
from io_adapters import (
    ALL_INTERFACES,
    EXIT_USAGE,
    Address,
    ListenError,
    ListenFault,
    PeerNode,
    Reactor,
    format_address,
    listening_address,
    choose_language,
    most_connections,
    open_input,
    open_listener,
    own_hosts,
    raise_descriptor_limit,
    typed_command,
)

from ..catalogue import load_catalogue
from ..client import Client
from ..i18n import Catalogue
from ..settings import Settings
from ..state.beginning import Beginning
from ..state.conversation import EntryKind
from ..terminal.keys import ESCAPE_SECONDS
from ..text.address import TRACKER_PORT, split_address, split_listen
from ..text.clean import clean_message, clean_name
from ..text.names import fit_own_name
from ..update.help_texts import welcome
from ..update.outcomes import Failure
from .config_file import Loaded, config_path, format_settings, load_settings, state_folder
from .crash import crash_report, write_crash_report
from .driving import Clock, Driver
from .history_file import add_history, load_history
from .network_plan import NetworkPlan, plan_network
from .options import CLIENT, EXIT_OUTPUT, Options, complain, complain_of_output, write_error

if TYPE_CHECKING:
    from io_adapters.wire_files import WireLog

    from ..recording.recorder import Recorder

EXIT_ENDED: Final = 0
EXIT_CRASH: Final = 1
EXIT_CANNOT_LISTEN: Final = 3
REMOTE_ESCAPE_SECONDS: Final = 0.1  # a network may part an ESC from what follows it

_INPUT: Final = 0
_OUTPUT: Final = 1
_ERRORS: Final = 2
_MAX_ESCAPE_SECONDS: Final = 2.0
_WAIT_SECONDS: Final = 15  # for the port of our tracker, as prosa-tracker waits
_MAX_KEPT_ERRORS: Final = 64 * 1024  # characters, of what was written to standard error under the screen


def start(options: Options) -> int:
    """Run the client; return the exit code."""
    _fill_standard_descriptors()
    raise_descriptor_limit()
    config_file = config_path(os.environ) if options.config is None else options.config
    if options.no_config:
        config_file = None
    loaded = Loaded(Settings())
    if config_file is not None:
        loaded = load_settings(config_file, needed=options.config is not None)
    settings = _with_options(loaded.settings, options)
    catalogue = load_catalogue(choose_language(options.lang, settings.lang, os.environ))
    for problem in (*loaded.warnings, *loaded.errors):
        complain(problem.describe(config_file or "", catalogue))
    if loaded.errors:
        return EXIT_USAGE
    if options.print_config:
        try:
            print(format_settings(settings, catalogue), end="")
        except OSError as error:  # at once, where output is not buffered
            complain_of_output(error, catalogue)
            return EXIT_OUTPUT
        return 0
    name = _own_name(options.name or settings.name, catalogue)
    if name is None:
        return EXIT_USAGE
    return _run(_Start(name, settings, catalogue, config_file or ""), options)


class _Start:
    """What is known before there is a client, and what its first lines will say."""

    def __init__(self, name: str, settings: Settings, catalogue: Catalogue, config_file: str) -> None:
        self.name: Final = name
        self.settings = settings
        self.catalogue: Final = catalogue
        self.config_file: Final = config_file
        self.folder: Final = state_folder(os.environ)
        self.old_history: dict[str, list[str]] = {}
        self.lines: list[tuple[EntryKind, str]] = []

    def tell(self, text: str, kind: EntryKind = EntryKind.NEWS) -> None:
        """Add one of the first lines."""
        self.lines.append((kind, text))

    def beginning(self, plan: NetworkPlan, listening: Address, clock: Clock, commands: Sequence[str], *, plain: bool) -> Beginning:
        """How the client begins."""
        return Beginning(
            name=self.name,
            listen_port=listening[1],
            tracker=plan.tracker,
            now=clock.now,
            wall=clock.wall,
            utc_offset_seconds=clock.utc_offset_seconds,
            seed=random.getrandbits(32),
            language=self.catalogue.language,
            settings=self.settings,
            plain=plain,
            at_terminal=sys.stdin is not None and sys.stdin.isatty(),
            encoding=(sys.stdout and sys.stdout.encoding) or "utf-8",
            escape_seconds=escape_seconds(os.environ),
            runs_tracker=None if plan.embedded is None else plan.embedded.is_running,
            tracker_command=_start_command(*plan.tracker),
            lines=tuple(self.lines),
            commands=tuple(commands),
            logging=self.settings.log and self.folder is not None,
            transcript_folder="" if self.folder is None else os.path.join(self.folder, "transcripts"),
            config_file=self.config_file,
            old_history={name: tuple(typed) for name, typed in self.old_history.items()},
            limits=Limits(max_peer_connections=most_connections(Limits().max_peer_connections)),
        )


def _start_command(host: str, port: int) -> str:
    """What starts the tracker again; empty unless it is known to be on this machine."""
    if host not in ("localhost", *own_hosts()) and not host.startswith("127.") and host != "::1":
        return ""
    return typed_command("prosa-tracker") + ("" if port == TRACKER_PORT else f" --port {port}")


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
        complain(catalogue.tr("a name is needed: {command} NAME", command=typed_command(CLIENT)))
        return None
    # Only here: most give their name on the command line.
    import shutil
    import textwrap

    while True:
        try:
            fit = fit_own_name(input(catalogue.tr("Your name: ")))
        except (EOFError, KeyboardInterrupt):
            print()
            return None
        if fit is not None:
            return fit
        print(textwrap.fill(bad_name, shutil.get_terminal_size().columns))


# Files


def _load_history(known: _Start) -> None:
    settings, tr = known.settings, known.catalogue.tr
    if known.folder is None:
        if settings.log or settings.history_file:
            known.tell(tr("There is no folder to write to: HOME is not set."), EntryKind.ERROR)
    elif settings.history_file:
        try:
            known.old_history = load_history(_history_file(known.folder))
        except OSError as error:
            known.tell(_cannot_use(known.catalogue, error), EntryKind.ERROR)


def _save_history(known: _Start, client: Client) -> None:
    if known.folder is None or not known.settings.history_file:
        return
    try:
        add_history(_history_file(known.folder), known.old_history, client.state.histories)
    except OSError as error:
        complain(_cannot_use(known.catalogue, error))


def _history_file(folder: str) -> str:
    return os.path.join(folder, "history")


def _cannot_use(catalogue: Catalogue, error: OSError) -> str:
    path = clean_message(os.fsdecode(error.filename or ""))
    return catalogue.tr("cannot use {path}: {why}", path=path, why=clean_message(error.strerror or str(error)))


# Running


def _run(known: _Start, options: Options) -> int:
    has_screen = _can_have_screen(known, options)
    _load_history(known)

    def failed(failure: Failure, path: str, why: str) -> None:
        client.note_failure(failure, path, why, now=reactor.now)

    with contextlib.ExitStack() as stack:
        clock = Clock()
        reactor = stack.enter_context(Reactor(clock=clock))
        trace: TextIO | None = None
        try:
            if options.debug is not None:
                trace = stack.enter_context(open(options.debug, "a", encoding="utf-8", buffering=1))
            recorder = _make_recorder(options, stack)
            wire = _open_wire_log(
                reactor,
                options,
                stack,
                partial(failed, Failure.WIRE_FILE),
            )
            plan = _plan(reactor, known, options)
            if plan is None:
                return EXIT_ENDED
            listener = open_listener(*plan.listen)
        except ListenError as error:
            complain(_cannot_listen(error, known.catalogue))
            return EXIT_CANNOT_LISTEN
        except OSError as error:
            complain(_cannot_use(known.catalogue, error))
            return EXIT_USAGE
        _greet(known, plan, options)
        beginning = known.beginning(plan, listening_address(listener), clock, options.commands or (), plain=not has_screen)
        if recorder is not None:
            recorder.begin(beginning)
        client = Client(
            beginning,
            catalogue=known.catalogue,
            random=random.Random(beginning.seed).random,
            note=None if recorder is None else recorder.note,
            trace=None if trace is None else _tracer(trace),
        )
        network = PeerNode(
            reactor,
            client,
            tracker_address=plan.tracker,
            listeners=[listener],
            on_exhausted=lambda error: failed(Failure.CALLERS, "", error.strerror or str(error)),
            wire=wire,
        )
        if wire is not None:
            reactor.add_end_of_turn(wire.end_turn)
            if plan.embedded is not None:
                plan.embedded.watchers.append(wire)
        parts = (reactor, clock, client, network, plan.embedded, open_input(reactor, _INPUT), recorder)
        driver: Driver
        errors: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
        if has_screen:
            # Only here: plain mode has to work where there is no curses at all.
            from ..terminal.screen import Screen
            from .screen_driver import ScreenDriver

            screen = Screen(color=known.settings.color, environment=os.environ)
            driver = ScreenDriver(*parts, screen)
            errors = _errors_kept_off_the_screen(trace)
        else:
            from .plain_driver import PlainDriver  # only here: a screen has no use for it

            driver = PlainDriver(*parts, _OUTPUT)
        stack.callback(driver.close)
        try:
            with errors:
                driver.run()
        except Exception as fault:  # the outermost loop: it is kept, and others are told goodbye
            return _crashed(driver, known, fault)
        _save_history(known, client)
    driver.raise_signal()
    return 0


def _can_have_screen(known: _Start, options: Options) -> bool:
    """Whether there can be a screen; what is in the way is said."""
    if options.plain or not os.isatty(_INPUT) or not os.isatty(_OUTPUT):
        return False
    tr = known.catalogue.tr
    try:
        # Only here: plain mode has to work where there is no curses at all.
        from ..terminal.screen import can_draw, set_up_locale
    except ImportError as error:
        if error.name not in ("curses", "_curses"):
            raise
        complain(tr("no screen on this system, which has no curses: using plain mode"))
        return False
    if not can_draw(os.environ):
        term = clean_message(os.environ.get("TERM", ""))
        complain(tr('no screen on a terminal of the type "{term}": using plain mode', term=term))
        return False
    if not set_up_locale():
        known.settings = replace(known.settings, ascii=True)
        known.tell(tr("No UTF-8 locale on this machine: using ASCII."), EntryKind.ERROR)
    return True


def escape_seconds(environment: Mapping[str, str]) -> float:
    """How long an ESC waits for more: ``$ESCDELAY`` in milliseconds, longer over a network."""
    delay = environment.get("ESCDELAY", "")
    if delay.isascii() and delay.isdecimal():
        return min(int(delay) / 1000, _MAX_ESCAPE_SECONDS)
    return REMOTE_ESCAPE_SECONDS if "SSH_CONNECTION" in environment else ESCAPE_SECONDS


def _make_recorder(options: Options, stack: contextlib.ExitStack) -> "Recorder | None":
    if options.record is None:
        return None
    # Only here: hardly anybody records.
    from ..recording.recorder import Recorder

    recorder = Recorder(options.record)
    stack.callback(recorder.close)
    return recorder


def _open_wire_log(
    reactor: Reactor, options: Options, stack: contextlib.ExitStack, on_error: Callable[[str, str], None]
) -> "WireLog | None":
    if options.wire is None:
        return None
    # Only here: hardly anybody looks at the wire.
    from io_adapters.wire_files import WireLog

    def report(error: OSError) -> None:
        on_error(os.fsdecode(error.filename or ""), error.strerror or str(error))

    log = WireLog(reactor, options.wire, on_error=report)
    stack.callback(log.close)
    return log


def _plan(reactor: Reactor, known: _Start, options: Options) -> NetworkPlan | None:
    """Decide, after a wait if another program holds the port of our tracker; None if a signal ended that."""
    tracker, listen = options.tracker, options.listen
    if tracker is None and options.host is None and known.settings.tracker:
        tracker = split_address(known.settings.tracker, default_port=TRACKER_PORT)
    if listen is None and known.settings.listen:
        listen = split_listen(known.settings.listen)
    edition = Edition.E2024 if options.edition is None else Edition(int(options.edition))
    plan = partial(plan_network, reactor, tracker=tracker, host=options.host, listen=listen, edition=edition)
    try:
        return plan()
    except ListenError as error:
        if options.host is None or error.fault is not ListenFault.IN_USE:
            raise
    from io_adapters import listen_with_patience  # only here, as is holder_of: most starts have no use for it

    host, port = options.host
    listeners = listen_with_patience(reactor, [host], port, seconds=_WAIT_SECONDS, waiting=partial(_say_wait, known))
    for listener in listeners:
        listener.close()  # the plan opens the port again
    return plan() if listeners else None


def _say_wait(known: _Start, error: ListenError) -> None:
    from io_adapters import holder_of

    tr, where, holder = known.catalogue.tr, format_address(error.host or "*", error.port), holder_of(error.port)
    if holder is not None:
        complain(tr("{where} is held by {holder}: waiting up to {s} s for it", where=where, holder=holder, s=_WAIT_SECONDS))
    else:
        complain(tr("{where} is held: waiting up to {s} s for it", where=where, s=_WAIT_SECONDS))


def _cannot_listen(error: ListenError, catalogue: Catalogue) -> str:
    if error.fault is ListenFault.IN_USE:
        from io_adapters import holder_of

        holder = holder_of(error.port)
        if holder is not None:
            return catalogue.tr(
                "cannot listen on {addr}: address in use by {holder} (choose another port)",
                addr=format_address(error.host or "*", error.port),
                holder=holder,
            )
        return catalogue.tr(
            "cannot listen on {addr}: address in use (choose another port, or: ss -ltnp sport = :{port})",
            addr=format_address(error.host or "*", error.port),
            port=error.port,
        )
    return str(error)


def _greet(known: _Start, plan: NetworkPlan, options: Options) -> None:
    """The first lines: who and where we are, what to type, and how others join."""
    tr = known.catalogue.tr
    known.tell(welcome(known.catalogue, known.name, clean_message(format_address(*plan.tracker))))
    if " " in known.name:
        first = clean_name(known.name.split()[0])
        known.tell(tr("Programs that cut names at a space see you as {n}.", n=first))
    if plan.hosting is not None:
        host, port = plan.hosting
        hosts = own_hosts() if host in ALL_INTERFACES else [host]
        # Each command has a row of its own, so that it can be copied whole.
        commands = [f"{typed_command('prosa')} --tracker {format_address(each, port)}" for each in hosts]
        if commands:
            known.tell("\n".join((tr("Others join with:"), *commands)))
        else:
            known.tell(tr("This machine has no address that others could reach."), EntryKind.ERROR)
    elif plan.embedded is not None and plan.embedded.is_running:
        known.tell(tr("No tracker was here, so one runs inside this program now."))
    if options.record is not None:
        path = clean_message(options.record)
        known.tell(tr("Recording everything typed and said to {path}.", path=path))


@contextlib.contextmanager
def _errors_kept_off_the_screen(trace: TextIO | None) -> Iterator[None]:
    """What threads and warnings write to standard error goes to the trace, or comes after the screen."""
    kept = io.StringIO()
    try:
        with contextlib.redirect_stderr(kept if trace is None else trace):
            yield
    finally:
        write_error(kept.getvalue()[:_MAX_KEPT_ERRORS])


def _tracer(file: TextIO) -> Callable[[object], None]:
    def write(what: object) -> None:
        file.write(f"{time.monotonic():.3f} {what!r}\n")

    return write


def _crashed(driver: Driver, known: _Start, fault: Exception) -> int:
    """Keep a report, say where it is, and try to say goodbye to everybody."""
    wall = time.time()
    report = crash_report(fault, wall)
    driver.say_goodbye()
    path: str | None = None
    if known.folder is not None:
        with contextlib.suppress(OSError):
            path = write_crash_report(known.folder, report, wall)
    if path is not None:
        complain(known.catalogue.tr("a fault of the program ended it; a report is in {path}", path=path))
    else:
        complain(known.catalogue.tr("a fault of the program ended it"))
        write_error(report)
    return EXIT_CRASH
