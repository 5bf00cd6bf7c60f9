"""A tracker that runs out of descriptors; run by ``test_tracker_server``. Prints JSON."""

import json
import os
import resource
import socket

from core.tracker.tracker import Tracker
from io_adapters.listening import open_listener
from io_adapters.reactor import Reactor
from io_adapters.tracker_server import TrackerServer

from .support import Guest, run_for, run_until

CLIENTS = 8
SPARE_DESCRIPTORS = 5


def main() -> None:
    """Serve eight clients, of which five find a descriptor, and, when these have left, the other three."""
    notices: list[int] = []
    tracker = Tracker()
    with Reactor() as reactor:
        server = TrackerServer(
            reactor,
            tracker,
            [open_listener("127.0.0.1", 0)],
            on_exhausted=lambda error: notices.append(error.errno or 0),
        )
        guests = [Guest(reactor, socket.socket()) for _ in range(CLIENTS)]
        first_free = os.dup(0)
        os.close(first_free)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + SPARE_DESCRIPTORS, limit[1]))
        for number, guest in enumerate(guests):
            guest.socket.connect_ex(server.addresses[0])
            guest.send(b"USER user %d:%d\r\n" % (number, 20000 + number))
        run_until(reactor, lambda: bool(notices))
        run_for(reactor, 0.3)
        clients_in = tracker.online
        for guest in guests:
            guest.send(b"ADDR user 0\r\n")
        run_for(reactor, 0.1)
        for guest in guests:
            guest.read()
        answers_while_full = sum(guest.received == b"ADDR 127.0.0.1:20000\r\n" for guest in guests)
        for guest in guests[:SPARE_DESCRIPTORS]:
            guest.close()
        run_until(reactor, lambda: tracker.online == CLIENTS - SPARE_DESCRIPTORS)
        in_later = tracker.online
        server.close()
        for guest in guests:
            guest.close()
    print(
        json.dumps(
            {
                "in": clients_in,
                "answers_while_full": answers_while_full,
                "notices": notices,
                "in_later": in_later,
            }
        )
    )


if __name__ == "__main__":
    main()
