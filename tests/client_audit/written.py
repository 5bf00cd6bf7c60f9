"""What the client hands to its driver: transcripts, lines, the bell and notifications, compared with the logs."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from curses_ui.state.conversation import EntryKind, LogEntry
from curses_ui.state.effects import Bell, Notify, Task, WriteTranscript
from curses_ui.state.model import UiState
from curses_ui.view.glyphs import glyphs_for

from .fault import demand, is_harmless
from .ledger import News, Page

_SIGNS: Final = {EntryKind.NEWS: "* ", EntryKind.ERROR: "! "}
_BELL_SECONDS: Final = 3.0


class Written:
    """Compares what has to be written since the last look with what is."""

    def __init__(self) -> None:
        self._written_up_to: dict[int, int] = {}
        self._was_logging = False
        self._rang_at: float | None = None
        self._entries = 0

    def check(
        self, state: UiState, news: dict[int, News], gone: list[Page], tasks: Sequence[Task], lines: Sequence[str]
    ) -> None:
        """Compare; ``tasks`` and ``lines`` are all that was handed out since the last look."""
        self._check_transcripts(state, news, gone, tasks)
        if state.plain:
            self._check_lines(state, news, lines, is_certain=not gone and not any(found.dropped for found in news.values()))
        for task in tasks:
            if isinstance(task, Notify):
                demand(is_harmless(task.text), lambda: f"controls: a notification with {task.text!r}")
            if isinstance(task, Bell):
                far = self._rang_at is None or state.now - self._rang_at >= _BELL_SECONDS - 1e-6
                demand(far and (state.settings.bell or state.settings.notify), lambda: "bell: it rings too often")
                self._rang_at = state.now

    @property
    def rang_at(self) -> float | None:
        """When the bell rang last."""
        return self._rang_at

    def _check_transcripts(self, state: UiState, news: dict[int, News], gone: list[Page], tasks: Sequence[Task]) -> None:
        written: defaultdict[str, list[str]] = defaultdict(list)
        for task in tasks:
            if isinstance(task, WriteTranscript):
                written[task.label] += task.lines
        was_logging, self._was_logging = self._was_logging, state.logging
        is_certain = was_logging and state.logging and not gone
        relabelled = False
        for number, found in news.items():
            conversation = state.conversations[number]
            if found.before is None:
                self._written_up_to[number] = 0
            last = conversation.log[-1].number if conversation.log else 0
            up_to = last - 1 if conversation.flood.hidden else last
            since, self._written_up_to[number] = self._written_up_to[number], max(up_to, self._written_up_to[number])
            if conversation.chat is None:
                continue
            entries = [entry for entry in conversation.log if since < entry.number <= up_to] if up_to > since else []
            if is_certain and not found.dropped:
                expected = [line for entry in entries for line in _transcript(state, entry, conversation.label)]
                found_lines = written.get(conversation.label, [])
                if state.told_of_dropping:  # what went at once is written all the same
                    found_lines = found_lines[max(0, len(found_lines) - len(expected)) :]
                if found_lines != expected:
                    relabelled = relabelled or any(entry.sender and entry.sender != conversation.label for entry in entries)
                    demand(
                        relabelled or conversation.label not in written,
                        lambda: f"transcript: of {conversation.label} {written[conversation.label][-3:]} are written, not {expected[-3:]}",
                    )
                    demand(relabelled or not expected, lambda: f"transcript: of {conversation.label} {expected[-3:]} are not written")
        for lines in written.values():
            for line in lines:
                fields = line.removesuffix("\n").split("\t")
                demand(line.endswith("\n") and len(fields) == 3 and all(map(is_harmless, fields)), lambda: f"transcript: a line is {line!r}")

    def _check_lines(self, state: UiState, news: dict[int, News], lines: Sequence[str], *, is_certain: bool) -> None:
        entries = sorted((entry for found in news.values() for entry in found.new), key=lambda entry: entry.number)
        made, self._entries = state.entries - self._entries, state.entries
        glyphs = glyphs_for(state.settings.ascii)
        expected = [glyphs.text(line) for entry in entries for line in _plain(entry)]
        if made > len(entries) or not is_certain:  # a window came and went
            rest = iter(lines)
            demand(all(line in rest for line in expected), lambda: f"lines: of {expected[-3:]} some are not written")
            return
        demand(list(lines) == expected, lambda: f"lines: {list(lines)[-3:]} are written, not {expected[-3:]}")


def _transcript(state: UiState, entry: LogEntry, label: str) -> list[str]:
    stamp = state.local_clock.at(entry.wall).isoformat(timespec="seconds")
    said = [(entry.sender, text) for text in (entry.text.split("\n") if entry.kind in _SIGNS else [entry.text])]
    said += [(label, text) for text in entry.folded]
    return [f"{stamp}\t{' '.join(sender.split(chr(9)))}\t{' '.join(text.splitlines())}\n" for sender, text in said]


def _plain(entry: LogEntry) -> list[str]:
    match entry.kind:
        case EntryKind.THEIRS:
            return [f"<{entry.sender}> {entry.text}"]
        case EntryKind.NEWS | EntryKind.ERROR:
            return [_SIGNS[entry.kind] + row for row in entry.text.split("\n")]
        case _:
            return []
