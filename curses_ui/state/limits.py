"""How much the client keeps: the limits of its logs and tables."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """What a client keeps of what others say.

    Each may be as small as 1: the client then folds or forgets earlier, and stays correct.
    """

    max_kept_bytes: int = 64 * 1024 * 1024
    """Of all messages in all conversations, as UTF-8, with 200 bytes for each."""
    max_log_entries: int = 5000
    """Per conversation; the oldest go first."""
    always_kept_entries: int = 100
    """The latest ones of a conversation in which the user spoke; no total takes them away."""
    max_strangers: int = 64
    """Windows that others opened and the user never visited; then the oldest ended one folds into the status window."""
    max_window_numbers: int = 4096
    """Of removed windows, which are remembered so that a peer gets its number again."""
    flood_texts_per_second: int = 50
    """Of one peer; faster than anybody reads or types. Further ones fold."""
    max_folded_texts: int = 500
    """Of one fold, kept for ``/show``; the others are only counted."""
    max_held_texts: int = 500
    """Of a caller that waits for ``/accept``."""


CLIENT_LIMITS: Final = ClientLimits()
