"""tools/mutants.py: the deliberate faults still fit the code."""

from pathlib import Path

import pytest

from tools.mutants import MUTATIONS, ROOT, Mutation, mutate


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.what)
def test_a_mutation_fits_the_code_and_changes_it(mutation: Mutation, tmp_path: Path) -> None:
    source = ROOT / mutation.file
    (tmp_path / mutation.file).parent.mkdir(parents=True)
    (tmp_path / mutation.file).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    mutate(tmp_path, mutation)
    changed = (tmp_path / mutation.file).read_text(encoding="utf-8")
    assert changed != source.read_text(encoding="utf-8")
    compile(changed, mutation.file, "exec")


def test_a_mutation_that_does_not_fit_any_more_is_told(tmp_path: Path) -> None:
    (tmp_path / "code.py").write_text("a = 1\n", encoding="utf-8")
    with pytest.raises(ValueError, match="stands 0 times in code.py"):
        mutate(tmp_path, Mutation("gone", "code.py", "b = 1\n", "b = 2\n"))
