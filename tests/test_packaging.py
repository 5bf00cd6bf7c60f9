"""What is installed: the two commands, in an environment that has nothing else; and the service unit."""

import configparser
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
from pathlib import Path

import pytest

from curses_ui.version import VERSION as CLIENT_VERSION
from tracker_cli.version import VERSION as TRACKER_VERSION

from .programs import ROOT

PACKAGES = ("core", "io_adapters", "curses_ui", "tracker_cli")
INSTALL_SECONDS = 300.0
"""Only guards against hanging."""

_CAN_BUILD = """
import setuptools
if tuple(map(int, setuptools.__version__.split(".")[:2])) < (70, 1):
    import wheel
"""


def project() -> dict[str, object]:
    """The table of that name in pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The commands' folder of a new environment, where a copy of the sources was installed."""
    folder = tmp_path_factory.mktemp("installed")
    sources = folder / "sources"
    sources.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, sources)
    leave_out = shutil.ignore_patterns("__pycache__")
    for package in (*PACKAGES, "tests", "tools", "docs"):
        shutil.copytree(ROOT / package, sources / package, ignore=leave_out)
    venv.create(folder / "venv", with_pip=True)
    commands = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin")
    python = commands / "python"
    # An environment of some Pythons can build by itself; the others have to fetch setuptools.
    offline = subprocess.run([python, "-c", _CAN_BUILD], capture_output=True).returncode == 0
    options = ["--no-build-isolation"] if offline else []
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *options, sources],
        check=True,
        timeout=INSTALL_SECONDS,
    )
    shutil.rmtree(sources)
    return commands


def run(folder: Path, *command: str | Path) -> str:
    """What a command prints, run in a folder that is not the project's."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=outside, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize("command", ["prosa", "prosa-tracker"])
def test_both_commands_work_where_they_are_installed(installed: Path, tmp_path: Path, command: str) -> None:
    assert run(tmp_path, installed / command, "--version") == f"{command} {CLIENT_VERSION}\n"


def test_nothing_but_the_packages_is_installed(installed: Path, tmp_path: Path) -> None:
    listing = "from importlib.metadata import distribution as d; print(*d('prosa').files, sep='\\n')"
    files = run(tmp_path, installed / "python", "-c", listing).splitlines()
    tops = {file.partition("/")[0] for file in files if not file.startswith("..")}
    assert {top for top in tops if ".dist-info" not in top} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(files)
    assert "curses_ui/locale/pt_BR/LC_MESSAGES/prosa.mo" in files


def test_the_installed_client_speaks_portuguese(installed: Path, tmp_path: Path) -> None:
    assert run(tmp_path, installed / "prosa", "--lang", "pt", "--help").startswith("uso: prosa")


def test_there_is_one_version() -> None:
    assert project()["version"] == CLIENT_VERSION == TRACKER_VERSION


def test_nothing_is_needed_at_run_time() -> None:
    assert project()["dependencies"] == []
    assert project()["optional-dependencies"] == {"dev": ["pytest>=9", "mypy>=1.10"]}


# The one command that checks everything


def test_the_check_does_what_the_readme_says() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    steps = re.search(r"```sh\n(python3 -m venv .venv\n.*?)```", readme, re.S)
    assert steps is not None
    check = (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace('"', "").replace("$venv", ".venv")
    for step in steps[1].splitlines():
        assert f"\n{step}" in check


# The service


def test_the_service_unit_starts_the_tracker_and_restarts_only_what_can_mend() -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read(ROOT / "docs" / "prosa-tracker.service", encoding="utf-8")
    assert unit["Service"]["ExecStart"].endswith("/bin/prosa-tracker")
    assert unit["Service"]["Type"] == "notify"
    assert unit["Service"]["RestartPreventExitStatus"] == "2 3"


def test_systemd_finds_no_fault_in_the_service_unit(tmp_path: Path) -> None:
    """Asks systemd itself where there is one; its words for a fault are unknown keys and values."""
    text = (ROOT / "docs" / "prosa-tracker.service").read_text(encoding="utf-8")
    copy = tmp_path / "prosa-tracker.service"
    copy.write_text(re.sub(r"(?m)^ExecStart=.*", f"ExecStart={sys.executable}", text), encoding="utf-8")
    assert copy.read_text(encoding="utf-8").count(f"={sys.executable}\n") == 1
    analyze = shutil.which("systemd-analyze")
    if analyze is not None:
        done = subprocess.run([analyze, "verify", "--man=no", copy], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
