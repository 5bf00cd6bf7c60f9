"""README.md and docs/: what they show works, and what they point to is there."""

import ast
import asyncio
import logging
import re
from pathlib import Path

import pytest

from core import Tracker, TrackerEvent
from io_adapters.wire_files import read_runs

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


def test_ten_lines_of_the_embedding_guide_make_a_wire_file(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = code_blocks(ROOT / "docs" / "embedding.md", "wire")
    assert block.count("\n") == 10
    exec(compile(block, "docs/embedding.md", "exec"), {"wall_clock": lambda: 1000.0, "monotonic_clock": lambda: 5.0})
    (run,) = read_runs(capsys.readouterr().out.splitlines())
    assert [line.text for line in run] == ["", "USER Ana:20000", "LIST", "LIST ", ""]
    assert {line.wall for line in run} == {1000.0}


def test_the_tracker_in_the_readme_serves_drops_the_silent_and_says_what_happens(
    capsys: pytest.CaptureFixture[str],
) -> None:
    (block,) = code_blocks(ROOT / "README.md", "run")
    names: dict[str, object] = {}
    hasty = block.replace("Tracker()", "Tracker(TrackerConfig(keepalive_seconds=0.1))")
    hasty = hasty.replace("import Tracker", "import Tracker, TrackerConfig")
    exec(compile(hasty, "README.md", "exec"), names)

    async def converse() -> bytes:
        serve = names["serve"]
        assert callable(serve)
        server = await asyncio.start_server(serve, LOOPBACK, 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
            writer.write(b"USER Ana:20000\r\nLIST\r\n")
            reply = await reader.readline()
            assert await reader.read() == b""  # silent for three periods
            writer.close()
        server.close()
        return reply

    assert asyncio.run(converse()) == b"LIST \r\n"
    said = capsys.readouterr().out.splitlines()
    assert [line.partition("(")[0] for line in said] == ["ClientRegistered", "ClientDeparted"]
    assert "EXPIRED" in said[1]


def test_a_listing_that_is_a_file_is_that_file() -> None:
    guide = ROOT / "docs" / "embedding.md"
    named = re.findall(r"<!-- file (\S+) -->\n```python\n(.*?)```", guide.read_text(encoding="utf-8"), re.S)
    assert named
    for path, block in named:
        assert block == (ROOT / path).read_text(encoding="utf-8")


def test_the_turns_of_the_embedding_guide_have_one_time_each() -> None:
    (block,) = code_blocks(ROOT / "docs" / "embedding.md", "turns")
    names: dict[str, object] = {"asyncio": asyncio}
    exec(compile(block, "docs/embedding.md", "exec"), names)

    async def take_times() -> tuple[float, float, float]:
        make = names["Turns"]
        assert callable(make)
        turns = make(asyncio.get_running_loop())
        first, again = turns.now(), turns.now()
        await asyncio.sleep(0)
        return first, again, turns.now()

    first, again, later = asyncio.run(take_times())
    assert first == again < later


def test_a_handler_that_raises_as_in_the_embedding_guide_does_not_keep_the_next_event(
    caplog: pytest.LogCaptureFixture,
) -> None:
    (block,) = code_blocks(ROOT / "docs" / "embedding.md", "python")
    tracker = Tracker()
    for name in ("Ana", "Bruno"):
        tracker.accept("192.0.2.1", "192.0.2.9", now=0.0).receive_data(f"USER {name}:9\r\n".encode(), now=0.0)
    seen: list[TrackerEvent] = []

    def on_event(event: TrackerEvent) -> None:
        seen.append(event)
        raise ValueError

    exec(compile(block, "docs/embedding.md", "exec"), {"machine": tracker, "on_event": on_event, "logging": logging})
    assert len(seen) == 2
    assert caplog.text.count("a handler failed at ClientRegistered") == 2
