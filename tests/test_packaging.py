"""What is given to others: the source distribution, the wheel, what both install; and the service unit."""

import configparser
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from core import VERSION
from tools import release

from .beside import Packages
from .programs import ROOT

PACKAGES = ("core", "io_adapters", "curses_ui", "tracker_cli")
MADE_BY_SETUPTOOLS = {"PKG-INFO", "setup.cfg", "prosa.egg-info"}
SHARED = {
    "man/man1/prosa.1",
    "man/man8/prosa-tracker.8",
    "man/pt_BR/man1/prosa.1",
    "man/pt_BR/man8/prosa-tracker.8",
    "bash-completion/completions/prosa",
    "bash-completion/completions/prosa-tracker",
    "fish/vendor_completions.d/prosa-tracker.fish",
    "fish/vendor_completions.d/prosa.fish",
    "zsh/site-functions/_prosa",
    "zsh/site-functions/_prosa-tracker",
}
"""What the system looks for in ``share``."""


def project() -> dict[str, object]:
    """The table of that name in pyproject.toml."""
    table = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert isinstance(table, dict)
    return table


def run(folder: Path, *command: str | Path) -> str:
    """What a command prints, run in a folder that is not the project's."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        command, cwd=folder, env=outside, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize("command", ["prosa", "prosa-tracker"])
def test_both_commands_work_where_they_are_installed(packages: Packages, tmp_path: Path, command: str) -> None:
    assert run(tmp_path, packages.commands / command, "--version") == f"{command} {VERSION}\n"


def test_nothing_but_the_packages_is_installed_and_what_the_system_looks_for(packages: Packages, tmp_path: Path) -> None:
    listing = "from importlib.metadata import distribution as d; print(*d('prosa').files, sep='\\n')"
    files = run(tmp_path, packages.commands / "python", "-c", listing).splitlines()
    tops = {file.partition("/")[0] for file in files if not file.startswith("..")}
    assert {top for top in tops if ".dist-info" not in top} == set(PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= set(files)
    assert "curses_ui/locale/pt_BR/LC_MESSAGES/prosa.mo" in files
    share = packages.commands.parent / "share"
    assert {path.relative_to(share).as_posix() for path in share.rglob("*") if path.is_file()} == SHARED


def test_the_installed_client_speaks_portuguese(packages: Packages, tmp_path: Path) -> None:
    assert run(tmp_path, packages.commands / "prosa", "--lang", "pt", "--help").startswith("uso: prosa")


def test_built_twice_the_wheel_is_equal_to_the_byte_and_the_sources_in_contents(packages: Packages) -> None:
    assert packages.wheel.read_bytes() == packages.wheel_again.read_bytes()
    assert release.contents(packages.sources) == release.contents(packages.sources_again)


def test_the_source_distribution_holds_the_whole_tree(packages: Packages, tmp_path: Path) -> None:
    tree = release.copy_tree(tmp_path / "tree")
    files = {path.relative_to(tree).as_posix() for path in tree.rglob("*") if path.is_file()}
    packed = {name.partition("/")[2] for name in release.contents(packages.sources)}
    assert {name for name in packed if name.partition("/")[0] not in MADE_BY_SETUPTOOLS} == files
    assert {".ci/run", "mypy.ini", "tests/test_packaging.py", "docs/man/man1/prosa.1.in"} <= files
    with tarfile.open(packages.sources) as archive:
        (check,) = (member for member in archive if member.name.endswith("/.ci/run"))
        assert check.mode & 0o111


def test_what_an_index_shows_has_no_link_that_leads_nowhere_from_there(packages: Packages) -> None:
    with zipfile.ZipFile(io.BytesIO(packages.wheel.read_bytes())) as wheel:
        metadata = wheel.read(f"prosa-{VERSION}.dist-info/METADATA").decode()
    shown = metadata.partition("\n\n")[2]
    assert shown == (ROOT / "docs" / "package.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", shown)
    urls = project()["urls"]
    assert links and isinstance(urls, dict)
    assert all(link.startswith(urls["Homepage"]) for link in links)


def test_the_licence_is_a_field_and_a_file(packages: Packages) -> None:
    with zipfile.ZipFile(io.BytesIO(packages.wheel.read_bytes())) as wheel:
        metadata = wheel.read(f"prosa-{VERSION}.dist-info/METADATA").decode()
        assert f"prosa-{VERSION}.dist-info/licenses/LICENSE" in wheel.namelist()
    assert "\nLicense-Expression: MIT\n" in metadata
    assert "\nLicense-File: LICENSE\n" in metadata


def test_there_is_one_version() -> None:
    holders = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pyproject.toml", *(p for package in PACKAGES for p in (ROOT / package).rglob("*.py")))
        if f'"{VERSION}"' in path.read_text(encoding="utf-8")
    ]
    assert holders == ["core/version.py"]


def test_nothing_is_needed_at_run_time() -> None:
    assert project()["dependencies"] == []
    assert project()["optional-dependencies"] == {"dev": ["pytest>=9", "mypy>=1.17"]}


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
    assert unit["Service"]["RestartPreventExitStatus"] == "2"


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
