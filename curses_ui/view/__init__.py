"""The state as a frame; pure.

May import every room above it in the list of ``curses_ui``.
"""
