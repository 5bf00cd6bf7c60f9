"""Records how many cells a terminal gives each character, and texts of many scripts: what our own widths must equal.

    python3 -m tools.widths            measure in a tmux of its own, and say what differs from the record
    python3 -m tools.widths --write    measure, and write the record

The tests compare the client's widths with the record, so they need no tmux. The program runs itself in a pane,
writes texts there, and asks the terminal after each one in which column the cursor stands.
"""

import argparse
import ctypes
import locale
import os
import platform
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from curses_ui.text.cells import drawable

ROOT: Final = Path(__file__).resolve().parent.parent
RECORD: Final = ROOT / "tests" / "curses_ui" / "data" / "terminal_widths.txt"

TEXTS: Final = {
    "accents": "e\u0301 a\u0308\u0323 o\u0302\u0301",
    "enclosing mark": "a\u20dd",
    "flag": "🇧🇷",
    "two flags": "🇧🇷🇵🇹",
    "half a flag": "🇧",
    "flag of England": "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "rainbow flag": "🏳\ufe0f\u200d🌈",
    "family": "👩\u200d👩\u200d👧\u200d👦",
    "couple with skin tones": "👩🏽\u200d❤\ufe0f\u200d👨🏿",
    "health worker": "🧑🏽\u200d⚕\ufe0f",
    "thumb with a skin tone": "👍🏽",
    "hand with selector and tone": "☝\ufe0f🏽",
    "skin tone alone": "🏽",
    "keycap": "1\ufe0f\u20e3",
    "heart as text": "❤\ufe0e",
    "heart as emoji": "❤\ufe0f",
    "watch as text": "⌚\ufe0e",
    "copyright as emoji": "©\ufe0f",
    "ideographic variant": "葛\U000e0100",
    "Devanagari": "नमस्ते क्षत्रिय श्री कि\u200dया",
    "Bengali": "বাংলা ক্ষ র\u200d্যা",
    "Tamil": "வணக்கம் கொ ஸ்ரீ",
    "Telugu": "తెలుగు క్ష్మ",
    "Malayalam": "മലയാളം ന\u0d4d\u200d",
    "Sinhala": "ශ්\u200dරී ලංකා",
    "Thai": "ที่นี่ น้ำ ผู้ใหญ่",
    "Lao": "ສະບາຍດີ ນ້ຳ",
    "Khmer": "ខ្មែរ ស្រ្តី",
    "Myanmar": "မြန်မာ က္က",
    "Tibetan": "བོད་སྐད། རྒྱུ",
    "Korean syllables": "한국어",
    "Korean in jamo": "\u1112\u1161\u11ab\u1100\u116e\u11a8",
    "syllable with a final jamo": "\uac00\u11a8",
    "old Korean jamo": "\ua960\ud7b0\ud7cb",
    "Japanese": "か\u3099ｶﾞ 日本語、",
    "Chinese": "中文（简体）𠀀",
    "Arabic": "مَرْحَبًا بِكُم",
    "Persian with a non-joiner": "می\u200cخواهم",
    "Hebrew with points": "שָׁלוֹם",
    "Syriac": "ܫܠܳܡܳܐ",
    "Ethiopic": "ሰላም",
    "Georgian": "გამარჯობა",
    "Mongolian": "ᠮᠣᠩᠭᠣᠯ\u180b",
    "Vietnamese": "tiê\u0301ng Viê\u0323t",
    "Greek with breathings": "ἄ\u0345ρ",
    "signs of the client": "─ │ … ✗ 〓 \ufffd · ⏎ ␛ ␤ ◌",
}
"""Texts of clusters and scripts that one character alone says nothing about."""

_BATCH: Final = 256
"""Texts between two waits for the terminal's answers: it must not answer more than a terminal's buffer holds."""
_ANSWER: Final = re.compile(rb"\x1b\[\d+;(\d+)R")
_RANGES: Final = ((0xA0, 0xD7FF), (0xF900, 0x3FFFF), (0xE0000, 0xE0FFF))
"""All that may be assigned one day, and printed; private use is never drawn."""
_PANE: Final = ("-x", "200", "-y", "5")


class Record(NamedTuple):
    """What a terminal said."""

    characters: Mapping[str, int]
    """Cells of each character that the terminal knows: 0, 1 or 2."""
    texts: Mapping[str, int]
    """Cells of each of ``TEXTS``, as it is drawn."""


def read_record() -> Record:
    """The record that is kept."""
    return parse_record(RECORD.read_text(encoding="utf-8"))


def parse_record(text: str) -> Record:
    """A record as ``written`` gives it; raises ValueError if it is damaged."""
    characters: dict[str, int] = {}
    texts: dict[str, int] = {}
    cells = -1
    for line in text.splitlines():
        if line.startswith("#") or not line:
            continue
        if line.startswith("characters of "):
            cells = int(line.split()[2])
        elif line.startswith("text "):
            _, width, codes = line.partition("  ")[0].split(" ", 2)
            texts["".join(chr(int(code, 16)) for code in codes.split())] = int(width)
        else:
            for part in line.split():
                first, _, last = part.partition("-")
                characters |= dict.fromkeys(map(chr, range(int(first, 16), int(last or first, 16) + 1)), cells)
    return Record(characters, texts)


def written(record: Record, terminal: str) -> str:
    """A record as it is kept, with the name of the terminal that it is of."""
    lines = [
        f"# Cells of characters and texts in {terminal}; made by: python3 -m tools.widths --write",
        "# A character that is not here is unknown to that terminal, or cannot be drawn.",
    ]
    for cells in (0, 1, 2):
        codes = [ord(character) for character, width in record.characters.items() if width == cells]
        lines += ["", f"characters of {cells} cells", *textwrap.wrap(" ".join(_ranges(codes)), 118)]
    lines += ["", "# Texts as they are drawn: cells, codes, and what the text shows."]
    names = {drawable(text): name for name, text in TEXTS.items()}
    lines += [
        f"text {cells} {' '.join(f'{ord(character):04X}' for character in text)}  {names.get(text, '')}".rstrip()
        for text, cells in record.texts.items()
    ]
    return "\n".join(lines) + "\n"


def _ranges(codes: Sequence[int]) -> Iterator[str]:
    start = 0
    for index, code in enumerate(codes):
        if index + 1 == len(codes) or codes[index + 1] != code + 1:
            yield f"{codes[start]:04X}-{code:04X}" if index > start else f"{code:04X}"
            start = index + 1


# Measuring


def measure() -> Record:
    """Ask a tmux of its own, which ends before this returns."""
    characters = [chr(code) for first, last in _RANGES for code in range(first, last + 1)]
    texts = list(dict.fromkeys(map(drawable, TEXTS.values())))
    # Behind a letter: a mark has a cell to stand in.
    answers = _measured_in_tmux([*(f"a{character}" for character in characters), *texts])
    cells = dict(zip(characters, (width - 1 for width in answers), strict=False))
    known = _known_to_the_library(characters)
    return Record(
        {character: width for character, width in cells.items() if width or character in known},
        dict(zip(texts, answers[len(characters) :], strict=True)),
    )


def _measured_in_tmux(texts: Sequence[str]) -> list[int]:
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder, "asked"), Path(folder, "answered")
        asked.write_text("\n".join(texts), encoding="utf-8")
        inside = shlex.join([sys.executable, "-m", "tools.widths", "--inside", str(asked), str(answered)])
        tmux = ["tmux", "-S", str(Path(folder, "socket")), "-f", os.devnull]
        command = [*tmux, "new-session", "-d", *_PANE, f"{inside}; {shlex.join([*tmux, 'wait-for', '-S', 'done'])}"]
        environment = os.environ | {"LC_ALL": "C.UTF-8"}
        subprocess.run(command, check=True, cwd=ROOT, env=environment)
        subprocess.run([*tmux, "wait-for", "done"], check=True)
        return [int(line) for line in answered.read_text(encoding="ascii").split()]


def _answer_inside(asked: Path, answered: Path) -> None:
    """In the pane: write each text at the start of an empty row, and note in which column it ends."""
    texts = asked.read_text(encoding="utf-8").split("\n")
    answers: list[bytes] = []
    subprocess.run(["stty", "raw", "-echo"], check=True)  # the pane ends with this program
    for start in range(0, len(texts), _BATCH):
        batch = texts[start : start + _BATCH]
        os.write(1, "".join(f"\r\x1b[K{text}\x1b[6n" for text in batch).encode())
        data = b""
        while data.count(b"R") < len(batch):
            data += os.read(0, 65536)
        answers += _ANSWER.findall(data)
    answered.write_text("\n".join(str(int(column) - 1) for column in answers), encoding="ascii")


def _known_to_the_library(characters: Iterable[str]) -> set[str]:
    """What the C library has a width for. tmux asks it too, and leaves out what it does not know."""
    locale.setlocale(locale.LC_CTYPE, "C.UTF-8")
    width_of = ctypes.CDLL(None).wcwidth
    return {character for character in characters if width_of(ord(character)) >= 0}


def main(arguments: Sequence[str] | None = None) -> int:
    """Return 1 if what the terminal says differs from the record, else 0."""
    assert __doc__ is not None
    parser = argparse.ArgumentParser(prog="tools.widths", description=__doc__.partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the record")
    parser.add_argument("--inside", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.inside:
        _answer_inside(*options.inside)
        return 0
    measured = measure()
    tmux = subprocess.run(["tmux", "-V"], check=True, capture_output=True, text=True).stdout.strip()
    if options.write:
        RECORD.write_text(written(measured, f"{tmux} with {' '.join(platform.libc_ver())}"), encoding="utf-8")
        return 0
    kept = read_record()
    differing = [text for text in measured.characters if measured.characters[text] != kept.characters.get(text)]
    differing += [text for text in kept.characters if text not in measured.characters]
    differing += [text for text in measured.texts if measured.texts[text] != kept.texts.get(text)]
    for text in differing:
        there, here = ({**r.characters, **r.texts}.get(text, "unknown") for r in (kept, measured))
        print(f"{' '.join(f'U+{ord(c):04X}' for c in text)}: {there} cells in the record, {here} in {tmux}")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
