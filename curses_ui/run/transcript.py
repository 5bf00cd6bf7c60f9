"""Conversations written to files, one per peer; off unless the user switches it on.

Nobody else on the machine can read them: 0600 in folders of 0700.
"""

import os
from collections.abc import Iterable
from typing import Final

from .private_files import StrPath, append_private, make_private_folder

MAX_FILE_NAME_BYTES: Final = 100  # well under every file system's 255, with room for a date and a suffix
_DIGEST_CHARACTERS: Final = 16
_SAFE_IN_FILE_NAMES: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


class TranscriptFolder:
    """The folder of the transcripts.

    A file is opened for each write: nothing is held open while a peer is silent,
    and a file that was moved away is begun again.
    """

    def __init__(self, path: StrPath) -> None:
        self.path: Final = os.fspath(path)

    def file_of(self, peer: str) -> str:
        """Where the conversation with a peer is written."""
        return os.path.join(self.path, f"{safe_file_name(peer)}.log")

    def write(self, peer: str, lines: Iterable[str]) -> None:
        """Append lines to the transcript of a peer.

        Args:
            peer: The label of the conversation.
            lines: From ``view.lines``.

        Raises:
            OSError: They cannot be written; ``filename`` says where.
        """
        make_private_folder(self.path)
        append_private(self.file_of(peer), "".join(lines))


def safe_file_name(name: str) -> str:
    """A file name for a person's name: another for each name, and never a path.

    Letters without accents, digits, ``_``, ``-`` and inner ``.`` stay; other
    bytes of UTF-8 become ``%XX``. What is longer than ``MAX_FILE_NAME_BYTES`` is
    cut there and told apart by a digest.
    """
    data = name.encode(errors="surrogatepass")
    encoded = "".join(chr(byte) if byte in _SAFE_IN_FILE_NAMES else f"%{byte:02X}" for byte in data)
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    if len(encoded) <= MAX_FILE_NAME_BYTES:
        return encoded or "%"
    import hashlib  # only here: hardly any name is as long

    digest = hashlib.sha256(data).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{encoded[:MAX_FILE_NAME_BYTES]}~{digest}"
