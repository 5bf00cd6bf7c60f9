"""The completions that are installed: up to date, for both programs, in files that the shells look for."""

import pytest

from tools.completions import FOLDER, main, out_of_date


def test_completions_are_up_to_date() -> None:
    assert out_of_date() == []


def test_both_programs_have_a_file_with_the_name_that_each_shell_looks_for() -> None:
    files = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*") if path.is_file()}
    assert files == {
        "bash/prosa",
        "bash/prosa-tracker",
        "fish/prosa-tracker.fish",
        "fish/prosa.fish",
        "zsh/_prosa",
        "zsh/_prosa-tracker",
    }


def test_the_trackers_choices_are_completed_and_no_name_is_asked_for() -> None:
    assert "--log-format) COMPREPLY=($(compgen -W 'text json'" in (FOLDER / "bash" / "prosa-tracker").read_text()
    assert "'::name: '" in (FOLDER / "zsh" / "_prosa").read_text()
    assert "'::name: '" not in (FOLDER / "zsh" / "_prosa-tracker").read_text()


def test_main_wants_to_be_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "update" in capsys.readouterr().err
