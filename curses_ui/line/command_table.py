"""Every command of the client, once: parsing, completion, help and the man page read this table."""

import enum
from dataclasses import dataclass
from typing import Final

from ..i18n import PORTUGUESE, N_


class Arguments(enum.Enum):
    """How the rest of a command's line is read."""

    NONE = enum.auto()
    NAME = enum.auto()
    """All of it is one name, spaces included; needed."""
    OPTIONAL_NAME = enum.auto()
    NAME_AND_TEXT = enum.auto()
    """A name, quoted or the longest that fits, then a text; both needed."""
    TEXT = enum.auto()
    OPTIONAL_TEXT = enum.auto()
    OPTIONAL_WORD = enum.auto()
    """At most one word."""
    KEY_AND_VALUE = enum.auto()
    """Nothing, a word, or a word and the rest."""


class Completes(enum.Enum):
    """What Tab offers for a command's first argument."""

    NOTHING = enum.auto()
    PERSON = enum.auto()
    """People online and conversations."""
    CONVERSATION = enum.auto()
    IGNORED = enum.auto()
    COMMAND = enum.auto()
    SETTING = enum.auto()
    """A key; after it, a value of that key."""
    CHOICE = enum.auto()
    """One of the command's ``choices``."""


@dataclass(slots=True)
class Command:
    """One command; the texts are message ids for the catalogue."""

    name: str
    """In English, without the slash; also how programs and tests call it."""
    portuguese: str
    """What the Portuguese interface calls it; works in every language."""
    aliases: tuple[str, ...]
    """Other words for it, in any language; one may be of two words."""
    arguments: Arguments
    usage: str
    summary: str
    """At most some 40 characters, no full stop: a row of a list."""
    details: str
    """One or a few sentences for ``/help`` about this command."""
    example: str
    keys: str = ""
    """What keys do after it, where there is a screen."""
    completes: Completes = Completes.NOTHING
    choices: tuple[str, ...] = ()

    def name_in(self, language: str) -> str:
        """The name that the interface in ``language`` uses."""
        return self.portuguese if language == PORTUGUESE else self.name

    @property
    def words(self) -> tuple[str, ...]:
        """Everything that calls this command, the canonical names first."""
        return tuple(dict.fromkeys((self.name, self.portuguese, *self.aliases)))


COMMANDS: Final = (
    Command(
        "list",
        "lista",
        ("l", "who", "names", "quem"),
        Arguments.OPTIONAL_TEXT,
        usage=N_("/list [text]"),
        summary=N_("who is online"),
        details=N_("Asks the tracker who is active; with a text, only the names that contain it."),
        example=N_("/list an"),
        completes=Completes.PERSON,
    ),
    Command(
        "chat",
        "chat",
        ("c", "query", "conversar", "dcc chat"),
        Arguments.NAME,
        usage=N_("/chat <name or ip:port>"),
        summary=N_("talk to someone"),
        details=N_(
            "Opens the conversation, or goes to it. A name may have spaces;"
            " one that looks like something else goes in quotes."
        ),
        example=N_("/chat Ana"),
        completes=Completes.PERSON,
    ),
    Command(
        "msg",
        "enviar",
        ("m", "send", "dizer"),
        Arguments.NAME_AND_TEXT,
        usage=N_("/msg <name> <text>"),
        summary=N_("send, staying here"),
        details=N_(
            "Sends a message and stays in this conversation; calls the person first if needed."
            " Only a whole name gets it; one with spaces that is not on the list goes in quotes."
        ),
        example=N_("/msg Ana I am late"),
        completes=Completes.PERSON,
    ),
    Command(
        "bye",
        "tchau",
        ("disc", "part"),
        Arguments.OPTIONAL_NAME,
        usage=N_("/bye [name]"),
        summary=N_("say goodbye and disconnect"),
        details=N_("Ends this conversation, or the one named. What was said stays on the screen."),
        example=N_("/bye Ana"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "close",
        "fechar",
        ("wc",),
        Arguments.OPTIONAL_NAME,
        usage=N_("/close [number or name]"),
        summary=N_("end and remove a conversation"),
        details=N_(
            "Ends the conversation if it is connected, and removes it with its history."
            " Asks first if there are unread messages."
        ),
        example=N_("/close 3"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "exit",
        "sair",
        ("quit",),
        Arguments.NONE,
        usage=N_("/exit"),
        summary=N_("leave the program"),
        details=N_("Says goodbye in every conversation and leaves."),
        example=N_("/exit"),
    ),
    Command(
        "win",
        "janela",
        ("w", "buffer"),
        Arguments.NAME,
        usage=N_("/win <number or name>"),
        summary=N_("go to a conversation"),
        details=N_("Shows another conversation; 1 is the news of the program."),
        example=N_("/win 2"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "next",
        "proxima",
        (),
        Arguments.NONE,
        usage=N_("/next"),
        summary=N_("the next conversation"),
        details=N_("Goes to the conversation with the next number, after the last to the first."),
        example=N_("/next"),
    ),
    Command(
        "prev",
        "anterior",
        (),
        Arguments.NONE,
        usage=N_("/prev"),
        summary=N_("the conversation before"),
        details=N_("Goes to the conversation with the number before, from the first to the last."),
        example=N_("/prev"),
    ),
    Command(
        "accept",
        "aceitar",
        (),
        Arguments.OPTIONAL_NAME,
        usage=N_("/accept [name]"),
        summary=N_("take a call"),
        details=N_("Accepts a waiting call (setting accept = ask), so that you can answer."),
        example=N_("/accept Ana"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "reject",
        "recusar",
        (),
        Arguments.OPTIONAL_NAME,
        usage=N_("/reject [name]"),
        summary=N_("turn a call down"),
        details=N_("Ends a waiting call (setting accept = ask)."),
        example=N_("/reject Ana"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "whois",
        "dados",
        ("info",),
        Arguments.NAME,
        usage=N_("/whois <name>"),
        summary=N_("what is known of someone"),
        details=N_(
            "Shows the address, whether the tracker verifies it, since when you are connected,"
            " and how much was said."
        ),
        example=N_("/whois Ana"),
        completes=Completes.PERSON,
    ),
    Command(
        "ignore",
        "ignorar",
        (),
        Arguments.OPTIONAL_NAME,
        usage=N_("/ignore [name]"),
        summary=N_("hide someone's messages"),
        details=N_("Hides what that person says from now on. Without a name, lists who is ignored."),
        example=N_("/ignore Ana"),
        completes=Completes.PERSON,
    ),
    Command(
        "unignore",
        "reexibir",
        (),
        Arguments.NAME,
        usage=N_("/unignore <name>"),
        summary=N_("show someone's messages again"),
        details=N_("Undoes /ignore."),
        example=N_("/unignore Ana"),
        completes=Completes.IGNORED,
    ),
    Command(
        "search",
        "buscar",
        ("lastlog",),
        Arguments.TEXT,
        usage=N_("/search <text>"),
        summary=N_("find in this conversation"),
        details=N_("Shows the latest message that contains it; case and accents do not count."),
        example=N_("/search report"),
        keys=N_("Up and Down go to other hits, Enter stays, Esc goes back."),
    ),
    Command(
        "show",
        "mostrar",
        (),
        Arguments.NONE,
        usage=N_("/show"),
        summary=N_("folded messages in full"),
        details=N_(
            "Shows the long messages of this conversation in full, and the codes of emoji"
            " that cannot be drawn; again folds them."
        ),
        example=N_("/show"),
    ),
    Command(
        "unread",
        "naolida",
        (),
        Arguments.OPTIONAL_NAME,
        usage=N_("/unread [name]"),
        summary=N_("mark as unread"),
        details=N_("Marks the last message of this conversation, or of the one named, as unread again."),
        example=N_("/unread Ana"),
        completes=Completes.CONVERSATION,
    ),
    Command(
        "clear",
        "limpar",
        (),
        Arguments.NONE,
        usage=N_("/clear"),
        summary=N_("an empty view"),
        details=N_("Clears the view; nothing is lost, scrolling up finds it."),
        example=N_("/clear"),
    ),
    Command(
        "wire",
        "fio",
        ("rawlog",),
        Arguments.OPTIONAL_NAME,
        usage=N_("/wire [name | ? | instruction]"),
        summary=N_("what goes over the wire"),
        details=N_(
            "Opens a window with every line that is sent and received, how it ended and what it was taken for;"
            " with a name, or with tracker, only that link. /wire ? explains the lowest line shown, or the one"
            " that a search has found; /wire ADDR explains an instruction."
        ),
        example=N_("/wire Ana"),
        completes=Completes.PERSON,
    ),
    Command(
        "log",
        "registro",
        (),
        Arguments.OPTIONAL_WORD,
        usage=N_("/log [on|off]"),
        summary=N_("write conversations to files"),
        details=N_("Switches the transcripts; alone, says whether they are on, and where."),
        example=N_("/log on"),
        completes=Completes.CHOICE,
        choices=("on", "off"),
    ),
    Command(
        "tracker",
        "tracker",
        ("servidor",),
        Arguments.OPTIONAL_WORD,
        usage=N_("/tracker [host[:port]]"),
        summary=N_("show or change the tracker"),
        details=N_("Shows which tracker is used and how it is; with an address, moves there. Chats go on."),
        example=N_("/tracker 10.0.0.1:10000"),
    ),
    Command(
        "name",
        "nome",
        ("nick",),
        Arguments.NAME,
        usage=N_("/name <name>"),
        summary=N_("go by another name"),
        details=N_("Registers you under another name. Those you are talking to still know you by the old one."),
        example=N_("/name Ana Lima"),
    ),
    Command(
        "reconnect",
        "reconectar",
        (),
        Arguments.NONE,
        usage=N_("/reconnect"),
        summary=N_("try the tracker now"),
        details=N_("Tries to reach the tracker at once instead of waiting for the countdown."),
        example=N_("/reconnect"),
    ),
    Command(
        "set",
        "config",
        (),
        Arguments.KEY_AND_VALUE,
        usage=N_("/set [key [value]]"),
        summary=N_("show or change a setting"),
        details=N_("Without a value shows the setting; alone, all of them. Kept until the program ends, or for good by /save."),
        example=N_("/set bell off"),
        completes=Completes.SETTING,
    ),
    Command(
        "save",
        "salvar",
        (),
        Arguments.NONE,
        usage=N_("/save"),
        summary=N_("keep the changed settings"),
        details=N_("Writes what /set, /lang and /log have changed into the settings file, for the next time."),
        example=N_("/save"),
    ),
    Command(
        "lang",
        "idioma",
        (),
        Arguments.OPTIONAL_WORD,
        usage=N_("/lang <en|pt>"),
        summary=N_("change the language"),
        details=N_("Changes the language of the program at once: en is English, pt Brazilian Portuguese."),
        example=N_("/lang pt"),
        completes=Completes.CHOICE,
        choices=("en", "pt"),
    ),
    Command(
        "help",
        "ajuda",
        ("h", "?"),
        Arguments.OPTIONAL_WORD,
        usage=N_("/help [command]"),
        summary=N_("this help"),
        details=N_("Without a command, an overview; with one, what it does."),
        example=N_("/help chat"),
        completes=Completes.COMMAND,
    ),
    Command(
        "keys",
        "teclas",
        (),
        Arguments.NONE,
        usage=N_("/keys"),
        summary=N_("what the keys do"),
        details=N_("Lists the keys."),
        example=N_("/keys"),
    ),
    Command(
        "version",
        "versao",
        (),
        Arguments.NONE,
        usage=N_("/version"),
        summary=N_("which version this is"),
        details=N_("Shows the version of the program and of Python."),
        example=N_("/version"),
    ),
)
