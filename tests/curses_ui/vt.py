"""As much of a terminal as ncurses uses of xterm, so that tests can see what a person would."""

import re
import unicodedata
from typing import Final

_SEQUENCE: Final = re.compile(r"\x1b\[([<-?]?)([0-9;]*)[ -/]*([@-~])")
_OSC: Final = re.compile(r"\x1b\]([^\x07\x1b]*)(?:\x07|\x1b\\)")
_OTHER: Final = re.compile(r"\x1bk[^\x1b]*\x1b\\|\x1b[()][0-9A-Z]|\x1b[=>78HMDEc]")


class Vt:
    """A grid of cells that bytes are written to."""

    def __init__(self, rows: int, columns: int) -> None:
        self.resize(rows, columns)
        self.private_modes: set[int] = set()
        self.titles: list[str] = []
        self.notices: list[str] = []
        self.bells = 0
        self._pending = b""

    def resize(self, rows: int, columns: int) -> None:
        """Forget what is shown; the program draws it anew."""
        self.rows, self.columns = rows, columns
        self.row = self.column = 0
        self._top, self._bottom = 0, rows - 1  # of the scrolling region
        self._last = " "
        self._cells = [[" "] * columns for _ in range(rows)]

    def text(self) -> str:
        """What is shown; the second cell of a wide character is left out."""
        return "\n".join("".join(row).rstrip() for row in self._cells)

    def cells(self) -> list[list[str]]:
        """What each cell shows; the second one of a wide character is empty."""
        return [list(row) for row in self._cells]

    def write(self, data: bytes) -> None:
        """Show bytes; a sequence or character cut at the end waits for the rest."""
        data = self._pending + data
        text = data.decode(errors="ignore")
        self._pending = b""
        for back in range(1, min(4, len(data)) + 1):
            if data[-back] & 0xC0 == 0xC0 and len(data[-back:].decode(errors="ignore")) == 0:
                self._pending = data[-back:]
        at = 0
        while at < len(text):
            if text[at] != "\x1b":
                self._character(text[at])
                at += 1
                continue
            for pattern, act in ((_SEQUENCE, self._control), (_OSC, self._operate), (_OTHER, self._ignore)):
                match = pattern.match(text, at)
                if match is not None:
                    act(match)
                    at = match.end()
                    break
            else:
                if len(text) - at > 100:
                    raise AssertionError(f"unknown sequence {text[at : at + 20]!r}")
                self._pending = text[at:].encode() + self._pending
                return

    def _character(self, character: str) -> None:
        match character:
            case "\r":
                self.column = 0
            case "\n":
                self._line_feed()
            case "\b":
                self.column = max(0, self.column - 1)
            case "\t":
                self.column = min(self.columns - 1, (self.column // 8 + 1) * 8)
            case "\a":
                self.bells += 1
            case "\x0e" | "\x0f":
                pass
            case _:
                assert character.isprintable() or character in "\u200d", ascii(character)
                self._put(character)

    def _put(self, character: str) -> None:
        width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        if unicodedata.combining(character):
            at = self.column - 1
            while at > 0 and self._cells[self.row][at] == "":
                at -= 1
            self._cells[self.row][at] += character
            return
        if self.column + width > self.columns:  # automatic margins
            self._line_feed()
            self.column = 0
        row = self._cells[self.row]
        row[self.column] = character
        if width == 2:
            row[self.column + 1] = ""
        self.column += width
        self._last = character

    def _control(self, match: re.Match[str]) -> None:
        private, parameters, final = match.groups()
        numbers = [int(part or 0) for part in parameters.split(";")] if parameters else []
        first = numbers[0] if numbers and numbers[0] else 1
        if private:
            if final in "hl":
                change = self.private_modes.update if final == "h" else self.private_modes.difference_update
                change(numbers)
            return
        row = self._cells[self.row]
        at = min(self.column, self.columns - 1)
        match final:
            case "H":
                column = numbers[1] if len(numbers) > 1 and numbers[1] else 1
                self.row, self.column = min(first, self.rows) - 1, min(column, self.columns) - 1
            case "G":
                self.column = min(first, self.columns) - 1
            case "d":
                self.row = min(first, self.rows) - 1
            case "A":
                self.row = max(0, self.row - first)
            case "B":
                self.row = min(self.rows - 1, self.row + first)
            case "C":
                self.column = min(self.columns - 1, self.column + first)
            case "D":
                self.column = max(0, self.column - first)
            case "K":
                start, end = (0, at + 1) if numbers[:1] == [1] else (at, self.columns)
                row[start:end] = [" "] * (end - start)
            case "J":
                row[at:] = [" "] * (self.columns - at)
                for below in self._cells[self.row + 1 :]:
                    below[:] = [" "] * self.columns
            case "X":
                row[at : at + first] = [" "] * len(row[at : at + first])
            case "b":
                for _ in range(first):
                    self._put(self._last)
            case "P":
                row[at:] = row[at + first :] + [" "] * min(first, self.columns - at)
            case "@":
                row[at:] = ([" "] * first + row[at:])[: self.columns - at]
            case "S":
                self._scroll(self._top, first)
            case "T":
                self._scroll(self._top, -first)
            case "M":
                self._scroll(self.row, first)
            case "L":
                self._scroll(self.row, -first)
            case "r":
                self._top = first - 1
                self._bottom = (numbers[1] if len(numbers) > 1 and numbers[1] else self.rows) - 1
                self.row = self.column = 0
            case "m" | "t" | "l" | "h" | "n":
                pass
            case _:
                raise AssertionError(f"unknown sequence {match.group()!r}")

    def _line_feed(self) -> None:
        if self.row == self._bottom:
            self._scroll(self._top, 1)
        else:
            self.row = min(self.row + 1, self.rows - 1)

    def _scroll(self, top: int, rows: int) -> None:
        """Move what stands from ``top`` to the end of the region up, or down if negative."""
        region = self._cells[top : self._bottom + 1]
        blank = [[" "] * self.columns for _ in range(min(abs(rows), len(region)))]
        moved = region[rows:] + blank if rows > 0 else blank + region[:rows]
        self._cells[top : self._bottom + 1] = moved

    def _operate(self, match: re.Match[str]) -> None:
        kind, _, text = match.group(1).partition(";")
        (self.titles if kind == "2" else self.notices).append(text)

    def _ignore(self, match: re.Match[str]) -> None:
        if match.group() == "\x1bM":  # reverse index
            if self.row == self._top:
                self._scroll(self._top, -1)
            else:
                self.row = max(0, self.row - 1)
