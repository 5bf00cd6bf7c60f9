"""What the core does for a tracker, as one loop over bytes: split, look at the verb, look up the answer."""

from collections.abc import Iterable


def serve(chunks: Iterable[bytes], answers: dict[bytes, bytes]) -> int:
    """Answer every request in the chunks; returns how many bytes the replies have.

    Args:
        answers: Request lines without their ends, and the replies.
    """
    rest = b""
    written = 0
    for chunk in chunks:
        lines = (rest + chunk).split(b"\r\n")
        rest = lines.pop()
        replies = []
        for line in lines:
            verb = line[:5]
            if verb == b"ADDR " or verb == b"LIST":
                reply = answers.get(line)
                if reply is not None:
                    replies.append(reply)
        written += len(b"".join(replies))
    return written
