"""The reference page: up to date, and with all that ``help()`` says of the core's values."""

import dataclasses
import enum
import pydoc
import re
from typing import get_args

import pytest

import core
from tools.reference import ERRORS, PAGE, SETTINGS, attribute_docs, constants, enums, main, make_page

RECORDS = (
    *get_args(core.TrackerEvent),
    *get_args(core.NodeEvent),
    *get_args(core.NodeRequest),
    *SETTINGS,
)


def entry(name: str) -> str:
    """What the page says below the heading with a name."""
    found = re.search(rf"^### {name}\n(.*?)(?=^#|\Z)", PAGE.read_text(encoding="utf-8"), re.S | re.M)
    assert found is not None, name
    return found[1]


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == make_page()


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_page_has_every_field_that_help_has(record: type) -> None:
    said = pydoc.plain(pydoc.render_doc(record))
    shown = entry(record.__name__)
    assert dataclasses.is_dataclass(record)
    descriptors = said.partition("Data descriptors defined here:\n")[2].partition("-----")[0]
    names = re.findall(r"^\| `(\w+)`", shown, re.M)
    assert sorted(names) == sorted(re.findall(r"^ \|  (\w+)$", descriptors, re.M))
    assert names == [field.name for field in dataclasses.fields(record)]
    first_line = shown.strip().splitlines()[0]
    assert first_line.replace("`", "") in said.replace("`", "")


@pytest.mark.parametrize("kind", enums(), ids=lambda kind: kind.__name__)
def test_the_page_has_every_member_that_help_has(kind: type[enum.Enum]) -> None:
    said = pydoc.plain(pydoc.render_doc(kind))
    in_help = re.findall(rf"^ \|  (\w+) = <{kind.__name__}\.\w+:", said, re.M)
    assert sorted(re.findall(r"^\| `(\w+)`", entry(kind.__name__), re.M)) == sorted(in_help)


def test_every_event_request_enum_error_and_number_of_the_core_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in core.__all__:
        value = getattr(core, name)
        is_record = dataclasses.is_dataclass(value) or (isinstance(value, type) and issubclass(value, enum.Enum))
        if is_record:
            assert f"### {name}\n" in page
        if isinstance(value, type) and issubclass(value, Exception):
            assert value in ERRORS
        if isinstance(value, int | float):
            assert name in constants()
    assert "`ConversationId`" in page and "`TextId`" in page


def test_docstrings_below_fields_are_found() -> None:
    assert attribute_docs(core.ClientDeparted)["name"] == "None if it never registered."
    assert attribute_docs(core.LossReason)["REFUSED"] == "No program listens there."


def test_main_wants_to_be_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main(["check"]) == 0
    assert "update" in capsys.readouterr().err
