"""What the house rules of CONTRIBUTING.md can have checked by a program.

Each list of exceptions below says why; a test fails when an exception is no longer needed.
"""

import ast
import importlib
import inspect
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest

import core
import io_adapters
from core import events
from core.node import link_events
from core.node.peer_link import PeerLink
from core.node.tracker_link import TrackerLink
from curses_ui.terminal.keys import KeyDecoder

from .programs import ROOT

PACKAGES: Final = ("core", "io_adapters", "curses_ui", "tracker_cli")
MAY_IMPORT: Final = {
    "core": {"core"},
    "io_adapters": {"core", "io_adapters"},
    "curses_ui": {"core", "io_adapters", "curses_ui"},
    "tracker_cli": {"core", "io_adapters", "tracker_cli"},
}
ROOMS: Final = {
    "core": {
        "errors": "",
        "limits": "",
        "events": "limits",
        "connection": "events",
        "wire": "limits",
        "tracker": "connection events limits wire",
        "node": "connection errors events limits wire",
        "tap": "connection limits wire",
        "assignment": "wire",
    },
    "curses_ui": {
        "i18n": "",
        "text": "",
        "settings": "i18n text",
        "terminal": "text",
        "line": "i18n settings text",
        "state": "i18n settings text line",
        "view": "text terminal line state",
        "update": "i18n text settings terminal line state view",
        "client": "i18n text terminal state view update",
        "catalogue": "",
        "recording": "catalogue i18n text settings terminal state client",
        "run": "catalogue i18n text settings terminal line state view update client recording",
        "__main__": "catalogue run",
    },
}
"""What each room, or module beside the rooms, may import of its own package; those above it alone."""
STUBS: Final = {"__future__", "_typeshed"}
"""Known to the compiler and the type checker; there is nothing to be installed."""
NOT_IN_CORE: Final = frozenset(
    "socket select selectors time datetime random secrets os threading asyncio logging signal curses sys".split()
)
NOT_IN_CLIENT: Final = frozenset("io_adapters socket selectors curses os time random pathlib".split())
OWNERS: Final = {"socket": "io_adapters", "select": "io_adapters", "selectors": "io_adapters", "ssl": "nobody"}
"""Modules of the standard library that one package alone may import."""
HAS_SOCKETS_OF_ITS_OWN: Final = "tracker_cli/conformance/wire.py"
"""The self-check watches what really comes over a connection, and breaks one off as a killed machine does."""

IMPORTED_WHEN_NEEDED: Final = {
    "curses_ui/__main__.py": "--help and mistakes are answered without loading the client",
    "curses_ui/run/config_file.py": "most people have no settings",
    "curses_ui/run/crash.py": "a crash is rare",
    "curses_ui/run/transcript.py": "hardly any name is as long",
    "curses_ui/run/start.py": "without a screen, nothing of it is loaded",
    "tracker_cli/__main__.py": "--help and mistakes are answered without loading the tracker",
    "curses_ui/run/options.py": "hardly anybody asks for a completion",
    "io_adapters/command_lines.py": "--help is answered without loading the core, which has the version",
    "io_adapters/resolver.py": "most addresses need no look-up",
    "io_adapters/input.py": "most selectors watch standard input themselves",
    "io_adapters/languages.py": "English is in the source, and needs no file",
    "tracker_cli/program.py": "hardly anybody looks at the wire",
    "curses_ui/update/wire_commands.py": "what the assignment says is read when somebody asks",
    "curses_ui/terminal/screen.py": "not every system has ctypes; without it, new emoji are drawn as a sign",
}
WORDS: Final = ("core.limits", "core.wire.addresses", "core.wire.messages", "core.wire.chat_text")
"""Of the protocol, with its numbers; the check of other people's programs says them one by one, and wrong ones too."""
CATCHES_ALL: Final = {
    "io_adapters/reactor.py": "the outermost loop: one connection's fault stays its own",
    "curses_ui/run/start.py": "the outermost loop: the terminal is given back, and the fault is kept in a file",
    "tracker_cli/program.py": "the outermost loop: whatever it was, the log has to have it",
}
IGNORED_TYPES: Final = 2
ONE_NAME_FOR_TWO_VALUES: Final = {
    "LF_END": "a sentence about a client, and one about a tracker",
    "NO_END": "a sentence about a client, and one about a tracker",
}


@dataclass(frozen=True)
class Source:
    """One file of Python."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def module(self) -> str:
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources(*folders: str) -> list[Source]:
    """All Python files in these folders of the repository."""
    return [source for folder in folders for source in _sources(folder)]


@cache
def _sources(folder: str) -> list[Source]:
    texts = [(path, path.read_text(encoding="utf-8")) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [Source(path, text, ast.parse(text)) for path, text in texts]


def imported(source: Source, tree: ast.AST | None = None) -> Iterator[str]:
    """Full names of all modules that a file imports, wherever it does; of ``from``, also with each name."""
    is_package = source.path.name == "__init__.py"
    for node in ast.walk(tree or source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = source.module.split(".")
                kept = parents[: len(parents) - node.level + is_package]
                base = ".".join([*kept, base] if base else kept)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def faults(found: Iterable[str]) -> None:
    """Fail with all faults at once, one a line."""
    lines = sorted(found)
    assert not lines, "\n" + "\n".join(lines)


# Imports


@pytest.fixture(scope="module", autouse=True)
def borrowed_core(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """The tests of a copied core, by another name; they run beside the other tests of this file."""
    name, folder = "borrowed", tmp_path_factory.mktemp("borrower")
    leave_out = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "core", folder / name, ignore=leave_out)
    shutil.copytree(ROOT / "tests" / "core", folder / "tests" / "core", ignore=leave_out)
    for file in (folder / "tests").rglob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(re.sub(r"(?m)^(\s*)(from|import) core\b", rf"\1\2 {name}", text), encoding="utf-8")
    (folder / "tests" / "__init__.py").touch()
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        yield run
        run.kill()


def test_imports_point_one_way() -> None:
    faults(
        f"{source.name} imports {name}"
        for source in sources(*PACKAGES)
        for name in imported(source)
        if (top := name.partition(".")[0]) in {*PACKAGES, "tests", "tools", "examples", "benchmarks"}
        and top not in MAY_IMPORT[source.package]
    )


def test_nothing_but_the_standard_library_is_imported() -> None:
    faults(
        f"{source.name} imports {name}"
        for source in sources(*PACKAGES, "tools", "examples")
        for name in imported(source)
        if (top := name.partition(".")[0]) not in sys.stdlib_module_names
        and top not in {*PACKAGES, "tools", "examples", "tests", *STUBS}
    )


def test_the_programs_start_without_any_installed_package() -> None:
    """``-S`` hides what is installed; ``-c`` finds the packages in the current folder."""
    modules = [source.module for source in sources(*PACKAGES) if source.path.name != "__main__.py"]
    statement = f"import {', '.join(modules)}"
    done = subprocess.run([sys.executable, "-S", "-c", statement], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


def test_core_imports_itself_relatively_and_no_world() -> None:
    absolute = (
        f"{source.name} imports {node.module} absolutely"
        for source in sources("core")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and not node.level and str(node.module).partition(".")[0] == "core"
    )
    worldly = (
        f"{source.name} imports {name}"
        for source in sources("core")
        for name in imported(source)
        if name.partition(".")[0] in NOT_IN_CORE
    )
    faults([*absolute, *worldly])


def test_the_client_as_a_machine_reaches_no_world() -> None:
    by_name = {source.module: source for source in sources(*PACKAGES)}
    waiting, reached = ["curses_ui.client"], set[str]()
    while waiting:
        module = waiting.pop()
        if module in by_name and module not in reached:
            reached.add(module)
            waiting.extend(imported(by_name[module]))
    assert {"core.node.node", "curses_ui.view.render", "curses_ui.terminal.keys"} <= reached
    faults(
        f"{module} imports {name}"
        for module in reached
        for name in imported(by_name[module])
        if name.partition(".")[0] in NOT_IN_CLIENT
    )
    statement = (
        "import curses_ui.client, sys; print(*(name for name in sys.modules"
        " if name.startswith(('io_adapters', 'selectors', 'socket', 'curses', '_curses'))"
        " and not name.startswith('curses_ui')))"
    )
    done = subprocess.run([sys.executable, "-c", statement], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_only_update_and_state_write_to_the_state_of_the_client() -> None:
    def written(node: ast.AST) -> list[ast.expr]:
        if isinstance(node, ast.Assign):
            return node.targets
        return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []

    faults(
        f"{source.name}:{target.lineno} writes {ast.unparse(target)}"
        for source in sources("curses_ui")
        if source.path.relative_to(ROOT).parts[1] not in ("update", "state")
        for node in ast.walk(source.tree)
        for target in written(node)
        if re.search(r"\bstate\.\w", ast.unparse(target))
    )


def test_the_world_has_one_owner() -> None:
    faults(
        f"{source.name} imports {name}"
        for source in sources(*PACKAGES)
        for name in imported(source)
        if OWNERS.get(name.partition(".")[0], source.package) != source.package
        and (name.partition(".")[0], source.name) != ("socket", HAS_SOCKETS_OF_ITS_OWN)
    )


def test_curses_is_imported_in_one_file() -> None:
    users = {source.name for source in sources(*PACKAGES) if "curses" in imported(source)}
    assert users == {"curses_ui/terminal/screen.py"}


def test_no_module_is_in_an_import_cycle() -> None:
    """Imports for type checking count: they are dependencies of the reader all the same."""
    files = sources(*PACKAGES, "tools", "examples")
    names = {source.module for source in files}
    uses = {source.module: {name for name in imported(source) if name in names} for source in files}
    for source in files:
        # A package's __init__ is not a dependency of the modules in it that import one another.
        packages = {source.module.rpartition(".")[0]}
        uses[source.module] -= packages | {source.module}
    reached: dict[str, set[str]] = {}
    for module in names:
        seen: set[str] = set()
        waiting = list(uses[module])
        while waiting:
            used = waiting.pop()
            if used not in seen:
                seen.add(used)
                waiting.extend(uses[used])
        reached[module] = seen
    faults(module for module in names if module in reached[module])


def room_of(source_or_module: str) -> str:
    """The room that a module belongs to: the folder below its package, or the module itself at the package's root."""
    return ".".join(source_or_module.split(".")[:2])


@pytest.mark.parametrize("package", ROOMS)
def test_imports_between_rooms_follow_the_table(package: str) -> None:
    files = sources(package)
    names = {source.module for source in files}
    arrows = {
        (room_of(source.module), room_of(name))
        for source in files
        for name in imported(source)
        if name in names and source.module != package and room_of(source.module) != room_of(name) != package
    }
    allowed = {
        (f"{package}.{room}", f"{package}.{other}") for room, others in ROOMS[package].items() for other in others.split()
    }
    faults(f"{room} imports {other}" for room, other in arrows - allowed)


@pytest.mark.parametrize("package", ROOMS)
def test_the_table_of_rooms_lets_nothing_point_up(package: str) -> None:
    """A room may import only those above it in the table; so there is no circle."""
    above: set[str] = set()
    for room, others in ROOMS[package].items():
        faults(f"{room} may not import {other}, which stands below it" for other in set(others.split()) - above)
        above.add(room)


def test_every_room_says_what_it_is_for_and_what_it_may_import() -> None:
    rooms = [source for source in sources(*ROOMS) if source.path.name == "__init__.py"]
    assert len(rooms) > len(ROOMS)
    faults(source.name for source in rooms if "import" not in str(ast.get_docstring(source.tree)))


def test_imports_stand_at_the_top_but_for_those_with_a_reason() -> None:
    within = {
        source.name
        for source in sources(*PACKAGES, "tools", "examples")
        for function in functions(source)
        if any(imported(source, function))
    }
    assert within == set(IMPORTED_WHEN_NEEDED)


def test_other_packages_are_used_through_their_public_face() -> None:
    """The names in ``__all__``, from the package itself; a package may have packages in it with a face of their own."""
    faces = set(public_modules())

    def past_the_face(source: Source) -> Iterator[str]:
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.ImportFrom) or node.level or node.module is None:
                continue
            if node.module.partition(".")[0] not in set(PACKAGES) - {source.package}:
                continue
            public = importlib.import_module(node.module).__all__ if node.module in faces else ()
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name not in public)

    faults(
        f"{source.name} uses {name}"
        for source in sources(*PACKAGES, "examples")
        for name in past_the_face(source)
        if not (name.startswith(WORDS) and source.name.startswith("tracker_cli/conformance/"))
    )


# Constants


def constants(source: Source) -> Iterator[tuple[str, str | float]]:
    """Each constant of a module, and its value: a number, or else how it is written."""
    for node in source.tree.body:
        if not isinstance(node, ast.AnnAssign | ast.Assign) or node.value is None:
            continue
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
        if isinstance(target, ast.Name) and target.id.strip("_").isupper():
            yield target.id, value_of(node.value)


def value_of(expression: ast.expr) -> str | float:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, (int, float)):
        return expression.value
    if isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Mult):
        left, right = value_of(expression.left), value_of(expression.right)
        if not isinstance(left, str) and not isinstance(right, str):
            return left * right
    return ast.unparse(expression)


def test_constants_that_share_a_name_have_one_value() -> None:
    """Private ones too; but a table or a pattern that is private in both modules is the business of each."""
    found: dict[str, list[tuple[str, str, str | float]]] = {}
    for source in sources(*PACKAGES):
        for name, value in constants(source):
            found.setdefault(name.strip("_"), []).append((source.name, name, value))
    shared: dict[str, list[str]] = {}
    for name, all_places in found.items():
        is_public = any(not own_name.startswith("_") for _, own_name, _ in all_places)
        places = [place for place in all_places if is_public or not isinstance(place[2], str)]
        if len({value for _, _, value in places}) > 1:
            shared[name] = [f"{where}: {value}" for where, _, value in places]
    faults(f"{name}: {places}" for name, places in shared.items() if name not in ONE_NAME_FOR_TWO_VALUES)
    assert set(ONE_NAME_FOR_TWO_VALUES) <= set(shared), "an exception that is none any more"


# Public names


def public_modules() -> list[str]:
    """The packages that have a public face; front ends are programs, and rooms inside a package have none."""
    faces = [source for source in sources(*PACKAGES) if source.path.name == "__init__.py"]
    return [source.module for source in faces if "__all__" in source.text]


@pytest.mark.parametrize("name", public_modules())
def test_all_names_what_a_package_has_and_nothing_else(name: str) -> None:
    module = importlib.import_module(name)
    for key in module.__all__:
        getattr(module, key)  # a package may load its names when they are first used
    public = {
        key for key, value in vars(module).items() if not key.startswith("_") and not isinstance(value, ModuleType)
    }
    assert set(module.__all__) == public
    assert len(module.__all__) == len(public)


def test_reading_a_command_line_loads_no_adapter() -> None:
    """``--help`` is there at once."""
    names = "core io_adapters.reactor io_adapters.listening".split()
    statement = f"import sys, curses_ui.run.options; print([name for name in {names} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-S", "-c", statement], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_no_name_of_the_adapters_is_that_of_a_module() -> None:
    """Such a module, loaded first, would be found in place of what is loaded when it is used."""
    modules = {source.module.rpartition(".")[2] for source in sources("io_adapters")}
    assert not modules & set(io_adapters.__all__)


def test_every_event_error_and_request_of_the_core_is_public() -> None:
    defined = {
        name
        for module in (events, core.errors)
        for name, value in vars(module).items()
        if inspect.isclass(value) and value.__module__ == module.__name__
    }
    assert defined <= set(core.__all__)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_that_it_is_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").read_bytes() == b""


# Events


EVENT_MODULES: Final = {events: "dataclass(frozen=True, slots=True)", link_events: "dataclass(slots=True)"}
"""How events are made: really frozen where others hold them, which takes twice as long to load."""


def event_classes(module: ModuleType) -> dict[str, ast.ClassDef]:
    """The classes of a module of events that are no enums."""
    tree = ast.parse(inspect.getsource(module))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return {node.name: node for node in classes if [ast.unparse(base) for base in node.bases] != ["enum.Enum"]}


@pytest.mark.parametrize("module", EVENT_MODULES, ids=lambda module: module.__name__)
def test_events_are_frozen_slotted_documented_and_not_derived(module: ModuleType) -> None:
    classes = event_classes(module)
    assert classes
    for name, node in classes.items():
        decorators = [ast.unparse(decorator) for decorator in node.decorator_list]
        assert decorators == [EVENT_MODULES[module]], name
        assert node.bases == [], name
        assert ast.get_docstring(node), name


@pytest.mark.parametrize("module", EVENT_MODULES, ids=lambda module: module.__name__)
def test_every_event_is_in_a_union(module: ModuleType) -> None:
    unions = [value for value in vars(module).values() if hasattr(value, "__args__") and not inspect.isclass(value)]
    members = {member.__name__ for union in unions for member in union.__args__}
    assert members == set(event_classes(module))


# Machines


CONNECTION: Final = {
    name for name in vars(core.Connection) if not name.startswith("_") and callable(vars(core.Connection)[name])
}
CONNECTIONS: Final = (core.TrackerConnection, TrackerLink, PeerLink)
OWNING: Final = (core.Tracker, core.Node)


@pytest.mark.parametrize("machine", CONNECTIONS, ids=lambda machine: machine.__name__)
def test_every_connection_has_the_whole_face(machine: type) -> None:
    assert {"receive_data", "receive_eof", "connection_lost", "data_to_send", "report_unsent"} <= CONNECTION
    for name in (*CONNECTION, "wants_half_close", "wants_close"):
        assert hasattr(machine, name), name


@pytest.mark.parametrize("machine", OWNING, ids=lambda machine: machine.__name__)
def test_every_owner_of_connections_has_the_whole_face(machine: type) -> None:
    for name in ("next_timer", "handle_timer", "take_events", "take_ready"):
        assert callable(getattr(machine, name)), name


def test_the_key_decoder_speaks_the_same_language() -> None:
    for name in ("receive_data", "receive_eof", "next_timer", "handle_timer", "take_events"):
        assert callable(getattr(KeyDecoder, name)), name


@pytest.mark.parametrize("machine", (*CONNECTIONS, *OWNING, KeyDecoder), ids=lambda machine: machine.__name__)
def test_now_is_given_by_its_name(machine: type) -> None:
    """Two numbers in a row would be too easy to confuse."""
    for name, method in inspect.getmembers(machine, inspect.isfunction):
        parameter = inspect.signature(method).parameters.get("now")
        if parameter is not None and (name == "__init__" or not name.startswith("_")):
            made_by_its_owner = name == "__init__" and machine is core.TrackerConnection
            assert made_by_its_owner or parameter.kind is parameter.KEYWORD_ONLY, name


# Sections of the protocol


def test_every_section_that_is_cited_exists() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    there = set(re.findall(r"^#{2,3} (\d+(?:\.\d+)?) ", page, re.M))
    assert {"1", "2.1", "3.6", "4.10"} <= there
    texts = [(source.name, source.text) for source in sources(*PACKAGES, "tests", "tools", "examples", "benchmarks")]
    texts += [(page.name, page.read_text(encoding="utf-8")) for page in ROOT.rglob("docs/*.md")]
    faults(
        f"{name} cites §{section}"
        for name, text in texts
        for section in re.findall(r"§(\d+(?:\.\d+)*)", text)
        if section not in there
    )


def test_every_section_of_the_protocol_is_named_by_a_test_of_the_core() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    decisions = set(re.findall(r"^#{2,3} ([1-4](?:\.\d+)?) ", page, re.M)) - {"2", "3", "4"}
    tests = [source.text for source in sources("tests/core")]
    named = {section for text in tests for section in re.findall(r"§(\d+(?:\.\d+)?)", text)}
    faults(f"no test names §{section}" for section in sorted(decisions - named))


# Errors and types


def test_only_the_outermost_loops_catch_everything() -> None:
    def catches_all(handler: ast.ExceptHandler) -> bool:
        if handler.type is None:
            return True
        raises_again = isinstance(handler.body[-1], ast.Raise) and handler.body[-1].exc is None
        return ast.unparse(handler.type) in ("Exception", "BaseException") and not raises_again

    found = {
        source.name
        for source in sources(*PACKAGES, "tools", "examples")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ExceptHandler) and catches_all(node)
    }
    assert found == set(CATCHES_ALL)


def test_types_are_ignored_rarely_and_with_a_code_and_a_reason() -> None:
    lines = [
        f"{source.name}:{number}:{line}"
        for source in sources(*PACKAGES, "tools", "examples", "tests", "benchmarks")
        for number, line in enumerate(source.text.splitlines(), 1)
        if re.search(r"#\s*type:\s*ignore", line) and source.name != "tests/test_house_style.py"
    ]
    faults(line for line in lines if not re.search(r"# type: ignore\[[a-z-]+\]  # \w", line))
    assert len(lines) <= IGNORED_TYPES, "\n".join(lines)


# Tests


def test_nothing_is_left_to_be_done() -> None:
    faults(
        f"{source.name}: {found}"
        for source in sources(*PACKAGES, "tools", "examples")
        for found in re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError", source.text)
    )


def test_the_tests_of_the_core_need_no_time_no_network_and_no_patches() -> None:
    faults(
        f"{source.name} imports {name}"
        for source in sources("tests/core")
        for name in imported(source)
        if name.partition(".")[0] in {"socket", "select", "selectors", "time", "threading", "asyncio", "unittest"}
    )
    faults(
        f"{source.name}: {found}"
        for source in sources("tests/core")
        for found in re.findall(r"\bsleep\(|\bmonkeypatch\b|\bpatch\(", source.text)
    )


def test_no_test_is_skipped_and_no_port_is_fixed() -> None:
    faults(
        f"{source.name}: {found}"
        for source in sources("tests")
        if source.path != Path(__file__)
        for found in re.findall(r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b", source.text)
    )


def test_the_core_works_under_another_name(borrowed_core: subprocess.Popen[str]) -> None:
    """Whoever embeds it copies the folder; its own tests then speak of it by the new name."""
    output, _ = borrowed_core.communicate()
    assert borrowed_core.returncode == 0, output[-2000:]
