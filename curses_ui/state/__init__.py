"""What the client knows; only ``update`` changes it.

May import ``text``, ``terminal``, ``line`` and the modules at the root.
"""
