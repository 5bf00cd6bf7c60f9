"""A program in a pseudo-terminal, as a person would sit before it."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from .vt import Vt

ROOT: Final = Path(__file__).parents[2]
PATIENCE_SECONDS: Final = 20.0  # guards against hanging; nothing takes a tenth of it

_OF_THE_USER: Final = ("LC_", "LANG", "NO_COLOR", "TMUX", "STY", "SSH", "ESCDELAY", "XDG", "LINES", "COLUMNS")


class Terminal:
    """Runs a Python module or program text in a terminal of its own and plays its user."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        rows: int = 24,
        columns: int = 80,
        term: str = "xterm-256color",
        environment: Mapping[str, str] | None = None,
        shows_errors: bool = False,
    ) -> None:
        """Start it; ``shows_errors`` puts standard error on the terminal too, as it is for most people."""
        self.vt = Vt(rows, columns)
        self.output = bytearray()
        self.master, self._slave = pty.openpty()
        self._set_size(rows, columns)
        self.modes_before = termios.tcgetattr(self._slave)
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(_OF_THE_USER)}
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=self._slave,
            stdout=self._slave,
            stderr=self._slave if shows_errors else subprocess.PIPE,
            cwd=ROOT,
            env={**inherited, "TERM": term, "LC_ALL": "C.UTF-8", **(environment or {})},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exception is not None:
            print(f"the terminal shows:\n{self.vt.text()}")
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait()
        if self.process.stderr is not None:
            self.process.stderr.close()
        for fd in (self.master, self._slave):
            if fd >= 0:
                os.close(fd)
        self.master = self._slave = -1

    # The user

    def send(self, text: str | bytes) -> None:
        """Type."""
        os.write(self.master, text.encode() if isinstance(text, str) else text)

    def enter(self, line: str) -> None:
        """Type a line and press Enter."""
        self.send(line + "\r")

    def resize(self, rows: int, columns: int) -> None:
        """Give the window another size."""
        self.read(0)
        self.vt.resize(rows, columns)
        self._set_size(rows, columns)
        os.killpg(self.process.pid, signal.SIGWINCH)

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self.master)
        os.close(self._slave)
        self.master = self._slave = -1

    # What is seen

    def read(self, seconds: float) -> bool:
        """Read what comes within that time; False if nothing came."""
        if self.master < 0:
            time.sleep(seconds)
            return False
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:  # the program is gone and so is its side
            return False
        self.output += data
        self.vt.write(data)
        return bool(data)

    def wait_for(self, *texts: str) -> None:
        """Read until the screen shows all of the texts."""
        self.wait_until(lambda: all(text in self.vt.text() for text in texts), f"{texts} on the screen")

    def wait_gone(self, text: str) -> None:
        """Read until the screen shows the text no more."""
        self.wait_until(lambda: text not in self.vt.text(), f"no {text!r} on the screen")

    def wait_until(self, condition: Callable[[], bool], what: str = "it") -> None:
        """Read until something is so."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            self.read(0.05)
            assert time.monotonic() < deadline, f"waited in vain for {what}:\n{self.vt.text()}"

    def wait_exit(self) -> int:
        """Read until the program ends; return its code, negative for a signal."""
        self.wait_until(lambda: self.process.poll() is not None, "the end of the program")
        while self.master >= 0 and self.read(0.05):
            pass
        assert self.process.returncode is not None
        return self.process.returncode

    def wait_stopped(self) -> None:
        """Read until the program has stopped itself."""

        def is_stopped() -> bool:
            found, status = os.waitpid(self.process.pid, os.WUNTRACED | os.WNOHANG)
            return found == self.process.pid and os.WIFSTOPPED(status)

        self.wait_until(is_stopped, "the program to stop")

    def error_output(self) -> str:
        """What the program wrote to standard error; to be asked after its end."""
        assert self.process.stderr is not None
        return self.process.stderr.read().decode()

    def check_given_back(self) -> None:
        """The terminal is as it was before: modes, paste and focus reports, the other screen."""
        while self.read(0.05):
            pass
        assert termios.tcgetattr(self._slave) == self.modes_before
        assert not {2004, 1004, 1049} & self.vt.private_modes

    def _set_size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self._slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def client(
    name: str,
    *options: str,
    rows: int = 24,
    columns: int = 80,
    term: str = "xterm-256color",
    environment: Mapping[str, str] | None = None,
) -> Terminal:
    """``prosa`` as somebody; a tracker of its own on any port unless ``--tracker`` is among the options."""
    tracker = () if "--tracker" in options else ("--host", "127.0.0.1:0")
    arguments = ["-m", "curses_ui", name, "--no-config", "--listen", "127.0.0.1:0", *tracker, *options]
    return Terminal(arguments, rows=rows, columns=columns, term=term, environment=environment)
