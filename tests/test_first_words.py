"""What both programs say where they cannot run: under a Python that is too old, and beside a module of the same name."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .programs import ROOT

PROGRAMS = {
    "curses_ui": "prosa, a chat for the terminal,",
    "tracker_cli": "prosa-tracker, the tracker of a chat for the terminal,",
}
READ_BY_OLD_PYTHONS = ("__init__.py", "__main__.py")

_PRETEND_TO_BE_OLD = """
import runpy, sys
sys.version_info = (3, 6, 15, "final", 0)
runpy.run_module(sys.argv[1], run_name="__main__")
"""

each_program = pytest.mark.parametrize("package", PROGRAMS)


def complaint(*command: str | Path, cwd: Path = ROOT) -> str:
    """What a command that fails says, which is one line on standard error and nothing else."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "LC_", "LANG"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    line, rest = done.stderr.split("\n")
    assert rest == ""
    return line


def old_pythons() -> list[Path]:
    """Interpreters older than 3.11 on this machine; there may be none."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = [path for minor in range(6, 11) for path in pyenv.glob(f"versions/3.{minor}.*/bin/python3")]
    return found + [Path(path) for minor in range(6, 11) if (path := shutil.which(f"python3.{minor}", path="/usr/bin"))]


@each_program
def test_an_old_python_is_told_what_is_needed_and_what_this_is(package: str) -> None:
    line = complaint(sys.executable, "-c", _PRETEND_TO_BE_OLD, package)
    assert line == f"{PROGRAMS[package]} needs Python 3.11 or newer; this is 3.6"


@each_program
@pytest.mark.parametrize("name", READ_BY_OLD_PYTHONS)
def test_python_3_6_can_read_what_it_reads_before_that_line(package: str, name: str) -> None:
    ast.parse((ROOT / package / name).read_text(encoding="utf-8"), feature_version=(3, 6))


@each_program
def test_the_old_pythons_of_this_machine_say_so(package: str) -> None:
    for python in old_pythons():
        assert complaint(python, "-B", "-m", package, "--version").startswith(f"{PROGRAMS[package]} needs Python 3.11")


# Another `core`


def copy_of_the_packages(folder: Path) -> Path:
    """The four packages in a folder of their own, as installed."""
    for package in ("core", "io_adapters", "curses_ui", "tracker_cli"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@each_program
@pytest.mark.parametrize("name", ["core", "io_adapters"])
def test_a_module_of_the_same_name_in_the_current_folder_is_named_and_not_run(
    tmp_path: Path, package: str, name: str
) -> None:
    site = copy_of_the_packages(tmp_path / "site")
    here = tmp_path / "here"
    here.mkdir()
    foreign = here / f"{name}.py"
    foreign.write_text("print('run')\n")
    start = f"import runpy, sys; sys.path.append({str(site)!r}); runpy.run_module({package!r}, run_name='__main__')"
    line = complaint(sys.executable, "-c", start, cwd=here)
    assert f": Prosa's package {name} is hidden or damaged: {foreign} (start prosa" in line


@each_program
def test_a_core_that_another_distribution_has_written_over_is_named(tmp_path: Path, package: str) -> None:
    site = copy_of_the_packages(tmp_path)
    shutil.rmtree(site / "core")
    (site / "core").mkdir()
    (site / "core" / "__init__.py").write_text("")
    line = complaint(sys.executable, "-m", package, cwd=site)
    assert f": Prosa's package core is hidden or damaged: {site / 'core' / '__init__.py'} (start prosa" in line


@each_program
@pytest.mark.parametrize("foreign", ["import django\n", "raise RuntimeError('configure me')\n", "import sys; sys.exit('bye')\n", "VERSION = '9'\n", "print('run'\n"])
def test_a_core_of_which_only_the_beginning_is_another_ones_is_named_and_not_run(tmp_path: Path, package: str, foreign: str) -> None:
    """What was installed last has written over one file of ours; the others still stand beside it."""
    site = copy_of_the_packages(tmp_path)
    written_over = site / "core" / "__init__.py"
    written_over.write_text(foreign)
    line = complaint(sys.executable, "-S", "-m", package, "--version", cwd=site)
    assert f": Prosa's package core is hidden or damaged: {written_over} (start prosa" in line


@each_program
@pytest.mark.parametrize("leave_folder", [False, True])
def test_a_core_that_is_gone_is_named(tmp_path: Path, package: str, leave_folder: bool) -> None:
    # -S: an environment in which this project is installed for development would find its core.
    site = copy_of_the_packages(tmp_path)
    shutil.rmtree(site / "core")
    if leave_folder:
        (site / "core").mkdir()
    assert ": Prosa's package core is hidden or damaged: " in complaint(sys.executable, "-S", "-m", package, cwd=site)
