"""tools/suite.py: every test runs once, whichever process it falls to, and a failure or a lost test is seen."""

from pathlib import Path

import pytest

from tools import suite
from tools.suite import main, parts_of

FAILING = "def test_no() -> None:\n    assert False\n"
PASSING = "import pytest\n\n@pytest.mark.parametrize('n', range(3))\ndef test_yes(n: int) -> None: ...\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own suite: two folders and a file that is known to take long."""
    for name in ("one/test_a.py", "one/test_b.py", "two/test_a.py", "two/test_long.py"):
        path = tmp_path / "tests" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name("__init__.py").touch()
        path.write_text(PASSING)
    monkeypatch.setattr(suite, "ROOT", tmp_path)
    monkeypatch.setattr(suite, "TESTS", tmp_path / "tests")
    monkeypatch.setattr(suite, "_DURATIONS", tmp_path / ".pytest_cache" / "suite.json")
    return tmp_path


def test_each_file_is_in_one_part_and_the_longest_part_comes_first(tree: Path) -> None:
    files = sorted((tree / "tests").rglob("test_*.py"))
    durations = {path.relative_to(tree).as_posix(): 1.0 for path in files} | {"tests/two/test_long.py": 60.0}
    assert [part.files for part in parts_of(files, durations)] == [
        ("tests/two/test_long.py",),
        ("tests/one/test_a.py", "tests/one/test_b.py"),
        ("tests/two/test_a.py",),
    ]


def test_all_tests_are_counted_and_the_next_run_knows_how_long_each_file_takes(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([]) == 0
    assert "12 of 12 tests" in capsys.readouterr().out
    assert set(suite.known_durations()) == {
        f"tests/{name}" for name in ("one/test_a.py", "one/test_b.py", "two/test_a.py", "two/test_long.py")
    }


def test_a_failure_is_shown_and_fails_the_run(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "tests" / "two" / "test_a.py").write_text(FAILING)
    assert main([]) == 1
    said = capsys.readouterr().out
    assert "assert False" in said
    assert "10 of 10 tests" in said and "1 parts failed" in said


def test_a_test_that_is_lost_fails_the_run(
    tree: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "parts_of", lambda files, durations: parts_of(files[1:], durations))
    assert main([]) == 1
    assert "some tests were not run" in capsys.readouterr().err
