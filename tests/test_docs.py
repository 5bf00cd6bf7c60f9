"""README.md and docs/: what they show works, and what they point to is there."""

import ast
import asyncio
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 20.0
"""Only guards against hanging."""

each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def code_blocks(page: Path, mark: str = "") -> list[str]:
    """The Python on a page; only that behind the comment ``mark``, if there is one."""
    before = f"<!-- {mark} -->\n" if mark else ""
    return re.findall(before + r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.S)


def anchors(page: Path) -> set[str]:
    """What can stand behind the # of a link, made of the headings as forges do."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@each_page
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = []
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = page.parent / path if path else page
        if not found.exists() or (anchor and anchor not in anchors(found)):
            lost.append(target)
    assert lost == []


@each_page
def test_the_python_on_a_page_is_python(page: Path) -> None:
    for block in code_blocks(page):
        ast.parse(block)


def test_the_first_example_of_the_embedding_guide_does_what_it_asserts() -> None:
    (block,) = code_blocks(ROOT / "docs" / "embedding.md", "run")
    exec(compile(block, "docs/embedding.md", "exec"), {})


def test_the_tracker_in_the_readme_serves() -> None:
    (block,) = code_blocks(ROOT / "README.md", "run")
    names: dict[str, object] = {}
    exec(compile(block, "README.md", "exec"), names)

    async def converse() -> bytes:
        serve = names["serve"]
        assert callable(serve)
        server = await asyncio.start_server(serve, LOOPBACK, 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            writer.write(b"USER Ana:20000\r\nLIST\r\n")
            reply = await reader.readline()
            writer.write_eof()
            assert await reader.read() == b""
            writer.close()
        server.close()
        return reply

    assert asyncio.run(converse()) == b"LIST \r\n"
