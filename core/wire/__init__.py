"""Bytes to lines, lines to instructions and texts, and back (docs/protocol.md §1, §4.2 to §4.5).

May import the modules at the root of ``core``, never ``core.node`` or ``core.tracker``.
"""
