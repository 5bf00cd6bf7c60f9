"""The settings file: every fault is said with its line, and the rest counts."""

import os
from pathlib import Path

import pytest

from curses_ui.catalogue import load_catalogue
from curses_ui.i18n import LANGUAGES
from curses_ui.run.config_file import (
    change_text,
    save_settings,
    MAX_CONFIG_BYTES,
    Loaded,
    config_path,
    format_settings,
    load_settings,
    read_settings,
    state_folder,
)
from curses_ui.settings import Settings

ENGLISH = load_catalogue("en")


def problems(loaded: Loaded) -> tuple[list[str], list[str]]:
    return (
        [problem.describe("F", ENGLISH) for problem in loaded.warnings],
        [problem.describe("F", ENGLISH) for problem in loaded.errors],
    )


def test_a_good_file_gives_its_values() -> None:
    loaded = read_settings("# mine\n[prosa]\nname = Ana Julia\nBELL: off\n; x\nlang=pt\n")
    assert loaded == Loaded(Settings(name="Ana Julia", bell=False, lang="pt_BR"))


@pytest.mark.parametrize("text", ["", "\n", "# nothing\n", "[prosa]\n"])
def test_an_empty_file_gives_the_defaults(text: str) -> None:
    assert read_settings(text) == Loaded(Settings())


def test_unknown_keys_and_sections_are_warnings_with_their_line() -> None:
    loaded = read_settings("[prosa]\nbell = off\ncolour = red\n\n[colors]\nbell = on\n[DEFAULT]\nx = 1\n")
    assert problems(loaded) == (
        [
            "F:3: unknown setting colour; ignored",
            "F:5: unknown section [colors]; ignored",
            "F:7: unknown section [DEFAULT]; ignored",
        ],
        [],
    )
    assert loaded.settings == Settings(bell=False)


def test_bad_values_are_errors_with_their_line() -> None:
    loaded = read_settings("[prosa]\nlog = perhaps\nname = a:b\nbell = off\n")
    assert problems(loaded) == (
        [],
        [
            'F:2: log must be on or off, not "perhaps"',
            'F:3: name must be 1-32 visible characters, no ":", not "a:b"',
        ],
    )


def test_of_a_key_given_twice_the_last_counts() -> None:
    loaded = read_settings("[prosa]\nlog = on\nlog = perhaps\n")
    assert problems(loaded)[1] == ['F:3: log must be on or off, not "perhaps"']
    assert read_settings("[prosa]\nlog = perhaps\nlog = on\n") == Loaded(Settings(log=True))


def test_lines_that_are_no_setting_are_warnings_and_the_others_count() -> None:
    loaded = read_settings("[prosa]\nwhat is this\nbell = off\n= 3\n")
    assert problems(loaded) == (['F:2: expected "key = value"; line ignored', 'F:4: expected "key = value"; line ignored'], [])
    assert loaded.settings == Settings(bell=False)


def test_a_file_without_its_section_is_a_warning() -> None:
    assert problems(read_settings("\nbell = off\n")) == (
        ["F:2: [prosa] is missing above this line; the file is ignored"],
        [],
    )


def test_values_are_never_interpolated() -> None:
    loaded = read_settings("[prosa]\ntime_format = %H{0}:%M\nlog = %(name)s{x}\n")
    assert loaded.settings.time_format == "%H{0}:%M"
    assert problems(loaded)[1] == ['F:3: log must be on or off, not "%(name)s{x}"']


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_printed_is_read_back_the_same(language: str) -> None:
    settings = Settings(name="João", tracker="lab:10000", bell=False, time_format="%H:%M:%S", lang="en")
    text = format_settings(settings, load_catalogue(language))
    assert read_settings(text) == Loaded(settings)


def test_load_settings_reads_a_file(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes(b"\xef\xbb\xbf[prosa]\r\nname = Jo\xc3\xa3o\r\n")
    assert load_settings(path, needed=True) == Loaded(Settings(name="João"))


def test_a_missing_file_matters_only_if_it_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    assert load_settings(path, needed=False) == Loaded(Settings())
    warnings, errors = problems(load_settings(path, needed=True))
    assert (warnings, errors) == ([], ["F: cannot read it: No such file or directory"])


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"[prosa]\nname = Jo\xe3o\n", "F: not valid UTF-8; ignored"),
        (b"#" * (MAX_CONFIG_BYTES + 1), "F: the file is too long; ignored"),
        (b"[prosa]\nname =" + b" " * 1000, "F: a line is too long; the file is ignored"),
        (b"\x00\x01\x02", "F:1: [prosa] is missing above this line; the file is ignored"),
    ],
)
def test_an_unreadable_file_is_one_warning(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes(content)
    assert problems(load_settings(path, needed=False)) == ([problem], [])


def test_a_folder_in_place_of_the_file_is_one_warning(tmp_path: Path) -> None:
    assert problems(load_settings(tmp_path, needed=False)) == (["F: cannot read it: Is a directory"], [])


def test_a_device_in_place_of_the_file_is_one_warning() -> None:
    assert problems(load_settings(Path(os.devnull.replace("null", "zero")), needed=False)) == (
        ["F: the file is too long; ignored"],
        [],
    )


@pytest.mark.parametrize(
    ("environment", "config", "state"),
    [
        ({"HOME": "/home/ana"}, "/home/ana/.config/prosa/config.ini", "/home/ana/.local/state/prosa"),
        ({"HOME": "/h", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s"}, "/c/prosa/config.ini", "/s/prosa"),
        (
            {"HOME": "/h", "XDG_CONFIG_HOME": "c", "XDG_STATE_HOME": "./s"},
            "/h/.config/prosa/config.ini",
            "/h/.local/state/prosa",
        ),
        ({"HOME": "/h", "XDG_CONFIG_HOME": ""}, "/h/.config/prosa/config.ini", "/h/.local/state/prosa"),
        ({}, None, None),
        ({"HOME": ""}, None, None),
    ],
)
def test_folders_follow_xdg_and_ignore_relative_values(
    environment: dict[str, str], config: str | None, state: str | None
) -> None:
    assert config_path(environment) == config
    assert state_folder(environment) == state


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "[prosa]\nbell = off\nlog = on\n"),
        ("[prosa]\n", "[prosa]\nbell = off\nlog = on\n"),
        ("# mine\n[prosa]\nBell: on\n\n[other]\nlog = x\n", "# mine\n[prosa]\nbell = off\nlog = on\n\n[other]\nlog = x\n"),
        ("[prosa]\nlog =\n  off\n# bell = on\nname = Ana", "[prosa]\nlog = on\n# bell = on\nname = Ana\nbell = off\n"),
        ("[other]\nbell = on\n", "[other]\nbell = on\n[prosa]\nbell = off\nlog = on\n"),
    ],
)
def test_changed_values_are_written_and_everything_else_stays(before: str, after: str) -> None:
    assert change_text(before, {"bell": "off", "log": "on"}) == after


def test_settings_are_saved_privately_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "new" / "config.ini"
    save_settings(path, {"bell": "off", "time_format": "%H:%M:%S"})
    assert load_settings(path, needed=True).settings == Settings(bell=False, time_format="%H:%M:%S")
    link = tmp_path / "link.ini"
    link.symlink_to(path)
    path.chmod(0o644)
    save_settings(link, {"bell": "on"})
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_settings(path, needed=True).settings == Settings(time_format="%H:%M:%S")
    assert [entry.name for entry in path.parent.iterdir()] == ["config.ini"]


@pytest.mark.parametrize("content", [b"root:x:0:0\n", b"\xff\n", b"#" * 70_000])
def test_what_is_no_settings_file_is_not_written_over(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "config.ini"
    path.write_bytes(content)
    with pytest.raises(OSError):
        save_settings(path, {"bell": "off"})
    assert path.read_bytes() == content
