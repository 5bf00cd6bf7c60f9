"""``python3 -m tools.mutants``: breaks a copy of the core in small ways and shows that the tests notice.

Each mutation is one that a tired hand could make. They are applied one at a time, to a
copy in a temporary folder, and the tests of the core, then the simulation, then the fuzzer
run against it until one of them fails (with ``--all``, all of them). A mutation that survives is a hole in the tests.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
COPIED: Final = ("core", "io_adapters", "curses_ui", "tracker_cli", "tests", "docs", "tools", "pyproject.toml")
SUITES: Final = ("tests/core", "tests/sim", "tests/fuzz")
LONGEST_SECONDS: Final = 600.0


@dataclass(frozen=True, slots=True)
class Mutation:
    """One small change to one file."""

    what: str
    file: str
    old: str
    """Stands exactly once in the file."""
    new: str


MUTATIONS: Final = (
    Mutation(
        "framing: a line end cut from its CR keeps the CR",
        "core/wire/framing.py",
        "            return length - 1  # part of the line end, or soon to be\n",
        "            return length - (end < 0)\n",
    ),
    Mutation(
        "framing: the limit is found only once the line has ended",
        "core/wire/framing.py",
        "            if content > self._max:\n",
        "            if end >= 0 and content > self._max:\n",
    ),
    Mutation(
        "expiry: a client that is alive is not queued again",
        "core/tracker/tracker.py",
        "                client._expiry_slot = self._expiry.add(client, deadline)\n",
        "                pass\n",
    ),
    Mutation(
        "ghosts: a name is freed one keepalive period later",
        "core/limits.py",
        "GHOST_KEEPALIVES: Final = 2 ",
        "GHOST_KEEPALIVES: Final = 3 ",
    ),
    Mutation(
        "fence: the LIST goes out before the ADDR",
        "core/node/tracker_link.py",
        "deque([*waiting, AddressRequest(name), ListRequest()])",
        "deque([*waiting, ListRequest(), AddressRequest(name)])",
    ),
    Mutation(
        "farewell: DISC is answered by DISC",
        "core/node/peer_link.py",
        "        self.wants_half_close = True\n        self._give_up_at",
        "        self._farewell_waits = True\n        self._give_up_at",
    ),
    Mutation(
        "farewell: giving up counts as having been read",
        "core/node/sent_texts.py",
        "read_until is None or text.sent_at",
        "read_until is not None and text.sent_at",
    ),
    Mutation(
        "dedupe: doubles in a list stay",
        "core/wire/messages.py",
        "    return tuple(dict.fromkeys(name for name in names if name))  # §3.4: doubles merged\n",
        "    return tuple(name for name in names if name)\n",
    ),
    Mutation(
        "limits: a client may leave twice as much unread",
        "core/limits.py",
        "max_unread_reply_bytes: int = 1024 * 1024\n",
        "max_unread_reply_bytes: int = 2048 * 1024\n",
    ),
    Mutation(
        "crossing calls: a farewell under way passes for a connection",
        "core/node/chats.py",
        "        if conversation.sending_link() is not None:\n            self._caller_was_wanted(",
        "        if conversation.links:\n            self._caller_was_wanted(",
    ),
    Mutation(
        "guard: a text that ends in DISC goes out as it is",
        "core/wire/chat_text.py",
        "    if _ends_reserved(text):\n        text += GUARD\n",
        "    if False and _ends_reserved(text):\n        text += GUARD\n",
    ),
    Mutation(
        "registry: a name stays taken when its holder leaves",
        "core/tracker/registry.py",
        "        del self._users[user.name]\n",
        "        pass\n",
    ),
)


def main() -> int:
    """Run the mutations; 1 if one of them survives."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.mutants", description=__doc__)
    parser.add_argument("--only", type=int, metavar="N", help="the N-th mutation alone, from 1")
    parser.add_argument("--all", action="store_true", help="find every suite that catches it, not only the first")
    options = parser.parse_args()
    chosen = MUTATIONS if options.only is None else MUTATIONS[options.only - 1 : options.only]
    if not _is_sound():
        return 1
    survivors = [mutation for mutation in chosen if not _is_caught(mutation, by_all=options.all)]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} mutations were caught")
    return 1 if survivors else 0


def mutate(folder: Path, mutation: Mutation) -> None:
    """Apply a mutation to the copy in ``folder``.

    Raises:
        ValueError: The code has changed, and the mutation does not fit it any more.
    """
    path = folder / mutation.file
    code = path.read_text(encoding="utf-8")
    if code.count(mutation.old) != 1:
        raise ValueError(f"{mutation.what}: stands {code.count(mutation.old)} times in {mutation.file}")
    path.write_text(code.replace(mutation.old, mutation.new), encoding="utf-8")


def copy_project(folder: Path) -> None:
    """Copy what the tests need."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, folder / name)


def _is_sound() -> bool:
    """Whether the suites pass on an unchanged copy: else they would catch anything."""
    with tempfile.TemporaryDirectory() as name:
        copy_project(Path(name))
        failing = [suite for suite in SUITES if not _passes(Path(name), suite)]
    if failing:
        print(f"without any mutation, these fail: {', '.join(failing)}")
    return not failing


def _is_caught(mutation: Mutation, *, by_all: bool) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        mutate(folder, mutation)
        catchers: list[str] = []
        for suite in SUITES:
            if (by_all or not catchers) and not _passes(folder, suite):
                catchers.append(suite)
    seconds = time.monotonic() - began
    outcome = f"caught by {', '.join(catchers)}" if catchers else "SURVIVED"
    print(f"{mutation.what}: {outcome} ({seconds:.0f} s)", flush=True)
    return bool(catchers)


def _passes(folder: Path, suite: str) -> bool:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", suite]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=LONGEST_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False  # it hangs: that is noticed, too


if __name__ == "__main__":
    sys.exit(main())
