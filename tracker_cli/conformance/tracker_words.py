"""What a check of a tracker can observe, in both languages; the values are made harmless by ``shown``."""

from typing import Final

from .report import Wording

NO_ANSWER: Final = Wording(
    "No answer to {sent} within {seconds} s.", "Nenhuma resposta a {sent} em {seconds} s."
)
CLOSED: Final = Wording("It closed the connection after {sent}.", "Fechou a conexão após {sent}.")
ANSWERED: Final = Wording("It answered {sent} with {reply}.", "Respondeu a {sent} com {reply}.")
NO_END: Final = Wording("{reply} has no line end at all.", "{reply} não tem nenhum fim de linha.")
LF_END: Final = Wording("{reply} ends in \\n alone.", "{reply} termina apenas com \\n.")
LISTS_ASKER: Final = Wording("{name} asked and got {reply}.", "{name} perguntou e recebeu {reply}.")
NOT_LISTED: Final = Wording("{name} is missing in {reply}.", "{name} não aparece em {reply}.")
LISTED: Final = Wording("{name} is in {reply}.", "{name} aparece em {reply}.")
SPACED: Final = Wording(
    "{reply} has spaces around names; programs that do not trim them take them for part of the name.",
    "{reply} tem espaços em volta de nomes; programas que não os removem os tomam como parte do nome.",
)
BARE_LIST: Final = Wording(
    "With nobody else there it answers {reply}, without the space; programs that split it there stumble.",
    "Sem mais ninguém responde {reply}, sem o espaço; programas que o dividem ali falham.",
)
WRONG_PORT: Final = Wording(
    "It answered {reply}; {name} had said port {port}.", "Respondeu {reply}; {name} informou a porta {port}."
)
OTHER_HOST: Final = Wording(
    "It answered {reply}; {name} had called from {host}. See that others can reach it so.",
    "Respondeu {reply}; {name} chamou de {host}. Verifique se outros o alcançam assim.",
)
USELESS_HOST: Final = Wording(
    "It answered {reply}: nobody can dial that address.", "Respondeu {reply}: ninguém alcança esse endereço."
)
ADDR_FORM: Final = Wording(
    "{reply}: the form of the {edition} edition.", "{reply}: a forma da edição de {edition}."
)
ADDR_SPACES: Final = Wording("{reply} has spaces between its parts.", "{reply} tem espaços entre as partes.")
SERVED_AFTER: Final = Wording(
    "Nobody was answered while another connection, which said nothing, was open.",
    "Ninguém foi respondido enquanto outra conexão, que nada dizia, estava aberta.",
)
DEAD: Final = Wording("After it, LIST had no answer.", "Depois disso, LIST não teve resposta.")
LISTED_TWICE: Final = Wording(
    "{name}, said by two connections, is listed twice: {reply}.",
    "{name}, informado por duas conexões, aparece duas vezes: {reply}.",
)
STILL_LISTED: Final = Wording(
    "{name} was still listed {seconds} s later.", "{name} ainda estava na lista {seconds} s depois."
)
GONE_AFTER: Final = Wording("After {seconds} s.", "Após {seconds} s.")
GONE_LATE: Final = Wording(
    "Only after {seconds} s; until then others are sent to a closed port.",
    "Só após {seconds} s; até lá outros são enviados a uma porta fechada.",
)
STILL_CONNECTED: Final = Wording(
    "{name} is off the list, but its connection was not ended.",
    "{name} saiu da lista, mas sua conexão não foi encerrada.",
)
TOO_EARLY: Final = Wording("Already after {seconds} s of silence.", "Já após {seconds} s de silêncio.")
KEEPER_GONE: Final = Wording(
    "{name} said KEEP every {seconds} s, and is missing in {reply}.",
    "{name} enviou KEEP a cada {seconds} s, e não aparece em {reply}.",
)
KEEPER_CUT: Final = Wording(
    "{name} said KEEP every {seconds} s, and was disconnected.",
    "{name} enviou KEEP a cada {seconds} s, e foi desconectado.",
)
