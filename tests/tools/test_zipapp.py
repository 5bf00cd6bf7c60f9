"""tools/zipapp.py: each program in one file, the same bytes every time, running anywhere."""

import ast
import io
import os
import sys
import zipfile
from pathlib import Path

import pytest

from tests.programs import Program
from tools import zipapp
from tools.zipapp import PROGRAMS

each_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)


def opened(program: zipapp.Program) -> zipfile.ZipFile:
    """The file of a program, as the zip file that it is."""
    return zipfile.ZipFile(io.BytesIO(zipapp.build(program)))


@each_program
def test_the_same_sources_give_the_same_bytes(program: zipapp.Program) -> None:
    assert zipapp.build(program) == zipapp.build(program)


@each_program
def test_nothing_of_the_machine_or_the_moment_gets_into_the_file(program: zipapp.Program) -> None:
    entries = opened(program).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    for entry in entries:
        assert entry.date_time == (1980, 1, 1, 0, 0, 0)
        assert (entry.external_attr, entry.create_system) == (0o100644 << 16, 3)
        assert entry.compress_type == zipfile.ZIP_STORED


@each_program
def test_the_file_holds_the_program_and_nothing_else(program: zipapp.Program) -> None:
    names = opened(program).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert tops == {*program.packages, "__main__.py", "LICENSE", "share"}
    kinds = {Path(name).suffix for name in names if name.startswith(program.packages)}
    assert kinds <= {".py", ".mo", ".typed"}
    for package in program.packages:
        sources = {path.relative_to(zipapp.ROOT).as_posix() for path in (zipapp.ROOT / package).rglob("*.py")}
        assert sources <= set(names)


@each_program
def test_the_man_pages_and_completions_are_inside(program: zipapp.Program) -> None:
    archive = opened(program)
    completions = [name for name in archive.namelist() if name.startswith("share/") and "/man/" not in name]
    assert len(completions) == 3
    pages = [name for name in archive.namelist() if name.startswith("share/man/")]
    assert len(pages) == 2
    for page in pages:
        assert b"\n.TH PROSA" in b"\n" + archive.read(page)


@each_program
def test_the_catalogue_is_inside(program: zipapp.Program) -> None:
    assert f"{program.packages[-1]}/locale/pt_BR/LC_MESSAGES/prosa.mo" in opened(program).namelist()


@each_program
def test_an_old_python_is_told_what_is_wanted(program: zipapp.Program) -> None:
    main = opened(program).read("__main__.py").decode()
    ast.parse(main, feature_version=(3, 4))
    assert f"{program.name}, {program.what}, needs Python 3.11 or newer" in main
    assert main.index("version_info") < main.index(program.packages[-1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both files and nothing else of the project."""
    folder = tmp_path_factory.mktemp("programs")
    zipapp.main([str(folder)])
    return folder


def command(folder: Path, name: str, *arguments: str) -> Program:
    """Run one of the files in its folder, where nothing of the project is to be found otherwise."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "XDG_"))}
    env = {**outside, "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    return Program(sys.executable, f"{name}.pyz", *arguments, cwd=folder, env=env)


def test_both_files_run_from_another_folder_and_chat(folder: Path) -> None:
    with command(folder, "prosa-tracker", "--host", "127.0.0.1", "--port", "0") as tracker:
        address = tracker.wait_for("listen").rpartition("=")[2]
        client = ("--plain", "--tracker", address, "--listen", "127.0.0.1:0")
        with (
            command(folder, "prosa", "Ana", *client, "--lang", "pt") as ana,
            command(folder, "prosa", "Bruno", *client, "--lang", "en") as bruno,
        ):
            ana.wait_for("Registrado")
            bruno.wait_for("Registered")
            bruno.type("/msg Ana DISCO é bom")
            ana.wait_for("<Bruno> DISCO é bom")
            for person in (bruno, ana):
                person.end_input()
                assert person.wait_for_end() == 0
        tracker.interrupt()
        assert tracker.wait_for_end() == 0


def test_both_files_may_be_started_by_their_own_name(folder: Path) -> None:
    for program in PROGRAMS:
        assert os.access(folder / f"{program.name}.pyz", os.X_OK)
        assert (folder / f"{program.name}.pyz").read_bytes().startswith(b"#!/usr/bin/env python3\n")
