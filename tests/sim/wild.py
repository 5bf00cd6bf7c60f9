"""Programs of another make, as far as a simulation needs them: scripted bytes, and a listener.

The stand-ins of ``tests/wild`` are threads on real sockets; these speak the same rows of
what other people's programs do, in simulated time.
"""

import random
from collections.abc import Callable
from typing import Final

from core import LossReason
from tests.fuzz.heavy import make_pair
from tests.fuzz.targets import TARGETS

from .network import Machine, Network
from .reactor import SimReactor
from .tcp import SimSocket

_READ: Final = 1
_READ_BYTES: Final = 1024

END: Final = "end"
CLOSE: Final = "close"
RESET: Final = "reset"
Script = tuple[tuple[float, bytes | str], ...]
"""Seconds to wait, and then bytes to send, or one of the words above."""

_HOSTILE_BYTES: Final = 16 * 1024
_VERY_LONG_LIST: Final = b"LIST " + b":".join(b"%x" % number for number in range(40_000)) + b"\r\n"
_OTHERS: Final = (b"LIST\r\n", b"LIST Yara:Yves\r\n", b"LIST Yara:Yuri\r\n")
_RESTLESS_SECONDS: Final = 0.06
_CHATTY_SECONDS: Final = 1.0
_DRIPPED_BYTES: Final = 2000
_DRIP_SECONDS: Final = 0.3
_SHAPES: Final = {target.name: target.shapes for target in TARGETS}

CALLER_SCRIPTS: Final[tuple[Script, ...]] = (
    ((0.0, b"USER Walter"), (0.4, b"a text without an end"), (0.5, b"another"), (0.5, b"DISC"), (0.1, CLOSE)),
    ((0.0, b"USER Wanda\n"), (0.1, b"lf\nlf again\n"), (0.2, b"DISC\r\n"), (0.0, CLOSE)),
    ((0.0, b"USER Wim\r\n"), (0.1, b"/bye\r\n"), (1.0, CLOSE)),
    ((0.0, b"USER Wera\r\none text\r\n"), (0.0, END), (0.1, CLOSE)),
    ((0.0, b"DISC\r\n"), (0.5, CLOSE)),
    ((0.0, b"USER Ana\r\n"), (0.1, b"I am Ana, too\r\n"), (30.0, CLOSE)),
    ((0.0, b"USER W:"), (0.1, b"1\r\nhalf a l"), (0.2, RESET)),
    ((0.0, b"\xff\x00\x80USER \xc3\r\n\r\n\r\nUSER \r\n\xe2\x81"), (0.3, b"\xa0DISC\r\n"), (5.0, CLOSE)),
    ((0.0, b"x" * 200_000), (0.0, b"\r\n" * 1000), (1.0, CLOSE)),
    ((0.0, b"LIST\r\n" * 200), (0.1, b"USER W1:1\r\n" + b"LIST\r\nADDR Ana\r\n" * 500), (40.0, CLOSE)),
    ((0.0, b"USER W2: 77\r\n"), (4.0, b"KEEP\r\n"), (4.0, b"DISC\r\n"), (0.0, CLOSE)),
    ((200.0, CLOSE),),
    ((0.0, CLOSE),),
)
PROBE_NAME: Final = "W3"
WILD_CALLER_NAMES: Final = ("W1", "W2", PROBE_NAME)
"""Under which those of them that call a tracker may be registered."""


class WildCaller:
    """Calls somebody, keeps to its script, and reads whatever comes; a few bytes at a time, if it drips, or nothing, if it is deaf."""

    def __init__(
        self,
        network: Network,
        machine: Machine,
        host: str,
        port: int,
        script: Script,
        note_line: Callable[[bytes], None],
        *,
        is_deaf: bool = False,
        drips: bool = False,
    ) -> None:
        self._network = network
        self._note_line = note_line
        self._is_deaf = is_deaf or drips
        self._drips = drips
        self._rest = b""
        self._reactor = SimReactor(network, machine, 0.0)
        self._script = script
        self._end: SimSocket | None = None
        network.dial(machine, host, port, self._connected, self._failed)

    @property
    def is_connected(self) -> bool:
        """Whether nobody has hung up yet."""
        return self._end is not None

    def _connected(self, end: SimSocket) -> None:
        self._end = end
        if not self._is_deaf:
            self._reactor.register(end.fileno(), _READ, self)
        self._reactor.call_soon(lambda: self._go_on(0))
        if self._drips:
            self._drip()

    def _drip(self) -> None:
        if self._end is None:
            return
        try:
            self._end.recv(_DRIPPED_BYTES)
        except OSError:
            pass  # nothing is there, or nobody any more
        self._reactor.call_later(_DRIP_SECONDS, self._drip)

    def _failed(self, reason: LossReason) -> None:
        pass

    def _go_on(self, step: int) -> None:
        if step < len(self._script):
            self._reactor.call_later(self._script[step][0], lambda: self._do(step))

    def _do(self, step: int) -> None:
        end = self._end
        if end is None:
            return
        what = self._script[step][1]
        try:
            if isinstance(what, bytes):
                end.send(what)  # what the buffer does not take is not sent: it is not careful
            elif what == END:
                end.shutdown(1)
            else:
                self._end = None
                if not self._is_deaf:
                    self._reactor.unregister(end.fileno())
                if what == RESET:
                    end.reset()
                end.close()
        except OSError:
            pass  # the other side was faster
        self._go_on(step + 1)

    # Called by the reactor

    def on_ready(self, mask: int) -> None:
        """Read, and think nothing of it."""
        end = self._end
        if end is None:
            return
        try:
            data = end.recv(_READ_BYTES)
        except OSError:
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._note_line(line)
        if not data:
            self._end = None
            self._reactor.unregister(end.fileno())
            end.close()

    def on_fault(self, fault: Exception) -> None:
        """Its own faults are the test's."""
        raise fault


class WildListener:
    """Registered like anybody; hears every caller out, and hangs up as its kind does."""

    def __init__(
        self,
        network: Network,
        machine: Machine,
        name: str,
        port: int,
        tracker: tuple[str, int],
        patience_seconds: float,
        note_line: Callable[[bytes], None],
    ) -> None:
        self.name: Final = name
        self._network = network
        self._patience_seconds = patience_seconds
        self._note_line = note_line
        self._reactor = SimReactor(network, machine, 0.0)
        self._listener = network.listen(machine, port)
        self._reactor.register(self._listener.fileno(), _READ, self)
        self._port = port
        self._tracker: SimSocket | None = None
        self._address = tracker
        self._dial()

    # Called by the reactor

    def on_ready(self, mask: int) -> None:
        """Somebody calls."""
        try:
            end, _ = self._listener.accept()
        except BlockingIOError:
            return
        _WildChat(self._reactor, end, self._note_line, self._patience_seconds)

    def on_fault(self, fault: Exception) -> None:
        """Its own faults are the test's."""
        raise fault

    # Private: towards the tracker, for ever

    def _dial(self) -> None:
        self._network.dial(self._reactor.machine, *self._address, self._connected, self._failed)
        self._reactor.call_later(5.0, self._keep)

    def _connected(self, end: SimSocket) -> None:
        self._tracker = end
        self._reactor.register(end.fileno(), _READ, _Drain(self._reactor, end))
        end.send(f"USER {self.name}:{self._port}\r\n".encode())

    def _failed(self, reason: LossReason) -> None:
        pass

    def _keep(self) -> None:
        end = self._tracker
        if end is None or end.fileno() < 0:
            self._tracker = None
            self._dial()
            return
        try:
            end.send(b"KEEP\r\n")
        except OSError:
            pass  # the drain will see it
        self._reactor.call_later(4.0, self._keep)


def hostile_input(target: str, number: int) -> bytes:
    """An input of the fuzzer's that may be much work for a machine, small enough for a simulation."""
    chance = random.Random(f"hostile {target} {number}")
    return make_pair(_SHAPES[target], chance, _HOSTILE_BYTES).hostile


class HostileTracker:
    """Answers whatever it hears by something hostile, or by a list of names; never closes by itself."""

    def __init__(self, network: Network, machine: Machine, port: int) -> None:
        self._reactor = SimReactor(network, machine, 0.0)
        self._listener = network.listen(machine, port)
        self._reactor.register(self._listener.fileno(), _READ, self)
        self._random = network.clock.random

    def on_ready(self, mask: int) -> None:
        """Serve a client."""
        try:
            end, _ = self._listener.accept()
        except BlockingIOError:
            return
        _HostileAnswers(self._reactor, end, self._random)

    def on_fault(self, fault: Exception) -> None:
        """Its own faults are the test's."""
        raise fault


class FickleTracker:
    """Answers every registration by a list, and hangs up."""

    def __init__(self, network: Network, machine: Machine, port: int) -> None:
        self._reactor = SimReactor(network, machine, 0.0)
        self._listener = network.listen(machine, port)
        self._reactor.register(self._listener.fileno(), _READ, self)

    def on_ready(self, mask: int) -> None:
        """Serve a client, for a moment."""
        try:
            end, _ = self._listener.accept()
        except BlockingIOError:
            return
        _FickleAnswer(self._reactor, end)

    def on_fault(self, fault: Exception) -> None:
        """Its own faults are the test's."""
        raise fault


class RestlessTracker(FickleTracker):
    """Answers by a list, and goes on sending other lists, as no client asks it to."""

    def on_ready(self, mask: int) -> None:
        """Serve a client for good."""
        try:
            end, _ = self._listener.accept()
        except BlockingIOError:
            return
        _RestlessAnswers(self._reactor, end)


class ChattyTracker(FickleTracker):
    """Says something all the time, and never what it was asked for."""

    def on_ready(self, mask: int) -> None:
        """Chat to a client."""
        try:
            end, _ = self._listener.accept()
        except BlockingIOError:
            return
        _Chatter(self._reactor, end)


class _Drain:
    """Reads to the end, then closes."""

    def __init__(self, reactor: SimReactor, end: SimSocket) -> None:
        self._reactor = reactor
        self.end = end

    def on_ready(self, mask: int) -> None:
        try:
            data = self.end.recv(_READ_BYTES)
        except OSError:
            data = b""
        if data:
            self.hear(data)
        else:
            self.hang_up()

    def hear(self, data: bytes) -> None:
        """Something came."""

    def hang_up(self) -> None:
        """Close, unread input or not."""
        if self.end.fileno() >= 0:
            self._reactor.unregister(self.end.fileno())
            self.end.close()

    def on_fault(self, fault: Exception) -> None:
        raise fault


class _HostileAnswers(_Drain):
    """One client of a hostile tracker."""

    def __init__(self, reactor: SimReactor, end: SimSocket, chance: random.Random) -> None:
        super().__init__(reactor, end)
        self._random = chance
        # Where work is counted, it is what long lists are for; elsewhere, only how many names there are.
        self._share_of_long_lists = 0.01 if reactor.network.meter is None else 0.1
        self._unsent = bytearray()
        reactor.register(end.fileno(), _READ, self)

    def hear(self, data: bytes) -> None:
        answer = b"LIST Ana:Bia:Caio:nobody\r\n"
        if self._random.random() < 0.6:
            answer = hostile_input("tracker's client", self._random.randrange(1000))
        elif self._random.random() < self._share_of_long_lists:
            answer = _VERY_LONG_LIST
        self._unsent += answer
        self._go_on()

    def _go_on(self) -> None:
        try:
            while self._unsent:
                del self._unsent[: self.end.send(bytes(self._unsent))]
        except BlockingIOError:
            self._reactor.call_later(0.05, self._go_on)
        except OSError:
            self._unsent.clear()  # it is gone


class _FickleAnswer(_Drain):
    """One client of a tracker that hangs up."""

    def __init__(self, reactor: SimReactor, end: SimSocket) -> None:
        super().__init__(reactor, end)
        reactor.register(end.fileno(), _READ, self)

    def hear(self, data: bytes) -> None:
        try:
            self.end.send(_OTHERS[1])
        except OSError:
            pass  # it is gone
        self.hang_up()


class _RestlessAnswers(_Drain):
    """One client of a tracker that says something else all the time."""

    def __init__(self, reactor: SimReactor, end: SimSocket) -> None:
        super().__init__(reactor, end)
        self._lists = 0
        reactor.register(end.fileno(), _READ, self)

    def hear(self, data: bytes) -> None:
        if not self._lists:
            self._go_on()

    def _go_on(self) -> None:
        self._lists += 1
        try:
            self.end.send(_OTHERS[self._lists % len(_OTHERS)])
        except BlockingIOError:
            pass  # there will be other lists
        except OSError:
            return  # it is gone
        self._reactor.call_later(_RESTLESS_SECONDS, self._go_on)


class _Chatter(_Drain):
    """One client of a tracker that answers nothing."""

    def __init__(self, reactor: SimReactor, end: SimSocket) -> None:
        super().__init__(reactor, end)
        reactor.register(end.fileno(), _READ, self)
        self._go_on()

    def _go_on(self) -> None:
        try:
            self.end.send(b"welcome to this tracker\r\n")
        except OSError:
            return  # it is gone, or full
        self._reactor.call_later(_CHATTY_SECONDS, self._go_on)


class _WildChat(_Drain):
    """One caller: heard until ``DISC``, the end, or the end of patience, and then closed without a word."""

    def __init__(
        self, reactor: SimReactor, end: SimSocket, note_line: Callable[[bytes], None], patience_seconds: float
    ) -> None:
        super().__init__(reactor, end)
        self._note_line = note_line
        self._rest = b""
        reactor.register(end.fileno(), _READ, self)
        reactor.call_later(patience_seconds, self.hang_up)

    def hear(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._note_line(line)
            if line == b"DISC\r":
                self.hang_up()
                return
