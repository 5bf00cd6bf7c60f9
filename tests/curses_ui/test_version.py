"""The version is the same everywhere."""

import tomllib

from curses_ui.version import VERSION

from .running import ROOT


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == VERSION
    for page in ROOT.glob("docs/man/*.[18]"):
        assert f'"prosa {VERSION}"' in page.read_text()
