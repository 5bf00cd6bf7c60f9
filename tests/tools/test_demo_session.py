"""The tool that records the session behind the pictures."""

import pytest

from tools import demo_session


@pytest.mark.parametrize("arguments", [["--help"], ["--unknown"]])
def test_help_and_mistakes_record_nothing(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    recorded: list[object] = []
    monkeypatch.setattr(demo_session, "record", recorded.append)
    with pytest.raises(SystemExit):
        demo_session.main(arguments)
    assert recorded == []
    assert "demo_session" in "".join(capsys.readouterr())
