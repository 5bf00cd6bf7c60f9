"""What a client does with texts, as one loop: split, decode, keep, and cut the last ones to the screen."""

from collections.abc import Sequence

ROWS, COLUMNS = 24, 80
KEPT_LINES = 5000


def listen(chunks: Sequence[bytes], *, draws: bool) -> int:
    """Take all texts, and with ``draws`` make a screen after each chunk; returns how many texts or rows."""
    log: list[str] = []
    rest = b""
    rows = 0
    for chunk in chunks:
        lines = (rest + chunk).split(b"\r\n")
        rest = lines.pop()
        for line in lines:
            log.append(line.decode())
        del log[:-KEPT_LINES]
        if draws:
            screen = [text[:COLUMNS].ljust(COLUMNS) for text in log[-ROWS:]]
            rows += len(screen)
    return rows if draws else len(log)
