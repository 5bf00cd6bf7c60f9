"""The only code that owns sockets, clocks and selectors: drives the machines of ``core``.

A program makes one ``Reactor``, opens its ports with ``open_listener`` or
``open_listeners``, puts a ``TrackerServer``, a ``PeerNode`` or both on the
reactor, and calls ``Reactor.run``.

Languages are here at once: a program needs them to read its command line. All else
is loaded when it is first used, so that ``--help`` does not wait for it.
"""

import importlib
import typing

from .languages import (
    ENGLISH,
    LANGUAGE_WORDS,
    LANGUAGES,
    PORTUGUESE,
    Catalogue,
    N_,
    choose_language,
    parse_language,
    read_catalogue,
)

if typing.TYPE_CHECKING:
    from .addresses import ALL_INTERFACES, Address, format_address, plain_host
    from .command_lines import (
        EXIT_USAGE,
        CommandLine,
        PrintVersion,
        argument_choice,
        argument_reader,
        harmless_line,
        wanted_language,
    )
    from .descriptors import (
        RESERVED_FROM_CALLERS,
        most_connections,
        raise_descriptor_limit,
    )
    from .dialling import Dial
    from .input import Input, open_input
    from .interfaces import own_hosts
    from .line_output import LineOutput
    from .listening import (
        Acceptor,
        ListenError,
        ListenFault,
        listening_address,
        open_listener,
        open_listeners,
    )
    from .peer_node import PeerNode
    from .port_holder import holder_of
    from .port_waiting import listen_with_patience
    from .reactor import READ, WRITE, Reactor, Timer
    from .resolver import Resolver
    from .service_manager import notify_service_manager
    from .starting import typed_command
    from .system import NO_WAIT_FLAGS, PRIVATE_FILE_FLAGS, is_in_foreground, signals
    from .tracker_server import TrackerServer
    from .watched_socket import ConnectionWatcher, RoleName, SocketWatcher
else:

    def __getattr__(name: str) -> object:
        """Load the module of a name when the name is first used."""
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f".{home}", __name__), name)
        globals()[name] = value
        return value


_HOMES: typing.Final = {
    "ALL_INTERFACES": "addresses",
    "EXIT_USAGE": "command_lines",
    "NO_WAIT_FLAGS": "system",
    "PRIVATE_FILE_FLAGS": "system",
    "READ": "reactor",
    "RESERVED_FROM_CALLERS": "descriptors",
    "WRITE": "reactor",
    "Acceptor": "listening",
    "Address": "addresses",
    "CommandLine": "command_lines",
    "ConnectionWatcher": "watched_socket",
    "Dial": "dialling",
    "Input": "input",
    "LineOutput": "line_output",
    "ListenError": "listening",
    "ListenFault": "listening",
    "PeerNode": "peer_node",
    "PrintVersion": "command_lines",
    "Reactor": "reactor",
    "Resolver": "resolver",
    "RoleName": "watched_socket",
    "SocketWatcher": "watched_socket",
    "Timer": "reactor",
    "TrackerServer": "tracker_server",
    "argument_choice": "command_lines",
    "argument_reader": "command_lines",
    "format_address": "addresses",
    "harmless_line": "command_lines",
    "holder_of": "port_holder",
    "is_in_foreground": "system",
    "listen_with_patience": "port_waiting",
    "listening_address": "listening",
    "most_connections": "descriptors",
    "notify_service_manager": "service_manager",
    "open_input": "input",
    "open_listener": "listening",
    "open_listeners": "listening",
    "own_hosts": "interfaces",
    "plain_host": "addresses",
    "raise_descriptor_limit": "descriptors",
    "signals": "system",
    "typed_command": "starting",
    "wanted_language": "command_lines",
}

__all__ = [
    "ALL_INTERFACES",
    "ENGLISH",
    "EXIT_USAGE",
    "LANGUAGES",
    "LANGUAGE_WORDS",
    "NO_WAIT_FLAGS",
    "PORTUGUESE",
    "PRIVATE_FILE_FLAGS",
    "READ",
    "RESERVED_FROM_CALLERS",
    "WRITE",
    "Acceptor",
    "Address",
    "Catalogue",
    "CommandLine",
    "ConnectionWatcher",
    "Dial",
    "Input",
    "LineOutput",
    "ListenError",
    "ListenFault",
    "N_",
    "PeerNode",
    "PrintVersion",
    "Reactor",
    "Resolver",
    "RoleName",
    "SocketWatcher",
    "Timer",
    "TrackerServer",
    "argument_choice",
    "argument_reader",
    "choose_language",
    "format_address",
    "harmless_line",
    "holder_of",
    "is_in_foreground",
    "listen_with_patience",
    "listening_address",
    "most_connections",
    "notify_service_manager",
    "open_input",
    "open_listener",
    "open_listeners",
    "own_hosts",
    "parse_language",
    "plain_host",
    "raise_descriptor_limit",
    "read_catalogue",
    "signals",
    "typed_command",
    "wanted_language",
]
