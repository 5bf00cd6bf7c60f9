"""From the command line to a running client: settings, name, ports, face, exit code."""

import os
import sys
from contextlib import closing
from dataclasses import replace
from typing import Final

from io_adapters import ListenError, ListenFault, Reactor, format_address
from io_adapters.own_host import own_host

from .clean import clean_message
from .client import Client
from .config_file import Loaded, config_path, load_settings
from .ending_signals import EndingSignals
from .help_texts import welcome
from .i18n import Catalogue, choose_language, load_catalogue
from .journal import tell, tell_error
from .model import UiState
from .network_plan import NetworkPlan, plan_network
from .options import EXIT_USAGE, Options, complain, parse_listen
from .own_name import fit_own_name
from .plain import PlainFace
from .plain_output import PlainOutput
from .settings import TRACKER_PORT, Settings, split_address

EXIT_CANNOT_LISTEN: Final = 3

_INPUT: Final = 0
_OUTPUT: Final = 1


def start(options: Options) -> int:
    """Run the client; return the exit code."""
    config_file = options.config or config_path(os.environ)
    loaded = Loaded(Settings())
    if config_file is not None and not options.no_config:
        loaded = load_settings(config_file, needed=options.config is not None)
    settings = _with_options(loaded.settings, options)
    catalogue = load_catalogue(choose_language(options.lang, settings.lang, os.environ))
    for problem in (*loaded.warnings, *loaded.errors):
        complain(problem.describe(str(config_file), catalogue))
    if loaded.errors:
        return EXIT_USAGE
    name = _own_name(options.name or settings.name, catalogue)
    if name is None:
        return EXIT_USAGE
    state = UiState(name, catalogue=catalogue, settings=settings)
    state.config_file = "" if config_file is None else str(config_file)
    with Reactor() as reactor:
        return _run(reactor, state, options)


def _with_options(settings: Settings, options: Options) -> Settings:
    """The command line has the last word."""
    return replace(
        settings,
        ascii=settings.ascii or options.ascii,
        color=options.color or settings.color,
        log=settings.log or options.log,
    )


def _own_name(name: str, catalogue: Catalogue) -> str | None:
    """The name to go by, asked for if there is none; None if there is none to be had, which is said."""
    bad_name = catalogue.tr(
        'Name must have 1-32 visible characters, no ":" and no spaces at the ends.'
    )
    if name:
        fit = fit_own_name(name)
        if fit is None:
            complain(bad_name)
        return fit
    if not sys.stdin.isatty():
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


def _run(reactor: Reactor, state: UiState, options: Options) -> int:
    try:
        plan = _plan(reactor, state, options)
        client = Client(reactor, state, plan)
    except ListenError as error:
        complain(_cannot_listen(error, state.catalogue))
        return EXIT_CANNOT_LISTEN
    with closing(client), EndingSignals(reactor, client) as signals:
        _welcome(state, plan)
        _show(reactor, client, options)
    signals.raise_again()
    return 0


def _plan(reactor: Reactor, state: UiState, options: Options) -> NetworkPlan:
    tracker, listen = options.tracker, options.listen
    if tracker is None and options.host is None and state.settings.tracker:
        tracker = split_address(state.settings.tracker, default_port=TRACKER_PORT)
    if listen is None and state.settings.listen:
        listen = parse_listen(state.settings.listen)

    def report_fault(fault: Exception) -> None:
        tell_error(state, state.status, state.tr("Fault in the tracker: {why}", why=clean_message(repr(fault))))

    return plan_network(reactor, tracker=tracker, host=options.host, listen=listen, on_fault=report_fault)


def _cannot_listen(error: ListenError, catalogue: Catalogue) -> str:
    address = format_address(error.host or "*", error.port)
    if error.fault is ListenFault.IN_USE:
        return catalogue.tr(
            "cannot listen on {addr}: address in use (choose another port, or: ss -ltnp sport = :{port})",
            addr=address,
            port=error.port,
        )
    return str(error)


def _welcome(state: UiState, plan: NetworkPlan) -> None:
    """The first lines: who and where we are, what to type, and how others join."""
    tell(state, state.status, welcome(state.catalogue, state.name, clean_message(state.tracker.address)))
    if plan.hosting is not None:
        host, port = plan.hosting
        address = format_address(host or own_host(), port)
        text = state.tr("Others join with: prosa --tracker {addr}", addr=address)
        tell(state, state.status, text)
    elif state.tracker.embedded:
        tell(state, state.status, state.tr("No tracker was here, so one runs inside this program now."))


def _show(reactor: Reactor, client: Client, options: Options) -> None:
    """Run the client on the screen, or without one where that is wanted or needed."""
    if not options.plain and os.isatty(_INPUT) and os.isatty(_OUTPUT):
        # Only here: plain mode has to work where there is no curses at all.
        from .app import ScreenFace, escape_seconds
        from .screen import Screen, cannot_draw, set_up_locale

        why = cannot_draw(os.environ)
        if why is None:
            state = client.state
            if not set_up_locale():
                state.settings = replace(state.settings, ascii=True)
                complain(state.tr("no UTF-8 locale on this machine: using ASCII"))
            screen = Screen(color=state.settings.color, environment=os.environ)
            face = ScreenFace(
                reactor, client, screen, input_fd=_INPUT, escape_seconds=escape_seconds(os.environ)
            )
            face.run()
            return
        complain(client.state.tr("{why}: using plain mode", why=why))
    client.state.plain = True
    output = PlainOutput(reactor, _OUTPUT)
    PlainFace(reactor, client, input_fd=_INPUT, output=output).run()
    output.drain()
