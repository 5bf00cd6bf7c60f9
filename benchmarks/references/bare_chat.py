"""A loop that keeps the lines of one caller, shows the last ones sixty times a second, and echoes keys.

usage: python3 -m benchmarks.references.bare_chat      (on a terminal; its title is the port it listens on)
"""

import curses
import locale
import os
import selectors
import socket
import time

FRAME_SECONDS = 1 / 60
KEPT_LINES = 5000
READ_BYTES = 1 << 16


def serve(window: curses.window, caller: socket.socket, selector: selectors.BaseSelector) -> None:
    """Until a q is typed."""
    rows, columns = window.getmaxyx()
    log: list[bytes] = []
    typed = rest = b""
    drawn_at = 0.0
    while not typed.endswith(b"q"):
        for key, _ in selector.select(FRAME_SECONDS):
            if key.fileobj is caller:
                data = caller.recv(READ_BYTES)
                if not data:
                    selector.unregister(caller)
                lines = (rest + data).split(b"\r\n")
                rest = lines.pop()
                log = [*log, *lines][-KEPT_LINES:]
            else:
                typed = (typed + os.read(0, READ_BYTES)).rpartition(b"\x15")[2]
        if time.monotonic() - drawn_at >= FRAME_SECONDS:
            drawn_at = time.monotonic()
            for row, line in enumerate(log[1 - rows :]):
                window.addstr(row, 0, line.decode()[:columns].ljust(columns))
            window.addstr(rows - 1, 0, typed.decode().ljust(columns - 1))
            window.refresh()


if __name__ == "__main__":
    locale.setlocale(locale.LC_ALL, "")
    screen = curses.initscr()
    try:
        curses.raw()
        curses.noecho()
        with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as both:
            os.write(1, b"\x1b]2;%d\a" % listener.getsockname()[1])
            flooder, _ = listener.accept()
            both.register(flooder, selectors.EVENT_READ)
            both.register(0, selectors.EVENT_READ)
            serve(screen, flooder, both)
    finally:
        curses.endwin()
