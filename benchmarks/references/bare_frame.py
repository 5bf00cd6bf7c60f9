"""A screen with 23 rows of text and a prompt, drawn once, with the imports that any such client needs.

usage: python3 -m benchmarks.references.bare_frame      (on a terminal; waits for a key)
"""

import argparse
import curses
import locale
import os
import selectors
import socket

if __name__ == "__main__":
    argparse.ArgumentParser().parse_args()
    locale.setlocale(locale.LC_ALL, "")
    window = curses.initscr()
    try:
        curses.raw()
        curses.noecho()
        with socket.create_server(("127.0.0.1", 0)) as listener, selectors.DefaultSelector() as selector:
            selector.register(listener, selectors.EVENT_READ)
            selector.register(0, selectors.EVENT_READ)
            rows, columns = window.getmaxyx()
            for row in range(rows - 1):
                window.addstr(row, 0, f"row {row} of text".ljust(columns))
            window.addstr(rows - 1, 0, "> ")
            window.refresh()
            os.write(1, b"\x1b]2;prosa\a")
            selector.select()
    finally:
        curses.endwin()
