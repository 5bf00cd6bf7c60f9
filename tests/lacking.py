"""Runs one of the programs as on a system that lacks what Linux has.

    python3 tests/lacking.py SYSTEM MODULE [ARGUMENT ...]

SYSTEM is ``win32`` or ``darwin``. Modules that it has not got cannot be imported, attributes are gone, and on
``win32`` the selector refuses anything but sockets. docs/reliability.md says what that proves.
"""

import importlib
import importlib.abc
import os
import runpy
import select
import selectors
import signal
import socket
import stat
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import FileDescriptorLike

MADE_FOR_THE_REAL_SYSTEM = (
    *("argparse", "configparser", "dataclasses", "hashlib", "inspect", "ipaddress", "random", "shutil"),
    *("tempfile", "threading", "traceback", "unicodedata", "zipfile"),
)
"""Modules of the standard library that look at ``sys.platform``, or import others that do."""
LACKS_MODULES = {
    "win32": {"_curses", "curses", "fcntl", "grp", "pty", "pwd", "readline", "resource", "termios", "tty"},
    "darwin": set[str](),
}
LACKS_ATTRIBUTES: dict[str, dict[ModuleType, Sequence[str]]] = {
    "win32": {
        os: ("O_CLOEXEC", "O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "fchmod", "getuid", "killpg", "sched_getaffinity"),
        select: ("epoll", "poll"),
        signal: (
            *("SIGCONT", "SIGHUP", "SIGPIPE", "SIGQUIT", "SIGSTOP", "SIGTSTP", "SIGUSR1", "SIGUSR2", "SIGWINCH"),
            "set_wakeup_fd",  # is there on Windows, but not everywhere
        ),
        socket: ("TCP_USER_TIMEOUT",),
    },
    "darwin": {
        os: ("sched_getaffinity",),
        select: ("epoll",),
        socket: ("TCP_KEEPIDLE", "TCP_USER_TIMEOUT"),
    },
}


class Lacking(importlib.abc.MetaPathFinder):
    """Finds none of some modules."""

    def __init__(self, names: set[str]) -> None:
        self._names = names

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)
        return None


class SocketsOnly(selectors.SelectSelector):
    """Watches nothing but sockets, as ``select`` on Windows does."""

    def register(self, fileobj: "FileDescriptorLike", events: int, data: object = None) -> selectors.SelectorKey:
        fd = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        if not stat.S_ISSOCK(os.fstat(fd).st_mode):
            raise OSError(10038, "An operation was attempted on something that is not a socket")
        return super().register(fd, events, data)


def disguise(system: str) -> None:
    """Take away from this process what the system lacks."""
    for name in MADE_FOR_THE_REAL_SYSTEM:
        importlib.import_module(name)
    names = LACKS_MODULES[system]
    for name in names:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, Lacking(names))
    for module, attributes in LACKS_ATTRIBUTES[system].items():
        for name in attributes:
            if hasattr(module, name):
                delattr(module, name)
    setattr(selectors, "DefaultSelector", SocketsOnly if system == "win32" else selectors.PollSelector)
    sys.platform = system


def main() -> None:
    """Run the module that the command line names, disguised."""
    system, module, *arguments = sys.argv[1:]
    disguise(system)
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
