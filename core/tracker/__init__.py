"""A tracker (docs/protocol.md §2); begin with ``tracker.py``.

May import ``core.wire`` and the modules at the root of ``core``, never ``core.node``.
"""
