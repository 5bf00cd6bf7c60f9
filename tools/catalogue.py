"""Keeps the catalogues and the source together; Python's library reads .mo files but cannot write them.

    python3 -m tools.catalogue update    add new messages to each .po, drop those gone, write each .mo
    python3 -m tools.catalogue check     say what is missing, wrong or out of date; exit 1 if anything is

Each front end has a catalogue of its own. Messages are the string arguments of
``N_``, ``tr`` and ``trn`` in its sources, and of the client's ``complain``, which
translates what it is given.
"""

import ast
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("curses_ui", "tracker_cli")
SHARED: Final = "io_adapters/command_lines.py"
"""Its messages are in the catalogue of each front end."""

_MESSAGE_ARGUMENT: Final = {"N_": 0, "tr": 0, "complain": 1}
"""Which argument of a function is a message."""
_MO_MAGIC: Final = 0x950412DE


@dataclass(frozen=True)
class Message:
    """One message, translated or not."""

    singular: str
    plural: str | None = None
    files: tuple[str, ...] = ()
    """Names of the source files that hold it."""
    translations: tuple[str, ...] = ()
    """One, or one for each plural form; empty ones are missing."""

    @property
    def is_translated(self) -> bool:
        """Whether nothing is missing."""
        return bool(self.translations) and all(self.translations)

    @property
    def placeholders(self) -> set[str]:
        """The names in braces."""
        return placeholders(self.singular) | placeholders(self.plural or "")


def placeholders(text: str) -> set[str]:
    """The names in braces; raises ValueError for braces that are no placeholder."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# Extracting


def extract(sources: Iterable[Path]) -> dict[str, Message]:
    """Every message of some source files by its singular, in the order of the alphabet."""
    found: dict[str, Message] = {}
    for path in sorted(sources):
        for singular, plural in _messages_in(ast.parse(path.read_text(encoding="utf-8"))):
            known = found.get(singular, Message(singular, plural))
            files = tuple(sorted({*known.files, path.name}))
            found[singular] = replace(known, plural=known.plural or plural, files=files)
    return dict(sorted(found.items()))


def _messages_in(tree: ast.Module) -> Iterator[tuple[str, str | None]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if function == "trn":
            yield from _pair(node)
        elif function in _MESSAGE_ARGUMENT:
            first = _MESSAGE_ARGUMENT[function]
            for argument in node.args[first : first + 1]:
                yield from ((text, None) for text in _texts(argument))


def _pair(node: ast.Call) -> Iterator[tuple[str, str | None]]:
    singulars, plurals = list(_texts(node.args[0])), list(_texts(node.args[1]))
    for singular, plural in zip(singulars, plurals, strict=True):
        yield singular, plural


def _texts(node: ast.expr) -> Iterator[str]:
    """The literal texts that an argument may be; names are marked with ``N_`` where they get their value."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


# .po files


@dataclass
class Catalogue:
    """A .po file."""

    header: str
    """The translation of the empty message: what gettext needs to know of the language."""
    messages: dict[str, Message] = field(default_factory=dict)


def read_po(text: str) -> Catalogue:
    """Read a .po file as ``write_po`` writes it."""
    catalogue = Catalogue("")
    for block in text.split("\n\n"):
        fields = _fields(block)
        if "msgid" not in fields:
            continue
        forms = tuple(value for key, value in fields.items() if key.startswith("msgstr"))
        if fields["msgid"]:
            message = Message(fields["msgid"], fields.get("msgid_plural"), translations=forms)
            catalogue.messages[message.singular] = message
        else:
            catalogue.header = forms[0]
    return catalogue


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        if not line.startswith('"'):
            key, _, line = line.partition(" ")
            fields[key] = ""
        fields[key] += _unquote(line)
    return fields


def write_po(catalogue: Catalogue, plural_forms: int = 2) -> str:
    """The text of a .po file; ``plural_forms`` is how many the language has."""
    blocks = [f'msgid ""\nmsgstr {_quote(catalogue.header)}']
    for message in catalogue.messages.values():
        rows = [f"#: {' '.join(message.files)}"]
        if message.placeholders:
            rows.append("#, python-brace-format")
        rows.append(f"msgid {_quote(message.singular)}")
        if message.plural is None:
            rows.append(f"msgstr {_quote(message.translations[0] if message.translations else '')}")
        else:
            rows.append(f"msgid_plural {_quote(message.plural)}")
            forms = message.translations or ("",) * plural_forms
            rows += [f"msgstr[{number}] {_quote(form)}" for number, form in enumerate(forms)]
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks) + "\n"


_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
_UNESCAPES: Final = {escaped[1]: plain for plain, escaped in _ESCAPES.items()}


def _quote(text: str) -> str:
    """A text as one string, or as one for each of its lines."""
    lines = text.splitlines(keepends=True) or [""]
    quoted = ['"' + "".join(_ESCAPES.get(c, c) for c in line) + '"' for line in lines]
    return quoted[0] if len(quoted) == 1 else "\n".join(['""', *quoted])


def _unquote(quoted: str) -> str:
    characters = iter(quoted.strip()[1:-1])
    return "".join(_UNESCAPES[next(characters)] if c == "\\" else c for c in characters)


# .mo files


def compile_mo(catalogue: Catalogue) -> bytes:
    """The catalogue as gettext reads it; messages without a translation are left out."""
    pairs = {"": catalogue.header}
    for message in catalogue.messages.values():
        if message.is_translated:
            key = message.singular if message.plural is None else f"{message.singular}\0{message.plural}"
            pairs[key] = "\0".join(message.translations)
    entries = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    tables_bytes = 28 + 16 * len(entries)
    keys = b"".join(key + b"\0" for key, _ in entries)
    values = b"".join(value + b"\0" for _, value in entries)
    key_table = _table((key for key, _ in entries), tables_bytes)
    value_table = _table((value for _, value in entries), tables_bytes + len(keys))
    head = struct.pack("<7I", _MO_MAGIC, 0, len(entries), 28, 28 + 8 * len(entries), 0, tables_bytes)
    return head + key_table + value_table + keys + values


def _table(texts: Iterable[bytes], at: int) -> bytes:
    """Length and place of each text."""
    rows = []
    for text in texts:
        rows.append(struct.pack("<2I", len(text), at))
        at += len(text) + 1
    return b"".join(rows)


# Keeping them together


def update(catalogue: Catalogue, wanted: dict[str, Message]) -> Catalogue:
    """The catalogue with exactly the messages of the source; translations are kept by their message."""
    messages: dict[str, Message] = {}
    for singular, message in wanted.items():
        known = catalogue.messages.get(singular)
        keeps = known is not None and (known.plural is None) == (message.plural is None)
        messages[singular] = replace(message, translations=known.translations if known and keeps else ())
    return Catalogue(catalogue.header, messages)


def faults(catalogue: Catalogue, wanted: dict[str, Message]) -> list[str]:
    """What is wrong with a catalogue, a row each."""
    found = [f"not in the catalogue: {text!r}" for text in wanted if text not in catalogue.messages]
    found += [f"no longer in the source: {text!r}" for text in catalogue.messages if text not in wanted]
    for message in catalogue.messages.values():
        if not message.is_translated:
            found.append(f"not translated: {message.singular!r}")
            continue
        for form in message.translations:
            # A plural form for one thing may do without its number.
            missing = message.placeholders - placeholders(form) - ({"n"} if message.plural else set())
            if missing or placeholders(form) - message.placeholders:
                found.append(f"other placeholders: {message.singular!r} / {form!r}")
    return found


def catalogue_files(package: str) -> list[Path]:
    """Return every .po file of a package."""
    return sorted((ROOT / package / "locale").glob("*/LC_MESSAGES/*.po"))


def source_messages(package: str) -> dict[str, Message]:
    """Return every message of a package."""
    return extract([*(ROOT / package).rglob("*.py"), ROOT / SHARED])


def check_files() -> list[str]:
    """Return what is wrong with the files as they are, a row each."""
    return [fault for package in PACKAGES for fault in _faults_of(package)]


def _faults_of(package: str) -> Iterator[str]:
    wanted = source_messages(package)
    for path in catalogue_files(package):
        catalogue = read_po(path.read_text(encoding="utf-8"))
        where = f"{package} {path.parent.parent.name}"
        yield from (f"{where}: {fault}" for fault in faults(catalogue, wanted))
        compiled = path.with_suffix(".mo")
        if not compiled.exists() or compiled.read_bytes() != compile_mo(catalogue):
            yield f"{where}: {compiled.name} is out of date; run: python3 -m tools.catalogue update"


def update_files() -> None:
    """Bring every catalogue up to date, and compile it."""
    for package in PACKAGES:
        _update_files_of(package)


def _update_files_of(package: str) -> None:
    wanted = source_messages(package)
    for path in catalogue_files(package):
        catalogue = update(read_po(path.read_text(encoding="utf-8")), wanted)
        path.write_text(write_po(catalogue), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(compile_mo(catalogue))


def main(arguments: list[str]) -> int:
    """Run the tool; returns the exit code."""
    if arguments not in (["update"], ["check"]):
        print(__doc__, file=sys.stderr)
        return 2
    if arguments == ["update"]:
        update_files()
    found = check_files()
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
