"""The only code that owns sockets, clocks and selectors: drives the machines of ``core``.

A program makes one ``Reactor``, opens its ports with ``open_listener`` or
``open_listeners``, puts a ``TrackerServer``, a ``PeerNode`` or both on the
reactor, and calls ``Reactor.run``.
"""

from .addresses import Address, format_address, plain_host
from .dialling import Dial
from .line_output import LineOutput
from .listening import Acceptor, ListenError, ListenFault, listening_address, open_listener, open_listeners
from .own_host import own_host
from .peer_node import PeerNode
from .reactor import READ, WRITE, Reactor, Timer
from .resolver import Resolver
from .service_manager import notify_service_manager
from .tracker_server import TrackerServer

__all__ = [
    "READ",
    "WRITE",
    "Acceptor",
    "Address",
    "Dial",
    "LineOutput",
    "ListenError",
    "ListenFault",
    "PeerNode",
    "Reactor",
    "Resolver",
    "Timer",
    "TrackerServer",
    "format_address",
    "listening_address",
    "notify_service_manager",
    "open_listener",
    "open_listeners",
    "own_host",
    "plain_host",
]
