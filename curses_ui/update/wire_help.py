"""Explains a line of the wire: what it is for, and what the assignment says there."""

from typing import Final

from core import Edition
from core.assignment import Topic, sentence
from core.tap import Direction, Ending, Note, Role, Taken, WireLine

from ..i18n import PORTUGUESE, Catalogue, N_

_EXPLAINED: Final = {
    Topic.REGISTER: N_("A client registers its name, and the port where it waits for calls. It is the first line that it sends."),
    Topic.LIST: N_("A client asks the tracker who else is active."),
    Topic.KEEP: N_("A client says that it is still there. Nothing answers it."),
    Topic.ADDR: N_("A client asks the tracker where somebody waits for calls. For an unknown name there is no reply."),
    Topic.LIST_REPLY: N_("The tracker names the other active users, with : between the names."),
    Topic.ADDR_REPLY: N_("The tracker tells where somebody waits for calls; the client then connects there."),
    Topic.HELLO: N_("The peer that has connected says its name. It is the first line on the connection."),
    Topic.DISC: N_("A peer takes its leave; both sides then close the connection."),
    Topic.TEXT: N_("Somebody typed this. Between peers, whatever is no instruction is a message."),
    Topic.ONLY_PROTOCOL: N_("This is no instruction that a tracker knows, so nothing answers it."),
    Topic.EXACTLY: N_("The tracker sent a line that is no reply; the client ignores it."),
    Topic.ALWAYS_CONNECTED: N_("Each client has one connection to the tracker, as long as it runs."),
    Topic.LISTENING: N_("Two peers talk over a connection of their own; whoever calls connects to the other's port."),
}
_ENDS_MISSING: Final = N_("It has no line end, so the other side can only guess where it stops.")
_GLUED: Final = N_("Two instructions stand together with no line end between them; a receiver cannot tell them apart.")
_CUT: Final = N_("Nobody has this name; somebody has one that goes on behind a space.")
_SILENT: Final = N_("The connection ended, and nobody had said DISC.")

_BY_WORD: Final = {
    "USER": (Topic.REGISTER, Topic.HELLO),
    "LIST": (Topic.LIST, Topic.LIST_REPLY),
    "KEEP": (Topic.KEEP,),
    "ADDR": (Topic.ADDR, Topic.ADDR_REPLY),
    "DISC": (Topic.DISC,),
}


def explain_instruction(word: str, catalogue: Catalogue) -> str | None:
    """Explain one of the words of the protocol, in all its uses; None if it is none."""
    topics = _BY_WORD.get(word.upper())
    if topics is None:
        return None
    return "\n".join(row for topic in topics for row in (f"{topic.value}", *_rows(topic, Edition.E2024, catalogue)))


def explain_line(line: WireLine, catalogue: Catalogue) -> str:
    """Explain a line that was shown: what it is for, and what is wrong with it if something is."""
    edition = Edition.E2026 if _is_of_2026(line) else Edition.E2024
    rows = _rows(_topic(line), edition, catalogue)
    if Note.CUT_NAME in line.notes:
        rows += [catalogue.tr(_CUT), *_quoted(Topic.NAME, edition, catalogue)]
    if Note.GLUED in line.notes:
        rows += [catalogue.tr(_GLUED), *_quoted(Topic.STREAM, edition, catalogue)]
    elif line.ending in (Ending.NONE, Ending.QUIET, Ending.LONG_QUIET) and line.taken is not Taken.TEXT:
        rows += [catalogue.tr(_ENDS_MISSING), *_quoted(Topic.LINE_ENDS, edition, catalogue)]
    if Note.NO_DISC in line.notes:
        rows = [catalogue.tr(_SILENT), *_quoted(Topic.DISC, edition, catalogue)]
    return "\n".join(rows)


def _rows(topic: Topic, edition: Edition, catalogue: Catalogue) -> list[str]:
    return [catalogue.tr(_EXPLAINED[topic]), *_quoted(topic, edition, catalogue)]


def _quoted(topic: Topic, edition: Edition, catalogue: Catalogue) -> list[str]:
    """What the assignment says, with its heading; nothing where it says nothing."""
    found = sentence(topic, edition)
    if found is None:
        return []
    language = catalogue.language
    opening, closing = ("“", "”") if language == PORTUGUESE else ('"', '"')
    where, words = found.heading.text(language), found.says.text(language)
    return [catalogue.tr("The assignment, {where}:", where=where) + f" {opening}{words}{closing}"]


def _is_of_2026(line: WireLine) -> bool:
    """Whether it is the form of a reply that only that edition has."""
    is_reply = line.direction is (Direction.RECEIVED if line.role is Role.TRACKER else Direction.SENT)
    between_peers = line.role in (Role.CALLED, Role.CALLER)
    if line.taken is not Taken.ADDR or not is_reply or between_peers:
        return False
    parts = line.data.decode(errors="replace").removeprefix("ADDR ").split(":")
    return len(parts) == 3 and not parts[0].replace(".", "").isdigit()


def _topic(line: WireLine) -> Topic:
    between_peers = line.role in (Role.CALLED, Role.CALLER)
    is_request = line.direction is (Direction.SENT if line.role is Role.TRACKER else Direction.RECEIVED)
    match line.taken:
        case Taken.USER:
            return Topic.HELLO if between_peers else Topic.REGISTER
        case Taken.LIST:
            return Topic.LIST if is_request else Topic.LIST_REPLY
        case Taken.ADDR:
            return Topic.ADDR if is_request else Topic.ADDR_REPLY
        case Taken.KEEP:
            return Topic.KEEP
        case Taken.DISC:
            return Topic.DISC
        case Taken.TEXT | Taken.LATE_END:
            return Topic.TEXT
        case Taken.NOTHING | Taken.WAITS:
            return Topic.TEXT if between_peers else Topic.ONLY_PROTOCOL if is_request else Topic.EXACTLY
        case _:
            return Topic.LISTENING if between_peers else Topic.ALWAYS_CONNECTED
