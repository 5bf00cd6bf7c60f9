"""Keys, lines, events and time change the state, and ask for effects; no I/O.

May import every room above it in the list of ``curses_ui``.
"""
