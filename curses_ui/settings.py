"""What the user may set, by ``config.ini`` or ``/set``, and what each value may be. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from .i18n import LANGUAGE_WORDS, N_, find_language
from .text.address import split_address, split_listen
from .text.names import fit_own_name


@dataclass(frozen=True, slots=True)
class Settings:
    """A value for every key; the defaults are those of a missing file."""

    name: str = ""
    """Empty: asked for."""
    tracker: str = ""
    """``host[:port]``; empty: the tracker on this machine, or one of our own."""
    listen: str = ""
    """``[addr:]port``; empty: any free port."""
    lang: str = ""
    """Empty: what the environment says."""
    color: str = "auto"
    ascii: bool = False
    time_format: str = "%H:%M"
    bell: bool = True
    notify: bool = False
    mouse: bool = False
    accept: str = "auto"
    confirm_exit: bool = False
    log: bool = False
    history_file: bool = False


@dataclass(slots=True)
class Setting:
    """One key: how its value is read and what it is for."""

    expected: str
    """What a value may be, for people; a message id."""
    help: str
    """A message id."""
    parse: Callable[[str], str | bool | None]
    """The value, or None if it is not fit."""
    choices: tuple[str, ...] = ()
    """What Tab offers; not all that is understood."""
    live: bool = True
    """``/set`` can change it; else it is only read at the start."""


_ON: Final = frozenset({"on", "yes", "true", "1", "sim", "ligado"})
_OFF: Final = frozenset({"off", "no", "false", "0", "não", "nao", "desligado"})
_TIME_DIRECTIVES: Final = "HMS"
_MAX_TIME_FORMAT: Final = 16  # characters; it stands before every line


def parse_switch(text: str) -> bool | None:
    """``on`` or ``off``, in either language; None for anything else."""
    word = text.strip().lower()
    return True if word in _ON else False if word in _OFF else None


def _one_of(*words: str) -> Callable[[str], str | None]:
    return lambda text: text.lower() if text.lower() in words else None


def _parse_time_format(text: str) -> str | None:
    parts = text.split("%")
    fit = all(part[:1] and part[0] in _TIME_DIRECTIVES for part in parts[1:])
    return text if fit and text.isprintable() and len(parts) > 1 and len(text) <= _MAX_TIME_FORMAT else None


def _parse_tracker(text: str) -> str | None:
    return text if text == "" or split_address(text, default_port=1) is not None else None


def _parse_listen(text: str) -> str | None:
    return text if text == "" or split_listen(text) is not None else None


def _switch(help_text: str) -> Setting:
    return Setting(N_("on or off"), help_text, parse_switch, ("on", "off"))


SETTINGS: Final[Mapping[str, Setting]] = {
    "name": Setting(
        N_('1-32 visible characters, no ":"'),
        N_("your name; without it, the program asks"),
        lambda text: "" if text == "" else fit_own_name(text),
        live=False,
    ),
    "tracker": Setting(
        N_("host or host:port"),
        N_("the tracker to use (default: the one on this machine, or a built-in one)"),
        _parse_tracker,
        live=False,
    ),
    "listen": Setting(
        N_("port or address:port"),
        N_("address and port on which others connect to you (default: any free port)"),
        _parse_listen,
        live=False,
    ),
    "lang": Setting(
        N_("en or pt"),
        N_("the language; without it, what LC_ALL, LC_MESSAGES or LANG says"),
        lambda text: "" if text == "" else find_language(text),
        LANGUAGE_WORDS,
    ),
    "color": Setting(
        N_("auto, always or never"),
        N_("colours on the screen"),
        _one_of("auto", "always", "never"),
        ("auto", "always", "never"),
        live=False,
    ),
    "ascii": _switch(N_("draw with plain ASCII characters only")),
    "time_format": Setting(
        N_("%H, %M, %S and what stands between, at most 16 characters"),
        N_("how the time before each line is written"),
        _parse_time_format,
        ("%H:%M", "%H:%M:%S"),
    ),
    "bell": _switch(N_("ring the bell for messages that you do not see")),
    "notify": _switch(N_("ask the terminal for desktop notifications, with the bell")),
    "mouse": _switch(N_("the wheel scrolls, a click chooses; selecting text then needs Shift")),
    "accept": Setting(
        N_("auto or ask"),
        N_("take calls at once, or wait for /accept"),
        _one_of("auto", "ask"),
        ("auto", "ask"),
    ),
    "confirm_exit": _switch(N_("ask before leaving while chats are connected or a draft is unsent")),
    "log": _switch(N_("write conversations to files")),
    "history_file": Setting(
        N_("on or off"),
        N_("keep what you typed for the next time, in a file"),
        parse_switch,
        ("on", "off"),
        live=False,
    ),
}


def value_choices(key: str) -> tuple[str, ...]:
    """Values to offer for a key; empty for an unknown one."""
    return SETTINGS[key].choices if key in SETTINGS else ()


def change_setting(settings: Settings, key: str, text: str) -> Settings | None:
    """The settings with ``key`` set to what ``text`` says; None if it is not fit.

    Raises:
        KeyError: No such key.
    """
    value = SETTINGS[key].parse(text)
    # Any: which field a key names, and so its type, is known only when it is read.
    change: dict[str, Any] = {key: value}
    return None if value is None else replace(settings, **change)


def setting_text(settings: Settings, key: str) -> str:
    """A value as it stands in the file."""
    value: object = getattr(settings, key)
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
