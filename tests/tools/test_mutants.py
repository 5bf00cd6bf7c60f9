"""tools/mutants.py: the deliberate faults still fit the code."""

import ast
import builtins
from collections import deque
from functools import cache
from pathlib import Path

import pytest

from tools.mutants import MUTATIONS, ROOT, Mutation, mutate

METHODS = {*dir(builtins), *(name for kind in (dict, list, set, str, bytes, deque) for name in dir(kind))}
PACKAGES = ("core", "io_adapters", "curses_ui", "tracker_cli")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_a_mutation_fits_the_code_and_changes_it(mutation: Mutation, tmp_path: Path) -> None:
    source = ROOT / mutation.file
    (tmp_path / mutation.file).parent.mkdir(parents=True)
    (tmp_path / mutation.file).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    mutate(tmp_path, mutation)
    changed = (tmp_path / mutation.file).read_text(encoding="utf-8")
    assert changed != source.read_text(encoding="utf-8")
    compile(changed, mutation.file, "exec")


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_a_fault_uses_no_name_that_the_project_does_not_have(mutation: Mutation) -> None:
    """One that ended in an AttributeError would be noticed by any test, and prove nothing."""
    expression = ast.parse(mutation.fault, mode="eval")
    own = {node.arg for node in ast.walk(expression) if isinstance(node, ast.arg)}
    assert names_in(expression) <= project_names() | own | {"original", *METHODS}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_the_tests_that_notice_a_mutation_exist(mutation: Mutation) -> None:
    for test in mutation.tests:
        path, _, name = test.partition("::")
        assert name in (ROOT / path).read_text(encoding="utf-8") if name else (ROOT / path).exists()


def names_in(tree: ast.AST) -> set[str]:
    """The attributes and names that some code uses, those given to ``setattr`` among them."""
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name):
                names.add(name)
            case ast.Constant(value=str(name)) if name.isidentifier() and name.startswith("_"):
                names.add(name)
            case _:
                pass
    return names


@cache
def project_names() -> frozenset[str]:
    paths = [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]
    return frozenset().union(*(names_in(ast.parse(path.read_text(encoding="utf-8"))) for path in paths))


def test_a_mutation_that_does_not_fit_any_more_is_told(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("A: int = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="there is no B in code.py"):
        mutate(tmp_path, Mutation("gone", "code.py", "B", "2"))
    mutate(tmp_path, Mutation("there", "code.py", "A", "original + 1"))
    scope: dict[str, int] = {}
    exec((tmp_path / "code.py").read_text(encoding="utf-8"), scope)
    assert scope["A"] == 2
