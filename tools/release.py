"""Makes everything that is given to others: the source distribution, the wheel and both single files.

    python3 -m tools.release [FOLDER]           write them into dist or the folder
    python3 -m tools.release --try [FOLDER]     then chat with each, under every Python from 3.11 on that is found

Everything is built twice: the wheel and the single files must come out equal to the byte, the source
distribution equal in contents. The tools to build with are installed into an environment that is thrown away.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from tools import zipapp

ROOT: Final = Path(__file__).resolve().parent.parent
BUILD_REQUIREMENT: Final = "setuptools>=77"

_MADE_BY_SETUPTOOLS: Final = ("PKG-INFO", "setup.cfg", "*.egg-info", "build")
_NOT_SOURCE: Final = shutil.ignore_patterns("__pycache__", "dist", "*.pyz", *_MADE_BY_SETUPTOOLS)
_HIDDEN_SOURCE: Final = {".ci", ".github", ".gitignore", ".gitattributes"}
_EPOCH: Final = "315532800"  # 1980-01-01, the earliest time that a wheel can say
_SECONDS: Final = 300.0  # for one step; guards against hanging alone
_COMPLAINT: Final = re.compile("Warning|ignored|Traceback")  # on standard error, where its log goes, too
_BUILD_SDIST: Final = "import sys, setuptools.build_meta as backend; print(backend.build_sdist(sys.argv[1]))"
_OLDEST: Final = (3, 11)


class ReleaseFault(Exception):
    """Something came out wrong; the message says what."""


def make_environment(folder: Path, python: str = sys.executable) -> Path:
    """Make an environment with a Python; return its interpreter."""
    if python == sys.executable:
        venv.create(folder, with_pip=True)
    else:
        _run(python, "-m", "venv", folder)
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def install(python: Path, *what: str | Path) -> None:
    """Have pip install something into the environment of ``python``."""
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *what)


def copy_tree(folder: Path) -> Path:
    """Copy what belongs to the sources into ``folder``, with the same modes on every machine."""
    shutil.copytree(ROOT, folder, ignore=_no_source)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() or path.parent.name == ".ci" else 0o644)
    return folder


def _no_source(folder: str, names: list[str]) -> set[str]:
    hidden = {name for name in names if name.startswith(".")}
    return _NOT_SOURCE(folder, names) | (hidden - _HIDDEN_SOURCE)


def build(python: Path, folder: Path) -> tuple[Path, Path]:
    """Build the source distribution, and of it the wheel, into ``folder``.

    Args:
        python: Of an environment that has ``BUILD_REQUIREMENT``.

    Returns:
        The source distribution and the wheel.
    """
    with tempfile.TemporaryDirectory() as scratch:
        tree = copy_tree(Path(scratch, "tree"))
        name = _run(python, "-c", _BUILD_SDIST, folder.resolve(), cwd=tree).splitlines()[-1]
        sdist = folder / name
        sources = unpack(sdist, Path(scratch))
        options = ("--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation")
        made = Path(scratch, "wheel")
        _run(python, "-m", "pip", "wheel", *options, "--wheel-dir", made, sources, SOURCE_DATE_EPOCH=_EPOCH)
        (wheel,) = made.iterdir()
        return sdist, Path(shutil.copy(wheel, folder))


def unpack(sdist: Path, folder: Path) -> Path:
    """Unpack a source distribution into ``folder``; return the root of its tree."""
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    return folder / sdist.name.removesuffix(".tar.gz")


def contents(sdist: Path) -> dict[str, bytes]:
    """Return the files of a source distribution by their names."""
    found = {}
    with tarfile.open(sdist) as archive:
        for member in archive:
            file = archive.extractfile(member)  # None for a folder
            if file is not None:
                found[member.name] = file.read()
    return found


def make_release(folder: Path) -> None:
    """Build everything twice, compare, and leave one of each in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    zipapp.main([str(folder)])
    for program in zipapp.PROGRAMS:
        if (folder / f"{program.name}.pyz").read_bytes() != zipapp.build(program):
            raise ReleaseFault(f"{program.name}.pyz came out differently the second time")
    with tempfile.TemporaryDirectory() as scratch:
        python = make_environment(Path(scratch, "venv"))
        install(python, BUILD_REQUIREMENT)
        sdist, wheel = build(python, folder)
        second = Path(scratch, "second")
        second.mkdir()
        other_sdist, other_wheel = build(python, second)
        if wheel.read_bytes() != other_wheel.read_bytes():
            raise ReleaseFault(f"{wheel.name} came out differently the second time")
        if contents(sdist) != contents(other_sdist):
            raise ReleaseFault(f"{sdist.name} came out differently the second time")
    print(sdist, wheel, sep="\n")


def pythons() -> Iterator[str]:
    """Yield every Python from 3.11 on that is found: this one, those on the path, and pyenv's."""
    yield sys.executable
    versions = {sys.version_info[:2]}
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    named = [f"python3.{minor}" for minor in range(_OLDEST[1], 20)]
    found = [path for name in named if (path := shutil.which(name))]
    for candidate in (*found, *map(str, sorted(pyenv.glob("3.*/bin/python3")))):
        ask = "import sys; print(*sys.version_info[:2])"
        # A command that is found may be a shim for a version that is not chosen.
        done = subprocess.run([candidate, "-c", ask], capture_output=True, text=True)
        version = tuple(map(int, done.stdout.split()))
        if done.returncode == 0 and version >= _OLDEST and version not in versions:
            versions.add((version[0], version[1]))
            yield candidate


def try_release(folder: Path) -> None:
    """Have two people chat with each of the things in ``folder``, and from this tree, under each Python."""
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    for python in pythons():
        with tempfile.TemporaryDirectory() as scratch:
            own = make_environment(Path(scratch, "venv"), python)
            install(own, "--no-deps", wheel.resolve())
            sources = unpack(sdist, Path(scratch))
            options = (own, "-X", "dev", "-W", "error")
            modules = (*options, "-m", "tracker_cli"), (*options, "-m", "curses_ui")
            files = (
                (*options, folder.resolve() / "prosa-tracker.pyz"),
                (*options, folder.resolve() / "prosa.pyz"),
            )
            empty = Path(scratch, "empty")
            empty.mkdir()
            for what, (tracker, client), where in (
                ("the wheel", modules, empty),
                ("the source distribution", modules, sources),
                ("the single files", files, empty),
                ("this tree", modules, ROOT),
            ):
                first_chat(tracker, client, where)
                print(f"{_run(own, '--version').strip()}: a first chat with {what}")


def first_chat(
    tracker: Sequence[str | Path],
    client: Sequence[str | Path],
    cwd: Path,
    *,
    before: Callable[[str], None] = lambda address: None,
) -> None:
    """Run a tracker and two clients; one says a word to the other, and everybody ends well.

    Args:
        tracker: The command of the tracker; it takes ``--host`` and ``--port``, and says where it listens.
        client: The command of a client.
        cwd: Where both run.
        before: What is done to the tracker first; takes its address, ``host:port``.

    Raises:
        ReleaseFault: Something was not said, or a program complained.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        subprocess.Popen(
            [*tracker, "--host", "127.0.0.1", "--port", "0"],
            cwd=cwd,
            env=_environment(HOME=home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as serving,
    ):
        assert serving.stderr is not None
        try:
            listening = next((line for line in serving.stderr if "listen" in line), None)
            if listening is None:
                raise ReleaseFault(f"{cwd}: the tracker did not listen")
            address = listening.rpartition("=")[2].strip()
            before(address)
            own = ("--plain", "--lang", "en", "--tracker", address, "--listen", "127.0.0.1:0", "--no-config")
            people = [
                subprocess.Popen(
                    [*client, name, *own],
                    cwd=cwd,
                    env=_environment(HOME=home),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
                for name in ("Ana", "Bruno")
            ]
            ana, bruno = people
            assert ana.stdout is not None and bruno.stdin is not None and bruno.stdout is not None
            for person in people:
                assert person.stdout is not None
                if not any("Registered" in line for line in person.stdout):
                    raise ReleaseFault(f"{cwd}: a client did not register")
            print("/msg Ana DISCO", file=bruno.stdin, flush=True)
            if not any("<Bruno> DISCO" in line for line in ana.stdout):
                raise ReleaseFault(f"{cwd}: the message did not arrive")
            for person in people:
                _, complaint = person.communicate(timeout=_SECONDS)
                if person.returncode or complaint:
                    raise ReleaseFault(f"{cwd}: a client ended with {person.returncode}: {complaint}")
        finally:
            serving.terminate()
        complaint = "".join(line for line in serving.stderr if _COMPLAINT.search(line))
    if complaint:
        raise ReleaseFault(f"{cwd}: the tracker complained: {complaint}")
    if serving.returncode and sys.platform != "win32":  # where to terminate is to kill
        raise ReleaseFault(f"{cwd}: the tracker ended with {serving.returncode}")


def _environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))} | more


def _run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=_environment(**environment), capture_output=True, text=True, timeout=_SECONDS
    )
    if done.returncode:
        raise ReleaseFault(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the tool; return the exit code."""
    parser = argparse.ArgumentParser(prog="python3 -m tools.release", description=__doc__.partition("\n")[0])
    parser.add_argument("--try", dest="wants_try", action="store_true", help="have two people chat with each of them")
    parser.add_argument("folder", nargs="?", type=Path, default=Path("dist"), help="default: dist")
    found = parser.parse_args(arguments)
    try:
        make_release(found.folder)
        if found.wants_try:
            try_release(found.folder)
    except ReleaseFault as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
