"""The active users of a tracker: names, addresses, and ready replies about them (docs/protocol.md §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from ..wire.messages import CRLF, AddressReply, Edition, Keep, encode

Holder = TypeVar("Holder")

_SEPARATOR: Final = b":"
_LIST_VERB: Final = b"LIST "
_KEEP_LINE: Final = encode(Keep())

ReadyReplies = dict[bytes, bytes]
"""Whole request lines, CRLF included, with their whole replies."""


def address_line(name: bytes) -> bytes:
    """The same as ``encode(AddressRequest(name))``, for a name in bytes."""
    return b"ADDR %b\r\n" % name


class ReplyTable:
    """The ready replies for all users that reach the tracker at the same address (§2.7)."""

    __slots__ = ("own_host", "replies", "users")

    def __init__(self, own_host: str | None, replies: ReadyReplies) -> None:
        self.own_host = own_host
        """The tracker's address as these users know it; None for those on loopback."""
        self.replies = replies
        """Always up to date: a request found here needs no other check."""
        self.users = 0


@dataclass(slots=True, eq=False)
class User(Generic[Holder]):
    """One active user; changed by the ``Registry`` alone."""

    holder: Holder
    """The owner of the name, as given to ``Registry.add``."""
    name: str
    host: str
    """The address that it registered from."""
    port: int
    table: ReplyTable
    entry: bytes
    """The name as in the roster, with the separators around it."""
    place: int
    """Where the entry is in the roster, or right of it: entries only move left."""
    is_told: bool = False
    """Whether some table may hold a reply about this user."""

    @property
    def on_loopback(self) -> bool:
        """Whether it registered from the tracker's own machine."""
        return self.table.own_host is None


class Registry(Generic[Holder]):
    """The active users of one tracker, in order of registration.

    The roster is one run of bytes, ``:Ana:Bruno:Camila:``. A ``LIST`` reply is two
    slices of it: everything but the user who asks. An ``ADDR`` reply is made when
    it is first asked for, and stays in the reply table of the asker until the
    user that it names changes or leaves.
    """

    __slots__ = ("_edition", "_keeps_ready", "_roster", "_users", "_tables", "users")

    def __init__(self, edition: Edition = Edition.E2024, *, keeps_ready: bool = True) -> None:
        """Args:
        edition: Decides the form of ``ADDR`` replies (§1).
        keeps_ready: False leaves the tables empty, so that the owner sees every request.
        """
        self._edition = edition
        self._keeps_ready = keeps_ready
        self._users: dict[str, User[Holder]] = {}
        self.users: Final[Mapping[str, User[Holder]]] = self._users
        """The active users by (normalised) name, in order of registration."""
        self._roster = bytearray(_SEPARATOR)
        self._tables: dict[str | None, ReplyTable] = {}

    @property
    def roster_bytes(self) -> int:
        """About the length of the longest ``LIST`` reply now."""
        return len(self._roster)

    def greeting_table(self) -> ReadyReplies:
        """A table for clients that have not registered: ``KEEP`` alone means something then (§2.3)."""
        return {_KEEP_LINE: b""} if self._keeps_ready else {}

    # Coming and going

    def add(self, holder: Holder, name: str, host: str, port: int, own_host: str | None) -> User[Holder]:
        """Enter a user at the end of the list.

        Args:
            holder: The owner of the name; the caller finds it again in ``User.holder``.
            name: Normalised, and free.
            host: The IP address of the user, normalised.
            port: 1 to 65535.
            own_host: The tracker's own address on the user's connection; None on loopback.
        """
        table = self._tables.get(own_host)
        if table is None:
            table = self._tables[own_host] = ReplyTable(own_host, self.greeting_table())
        table.users += 1
        roster = self._roster
        entry = f":{name}:".encode()
        self._users[name] = user = User(holder, name, host, port, table, entry, len(roster) - 1)
        roster += entry[1:]
        return user

    def move(self, user: User[Holder], port: int) -> None:
        """Give a user another port; its place in the list stays."""
        user.port = port
        if user.is_told:
            self._forget_replies(user)

    def remove(self, user: User[Holder]) -> None:
        """Take a user off the list."""
        place = self._find_place(user)
        del self._roster[place : place + len(user.entry) - 1]
        del self._users[user.name]
        if user.is_told:
            self._forget_replies(user)
        table = user.table
        table.users -= 1
        if table.users == 0:
            del self._tables[table.own_host]

    # Replies

    def list_reply(self, asker: User[Holder]) -> bytes:
        """All other users, in order of registration; if there is none, the space remains (§1)."""
        start = self._find_place(asker)
        end = start + len(asker.entry) - 1
        roster = self._roster
        if end + 1 == len(roster):  # the newest user; the slices below would leave a colon at the end
            return b"".join((_LIST_VERB, roster[1:start], CRLF))
        # No view may outlive this call: a bytearray with views cannot grow.
        with memoryview(roster) as view:
            return b"".join((_LIST_VERB, view[1 : start + 1], view[end + 1 : -1], CRLF))

    def address_reply(self, name: str, asker: User[Holder]) -> bytes | None:
        """The reply with the address of ``name``, as ``asker`` can reach it (§2.7); None if it is not active."""
        user = self._users.get(name)
        if user is None:
            return None
        user.is_told = True
        table = asker.table
        host = user.host
        if user.on_loopback and table.own_host is not None:
            host = table.own_host
        named = name if self._edition is Edition.E2026 else None
        reply = encode(AddressReply(host, user.port, named))
        if self._keeps_ready:
            table.replies[address_line(name.encode())] = reply
        return reply

    # Private

    def _find_place(self, user: User[Holder]) -> int:
        # The entry is where it was last, or further left. The colon behind the name
        # keeps Ana from being found in Anabela.
        entry, place = user.entry, user.place
        if not self._roster.startswith(entry, place):
            user.place = place = self._roster.rfind(entry, 0, place + len(entry))
        return place

    def _forget_replies(self, user: User[Holder]) -> None:
        user.is_told = False
        line = address_line(user.entry[1:-1])
        for table in self._tables.values():
            table.replies.pop(line, None)
