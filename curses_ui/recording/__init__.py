"""A session that is written down, and brought back.

May import ``client`` and every room above it in the list of ``curses_ui``.
"""
