"""The running tracker: listens, logs, obeys signals, ends with an exit code."""

import gc
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Final

from core import VERSION, Tracker, TrackerEvent
from io_adapters import (
    ALL_INTERFACES,
    EXIT_USAGE,
    Catalogue,
    ListenError,
    ListenFault,
    Reactor,
    TrackerServer,
    choose_language,
    format_address,
    holder_of,
    listen_with_patience,
    notify_service_manager,
    own_hosts,
    raise_descriptor_limit,
    signals,
    typed_command,
)

from .command_line import PROGRAM
from .i18n import load_catalogue
from .console import Console
from .log import Log
from .log_line import Bare, Level, LogLine, table_line
from .options import Options
from .statistics import Statistics

if TYPE_CHECKING:
    from io_adapters.wire_files import WireLog

EXIT_CLEAN: Final = 0
EXIT_UNEXPECTED: Final = 1
EXIT_CANNOT_LISTEN: Final = 3

LOOPBACK: Final = "127.0.0.1"

_INPUT: Final = 0
_OUTPUT: Final = 1
_STANDARD_ERROR: Final = 2
_SPARE_DESCRIPTORS: Final = 32  # for listening, the loop, the log, and what libraries open
_NEARLY_FULL: Final = 0.9  # of the descriptors


def run_program(options: Options, environment: Mapping[str, str]) -> int:
    """Serve until a signal ends it; returns the exit code."""
    log_fd, encoding = _log_descriptor()
    catalogue = load_catalogue(choose_language(options.language, None, environment))
    with Reactor() as reactor:
        log = Log(reactor, log_fd, encoding, options, environment)
        try:
            listeners = listen_with_patience(
                reactor, options.hosts, options.port, seconds=options.wait_seconds, waiting=partial(_say_wait, options, catalogue)
            )
        except ListenError as error:
            complain(explain(error, catalogue, holder_of(error.port)))
            return EXIT_CANNOT_LISTEN
        if not listeners:
            return EXIT_CLEAN
        program = _Program(reactor, log, options, environment, catalogue)
        try:
            wire = _open_wire_log(reactor, options, program)
        except OSError as error:
            complain(catalogue.tr("cannot write {file}: {why}", file=ascii(error.filename), why=error.strerror))
            return EXIT_USAGE
        try:
            server = TrackerServer(
                reactor,
                program.tracker,
                listeners,
                on_event=program.on_event,
                on_exhausted=program.on_exhausted,
                on_fault=program.on_fault,
                watchers=() if wire is None else (wire,),
            )
            program.serve(server, wire)
        except Exception as fault:  # the outermost loop: every fault goes into the log
            program.on_fault(fault)
            return EXIT_UNEXPECTED
        finally:
            if wire is not None:
                wire.close()
            log.drain()
    return EXIT_CLEAN


def explain(error: ListenError, catalogue: Catalogue, holder: str | None = None) -> str:
    """Return why the tracker cannot listen, and what to do about it; ``holder`` is who holds the port, if known."""
    tr, where = catalogue.tr, format_address(error.host or "0.0.0.0", error.port)
    match error.fault:
        case ListenFault.IN_USE if holder is not None:
            why = tr("address in use by {holder} (try --port)", holder=holder)
        case ListenFault.IN_USE:
            why = tr("address in use (try --port, or: {command})", command=f"ss -ltnp sport = :{error.port}")
        case ListenFault.FORBIDDEN:
            why = tr("permission denied (ports below 1024 are for root; try --port)")
        case ListenFault.NOT_AVAILABLE:
            why = tr("this machine does not have that address (see: ip address)")
        case ListenFault.UNKNOWN_HOST:
            why = tr("unknown host")
        case ListenFault.OTHER:
            return str(error)
    return tr("cannot listen on {where}: {why}", where=where, why=why)


def _say_wait(options: Options, catalogue: Catalogue, error: ListenError) -> None:
    where, holder = format_address(error.host or "0.0.0.0", error.port), holder_of(error.port)
    s = f"{options.wait_seconds:g}"
    if holder is not None:
        said = catalogue.tr("{where} is held by {holder}: waiting up to {s} s for it", where=where, holder=holder, s=s)
    else:
        said = catalogue.tr("{where} is held: waiting up to {s} s for it", where=where, s=s)
    complain(said)


def invitations(hosts: Sequence[str], port: int, catalogue: Catalogue) -> list[str]:
    """Return what people type to join, a line for each address of ours that they can reach."""
    lines = [] if hosts else [catalogue.tr("This machine has no address that others could reach; only its own users can join.")]
    for host in hosts or [LOOPBACK]:
        address = format_address(host, port)
        command = f"{typed_command('prosa')} --tracker {address}"
        lines.append(catalogue.tr("Tracker on {address} - join with: {command}", address=address, command=command))
    return lines


def complain(message: str) -> None:
    """Write one line to standard error, outside the log."""
    print(f"{typed_command(PROGRAM)}: {message}", file=sys.stderr)


def _open_wire_log(reactor: Reactor, options: Options, program: "_Program") -> "WireLog | None":
    if options.wire is None:
        return None
    # Only here: hardly anybody looks at the wire.
    from io_adapters.wire_files import WireLog

    return WireLog(reactor, options.wire, on_error=program.on_wire_error)


def _log_descriptor() -> tuple[int, str]:
    """Return standard error and its encoding; the null device if standard error is closed."""
    if sys.stderr is None:
        return os.open(os.devnull, os.O_WRONLY), "utf-8"
    return _STANDARD_ERROR, sys.stderr.encoding


class _Program:
    """What ties the tracker, the log and the signals together."""

    def __init__(
        self, reactor: Reactor, log: Log, options: Options, environment: Mapping[str, str], catalogue: Catalogue
    ) -> None:
        self._has_terminal: Final = _is_at_terminal(options)
        counts = options.stats_seconds is not None or self._has_terminal
        self.tracker: Final = Tracker(options.config, report_queries=options.verbose or counts)
        self._reactor: Final = reactor
        self._log: Final = log
        self._options: Final = options
        self._environment: Final = environment
        self._catalogue: Final = catalogue
        self._statistics: Final = Statistics()
        self._started_at: Final = reactor.time()
        self._caught: signal.Signals | None = None
        self._warn_at_clients = 0
        self.on_event: Final[Callable[[TrackerEvent], None]] = (
            self._log_and_count if counts else log.write_event
        )
        """Logs an event, and counts it if statistics are wanted."""

    def serve(self, server: TrackerServer, wire: "WireLog | None" = None) -> None:
        """Run the loop until a signal ends it."""
        if wire is not None:
            self._reactor.add_end_of_turn(wire.end_turn)
        self._reactor.add_end_of_turn(self._end_turn)  # behind the server's, whose events it writes
        for number in (signal.SIGTERM, signal.SIGINT):
            self._reactor.add_signal(number, partial(self._end, number))
        for number in signals("SIGPIPE"):
            signal.signal(number, signal.SIG_IGN)
        for number in signals("SIGUSR1"):
            self._reactor.add_signal(number, self._log_table)
        if self._options.stats_seconds is not None:
            self._reactor.call_later(self._options.stats_seconds, self._log_statistics)
        self._announce(server)
        self._open_console()
        gc.collect()
        gc.freeze()  # these objects stay: a later collection need not look at them
        self._reactor.run()
        server.close()
        assert self._caught is not None  # nothing else stops the loop
        self._log.say_suppressed()
        self._log.write(LogLine(Level.INFO, "stop", (("signal", self._caught.name),)))

    # Called by the server

    def on_exhausted(self, error: OSError) -> None:
        """Log that callers must wait, and why."""
        reason = error.strerror or str(error)
        self._log.write(LogLine(Level.WARN, "limit", (("reason", reason), ("clients", self.tracker.clients))))

    def on_fault(self, fault: Exception) -> None:
        """Log a fault of the program, with its traceback."""
        where = "".join(traceback.format_exception(fault)).strip()
        self._log.write_limited(LogLine(Level.ERROR, "fault", (("error", repr(fault)), ("trace", where))))

    def on_wire_error(self, error: OSError) -> None:
        """Say that the wire file takes no more; serving goes on."""
        reason = error.strerror or str(error)
        self._log.write(LogLine(Level.ERROR, "wire-file", (("reason", reason), ("file", str(error.filename)))))

    # Private

    def _log_and_count(self, event: TrackerEvent) -> None:
        self._log.write_event(event)
        self._statistics.count(event)

    def _announce(self, server: TrackerServer) -> None:
        """Say where the tracker listens: to people, to the log, and to the program that started this one."""
        if sys.stderr is not None and sys.stderr.isatty() and not self._options.quiet:
            host, port = server.addresses[0]
            for line in invitations(own_hosts() if host in ALL_INTERFACES else [host], port, self._catalogue):
                print(line, file=sys.stderr, flush=True)
        self._log.write(LogLine(Level.INFO, "start", (("version", Bare(VERSION)), ("pid", os.getpid()))))
        for host, port in server.addresses:
            self._log.write(LogLine(Level.INFO, "listen", (("addr", Bare(format_address(host, port))),)))
        descriptors = raise_descriptor_limit()
        if descriptors is not None:
            self._warn_at_clients = int((descriptors - _SPARE_DESCRIPTORS) * _NEARLY_FULL)
        self._log.end_turn()
        if self._options.ready_fd is not None:
            _tell_port(self._options.ready_fd, server.addresses[0][1])
        notify_service_manager(self._environment, "READY=1")

    def _open_console(self) -> None:
        """Take commands, if whoever started the program sits at a terminal."""
        if not self._has_terminal:
            return
        console = Console(self._reactor, self.tracker, self._statistics_words, _INPUT, _OUTPUT, self._catalogue)
        if not self._options.quiet:
            console.say(self._catalogue.tr("To send somebody away, type help and Enter."))

    def _end_turn(self) -> None:
        if self._warn_at_clients and self.tracker.clients >= self._warn_at_clients:
            self._warn_at_clients = 0  # once: on_exhausted tells the rest
            fields = (("reason", "descriptors are running out"), ("clients", self.tracker.clients))
            self._log.write(LogLine(Level.WARN, "limit", fields))
        self._log.end_turn()

    def _log_table(self) -> None:
        users = self.tracker.users(now=self._reactor.now)
        fields = (("online", len(users)), ("clients", self.tracker.clients))
        self._log.write(LogLine(Level.INFO, "table", fields))
        for user in users:
            self._log.write(table_line(user))

    def _statistics_words(self) -> tuple[str, ...]:
        uptime_seconds = self._reactor.now - self._started_at
        return self._statistics.words(online=self.tracker.online, uptime_seconds=uptime_seconds)

    def _log_statistics(self) -> None:
        self._log.write(
            self._statistics.line(
                online=self.tracker.online,
                clients=self.tracker.clients,
                uptime_seconds=self._reactor.now - self._started_at,
            )
        )
        if self._options.stats_seconds is not None:
            self._reactor.call_later(self._options.stats_seconds, self._log_statistics)

    def _end(self, number: signal.Signals) -> None:
        self._caught = number
        self._reactor.remove_signal(signal.SIGINT)
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a second one ends the process at once
        notify_service_manager(self._environment, "STOPPING=1")
        self._reactor.stop()


def _is_at_terminal(options: Options) -> bool:
    """Whether whoever started the program can type commands and read the answers."""
    ends = (sys.stdin, sys.stdout)
    return options.wire != "-" and all(end is not None and end.isatty() for end in ends)


def _tell_port(descriptor: int, port: int) -> None:
    try:
        os.write(descriptor, f"{port}\n".encode())
        if descriptor > _STANDARD_ERROR:
            os.close(descriptor)
    except OSError:
        pass  # the program that started this one is gone
