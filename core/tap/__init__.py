"""What goes over the wire, for people to read: raw bytes in, lines out.

The machines know nothing of it, and it changes nothing. An adapter, or whatever owns
connections, tells a ``Tap`` or a ``WireReader`` of each chunk that passes; the reader runs the framing and
the text rules of the protocol over them a second time and hands out ``WireLine``s.

May import: ``wire``, and ``limits`` and ``events`` at the root. Nothing else of the core imports it.
"""

from .lines import Direction, Ending, Note, Role, Taken, WireLine, escape, unescape
from .reading import WireReader
from .tap import Tap, TappedLink

__all__ = [
    "Direction",
    "Ending",
    "Note",
    "Role",
    "Taken",
    "Tap",
    "TappedLink",
    "WireLine",
    "WireReader",
    "escape",
    "unescape",
]
