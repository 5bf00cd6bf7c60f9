"""What goes over the wire, for people to read: raw bytes in, lines out.

The machines know nothing of it, and it changes nothing. An adapter tells a ``Tap`` of each
chunk that passes, and of what happens to the connections. A ``WireReader`` runs the framing and
the text rules of the protocol over the chunks a second time, and hands out ``WireLine``s.

May import ``wire``, ``limits`` and ``connection``. The machines do not import it.
"""

from .chunks import Chunk, Happening, Link
from .lines import CONNECTION_FACTS, Direction, Ending, Note, Role, Taken, WireLine, escape, unescape
from .pacing import PIECE_BYTES, PacedReader
from .reading import WireReader
from .tap import Tap, TappedLink

__all__ = [
    "CONNECTION_FACTS",
    "Chunk",
    "Direction",
    "Ending",
    "Happening",
    "Link",
    "Note",
    "PIECE_BYTES",
    "PacedReader",
    "Role",
    "Taken",
    "Tap",
    "TappedLink",
    "WireLine",
    "WireReader",
    "escape",
    "unescape",
]
