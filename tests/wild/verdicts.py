"""What the self-check must say of each stand-in: every verdict, and the line of the stand-in that causes it.

The verdicts are written from the source of the stand-ins, not from what the check
says. A rule that is not named here is kept.

    python3 -m tests.wild.checking [RUNS]      run every check this often (10), and print what differs
"""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tracker_cli.conformance import Outcome, Report, Rule, finding_lines, rules
from tracker_cli.i18n import load_catalogue

from . import clients, faulty, peers, trackers
from .harness import StandIn
from .programs import ClientProgram

Kind = type[StandIn]

_ENGLISH: Final = load_catalogue("en")


@dataclass(frozen=True)
class Verdict:
    """One finding that is no ``ok``."""

    rule: Rule
    outcome: Outcome
    words: str
    """In the lines of the finding."""
    line: str
    """Of the stand-in's source: why it is so."""


def _fault(rule: Rule, words: str, line: str) -> Verdict:
    return Verdict(rule, Outcome.FAULT, words, line)


def _note(rule: Rule, words: str, line: str) -> Verdict:
    return Verdict(rule, Outcome.OPEN, words, line)


def _unseen(checked: tuple[Rule, ...], words: str, line: str) -> tuple[Verdict, ...]:
    return tuple(Verdict(rule, Outcome.UNSEEN, f"Not seen, because {words}", line) for rule in checked)


# Trackers

_NO_LIMIT: Final = _fault(rules.EXPIRES_THE_SILENT, "still listed", "while data := self.recv(sock):")
"""It waits for the next instruction for as long as that takes."""
_ONE_RECV: Final = "yield data.decode().strip()"
_ONE_INSTRUCTION: Final = (
    _fault(rules.READS_GLUED, r"No answer to `KEEP\r\nLIST\r\n`", _ONE_RECV),
    _fault(rules.READS_SPLIT, r"No answer to `LI` + `ST\r\n`", _ONE_RECV),
)


def _all_but(*seen: Rule) -> tuple[Rule, ...]:
    return tuple(rule for rule in rules.OF_A_TRACKER if rule not in seen)


_EARLIER: Final = "an earlier fault stood before it"

TRACKERS: Final[dict[type[trackers.TrackerProgram], tuple[Verdict, ...]]] = {
    trackers.TrackerProgram: (_NO_LIMIT,),
    trackers.NamedAddressTracker: (_NO_LIMIT,),
    trackers.SpacedAddressTracker: (
        _NO_LIMIT,
        _fault(
            rules.ANSWERS_ADDR,
            "spaces between its parts",
            r'return f"ADDR {name}: {host}: {port}\r\n".encode()',
        ),
    ),
    trackers.OneRecvTracker: (_NO_LIMIT, *_ONE_INSTRUCTION),
    trackers.UnterminatedTracker: (
        _NO_LIMIT,
        *_ONE_INSTRUCTION,
        _fault(
            rules.REPLIES_END_IN_CRLF,
            "no line end at all",
            r'return super().list_reply(names).rstrip(b"\r\n")',
        ),
    ),
    trackers.TalkativeTracker: (
        _NO_LIMIT,
        _fault(
            rules.NO_OTHER_REPLIES,
            r"It answered USER with `Bem-vindo!\r\n`",
            r'sock.sendall("Bem-vindo!\r\n".encode())',
        ),
        _fault(
            rules.IGNORES_UNKNOWN_ADDR,
            "usuário não encontrado",
            r'sock.sendall("ADDR usuário não encontrado\r\n".encode())',
        ),
    ),
    trackers.ListsEverybodyTracker: (
        _NO_LIMIT,
        _fault(rules.LISTS_OTHERS, "-ana1 asked and got", "return list(self.users)"),
        _note(
            rules.SEPARATES_NAMES,
            "has spaces around names",
            r'''return f"LIST {': '.join(names)}\r\n".encode()''',
        ),
    ),
    trackers.SpacedListTracker: (
        _NO_LIMIT,
        _note(
            rules.SEPARATES_NAMES,
            "has spaces around names",
            r'''return f"LIST {': '.join(names)}\r\n".encode()''',
        ),
    ),
    trackers.OneClientTracker: (
        _fault(rules.SERVES_IN_PARALLEL, "while a silent connection was open", "self.serve(sock)"),
        *_unseen(
            _all_but(rules.SERVES_IN_PARALLEL, rules.ANSWERS_LIST), _EARLIER, "self.serve(sock)"
        ),
    ),
    faulty.RegistersAnything: (
        _NO_LIMIT,
        _fault(rules.REFUSES_BAD_USER, "-bad is in", "return name, int(port) if port.isdigit() else 0"),
    ),
    faulty.DiesOfRubbish: (
        _NO_LIMIT,
        _fault(rules.SURVIVES_RUBBISH, "After it, LIST had no answer", "shut_down(owned)"),
    ),
    faulty.ListsNamesTwice: (
        _NO_LIMIT,
        _note(
            rules.ONE_OF_A_NAME,
            "is listed twice",
            "return [name for name in self.said if name != asker and name in self.users]",
        ),
    ),
    faulty.NeverForgets: (_NO_LIMIT, _fault(rules.FORGETS_WHO_LEFT, "-dora was still listed", "pass")),
    faulty.DropsWhoOnlyKeeps: (
        _NO_LIMIT,
        _fault(rules.KEEPS_THE_LIVING, "-keeper said KEEP every", "if keeps == 3:"),
    ),
    faulty.AsciiTracker: (
        _NO_LIMIT,
        _fault(
            rules.TAKES_ANY_NAME,
            "da Conceição check",
            'return super().parse_user(line.encode("ascii").decode())',
        ),
    ),
    faulty.TellsItsOwnPort: (
        _NO_LIMIT,
        _fault(
            rules.ANSWERS_ADDR,
            "-bruno had said port 20001",
            "return super().address_reply(name, host, self.address[1])",
        ),
    ),
    faulty.TellsNoAddress: (
        _NO_LIMIT,
        _fault(
            rules.ANSWERS_ADDR,
            "no client can dial that address",
            'return super().address_reply(name, "0.0.0.0", port)',
        ),
    ),
    faulty.AnswersOtherwise: (
        _fault(
            rules.ANSWERS_LIST, "It answered LIST with `USERS", r'return f"USERS {names}\r\n".encode()'
        ),
        *_unseen(_all_but(rules.ANSWERS_LIST), _EARLIER, r'return f"USERS {names}\r\n".encode()'),
    ),
    faulty.ListsWithoutSpace: (
        _NO_LIMIT,
        _note(
            rules.SEPARATES_NAMES,
            r"it answers `LIST\r\n`, without the space",
            r'return super().list_reply(names) if names else b"LIST\r\n"',
        ),
    ),
}

# Clients

_WHOLE_IN_ONE_RECV: Final = (
    _fault(
        rules.READS_SPLIT_LISTS,
        r"It left the tracker on receiving `LIST Ana Júlia:Eco:Bia\r\n` in two parts.",
        r'if not reply.startswith(verb) or not reply.endswith("\n"):',
    ),
    _fault(
        rules.READS_CUT_LISTS,
        r"It left the tracker on receiving `LIST Ana Júlia:Eco:Bia\r\n` in two parts, cut inside a character.",
        "reply = self.recv(self.tracker, RECV_BYTES).decode()",
    ),
)


def _one_recv(farewell: str, *, finds_glued: bool = False) -> tuple[Verdict, ...]:
    """Of a client that takes each ``recv`` for a message, and ``farewell`` for what ends a chat."""
    split = _fault(rules.READS_SPLIT_TEXTS, r"did not close on receiving `DI` and", farewell)
    glued = _fault(rules.READS_GLUED_TEXTS, r"did not close on receiving `Tchau!\r\nDISC\r\n`", farewell)
    return (split,) if finds_glued else (glued, split)


_HALF_A_CHARACTER: Final = _fault(
    rules.READS_CUT_TEXTS,
    r"It closed on receiving `coração\r\n` in two parts, cut inside a character.",
    "if self.is_farewell(data.decode()):",
)
_SEGMENTS: Final = (*_one_recv('return message.strip() == "DISC"'), _HALF_A_CHARACTER)
_OF_CALLS: Final = (rules.CLOSES_ON_DISC, *rules.OF_CALLS)
_DISC_PREFIX: Final = 'return message.startswith("DISC")'
_DISC_ANYWHERE: Final = r'return "DISC\r\n" in message'

CLIENTS: Final[dict[type[ClientProgram], tuple[Verdict, ...]]] = {
    ClientProgram: (),
    # Towards the tracker
    clients.SpaceAfterColon: (
        _fault(
            rules.SAYS_USER_FIRST,
            "has spaces beside the “:”",
            r'return f"USER {self.name}: {self.address[1]}\r\n".encode()',
        ),
    ),
    clients.SaysDiscToTracker: (
        _fault(
            rules.SAYS_ONLY_PROTOCOL,
            r"It sent `DISC\r\n` to the tracker",
            r'self.tracker.sendall(b"DISC\r\n")',
        ),
    ),
    clients.OneRecvPerAnswer: _WHOLE_IN_ONE_RECV,
    clients.SplitsListOnOneSpace: (
        _fault(
            rules.SURVIVES_LISTS,
            r"It left the tracker on receiving `LIST Ana Júlia:Eco:Bia\r\n`.",
            '_, names = self.tracker_reply("LIST").split(" ")',
        ),
        # Each of the lists before a chat breaks it.
        *_unseen((rules.READS_ITS_CALLS,), _EARLIER, '_, names = self.tracker_reply("LIST").split(" ")'),
        *_WHOLE_IN_ONE_RECV,
    ),
    clients.ReplacesListWord: _WHOLE_IN_ONE_RECV,
    clients.ReplacesListWordAndTrims: _WHOLE_IN_ONE_RECV,
    clients.PollsWhenIdle: (),  # what it does not read, nobody sees from outside
    # Towards other clients
    peers.ReadsSegments: _SEGMENTS,
    peers.NeverTerminates: (
        *_SEGMENTS,
        _fault(
            rules.PEER_LINES_END_IN_CRLF,
            "`USER Ana` has no line end at all",
            'chat.sock.sendall(f"USER {self.name}".encode())',
        ),
    ),
    peers.LineFeedTexts: (
        _fault(
            rules.PEER_LINES_END_IN_CRLF,
            r"`sim\n` ends in \n alone",
            r'chat.sock.sendall(f"{text}\n".encode())',
        ),
    ),
    peers.SpaceAfterText: (
        *_SEGMENTS,
        _fault(
            rules.PEER_LINES_END_IN_CRLF,
            "`sim ` has no line end at all",
            'chat.sock.sendall(f"{text} ".encode())',
        ),
        _note(rules.SENDS_TEXTS, "Typed sim, arrived `sim `", 'chat.sock.sendall(f"{text} ".encode())'),
    ),
    peers.SaysBye: (
        _fault(rules.SAYS_DISC, r"It said `/bye\r\n` in place of DISC", r'farewell = b"/bye\r\n"'),
    ),
    peers.SaysByeUnterminated: (
        _fault(rules.SAYS_DISC, "It said `/bye` in place of DISC", 'farewell = b"/bye"'),
        _fault(rules.PEER_LINES_END_IN_CRLF, "`/bye` has no line end at all", 'farewell = b"/bye"'),
    ),
    peers.LeavesWithoutDisc: (
        _fault(rules.SAYS_DISC, "It closed without DISC", "chat.sock.shutdown(socket.SHUT_RDWR)"),
    ),
    peers.TellsPeersItsPort: (
        _fault(
            rules.INTRODUCES_ITSELF,
            "It said `USER Ana:",
            r'chat.sock.sendall(f"USER {self.name}:{self.address[1]}\r\n".encode())',
        ),
    ),
    peers.BareName: (
        _fault(
            rules.INTRODUCES_ITSELF,
            r"It said `Ana\r\n` first",
            r'chat.sock.sendall(f"{self.name}\r\n".encode())',
        ),
    ),
    peers.NeverIntroduces: (_fault(rules.INTRODUCES_ITSELF, "said nothing for 5 s", "pass"),),
    peers.ConnectionPerMessage: (
        _fault(
            rules.SENDS_TEXTS, "closed the connection after one text", "sock.shutdown(socket.SHUT_RDWR)"
        ),
        _fault(rules.SAYS_DISC, "It closed without DISC", "sock.shutdown(socket.SHUT_RDWR)"),
        *_unseen((rules.READS_ITS_CALLS,), "it closes calls by itself", "sock.shutdown(socket.SHUT_RDWR)"),
    ),
    peers.WaitsATenthForUser: (
        *_SEGMENTS,
        _fault(
            rules.WAITS_FOR_CALLER,
            "It closed after 0.5 s, before the caller had said USER",
            "readable, _, _ = select.select([sock], [], [], NAME_WAIT_SECONDS)",
        ),
    ),
    peers.FirstRecvIsTheName: _SEGMENTS,  # whose name it shows, only its user sees
    peers.DiscPrefixEnds: (
        *_one_recv(_DISC_PREFIX),
        _HALF_A_CHARACTER,
        _fault(rules.TAKES_DISC_TEXTS, r"It closed on receiving `DISCO é bom\r\n`", _DISC_PREFIX),
    ),
    peers.DiscAnywhereEnds: (
        *_one_recv(_DISC_ANYWHERE, finds_glued=True),
        _HALF_A_CHARACTER,
        _fault(rules.TAKES_DISC_TEXTS, r"It closed on receiving `meu DISC\r\n`", _DISC_ANYWHERE),
    ),
    peers.BusyElsewhere: (
        _fault(
            rules.TAKES_SECOND_CALL, r"got `BUSY\r\n` and was cut off", r'sock.sendall(b"BUSY\r\n")'
        ),
    ),
    peers.DialsLocalhost: (
        _fault(rules.DIALS_AS_TOLD, "but connected to 127.0.0.1", 'return ("localhost", found[1])'),
    ),
    peers.ConsoleCodePage: (
        *_SEGMENTS,
        _note(
            rules.SENDS_TEXTS,
            r"`n\xe3o\r\n` is not UTF-8",
            r'chat.sock.sendall(text.encode("cp1252") + b"\r\n")',
        ),
    ),
    peers.SlowTypist: (),
    peers.NeverReadsWhatItDialled: (
        _fault(
            rules.READS_ITS_CALLS,
            "Eco ended a call of the client, which did not close within 5 s",
            "return chat  # and no thread reads it",
        ),
    ),
    peers.ServesOneCallAtATime: (
        _fault(
            rules.TAKES_SECOND_CALL, "Bia, the second caller, was not read", "self.serve_connection(sock, serve)"
        ),
    ),
    peers.DropsFirstCallAtSecond: (
        _fault(rules.TAKES_SECOND_CALL, "Eco was cut off when Bia called", "shut_down(chat.sock)"),
    ),
    peers.BareNameAtOnce: (
        _fault(
            rules.INTRODUCES_ITSELF,
            r"It said `Ana\r\n` first",
            r'chat.sock.sendall(f"{self.name}\r\n".encode())',
        ),
    ),
    peers.ReadsSmallPieces: _one_recv('return message.strip() == "DISC"'),  # half a character is shown as �
    peers.TypesWithFgets: (),  # the texts of the check are short
    peers.DeafAfterHalfACharacter: (
        _fault(
            rules.READS_CUT_TEXTS,
            r"After `coração\r\n` it did not close when the caller left",
            "buffer += data.decode()",
        ),
        _fault(
            rules.READS_CUT_LISTS,
            "cut inside a character, it asked for the address of Eco, and did not connect",
            "buffer += data.decode()",
        ),
    ),
    peers.BusyToTheSameName: (),  # no two callers of one name are there at once
    peers.EndsOnlyOnExactDisc: (
        _fault(rules.CLOSES_ON_DISC, "5 s after DISC it had not closed", 'return message == "DISC"'),
        *_unseen(
            (rules.READS_GLUED_TEXTS, rules.READS_SPLIT_TEXTS),
            "it does not close on DISC",
            'return message == "DISC"',
        ),
        _HALF_A_CHARACTER,
    ),
    # Made up
    faulty.SaysNoKeep: (_fault(rules.SAYS_KEEP, "No KEEP came within", "pass"),),
    faulty.KeepsTooOften: (
        _note(rules.SAYS_KEEP, "A KEEP came every 0.1 s", "self._keepalive_seconds /= 10"),
    ),
    faulty.NeverEndsItsUser: (
        _fault(
            rules.REQUESTS_END_IN_CRLF, "has no line end at all", "return super().registration().rstrip()"
        ),
        _fault(rules.SAYS_KEEP, "s passed without a KEEP", "self._left.wait(1.5)"),
    ),
    faulty.Deaf: (
        _fault(
            rules.LISTENS, "connection refused", 'self._unused.bind(("127.0.0.1", 0))'
        ),
        *_unseen(
            _OF_CALLS,
            "a call to its port failed",
            'self._unused.bind(("127.0.0.1", 0))',
        ),
    ),
    faulty.AlwaysBusy: _unseen(_OF_CALLS, "it answered BUSY", r'sock.sendall(b"BUSY\r\n")'),
    faulty.DiesOfHalfACharacter: (
        _fault(
            rules.READS_CUT_TEXTS,
            r"It closed on receiving `coração\r\n` in two parts, cut inside a character.",
            "text += data.decode()",
        ),
    ),
    faulty.IgnoresDisc: (
        _fault(
            rules.CLOSES_ON_DISC,
            "5 s after DISC it had not closed",
            r'return (line + b"\0" if line == b"DISC" else line for line in super().lines(sock))',
        ),
        *_unseen(
            (rules.READS_GLUED_TEXTS, rules.READS_SPLIT_TEXTS),
            "it does not close on DISC",
            r'return (line + b"\0" if line == b"DISC" else line for line in super().lines(sock))',
        ),
    ),
    faulty.AsksInItsOwnWords: (
        _fault(
            rules.SAYS_ADDR,
            r"Its request was `ADDR the Eco\r\n`",
            r'self.tracker.sendall(f"ADDR the {name}\r\n".encode())',
        ),
        _fault(rules.STAYS_CONNECTED, "It left the tracker", 'raise ConnectionError("no answer")'),
        *_unseen(
            (rules.SURVIVES_LISTS, rules.READS_SPLIT_LISTS, rules.READS_CUT_LISTS),
            "a chat that it opens never comes about",
            'raise ConnectionError("no answer")',
        ),
        *_unseen(
            (
                rules.DIALS_AS_TOLD,
                rules.INTRODUCES_ITSELF,
                rules.SENDS_TEXTS,
                rules.SAYS_DISC,
                rules.PEER_LINES_END_IN_CRLF,
                rules.READS_ITS_CALLS,
            ),
            _EARLIER,
            'raise ConnectionError("no answer")',
        ),
    ),
    faulty.TellsPeersAnotherName: (
        _fault(
            rules.INTRODUCES_ITSELF, "but is registered as Ana", r'chat.sock.sendall(b"USER Zeca\r\n")'
        ),
    ),
    faulty.TalksToTheTracker: (
        _fault(
            rules.SAYS_ONLY_PROTOCOL,
            r"It sent `Alguém aí?\r\n` to the tracker",
            r'self.tracker.sendall("Alguém aí?\r\n".encode())',
        ),
    ),
    faulty.LosesItsTracker: (
        _fault(rules.STAYS_CONNECTED, "It left the tracker while", "self.quit()"),
    ),
    faulty.StaysForEver: _unseen((rules.LEAVES,), "it was not done within the time", "pass"),
}


def verdicts_of(kind: Kind) -> tuple[Verdict, ...]:
    """Return the verdicts of a stand-in."""
    if issubclass(kind, ClientProgram):
        return CLIENTS[kind]
    assert issubclass(kind, trackers.TrackerProgram)
    return TRACKERS[kind]


def source_lines(kind: Kind) -> set[str]:
    """Return the lines of a stand-in and of what it inherits from, without their indentation."""
    classes = [base for base in kind.__mro__ if base.__module__.startswith("tests.wild")]
    return {line.strip() for base in classes for line in inspect.getsource(base).splitlines()}


def differences(report: Report, verdicts: tuple[Verdict, ...], checked: tuple[Rule, ...]) -> list[str]:
    """Return what a report says otherwise than it should, a row each; none if it is right."""
    missing = list(verdicts)
    kept = {rule.key for rule in checked} - {verdict.rule.key for verdict in verdicts}
    unexpected = list(_unexpected(report, missing, kept))
    lost = [f"missing: {verdict.rule.key}: {verdict.words}" for verdict in missing]
    return unexpected + lost + [f"not ok: {key}" for key in sorted(kept)]


def _unexpected(report: Report, missing: list[Verdict], kept: set[str]) -> Iterator[str]:
    """Rows for findings that should not be there; takes what is there from ``missing`` and ``kept``."""
    for finding in report.findings:
        lines = " ".join(finding_lines(finding, _ENGLISH))
        if finding.outcome is Outcome.CONFORMS and finding.rule.key in kept:
            kept.remove(finding.rule.key)
            continue
        for verdict in missing:
            if (verdict.rule, verdict.outcome) == (finding.rule, finding.outcome) and verdict.words in lines:
                missing.remove(verdict)
                break
        else:
            yield f"{finding.rule.key}: {lines}"
