"""A program that runs out of descriptors while it accepts; run by ``test_listening``. Prints JSON."""

import json
import os
import resource
import socket
import time

from io_adapters.listening import Acceptor, open_listener
from io_adapters.reactor import Reactor

CALLERS = 10
SPARE_DESCRIPTORS = 4


def main() -> None:
    """Let ten callers in through four descriptors: four, then, when these are free again, others."""
    accepted: list[socket.socket] = []
    notices: list[int] = []
    with Reactor() as reactor:
        listener = open_listener("127.0.0.1", 0)
        acceptor = Acceptor(
            reactor,
            listener,
            lambda sock, host, port: accepted.append(sock),
            lambda error: notices.append(error.errno or 0),
        )
        callers = [socket.socket() for _ in range(CALLERS)]
        first_free = os.dup(0)
        os.close(first_free)
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (first_free + SPARE_DESCRIPTORS, limit[1]))
        for caller in callers:
            caller.connect(listener.getsockname())

        def turn(seconds: float, enough: int) -> int:
            turns = 0
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and len(accepted) < enough:
                reactor.run_turn(0.05)
                turns += 1
            return turns

        turns = turn(0.6, CALLERS)
        held = len(accepted)
        notices_while_full = len(notices)
        turns_while_full = turns
        for _ in range(CALLERS):  # each time, some leave, and as many come in
            for sock in accepted[-SPARE_DESCRIPTORS:]:
                sock.close()
            if len(accepted) == CALLERS:
                break
            turn(20.0, len(accepted) + 1)
        acceptor.close()
        for sock in (*accepted, *callers):
            sock.close()
    print(
        json.dumps(
            {
                "held": held,
                "turns_while_full": turns_while_full,
                "notices_while_full": notices_while_full,
                "errors": sorted(set(notices)),
                "accepted": len(accepted),
            }
        )
    )


if __name__ == "__main__":
    main()
