"""Runs the listings of docs/embedding.md that are for other frameworks, with these frameworks.

    python3 -m tools.try_guide trio twisted

The frameworks are installed into an environment that is thrown away. Each tracker is called by thousands of
callers who reset at once, then serves a chat of two clients. The node chats with a client.
"""

import argparse
import re
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from tools import release

ROOT: Final = release.ROOT
GUIDE: Final = ROOT / "docs" / "embedding.md"
FRAMEWORKS: Final = {"trio": "trio", "twisted": "twisted"}
"""Each framework, and what pip calls it."""
CALLERS: Final = 3000

_AT_ONCE: Final = 100  # callers that are connected before the first of them resets
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with a reset
_SECONDS: Final = 60.0  # guards against hanging alone

_TRIO_TRACKER: Final = """
import sys

async def main() -> None:
    listeners = await trio.open_tcp_listeners(0, host="127.0.0.1")
    print("listening=127.0.0.1:%d" % listeners[0].socket.getsockname()[1], file=sys.stderr, flush=True)
    await TrackerServer().run(listeners)

import os, signal
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
trio.run(main)
"""

_TRIO_NODE: Final = """
import sys

async def main() -> None:
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    host, _, port = sys.argv[1].rpartition(":")
    client = Client("Echo", (host, int(port)), listener)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(client.run)
        await trio.to_thread.run_sync(sys.stdin.read)
        client.leave()

trio.run(main)
"""

_TWISTED_TRACKER: Final = """
import sys

port = reactor.listenTCP(0, TrackerFactory(), interface="127.0.0.1")
print("listening=127.0.0.1:%d" % port.getHost().port, file=sys.stderr, flush=True)
reactor.run()
"""


def listings(mark: str) -> str:
    """Return the guide's listings behind the comment ``mark``, joined."""
    found = re.findall(rf"<!-- {mark} -->\n```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
    if not found:
        raise release.ReleaseFault(f"{GUIDE.name} has no listing that is marked {mark}")
    return "\n\n".join(found)


def reset_at_once(address: str) -> None:
    """Have ``CALLERS`` connect to a tracker and break off at once, many before they are accepted."""
    host, _, port = address.rpartition(":")
    for _ in range(CALLERS // _AT_ONCE):
        callers = [socket.create_connection((host, int(port)), _SECONDS) for _ in range(_AT_ONCE)]
        for number, caller in enumerate(callers):
            if number % 2:
                caller.send(b"USER Eva:20000\r\nLIST\r\n")
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            caller.close()


def try_tracker(python: Path, folder: Path, name: str, source: str) -> None:
    """Run a tracker's listing: callers that reset, then a chat."""
    script = _write(folder / f"{name}.py", source)
    client = (sys.executable, "-m", "curses_ui")
    release.first_chat((python, script), client, ROOT, before=reset_at_once)
    print(f"{name}: {CALLERS} callers reset at once, then two people chatted")


def try_node(python: Path, folder: Path, name: str, source: str) -> None:
    """Run a node's listing: a client says a word to it, and it answers."""
    script = _write(folder / f"{name}.py", source)
    with subprocess.Popen(
        [sys.executable, "-m", "tracker_cli", "--host", "127.0.0.1", "--port", "0", "--ready-fd", "1", "-q"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as tracker:
        assert tracker.stdout is not None
        try:
            address = f"127.0.0.1:{tracker.stdout.readline().strip()}"
            options = ("--plain", "--lang", "en", "--no-config", "--tracker", address, "--listen", "127.0.0.1:0")
            with (
                subprocess.Popen([python, script, address], stdin=subprocess.PIPE, cwd=ROOT) as node,
                subprocess.Popen(
                    [sys.executable, "-m", "curses_ui", "Ana", *options],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=ROOT,
                ) as ana,
            ):
                assert ana.stdin is not None and ana.stdout is not None and node.stdin is not None
                _await(ana.stdout, "Echo")
                print("/msg Echo DISCO", file=ana.stdin, flush=True)
                _await(ana.stdout, "<Echo> DISCO")
                node.stdin.close()  # it takes leave
                _await(ana.stdout, "Echo")
                if node.wait(_SECONDS):
                    raise release.ReleaseFault(f"{name} ended with {node.returncode}")
                ana.stdin.close()
        finally:
            tracker.terminate()
    print(f"{name}: a client said a word, and the node said it again and took leave")


def _await(lines: Iterable[str], sign: str) -> None:
    """Read until a line holds ``sign``."""
    if not any(sign in line for line in lines):
        raise release.ReleaseFault(f"the client never showed {sign!r}")


def _write(script: Path, source: str) -> Path:
    """Write a listing as a program that finds the core, and the reasons that are to be copied, in this tree."""
    path = [str(ROOT), str(ROOT / "examples")]
    script.write_text(f"import sys\n\nsys.path[:0] = {path!r}\n{source}", encoding="utf-8")
    return script


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.try_guide", description=__doc__.partition("\n")[0])
    parser.add_argument("frameworks", nargs="+", choices=sorted(FRAMEWORKS))
    wanted = parser.parse_args(arguments).frameworks
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            python = release.make_environment(folder / "venv")
            release.install(python, *(FRAMEWORKS[name] for name in wanted))
            if "trio" in wanted:
                driver = listings("trio driver")
                try_tracker(python, folder, "trio_tracker", driver + listings("trio tracker") + _TRIO_TRACKER)
                try_node(python, folder, "trio_node", driver + listings("trio node") + _TRIO_NODE)
            if "twisted" in wanted:
                try_tracker(python, folder, "twisted_tracker", listings("twisted") + _TWISTED_TRACKER)
    except release.ReleaseFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
