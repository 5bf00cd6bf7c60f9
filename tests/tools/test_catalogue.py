"""The catalogue tool: what it finds, what it writes, what it complains of."""

import gettext
import io
from pathlib import Path

import pytest

from tools.catalogue import (
    Catalogue,
    Message,
    compile_mo,
    extract,
    faults,
    main,
    placeholders,
    read_po,
    update,
    write_po,
)

SOURCE = '''
TABLE = (N_("in a" " table"),)

def say(state, n, message):
    state.tr("plain")
    state.tr("on" if state.on else "off")
    tr("{name} with a value", name=n)
    state.catalogue.trn("{n} thing", "{n} things", n)
    complain(state, "complaint")
    complain("nothing here")
    state.tr(message)
    other("not a message")
'''
HEADER = "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n > 1);\n"


def test_extract_finds_what_is_marked_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text(SOURCE)
    assert extract([path]) == {
        message.singular: message
        for message in (
            Message("complaint", None, ("a.py",)),
            Message("in a table", None, ("a.py",)),
            Message("off", None, ("a.py",)),
            Message("on", None, ("a.py",)),
            Message("plain", None, ("a.py",)),
            Message("{name} with a value", None, ("a.py",)),
            Message("{n} thing", "{n} things", ("a.py",)),
        )
    }


def test_extract_joins_the_files_of_a_message_and_keeps_its_plural(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text('tr("one")\n')
    (tmp_path / "b.py").write_text('trn("one", "many", 2)\n')
    assert extract(tmp_path.glob("*.py")) == {"one": Message("one", "many", ("a.py", "b.py"))}


def made() -> Catalogue:
    texts = {
        'say "{x}"\\n': 'dizer "{x}"\\n',
        "two\nlines\t{y}": "duas\nlinhas\t{y}",
        "açúcar": "sugar",
    }
    messages = {k: Message(k, None, ("a.py",), (v,)) for k, v in texts.items()}
    messages["{n} thing"] = Message("{n} thing", "{n} things", ("a.py", "b.py"), ("uma coisa", "{n} coisas"))
    messages["open"] = Message("open", None, ("a.py",))
    return Catalogue(HEADER, messages)


def test_what_is_written_is_read_back_the_same() -> None:
    text = write_po(made())
    again = read_po(text)
    assert again.header == HEADER
    assert write_po(update(again, made().messages)) == text
    assert list(again.messages) == list(made().messages)


def test_gettext_understands_what_is_compiled() -> None:
    translations = gettext.GNUTranslations(io.BytesIO(compile_mo(made())))
    assert translations.gettext("açúcar") == "sugar"
    assert translations.gettext('say "{x}"\\n') == 'dizer "{x}"\\n'
    assert translations.gettext("open") == "open"
    assert [translations.ngettext("{n} thing", "{n} things", n) for n in (0, 1, 2)] == [
        "uma coisa",
        "uma coisa",
        "{n} coisas",
    ]


def test_update_keeps_translations_adds_what_is_new_and_drops_what_is_gone() -> None:
    wanted = {
        "açúcar": Message("açúcar", None, ("c.py",)),
        "new": Message("new", None, ("c.py",)),
        "{n} thing": Message("{n} thing", None, ("c.py",)),
    }
    assert update(made(), wanted).messages == {
        "açúcar": Message("açúcar", None, ("c.py",), ("sugar",)),
        "new": Message("new", None, ("c.py",), ()),
        "{n} thing": Message("{n} thing", None, ("c.py",), ()),  # it has no plural any more
    }


def test_faults_are_named() -> None:
    catalogue = Catalogue(
        HEADER,
        {
            "old": Message("old", translations=("velho",)),
            "open": Message("open", translations=("",)),
            "{a} and {b}": Message("{a} and {b}", translations=("{a} e {c}",)),
            "{n} of {p}": Message("{n} of {p}", "{n} of {p}", translations=("uma de {p}", "{n}")),
        },
    )
    wanted = {text: Message(text) for text in ("new", "open", "{a} and {b}", "{n} of {p}")}
    assert faults(catalogue, wanted) == [
        "not in the catalogue: 'new'",
        "no longer in the source: 'old'",
        "not translated: 'open'",
        "other placeholders: '{a} and {b}' / '{a} e {c}'",
        "other placeholders: '{n} of {p}' / '{n}'",
    ]


def test_a_brace_that_is_no_placeholder_is_an_error() -> None:
    assert placeholders("{a} {{x}} {b!r:>3}") == {"a", "b"}
    with pytest.raises(ValueError):
        placeholders("{a")


def test_main_wants_to_be_told_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == main(["chekc"]) == 2
    assert "update" in capsys.readouterr().err
