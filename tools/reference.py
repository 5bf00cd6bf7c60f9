"""Writes docs/reference.md: every event, request, enum, setting and error of the core, from its source.

    python3 -m tools.reference update    write the page
    python3 -m tools.reference check     exit 1 if it is out of date
"""

import ast
import dataclasses
import enum
import inspect
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import core
from core import limits

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference.md"

_HEAD: Final = """\
# Reference of the core

Made from the source by `python3 -m tools.reference update`. How the pieces work together is in
[the guide](embedding.md); sections (§) are those of [the protocol](protocol.md). Methods have docstrings: `help(core.Node)`.
"""
SETTINGS: Final = (core.TrackerConfig, core.Limits, core.UserStatus)
ERRORS: Final = (core.LocalProtocolError, core.NotConnected, core.BufferFull)
NUMBERS: Final = ("ConversationId", "TextId")


def enums() -> list[type[enum.Enum]]:
    """Return every enum of the core's face, in the order of their names."""
    public = (getattr(core, name) for name in core.__all__)
    return [value for value in public if inspect.isclass(value) and issubclass(value, enum.Enum)]


def attribute_docs(owner: type) -> dict[str, str]:
    """Return the docstrings that stand below a class's fields or members."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(owner))).body
    assert isinstance(tree, ast.ClassDef)
    return {name: text for name, text in _docs(tree.body) if text}


def _docs(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each name that is assigned in a body, and the docstring below it."""
    for statement, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        target: ast.expr | None = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(statement, ast.Assign):
            target = statement.targets[0]
        if isinstance(target, ast.Name):
            match following:
                case ast.Expr(ast.Constant(str(text))):
                    yield target.id, inspect.cleandoc(text)
                case _:
                    yield target.id, ""


def _cell(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "\\|").split())


def _paragraphs(owner: type) -> str:
    return inspect.cleandoc(owner.__doc__ or "").replace("``", "`")


def _type(annotation: object) -> str:
    name = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None)
    shown = str(annotation) if name is None or get_args(annotation) else str(name)
    for module in ("core.events.", "core.wire.messages.", "core.tracker.tracker."):
        shown = shown.replace(module, "")
    return f"`{shown}`".replace("|", "\\|")


def _record(record: type) -> Iterator[str]:
    """A dataclass: what it means, and a table of its fields."""
    yield f"### {record.__name__}\n"
    yield f"{_paragraphs(record)}\n"
    assert dataclasses.is_dataclass(record)
    docs = attribute_docs(record)
    fields = dataclasses.fields(record)
    if not fields:
        return
    has_defaults = any(field.default is not dataclasses.MISSING for field in fields)
    yield "| field | type |" + (" default |" if has_defaults else "") + " |"
    yield "|---|---|---|" + ("---|" if has_defaults else "")
    for field in fields:
        default = ""
        if has_defaults:
            has_one = field.default is not dataclasses.MISSING
            default = f" `{field.default}` |" if has_one else " |"
        yield f"| `{field.name}` | {_type(field.type)} |{default} {_cell(docs.get(field.name, ''))} |"
    yield ""


def _enum(kind: type[enum.Enum]) -> Iterator[str]:
    yield f"### {kind.__name__}\n"
    yield f"{_paragraphs(kind)}\n"
    docs = attribute_docs(kind)
    yield "| member | value | |"
    yield "|---|---|---|"
    for member in kind:
        yield f"| `{member.name}` | `{member.value!r}` | {_cell(docs.get(member.name, ''))} |"
    yield ""


def constants() -> dict[str, str]:
    """Return the numbers of the core's face, and the comments beside them."""
    found = {}
    for line in inspect.getsource(limits).splitlines():
        name, _, rest = line.partition(": Final = ")
        if rest and name in core.__all__:
            found[name] = rest.partition("#")[2].strip()
    return found


def make_page() -> str:
    """Return the page as it should be."""
    lines = [_HEAD]
    for title, records in (
        ("What a tracker reports: `TrackerEvent`", get_args(core.TrackerEvent)),
        ("What a node reports: `NodeEvent`", get_args(core.NodeEvent)),
        ("What a node asks for: `NodeRequest`", get_args(core.NodeRequest)),
        ("Settings, and a tracker's users", SETTINGS),
    ):
        lines.append(f"## {title}\n")
        for record in records:
            lines.extend(_record(record))
    lines.append("## Enums\n")
    for kind in enums():
        lines.extend(_enum(kind))
    lines.append("## Numbers of conversations and texts\n")
    docs = dict(_docs(ast.parse(inspect.getsource(core.events)).body))
    lines.extend(f"- `{name}`: {_cell(docs[name])}" for name in NUMBERS)
    lines.append("\n## Errors\n")
    lines.extend(f"- `{error.__name__}`: {_cell(error.__doc__ or '')}" for error in ERRORS)
    lines.append("\n## For adapters\n\n| constant | value | |\n|---|---|---|")
    lines.extend(f"| `{name}` | `{getattr(core, name)}` | {_cell(text)} |" for name, text in constants().items())
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    """Run the tool; return the exit code."""
    if arguments == ["update"]:
        PAGE.write_text(make_page(), encoding="utf-8")
    elif arguments != ["check"]:
        print(__doc__, file=sys.stderr)
        return 2
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == make_page():
        return 0
    print("docs/reference.md is out of date; run: python3 -m tools.reference update")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
