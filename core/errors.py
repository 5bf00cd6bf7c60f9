"""What misuse of the machines raises.

Only the program that embeds the core can cause these; whatever a remote side
sends becomes an event instead (see ``events.py``).
"""


class LocalProtocolError(Exception):
    """The caller asked for what the protocol or the present state forbids.

    Raised before anything changed: the machine is as it was and stays usable.
    """


class NotConnected(LocalProtocolError):
    """A text was given to a conversation that has no open connection."""


class BufferFull(LocalProtocolError):
    """The peer is not reading: its unsent bytes reached the limit (docs/protocol.md §4.9)."""
