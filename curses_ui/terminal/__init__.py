"""Bytes from the terminal to keys, frames to bytes; the only room with ``curses``.

May import ``text``.
"""
