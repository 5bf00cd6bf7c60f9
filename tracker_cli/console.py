"""What whoever runs the tracker may type at its terminal: who is there, and sending people away."""

import os
import signal
import textwrap
from collections.abc import Callable, Sequence
from typing import Final

from core import Tracker
from io_adapters import Catalogue, LineOutput, N_, Reactor, format_address, is_in_foreground, open_input, signals

from .log_format import quote

HELP: Final = (
    (N_("users"), N_("who is online")),
    (N_("stats"), N_("how many registered and departed, and what they asked for")),
    (N_("kick NAME"), N_("end the connection of this user; most programs connect again")),
    (N_("ban ADDRESS"), N_("end all connections from this IP address, and refuse new ones")),
    (N_("unban ADDRESS"), N_("take them again")),
    (N_("help"), N_("these lines; Ctrl+C ends the tracker")),
)
_HELP_INDENT: Final = 15
_USUAL_COLUMNS: Final = 80
_LEAST_COLUMNS: Final = 30  # in a narrower terminal, words are broken
_MAX_TYPED_BYTES: Final = 4096  # a terminal gives no longer ones
_LOOK_AGAIN_SECONDS: Final = 1.0  # whether the program is in the foreground again


class Console:
    """Reads commands from a terminal, answers on another descriptor, and never waits for either."""

    def __init__(
        self,
        reactor: Reactor,
        tracker: Tracker,
        statistics: Callable[[], Sequence[str]],
        input_fd: int,
        output_fd: int,
        catalogue: Catalogue,
    ) -> None:
        """Take commands at once.

        Args:
            reactor: The loop.
            tracker: Whose clients can be sent away.
            statistics: Returns the lines that answer ``stats``.
            input_fd: The terminal.
            output_fd: Where the answers go.
            catalogue: The language of the answers; the commands are the same in each.
        """
        self._reactor: Final = reactor
        self._tracker: Final = tracker
        self._statistics: Final = statistics
        self._input_fd: Final = input_fd
        self._output_fd: Final = output_fd
        self._catalogue: Final = catalogue
        self._input: Final = open_input(reactor, input_fd)
        self._output: Final = LineOutput(reactor, output_fd)
        self._typed = b""
        self._commands: Final[dict[str, Callable[[str], None]]] = {
            "users": self._users,
            "stats": self._stats,
            "kick": self._kick,
            "ban": self._ban,
            "unban": self._unban,
            "help": self._help,
        }
        for number in signals("SIGTTIN"):
            signal.signal(number, signal.SIG_IGN)  # in the background, reading fails and does not stop the program
        self._input.follow(self._read)

    def say(self, *lines: str) -> None:
        """Write lines."""
        for line in lines:
            self._output.write(line)
        self._output.flush()

    def obey(self, line: str) -> None:
        """Do what a line says, and answer."""
        word, _, rest = line.strip().partition(" ")
        command = self._commands.get(word.lower())
        if command is not None:
            command(rest.strip())
        elif word:
            self.say(self._catalogue.tr("unknown command: {word} (try: help)", word=quote(word)))

    # Private

    def _read(self) -> None:
        if not self._is_in_foreground():  # what is typed now is for another program
            self._input.rest()
            self._reactor.call_later(_LOOK_AGAIN_SECONDS, lambda: self._input.follow(self._read))
            return
        data = self._input.read()
        if not data:  # the end: serving goes on
            self._input.rest()
            return
        *lines, rest = (self._typed + data).split(b"\n")
        self._typed = rest[:_MAX_TYPED_BYTES]
        for line in lines:
            self.obey(line.decode(errors="replace"))

    def _is_in_foreground(self) -> bool:
        return is_in_foreground(self._input_fd)

    def _users(self, _: str) -> None:
        users = self._tracker.users(now=self._reactor.now)
        self.say(self._catalogue.tr("online: {n}", n=len(users)))
        for user in sorted(users, key=lambda user: user.name.casefold()):
            self.say(f"  {quote(user.name)} {format_address(user.host, user.port)}")

    def _stats(self, _: str) -> None:
        self.say(*self._statistics())

    def _kick(self, typed: str) -> None:
        name = self._name_of(typed)
        if not typed:
            self.say(self._catalogue.tr("kick NAME: the name is missing"))
        elif self._tracker.dismiss(name, now=self._reactor.now):
            self.say(self._catalogue.tr("sent away: {name}", name=quote(name)))
        else:
            self.say(self._catalogue.tr("nobody is called {name} (try: users)", name=quote(typed)))

    def _name_of(self, typed: str) -> str:
        """Return whose name was typed: exactly, as ``users`` shows it, or, if that is one person, in other case."""
        names = [user.name for user in self._tracker.users(now=self._reactor.now)]
        if typed in names:
            return typed
        alike = [name for name in names if typed == quote(name)]
        alike = alike or [name for name in names if typed.casefold() in (name.casefold(), quote(name).casefold())]
        return alike[0] if len(alike) == 1 else typed

    def _ban(self, address: str) -> None:
        try:
            ended = self._tracker.ban(address, now=self._reactor.now)
        except ValueError:
            self.say(self._catalogue.tr("{address} is not an IP address (try: users)", address=quote(address)))
        else:
            said = self._catalogue.trn(
                "banned: {address} ({n} connection ended)", "banned: {address} ({n} connections ended)", ended, address=address
            )
            self.say(said)

    def _unban(self, address: str) -> None:
        if self._tracker.unban(address):
            self.say(self._catalogue.tr("no longer banned: {address}", address=address))
        else:
            self.say(self._catalogue.tr("{address} was not banned", address=quote(address)))

    def _help(self, _: str) -> None:
        columns = max(self._columns(), _LEAST_COLUMNS)
        for word, meaning in HELP:
            row = f"{self._catalogue.tr(word):{_HELP_INDENT}}{self._catalogue.tr(meaning)}"
            self.say(*textwrap.wrap(row, columns - 1, subsequent_indent=" " * _HELP_INDENT))

    def _columns(self) -> int:
        try:
            return os.get_terminal_size(self._output_fd).columns or _USUAL_COLUMNS
        except OSError:
            return _USUAL_COLUMNS  # the answers go into a file

