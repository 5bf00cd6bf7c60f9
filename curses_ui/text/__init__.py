"""Strings: made harmless, compared, measured and cut in cells of the terminal.

May import ``core`` and ``curses_ui.i18n``.
"""
