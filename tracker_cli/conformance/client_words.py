"""What a check of a client asks of the person, and can observe; the values are made harmless by ``shown``."""

from dataclasses import dataclass, field
from typing import Final

from .report import Values, Wording


@dataclass(frozen=True, slots=True)
class Step:
    """Something that the person at the client is asked to do, or to look at."""

    key: str
    """Names it in tests and for who drives a client by a program."""
    asks: Wording
    seconds: float
    """How long the check waits for it; 0 where there is nothing to wait for."""
    values: Values = field(default_factory=dict)

    def text(self, language: str) -> str:
        """What to do, in ``language``, with the time limit."""
        text = self.asks.text(language, self.values)
        limit = _WITHIN.text(language, {"seconds": f"{self.seconds:.0f}"}) if self.seconds else ""
        return f">>> {text}{limit}"


_WITHIN: Final = Wording(" (within {seconds} s)", " (em até {seconds} s)")

START: Final = Wording(
    "Start your client now, with the tracker at {address}.",
    "Inicie seu cliente agora, com o servidor central em {address}.",
)
RESTART: Final = Wording(
    "Your client has left the tracker. Start it again.",
    "Seu cliente saiu do servidor central. Inicie-o de novo.",
)
LIST: Final = Wording(
    "Ask for the list three times, a few seconds apart. "
    "It should show {first}, then {second}, then {second} again.",
    "Peça a lista três vezes, com alguns segundos entre elas. "
    "Deve mostrar {first}, depois {second}, e de novo {second}.",
)
CHAT: Final = Wording("Open a chat with {name}.", "Abra uma conversa com {name}.")
SAY: Final = Wording(
    "{name} has said “{text}”. Answer with the two texts {one} and {two}, two seconds apart.",
    "{name} disse “{text}”. Responda com os dois textos {one} e {two}, com dois segundos entre eles.",
)
BYE: Final = Wording("End the chat with {name}.", "Encerre a conversa com {name}.")
WATCH_CALLS: Final = Wording(
    "Look: {first} and {second} call your client. It should show these texts from {first}: {texts}.",
    "Observe: {first} e {second} chamam seu cliente. Deve mostrar estes textos de {first}: {texts}.",
)
WATCH_KEEPS: Final = Wording(
    "Leave it alone: KEEP is being watched.", "Deixe-o parado: o KEEP está sendo observado."
)
EXIT: Final = Wording("Leave the program.", "Saia do programa.")

NOBODY_CAME: Final = Wording("no client connected", "nenhum cliente se conectou")
NOT_DONE: Final = Wording("It was not done within the time.", "Não foi feito dentro do tempo.")
NO_USER: Final = Wording("No USER came within {seconds} s.", "Nenhum USER chegou em {seconds} s.")
FIRST_WAS: Final = Wording("Its first message was {sent}.", "Sua primeira mensagem foi {sent}.")
USER_SPACES: Final = Wording("{sent} has spaces beside the “:”.", "{sent} tem espaços junto ao “:”.")
NO_END: Final = Wording("{sent} has no line end at all.", "{sent} não tem nenhum fim de linha.")
LF_END: Final = Wording("{sent} ends in \\n alone.", "{sent} termina apenas com \\n.")
SENT_TO_TRACKER: Final = Wording("It sent {sent} to the tracker.", "Enviou {sent} ao servidor central.")
NO_KEEP: Final = Wording("No KEEP came within {seconds} s.", "Nenhum KEEP chegou em {seconds} s.")
LATE_KEEP: Final = Wording("Once {seconds} s passed without a KEEP.", "Passaram-se {seconds} s sem um KEEP.")
MANY_KEEPS: Final = Wording("A KEEP came every {seconds} s.", "Um KEEP chegou a cada {seconds} s.")
KEEPS: Final = Wording(
    "{count} came, at most {seconds} s apart.", "Chegaram {count}, com no máximo {seconds} s entre eles."
)
LEFT_ON_LIST: Final = Wording(
    "It left the tracker on receiving {reply}.", "Saiu do servidor central ao receber {reply}."
)
LEFT_ON_SPLIT_LIST: Final = Wording(
    "It left the tracker on receiving {reply} in two parts.",
    "Saiu do servidor central ao receber {reply} em duas partes.",
)
LEFT_TRACKER: Final = Wording(
    "It left the tracker while the program was still in use.",
    "Saiu do servidor central com o programa ainda em uso.",
)
OTHER_ADDR: Final = Wording("Its question was {sent}.", "Sua pergunta foi {sent}.")
NOT_DIALLED: Final = Wording(
    "Told {address}, it called nobody within {seconds} s.",
    "Informado de {address}, não chamou ninguém em {seconds} s.",
)
DIALLED_ELSEWHERE: Final = Wording(
    "Told {address}, it called {host}.", "Informado de {address}, chamou {host}."
)
NO_HELLO: Final = Wording(
    "It called and said nothing for {seconds} s.", "Chamou e nada disse por {seconds} s."
)
HELLO_WAS: Final = Wording("It said {sent} first.", "Disse primeiro {sent}.")
HELLO_NAME: Final = Wording(
    "It said {sent}, but is registered as {name}.", "Disse {sent}, mas está cadastrado como {name}."
)
TEXT_WAS: Final = Wording("Typed {typed}, arrived {sent}.", "Digitado {typed}, chegou {sent}.")
NOT_UTF8: Final = Wording(
    "{sent} is not UTF-8; other programs may show other characters.",
    "{sent} não é UTF-8; outros programas podem mostrar outros caracteres.",
)
CLOSED_AFTER_TEXT: Final = Wording(
    "It closed the connection after one text.", "Fechou a conexão após um texto."
)
NO_DISC: Final = Wording("It closed without DISC.", "Fechou sem DISC.")
NO_DISC_2026: Final = Wording(
    "It closed without DISC, as the 2026 edition has it.", "Fechou sem DISC, como na edição de 2026."
)
OTHER_FAREWELL: Final = Wording("It said {sent} in place of DISC.", "Disse {sent} em vez de DISC.")
REFUSED: Final = Wording("A call to {address} failed: {reason}.", "Uma chamada a {address} falhou: {reason}.")
GAVE_UP: Final = Wording(
    "It closed after {seconds} s, before the caller had said USER.",
    "Fechou após {seconds} s, antes de quem chamou dizer USER.",
)
CLOSED_ON_HELLO: Final = Wording(
    "It closed on receiving {sent} together.", "Fechou ao receber {sent} juntos."
)
SECOND_CLOSED: Final = Wording(
    "{name}, the second caller, was cut off.", "{name}, que chamou depois, foi desconectado."
)
SECOND_CLOSED_WITH: Final = Wording(
    "{name}, the second caller, got {sent} and was cut off.",
    "{name}, que chamou depois, recebeu {sent} e foi desconectado.",
)
CLOSED_ON_TEXT: Final = Wording("It closed on receiving {text}.", "Fechou ao receber {text}.")
CLOSED_ON_SPLIT_TEXT: Final = Wording(
    "It closed on receiving {text} in two parts, cut inside a character.",
    "Fechou ao receber {text} em duas partes, cortado dentro de um caractere.",
)
KEPT_OPEN: Final = Wording(
    "{seconds} s after DISC it had not closed.", "{seconds} s após DISC não havia fechado."
)
