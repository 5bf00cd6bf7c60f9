"""What the program says about itself, from the table of commands: first rows, ``/help``, ``/keys``."""

from typing import Final

from ..i18n import Catalogue, N_
from ..line.command_table import COMMANDS, Command

_ESSENTIAL: Final = ("list", "chat", "msg", "bye", "win", "exit")

KEYS: Final = (
    (N_("Enter"), N_("send")),
    (N_("Alt+Enter, ^J"), N_("new row in the draft")),
    (N_("Tab, Shift+Tab"), N_("complete a word or name")),
    (N_("Up, Down"), N_("what you sent; Ctrl: anywhere")),
    (N_("^R"), N_("search what you sent before")),
    (N_("PgUp, PgDn"), N_("scroll; with Alt, 3 rows")),
    (N_("Ctrl+Home, Ctrl+End"), N_("top, bottom")),
    (N_("Alt+u"), N_("to the first unread message")),
    (N_("Alt+s"), N_("search the conversation")),
    (N_("F6, F5, ^N, ^P"), N_("conversations in turn")),
    (N_("Alt+1 to Alt+0, Alt+j 12"), N_("by number")),
    (N_("Alt+a"), N_("next in the status bar")),
    (N_("Alt+/"), N_("back to the last one")),
    (N_("F2"), N_("people, bare log; F11, F12")),
    (N_("^A, ^E"), N_("start, end of the row")),
    (N_("Alt+b, Alt+f"), N_("a word left, right")),
    (N_("^W ^U ^K ^Y"), N_("cut word, left, right; paste")),
    (N_("^T, ^_"), N_("swap two letters, undo")),
    (N_("^L, ^Z"), N_("redraw, suspend")),
    (N_("^C"), N_("empty the draft; twice, leave")),
)


def welcome(catalogue: Catalogue, name: str, tracker: str) -> str:
    """The first five rows that a newcomer reads.

    Args:
        catalogue: The language.
        name: The user's, clean.
        tracker: Its address.
    """
    tr = catalogue.tr
    return "\n".join(
        (
            tr("You are {name}.", name=name),
            tr("The tracker is {addr}.", addr=tracker),
            tr("/list shows who is online."),
            tr("To start a conversation type: /chat <name>"),
            tr("/help explains the rest."),
        )
    )


def overview(catalogue: Catalogue, *, has_keys: bool = True) -> str:
    """``/help``: fits an 80x24 screen; without one, there are no keys to name."""
    tr = catalogue.tr
    by_name = {command.name: command for command in COMMANDS}
    rows = _columns([(tr(by_name[name].usage), tr(by_name[name].summary)) for name in _ESSENTIAL], most=24)
    others = " ".join(
        f"/{command.name_in(catalogue.language)}" for command in COMMANDS if command.name not in _ESSENTIAL
    )
    rows += [
        tr("More: {list}", list=others),
        tr("/help chat explains one command; /keys lists the keys.")
        if has_keys
        else tr("/help chat explains one command."),
        tr("Anything else goes to the person named in the prompt; start with // to send a text that begins with /.")
        if has_keys
        else tr("Anything else goes to the person you talk to; start with // to send a text that begins with /."),
        tr("Chats are not encrypted."),
    ]
    return "\n".join(rows)


def explain(command: Command, catalogue: Catalogue, *, has_keys: bool = True) -> str:
    """``/help <command>``: syntax, what it does, aliases, one example."""
    tr = catalogue.tr
    own = command.name_in(catalogue.language)
    aliases = ", ".join(f"/{word}" for word in command.words if word != own)
    return "\n".join(
        (
            tr(command.usage),
            f"{tr(command.details)} {tr(command.keys) if has_keys else ''}".rstrip(),
            *([tr("Also: {list}", list=aliases)] if aliases else []),
            tr("Example: {example}", example=tr(command.example)),
        )
    )


def keys(catalogue: Catalogue) -> str:
    """``/keys``: one row each."""
    return "\n".join(_columns([(catalogue.tr(names), catalogue.tr(action)) for names, action in KEYS], most=19))


def _columns(rows: list[tuple[str, str]], most: int) -> list[str]:
    """Return the rows with the left column as wide as it needs, ``most`` at most; what is longer sticks out."""
    width = min(most, max(len(left) for left, _ in rows))
    return [f"{left.ljust(width)}  {right}" for left, right in rows]
