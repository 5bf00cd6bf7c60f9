"""Transcripts: what a line looks like, and who can read the file."""

import os
import resource
import stat
from pathlib import Path

import pytest

from curses_ui.run.private_files import append_private
from curses_ui.run.transcript import TranscriptFolder


def mode_of(path: str | Path) -> int:
    return stat.S_IMODE(os.stat(path).st_mode)


def test_the_folders_and_the_file_are_for_the_user_only(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path / "state" / "prosa" / "logs")
    before = os.umask(0)
    try:
        folder.write("Ana", ["1\n"])
    finally:
        os.umask(before)
    assert mode_of(tmp_path / "state") == mode_of(folder.path) == 0o700
    assert mode_of(folder.file_of("Ana")) == 0o600


def test_lines_are_appended_in_utf8(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path)
    folder.write("João", ["á\n", "b\n"])
    folder.write("João", ["c\udc80\n"])
    assert Path(folder.file_of("João")).read_bytes() == b"\xc3\xa1\nb\nc?\n"


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path)
    Path(folder.file_of("Ana")).touch(mode=0o644)
    folder.write("Ana", ["1\n"])
    assert mode_of(folder.file_of("Ana")) == 0o600


@pytest.mark.parametrize("peer", ["../x", "a/b", "/etc/passwd", ".", "..", "", "x" * 300, "é" * 200, "a\0b"])
def test_every_peer_has_a_file_inside_the_folder(tmp_path: Path, peer: str) -> None:
    folder = TranscriptFolder(tmp_path / "logs")
    folder.write(peer, ["1\n"])
    assert Path(folder.file_of(peer)).parent == Path(folder.path)
    assert [path.name for path in Path(folder.path).iterdir()] == [Path(folder.file_of(peer)).name]


def test_a_link_in_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    folder = TranscriptFolder(tmp_path / "logs")
    Path(folder.path).mkdir()
    Path(folder.file_of("Ana")).symlink_to(victim)
    with pytest.raises(OSError) as raised:
        folder.write("Ana", ["1\n"])
    assert raised.value.filename == os.fspath(folder.file_of("Ana"))
    assert victim.read_text() == "mine"


def test_a_pipe_in_place_of_the_file_does_not_stop_the_program(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path)
    os.mkfifo(folder.file_of("Ana"))
    with pytest.raises(OSError):
        folder.write("Ana", ["1\n"])


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError) as raised:
        TranscriptFolder(tmp_path / "file" / "logs").write("Ana", ["1\n"])
    assert raised.value.filename == os.fspath(tmp_path / "file")


def test_a_device_in_place_of_the_file_is_left_alone() -> None:
    before = mode_of(Path(os.devnull))
    with pytest.raises(OSError) as raised:
        append_private(Path(os.devnull), "1\n")
    assert raised.value.filename == os.devnull
    assert mode_of(Path(os.devnull)) == before


def test_a_file_that_cannot_grow_is_named(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        with pytest.raises(OSError) as raised:
            folder.write("Ana", ["0123456789", "rest\n"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert raised.value.filename == os.fspath(folder.file_of("Ana"))
    assert Path(folder.file_of("Ana")).read_text() == "0123456789"


def test_neither_a_hard_nor_a_symbolic_link_is_followed(tmp_path: Path) -> None:
    folder = TranscriptFolder(tmp_path / "logs")
    folder.write("Ana", ["mine\n"])
    secret = tmp_path / "secret"
    secret.write_text("secret\n")
    Path(folder.file_of("Bia")).hardlink_to(secret)
    Path(folder.file_of("Caio")).symlink_to(secret)
    for peer in ("Bia", "Caio"):
        with pytest.raises(OSError) as caught:
            folder.write(peer, ["planted\n"])
        assert str(caught.value.filename) == str(folder.file_of(peer))
    assert secret.read_text() == "secret\n"
    folder.write("Ana", ["again\n"])
