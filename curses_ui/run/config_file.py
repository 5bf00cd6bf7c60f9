"""``config.ini``: where it is, what it says, and the line of everything that is wrong with it.

``read_settings`` is pure; ``load_settings`` is its thin file part.
"""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from io_adapters import NO_WAIT_FLAGS

from ..i18n import Catalogue, N_
from ..settings import SETTINGS, Settings, change_setting, setting_text

SECTION: Final = "prosa"
MAX_CONFIG_BYTES: Final = 64 * 1024  # far more than every setting needs; a device or a wrong file has more
MAX_ROW_CHARACTERS: Final = 1000  # configparser takes the square of a run of spaces: 64 KiB of them took 16 s


@dataclass(slots=True)
class Problem:
    """Something about the file that the user should know."""

    message: str
    """A message id with the placeholders in ``values``, and ``{expected}``."""
    values: Mapping[str, str]
    line: int = 0
    """From 1; 0 if it is about the file as a whole."""
    expected: str = ""
    """What a value may be; a message id."""

    def describe(self, file: str, catalogue: Catalogue) -> str:
        """One line, with the file and the line number in front."""
        where = f"{file}:{self.line}" if self.line else file
        text = catalogue.tr(self.message, **self.values, expected=catalogue.tr(self.expected))
        return f"{where}: {text}"


@dataclass(slots=True)
class Loaded:
    """What a file gave."""

    settings: Settings
    warnings: tuple[Problem, ...] = ()
    """To be shown; the rest of the file counts."""
    errors: tuple[Problem, ...] = ()
    """Values that are not fit: the program should not start."""


def bad_value(key: str, value: str, line: int = 0) -> Problem:
    """The problem of a value that is not fit."""
    message = N_('{key} must be {expected}, not "{value}"')
    return Problem(message, {"key": key, "value": value}, line, SETTINGS[key].expected)


def read_settings(text: str) -> Loaded:
    """Read the content of a ``config.ini``; of a key that stands twice, the last counts."""
    import configparser  # only here: most people have no settings

    parser = configparser.RawConfigParser(strict=False, default_section="")
    warnings: list[Problem] = []
    try:
        parser.read_string(text)
    except configparser.MissingSectionHeaderError as error:
        message = N_("[{section}] is missing above this line; the file is ignored")
        return Loaded(Settings(), (Problem(message, {"section": SECTION}, error.lineno),))
    except configparser.ParsingError as error:  # raised last: every other line has been read
        warnings += [Problem(N_('expected "key = value"; line ignored'), {}, line) for line, _ in error.errors]
    lines = _line_numbers(text)
    errors: list[Problem] = []
    settings = Settings()
    for section in parser.sections():
        if section != SECTION:
            message = N_("unknown section [{name}]; ignored")
            warnings.append(Problem(message, {"name": section}, lines.get((section, ""), 0)))
            continue
        for key, value in parser.items(section):
            line = lines.get((section, key), 0)
            if not key:
                continue  # "= value": already a warning
            if key not in SETTINGS:
                warnings.append(Problem(N_("unknown setting {key}; ignored"), {"key": key}, line))
            elif (changed := change_setting(settings, key, value)) is None:
                errors.append(bad_value(key, value, line))
            else:
                settings = changed
    return Loaded(settings, tuple(sorted(warnings, key=_line)), tuple(sorted(errors, key=_line)))


def _line(problem: Problem) -> int:
    return problem.line


def _line_numbers(text: str) -> dict[tuple[str, str], int]:
    """The line of each section (with an empty key) and of each key; configparser does not tell."""
    from configparser import RawConfigParser

    lines: dict[tuple[str, str], int] = {}
    section = ""
    for number, row in enumerate(text.split("\n"), start=1):
        if header := RawConfigParser.SECTCRE.match(row.strip()):
            section = header["header"]
            lines.setdefault((section, ""), number)
        elif not row[:1].isspace() and (option := RawConfigParser.OPTCRE.match(row.strip())):
            lines[section, option["option"].rstrip().lower()] = number
    return lines


def load_settings(path: Path, *, needed: bool) -> Loaded:
    """Read the file at ``path``; one that cannot be read is a warning, and everything has its default.

    Args:
        path: As the user or the XDG variables name it.
        needed: The user asked for this very file: if it cannot be read, that is an error.
    """
    try:
        with open(os.open(path, os.O_RDONLY | NO_WAIT_FLAGS), "rb") as file:
            if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
                raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))  # its writer may never come
            data = file.read(MAX_CONFIG_BYTES + 1) or b""
        if len(data) > MAX_CONFIG_BYTES:
            return _unreadable(N_("the file is too long; ignored"))
        text = data.decode("utf-8-sig")
        if max(map(len, text.split("\n"))) > MAX_ROW_CHARACTERS:
            return _unreadable(N_("a line is too long; the file is ignored"))
        return read_settings(text)
    except FileNotFoundError as error:
        return _cannot_read(error, needed) if needed else Loaded(Settings())
    except OSError as error:
        return _cannot_read(error, needed)
    except UnicodeDecodeError:
        return _unreadable(N_("not valid UTF-8; ignored"))


def _cannot_read(error: OSError, needed: bool) -> Loaded:
    problem = Problem(N_("cannot read it: {why}"), {"why": error.strerror or str(error)})
    return Loaded(Settings(), errors=(problem,)) if needed else Loaded(Settings(), (problem,))


def _unreadable(message: str, **values: str) -> Loaded:
    return Loaded(Settings(), (Problem(message, values),))


def format_settings(settings: Settings, catalogue: Catalogue) -> str:
    """A ``config.ini`` that gives ``settings``, each key explained."""
    rows = [f"[{SECTION}]"]
    for key, setting in SETTINGS.items():
        explained = f"{catalogue.tr(setting.help)} ({catalogue.tr(setting.expected)})"
        rows += ["", f"# {explained}", f"{key} = {setting_text(settings, key)}".rstrip()]
    return "\n".join(rows) + "\n"


def config_path(environment: Mapping[str, str]) -> Path | None:
    """``$XDG_CONFIG_HOME/prosa/config.ini``; None where no home folder is known."""
    folder = xdg_folder(environment, "XDG_CONFIG_HOME", ".config")
    return folder / "config.ini" if folder is not None else None


def state_folder(environment: Mapping[str, str]) -> Path | None:
    """``$XDG_STATE_HOME/prosa``, for transcripts, history and crash reports; None without a home."""
    return xdg_folder(environment, "XDG_STATE_HOME", ".local/state")


def xdg_folder(environment: Mapping[str, str], variable: str, default: str) -> Path | None:
    """Our folder below an XDG base folder; a relative value is ignored, as that specification asks."""
    for base, below in ((environment.get(variable), ""), (environment.get("HOME"), default)):
        if base and os.path.isabs(base):
            return Path(base, below, "prosa")
    return None
