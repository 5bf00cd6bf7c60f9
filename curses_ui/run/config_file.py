"""``config.ini``: where it is, what it says, and the line of everything that is wrong with it.

``read_settings`` is pure; ``load_settings`` is its thin file part.
"""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from io_adapters import NO_WAIT_FLAGS

from ..i18n import Catalogue, N_
from ..settings import SETTINGS, Settings, change_setting, setting_text
from .private_files import StrPath, make_private_folder, replace_private

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


def load_settings(path: StrPath, *, needed: bool) -> Loaded:
    """Read the file at ``path``; one that cannot be read is a warning, and everything has its default.

    Args:
        path: As the user or the XDG variables name it.
        needed: The user asked for this very file: if it cannot be read, that is an error.
    """
    try:
        data = _read(path)
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


def _read(path: StrPath) -> bytes:
    """One byte more than a file may have, at most."""
    with open(os.open(path, os.O_RDONLY | NO_WAIT_FLAGS), "rb") as file:
        if stat.S_ISFIFO(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))  # its writer may never come
        return file.read(MAX_CONFIG_BYTES + 1) or b""


def save_settings(path: StrPath, changes: Mapping[str, str]) -> None:
    """Write some values into the file at ``path``, which only the user can read then; all else in it stays.

    Raises:
        OSError: It cannot be read or written, or is no settings file.
    """
    path = os.path.realpath(path)  # what a symbolic link names is changed, not the link
    try:
        data = _read(path)
    except FileNotFoundError:
        data = b""
    try:
        text = change_text(data.decode("utf-8-sig"), changes)
    except UnicodeDecodeError:
        raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ)) from None
    written = read_settings(text).settings
    is_too_long = len(text.encode()) > MAX_CONFIG_BYTES or max(map(len, text.split("\n"))) > MAX_ROW_CHARACTERS
    if is_too_long or any(setting_text(written, key) != value for key, value in changes.items()):
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
    make_private_folder(os.path.dirname(path))
    replace_private(path, text)


def change_text(text: str, changes: Mapping[str, str]) -> str:
    """The content of a ``config.ini`` with some values changed; every other row stays as it is."""
    from configparser import RawConfigParser

    rows: list[str] = []
    missing = dict(changes)
    section = ""
    end = 0  # of the rows of our section
    is_replaced = False  # the value of the option above, so also the rows on which it goes on
    for row in text.rstrip("\n").split("\n") if text else ():
        if is_replaced and row.strip() and row[0].isspace():
            continue
        is_replaced = False
        if header := RawConfigParser.SECTCRE.match(row.strip()):
            section = header["header"]
        elif section == SECTION and not row[:1].isspace() and (option := RawConfigParser.OPTCRE.match(row.strip())):
            key = option["option"].rstrip().lower()
            if key in changes:
                row = f"{key} = {changes[key]}"
                missing.pop(key, None)
                is_replaced = True
        rows.append(row)
        if section == SECTION and row.strip():
            end = len(rows)
    if not end:
        rows.append(f"[{SECTION}]")
        end = len(rows)
    rows[end:end] = [f"{key} = {value}" for key, value in missing.items()]
    return "\n".join(rows) + "\n"


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


def config_path(environment: Mapping[str, str]) -> str | None:
    """``$XDG_CONFIG_HOME/prosa/config.ini``; None where no home folder is known."""
    folder = xdg_folder(environment, "XDG_CONFIG_HOME", ".config")
    return os.path.join(folder, "config.ini") if folder is not None else None


def state_folder(environment: Mapping[str, str]) -> str | None:
    """``$XDG_STATE_HOME/prosa``, for transcripts, history and crash reports; None without a home."""
    return xdg_folder(environment, "XDG_STATE_HOME", ".local/state")


def xdg_folder(environment: Mapping[str, str], variable: str, default: str) -> str | None:
    """Our folder below an XDG base folder; a relative value is ignored, as that specification asks."""
    for base, below in ((environment.get(variable), ""), (environment.get("HOME"), default)):
        if base and os.path.isabs(base):
            return os.path.join(base, below, "prosa")
    return None
