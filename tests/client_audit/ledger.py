"""The audit's own books: every log, what it counts in bytes, and what may go from it."""

from dataclasses import dataclass, replace

from curses_ui.state.conversation import STATUS_WINDOW, ChatState, Conversation, EntryKind, LogEntry
from curses_ui.state.model import UiState

from .fault import demand

ENTRY_BYTES = 200  # docs/reliability.md: the UTF-8 of a text and this much
_SLACK_BYTES = 1000  # a line that grows is seen with the next one
TOLD_OF_DROPPING = "Too much was said to keep all of it"


@dataclass(slots=True)
class Page:
    """What a window held at the last look."""

    conversation: Conversation
    log: list[LogEntry]
    log_bytes: int
    aside_bytes: int
    aside: tuple[int, int]
    """How many held and folded messages there were."""
    state: ChatState
    visited: bool
    has_spoken: bool

    @property
    def kept_bytes(self) -> int:
        return self.log_bytes + self.aside_bytes


@dataclass(slots=True)
class News:
    """What has changed in a window since the last look."""

    before: Page | None
    new: list[LogEntry]
    """Entries that were not there."""
    dropped: int
    """How many of the oldest are gone."""


def size_of(entry: LogEntry) -> int:
    """What a message counts."""
    return ENTRY_BYTES + sum(len(text.encode(errors="replace")) for text in (entry.text, *entry.folded))


def aside_size(texts: list[str]) -> int:
    """What messages count that wait to be shown."""
    return sum(ENTRY_BYTES + len(text.encode(errors="replace")) for text in texts)


class Ledger:
    """All windows as they were at the last look."""

    def __init__(self) -> None:
        self.pages: dict[int, Page] = {}
        self.has_dropped = False
        self._tellings = 0
        self._entries = 0

    def take(self, state: UiState) -> tuple[dict[int, News], list[Page]]:
        """Compare every window with its page, and turn the page.

        Returns:
            What is new, by window number, and the pages of the windows that are gone.
        """
        news: dict[int, News] = {}
        before, self.pages = self.pages, {}
        for number, conversation in state.conversations.items():
            page = before.get(number)
            if page is not None and page.conversation is not conversation:
                page = None  # removed, and opened again
            news[number] = self._turn(state, number, conversation, page)
        gone = [page for page in before.values() if state.conversations.get(page.conversation.number) is not page.conversation]
        self._check_totals(state)
        self._check_what_went(state, news)
        return news, gone

    def _turn(self, state: UiState, number: int, conversation: Conversation, page: Page | None) -> News:
        log = conversation.log
        aside = len(conversation.held), len(conversation.flood.kept)
        aside_bytes = aside_size(conversation.held) + aside_size(conversation.flood.kept) if any(aside) else 0
        if page is not None and page.log == log and page.aside == aside and page.aside_bytes == aside_bytes:
            now = conversation.state, conversation.visited, bool(conversation.texts_out)
            is_same = now == (page.state, page.visited, page.has_spoken)
            self.pages[number] = page if is_same else replace(page, state=now[0], visited=now[1], has_spoken=now[2])
            return News(page, [], 0)
        old = page.log if page is not None else []
        dropped = self._compare(number, old, log)
        turned = Page(
            conversation,
            log[:],
            sum(map(size_of, log)),
            aside_bytes,
            aside,
            conversation.state,
            conversation.visited,
            bool(conversation.texts_out),
        )
        self.pages[number] = turned
        demand(len(log) <= state.limits.max_log_entries, lambda: f"limit: window {number} keeps {len(log)} entries")
        demand(aside[0] <= state.limits.max_held_texts, lambda: f"limit: window {number} holds {aside[0]} texts")
        demand(aside[1] <= state.limits.max_folded_texts, lambda: f"limit: window {number} folds {aside[1]} texts")
        return News(page, log[len(old) - dropped :], dropped)

    def _compare(self, number: int, old: list[LogEntry], new: list[LogEntry]) -> int:
        """Return how many of the oldest entries are gone; the others stand as they were, and new ones behind them.

        Only a mark, the line of a fold that grows, and the latest line of news may become another.
        """
        if any(entry.wire is not None for entry in new[-1:] or old[-1:]):
            return len(old)  # of the wire, lines are folded and cleared
        first = new[0].number if new else (old[-1].number + 1 if old else 0)
        dropped = sum(entry.number < first for entry in old)
        kept = old[dropped:]
        demand(
            [entry.number for entry in kept] == [entry.number for entry in new[: len(kept)]],
            lambda: f"log: window {number} had {kept[-3:]}, and has {new[-5:]}",
        )
        for index, (one, other) in enumerate(zip(kept, new, strict=False)):
            if one is not other:
                may_grow = one.kind is EntryKind.NEWS and index == len(kept) - 1
                same = replace(other, mark=one.mark) if not may_grow else replace(one, mark=other.mark)
                demand(one == same, lambda: f"log: in window {number} {one} became {other}")
        numbers = [entry.number for entry in new[len(kept) :]]
        demand(numbers == sorted(set(numbers)) and (not kept or not numbers or numbers[0] > kept[-1].number), lambda: f"log: the order of window {number}, {numbers}")
        return dropped

    # Totals

    def _check_totals(self, state: UiState) -> None:
        total = 0
        for number, page in self.pages.items():
            counted = page.conversation.kept_bytes
            demand(counted == page.kept_bytes, lambda: f"total: window {number} counts {counted} bytes, it has {page.kept_bytes}")
            total += counted
        demand(state.kept_bytes == total, lambda: f"total: {state.kept_bytes} bytes are counted, there are {total}")
        if total > state.limits.max_kept_bytes + _SLACK_BYTES:
            spare = [number for number, page in self.pages.items() if self._is_spare(state, page)]
            demand(not spare, lambda: f"total: {total} bytes are kept, and window {spare} has some to spare")

    def _is_spare(self, state: UiState, page: Page) -> bool:
        always = state.limits.always_kept_entries if page.has_spoken else 1
        return len(page.log) > always or bool(page.aside_bytes)

    def _check_what_went(self, state: UiState, news: dict[int, News]) -> None:
        went = {
            number: found
            for number, found in news.items()
            if found.dropped and found.before is not None and len(self.pages[number].log) < state.limits.max_log_entries
            and all(entry.wire is None for entry in found.before.log[:1])
        }
        made, self._entries = state.entries - self._entries, state.entries
        came_and_went = made > sum(len(found.new) for found in news.values())  # and was in the largest window meanwhile
        told = news[STATUS_WINDOW]
        self._tellings += sum(entry.text.startswith(TOLD_OF_DROPPING) for entry in told.new)
        if state.told_of_dropping and not self._tellings and told.dropped:
            self._tellings = 1  # said, and pushed out itself by what was said next
        demand(self._tellings <= 1, lambda: "total: it was said twice that messages go")
        if went and state.catalogue.language == "en":
            self.has_dropped = True
            demand(state.told_of_dropping and self._tellings == 1, lambda: "total: it was not said that messages go")
        for number, found in went.items():
            page = self.pages[number]
            assert found.before is not None
            if page.has_spoken and found.before.has_spoken:  # else they may have gone just before the user spoke
                least = min(state.limits.always_kept_entries, len(page.log) + found.dropped)
                demand(len(page.log) >= least, lambda: f"total: of window {number}, where the user spoke, {len(page.log)} entries are left")
            if page.visited and found.before.visited and not came_and_went:
                self._check_strangers_went_first(state, number, news)
                self._check_largest(state, number, found, news)

    def _check_strangers_went_first(self, state: UiState, number: int, news: dict[int, News]) -> None:
        for other, page in self.pages.items():
            before = news[other].before
            quiet = before is not None and not news[other].new and not news[other].dropped
            if quiet and not page.visited and self._is_spare(state, page):
                demand(False, lambda: f"total: messages of window {number} went before those of stranger {other}")

    def _check_largest(self, state: UiState, number: int, found: News, news: dict[int, News]) -> None:
        assert found.before is not None
        most = max(found.before.kept_bytes + sum(map(size_of, found.new)), self.pages[number].conversation.kept_bytes)
        for other, page in self.pages.items():
            before = news[other].before
            if other == number or before is None or not page.visited or news[other].dropped:
                continue
            can_go = self._is_spare(state, before) and self._is_spare(state, page)
            if can_go and before.visited and before.kept_bytes > most + found.before.aside_bytes + self.pages[number].aside_bytes:
                demand(False, lambda: f"total: messages of window {number} went, and window {other} is larger")
