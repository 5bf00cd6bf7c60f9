"""A client's side of the protocol (docs/protocol.md §3, §4); begin with ``node.py``.

May import ``core.wire`` and the modules at the root of ``core``, never ``core.tracker``.
"""
