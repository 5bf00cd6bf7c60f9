"""Limits of the whole run: pyproject.toml gives each test its time, and this module gives the run its memory.

Hundreds of tests start a program. They do so with its bytecode in the cache, as users do from the second start on.
"""

import compileall
from pathlib import Path
from typing import Final

import pytest

try:
    import resource
except ImportError:  # Windows
    _HAS_LIMITS = False
else:
    _HAS_LIMITS = True

_ROOT: Final = Path(__file__).parent.parent
_PACKAGES: Final = ("core", "io_adapters", "curses_ui", "tracker_cli")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("memory_limit_mib", "address space of the run and of each program that it starts", default="0")


def pytest_configure(config: pytest.Config) -> None:
    """Limit the memory of the run, and compile what the tests will start."""
    _limit_memory(config)
    for package in _PACKAGES:  # where nothing may be written, each start compiles again: slower, and not wrong
        compileall.compile_dir(_ROOT / package, quiet=2)


def _limit_memory(config: pytest.Config) -> None:
    """Limit the address space, so that a runaway test gets a MemoryError and fails instead of filling the machine."""
    limit_bytes = int(config.getini("memory_limit_mib")) * 1024 * 1024
    if not limit_bytes or not _HAS_LIMITS or not hasattr(resource, "RLIMIT_AS"):
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    if most == resource.RLIM_INFINITY or limit_bytes < most:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (limit_bytes, most))
        except (OSError, ValueError):
            pass  # macOS knows the limit, and takes none
