"""Which language."""

import pytest

from io_adapters import choose_language, parse_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("pt", "pt_BR"),
        ("pt_BR", "pt_BR"),
        ("pt-br", "pt_BR"),
        ("pt_PT.UTF-8", "pt_BR"),
        ("en", "en"),
        ("EN-us", "en"),
        ("en_GB.UTF-8@euro", "en"),
        ("C", "en"),
        ("C.UTF-8", "en"),
        ("POSIX", "en"),
        ("de_DE.UTF-8", None),
        ("", None),
        ("../../x", None),
    ],
)
def test_parse_language_reads_what_environments_say(text: str, language: str | None) -> None:
    assert parse_language(text) == language


@pytest.mark.parametrize(
    ("option", "setting", "environment", "language"),
    [
        ("en", "pt_BR", {"LC_ALL": "pt_BR.UTF-8"}, "en"),
        (None, "pt_BR", {"LC_ALL": "C"}, "pt_BR"),
        (None, None, {"LC_ALL": "pt_BR.UTF-8", "LANG": "C"}, "pt_BR"),
        (None, None, {"LC_ALL": "", "LC_MESSAGES": "pt_BR", "LANG": "C"}, "pt_BR"),
        (None, None, {"LANG": "pt_BR.UTF-8"}, "pt_BR"),
        (None, None, {"LC_ALL": "de_DE.UTF-8", "LANG": "pt_BR.UTF-8"}, "en"),
        (None, None, {}, "en"),
    ],
)
def test_choose_language_asks_option_then_setting_then_environment(
    option: str | None, setting: str | None, environment: dict[str, str], language: str
) -> None:
    assert choose_language(option, setting, environment) == language
