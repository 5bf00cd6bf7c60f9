"""What the assignment asks of a tracker and of a client, each with its words."""

from typing import Final

from .report import Quote, Rule, Wording

_TO_TRACKER: Final = Wording(
    "Messages sent from the clients to the central server",
    "Mensagens enviadas dos clientes para o servidor central",
)
_FROM_TRACKER: Final = Wording(
    "Replies sent from the central server to the clients' requests",
    "Respostas enviadas do servidor central às solicitações dos clientes",
)
_BETWEEN_PEERS: Final = Wording(
    "Messages exchanged between the two peers in an active connection",
    "Mensagens trocadas entre os dois peers em uma conexão ativa",
)
_SPECIFICATION: Final = Wording(
    "Specification of the application protocol", "Especificação do protocolo de aplicação"
)
_HINTS: Final = Wording("Other considerations and hints", "Outras considerações e dicas")

_LINE_ENDS: Final = Quote(
    _HINTS,
    Wording(
        "our protocol shall add the special characters \\r\\n at the end of each instruction sent",
        "o nosso protocolo deverá acrescentar os caracteres especiais \\r\\n ao final de cada "
        "instrução enviada",
    ),
)
_STREAM: Final = Quote(
    _HINTS,
    Wording(
        "TCP is a protocol of a stream of bytes. […] two or more messages can be seen by the receiver "
        "without a clear separation between them",
        "O TCP é um protocolo de fluxo de bytes. […] duas ou mais mensagens podem ser vistas pelo receptor "
        "sem uma clara separação entre as mesmas",
    ),
)
_USER: Final = Quote(
    _TO_TRACKER,
    Wording(
        "USER <name>:<port> First message sent by the client application to the central server",
        "USER <nome>:<porta> Primeira mensagem enviada pela aplicação cliente ao servidor central",
    ),
)
_NAME: Final = Quote(
    _TO_TRACKER,
    Wording(
        "The name must not contain the character “:” and the port must be an integer",
        "O nome não deve conter o caractere “:” e a porta deve ser um número inteiro",
    ),
)
_LIST: Final = Quote(
    _FROM_TRACKER,
    Wording(
        "It shall list the names of the active users, separated by “:”",
        "Deve listar o nome de usuários ativos, separados por “:”",
    ),
)
_LIST_REQUEST: Final = Quote(
    _TO_TRACKER,
    Wording(
        "Sent to the server when the user asks for the list of the other active clients",
        "Enviada para ao servidor quando o usuário solicita a lista dos demais clientes ativos",
    ),
)
_ADDR: Final = Quote(
    _FROM_TRACKER,
    Wording(
        "Reply to the ADDR command, giving the address <ip> of the user asked for and the <port> at which "
        "it expects to receive a connection request",
        "Resposta ao comando ADDR, informando o endereço <ip> do usuário consultado e a <porta> em que "
        "o mesmo espera receber um pedido de conexão",
    ),
)
_ADDR_SILENCE: Final = Quote(
    _FROM_TRACKER,
    Wording(
        "This reply is only sent if the user looked for is in the server's list of active users",
        "Essa resposta só é enviada se o usuário procurado se encontra na lista de usuários ativos do "
        "servidor",
    ),
)
_KEEP: Final = Quote(
    _TO_TRACKER,
    Wording(
        "Keepalive message. This message is sent every 5 seconds to the server by each connected client",
        "Mensagem keepalive. Essa mensagem é enviada a cada 5 segundos ao servidor por cada cliente "
        "conectado",
    ),
)
_EXPIRY: Final = Quote(
    _TO_TRACKER,
    Wording(
        "the server shall wait 3 times the keepalive time (15 seconds) before it forces the end of the "
        "connection and removes the client from the list of active clients",
        "o servidor deverá esperar 3 vezes o tempo do keepalive (15 segundos) antes de forçar o fim da "
        "conexão e excluir o cliente da relação de clientes ativos",
    ),
)
_ACTIVE_USERS: Final = Quote(
    _TO_TRACKER,
    Wording(
        "The server shall maintain the list of the users active at the moment",
        "O servidor deverá manter a relação de usuários ativos no momento",
    ),
)
_PARALLEL: Final = Quote(
    _HINTS,
    Wording(
        "just as the central server can receive several connections in parallel",
        "da mesma forma que o servidor central pode receber várias conexões em paralelo",
    ),
)
_ALWAYS_CONNECTED: Final = Quote(
    _SPECIFICATION,
    Wording(
        "the clients will always have an active connection to the central server",
        "os clientes sempre terão uma conexão ativa com o servidor central",
    ),
)
_ONLY_PROTOCOL: Final = Quote(
    _SPECIFICATION,
    Wording(
        "it makes no sense to send these messages, which the protocol does not specify, to the server",
        "não faz sentido enviar essas mensagens não especificadas pelo protocolo ao servidor",
    ),
)
_EXACTLY: Final = Quote(
    _SPECIFICATION,
    Wording(
        "they are the messages exchanged between different entities and must be exactly as specified",
        "são as mensagens trocadas entre entidades diferentes e devem ser exatamente como especificadas",
    ),
)
_HELLO: Final = Quote(
    _BETWEEN_PEERS,
    Wording(
        "USER <name> First message sent by the client (who starts the TCP connection) to identify itself",
        "USER <nome> Primeira mensagem enviada pelo cliente (que inicia conexão TCP) para se identificar",
    ),
)
_DISC: Final = Quote(
    _BETWEEN_PEERS,
    Wording(
        "before closing the connection (close() command), the node sends the message DISC",
        "antes de fechar a conexão (comando close()), o nó envia a mensagem DISC",
    ),
)
_DISC_RECEIVED: Final = Quote(
    _BETWEEN_PEERS,
    Wording(
        "the other side can end the connection symmetrically when it receives the DISC",
        "o outro lado pode encerrar a conexão de forma simétrica ao receber o DISC",
    ),
)
_CHAT_TEXT: Final = Quote(
    _SPECIFICATION,
    Wording(
        "any message that does not meet the patterns above is understood as part of the conversation",
        "qualquer mensagem que não atenda aos padrões acima, são entendidas como parte da conversa",
    ),
)
_LISTENING: Final = Quote(
    _SPECIFICATION,
    Wording(
        "each client shall listen on some other port […] so that another client can establish a P2P "
        "communication directly with it",
        "cada cliente deverá escutar alguma outra porta […] para que outro cliente possa estabelecer uma "
        "comunicação P2P diretamente com ele",
    ),
)
_STILL_LISTENING: Final = Quote(
    _HINTS,
    Wording(
        "both go on waiting for new connections […] none of the options will change the protocol itself",
        "ambos continuam aguardando novas conexões […] nenhuma das opções irá alterar o protocolo em si",
    ),
)


def _rule(key: str, quote: Quote, english: str, portuguese: str) -> Rule:
    return Rule(key, Wording(english, portuguese), quote)


# Of a tracker

ANSWERS_LIST: Final = _rule(
    "answers LIST",
    _LIST,
    "LIST is answered with the word LIST and the names.",
    "LIST é respondido com a palavra LIST e os nomes.",
)
REPLIES_END_IN_CRLF: Final = _rule(
    "replies end in CRLF", _LINE_ENDS, "Every reply ends in \\r\\n.", "Toda resposta termina com \\r\\n."
)
LISTS_OTHERS: Final = _rule(
    "lists the others",
    _LIST_REQUEST,
    "LIST names the other users, and not the one who asks.",
    "LIST traz os demais usuários, e não quem pergunta.",
)
SEPARATES_NAMES: Final = _rule(
    "separates names",
    _LIST,
    "The names in LIST are separated by “:” alone.",
    "Os nomes em LIST são separados apenas por “:”.",
)
ANSWERS_ADDR: Final = _rule(
    "answers ADDR",
    _ADDR,
    "ADDR of an active user is answered with its address and port.",
    "ADDR de um usuário ativo é respondido com seu endereço e porta.",
)
IGNORES_UNKNOWN_ADDR: Final = _rule(
    "silent on unknown ADDR",
    _ADDR_SILENCE,
    "ADDR of somebody who is not active has no reply.",
    "ADDR de quem não está ativo não tem resposta.",
)
NO_OTHER_REPLIES: Final = _rule(
    "no other replies",
    _EXACTLY,
    "USER and KEEP have no reply.",
    "USER e KEEP não têm resposta.",
)
READS_GLUED: Final = _rule(
    "reads glued instructions",
    _STREAM,
    "Two instructions that arrive together are both carried out.",
    "Duas instruções que chegam juntas são ambas executadas.",
)
READS_SPLIT: Final = _rule(
    "reads split instructions",
    _STREAM,
    "An instruction that arrives in two parts is carried out.",
    "Uma instrução que chega em duas partes é executada.",
)
SERVES_IN_PARALLEL: Final = _rule(
    "serves in parallel",
    _PARALLEL,
    "A connection that says nothing holds up nobody else.",
    "Uma conexão que nada diz não atrasa as outras.",
)
TAKES_ANY_NAME: Final = _rule(
    "takes any name",
    _NAME,
    "Names with spaces and accents are taken: only “:” is forbidden.",
    "Nomes com espaços e acentos são aceitos: só “:” é proibido.",
)
REFUSES_BAD_USER: Final = _rule(
    "refuses bad USER",
    _NAME,
    "A USER whose port is no number registers nobody.",
    "Um USER cuja porta não é um número não cadastra ninguém.",
)
SURVIVES_RUBBISH: Final = _rule(
    "survives rubbish",
    _PARALLEL,
    "Rubbish from one connection, broken off, disturbs nobody else.",
    "Lixo vindo de uma conexão, interrompida, não perturba as outras.",
)
ONE_OF_A_NAME: Final = _rule(
    "one of a name",
    _ACTIVE_USERS,
    "A name that is taken is not listed twice.",
    "Um nome já em uso não aparece duas vezes na lista.",
)
FORGETS_WHO_LEFT: Final = _rule(
    "forgets who left",
    _ACTIVE_USERS,
    "Who closes the connection is soon off the list.",
    "Quem fecha a conexão logo sai da lista.",
)
KEEPS_THE_LIVING: Final = _rule(
    "keeps the living",
    _KEEP,
    "Who says KEEP stays on the list.",
    "Quem envia KEEP permanece na lista.",
)
EXPIRES_THE_SILENT: Final = _rule(
    "expires the silent",
    _EXPIRY,
    "Who says no KEEP is off the list and disconnected after 3 times the keepalive time.",
    "Quem não envia KEEP sai da lista e é desconectado após 3 vezes o tempo do keepalive.",
)

OF_A_TRACKER: Final = (
    SERVES_IN_PARALLEL,
    ANSWERS_LIST,
    NO_OTHER_REPLIES,
    LISTS_OTHERS,
    SEPARATES_NAMES,
    REPLIES_END_IN_CRLF,
    ANSWERS_ADDR,
    IGNORES_UNKNOWN_ADDR,
    READS_GLUED,
    READS_SPLIT,
    TAKES_ANY_NAME,
    REFUSES_BAD_USER,
    SURVIVES_RUBBISH,
    ONE_OF_A_NAME,
    FORGETS_WHO_LEFT,
    EXPIRES_THE_SILENT,
    KEEPS_THE_LIVING,
)

# Of a client, towards its tracker

SAYS_USER_FIRST: Final = _rule(
    "says USER first",
    _USER,
    "The first message is USER <name>:<port>.",
    "A primeira mensagem é USER <nome>:<porta>.",
)
REQUESTS_END_IN_CRLF: Final = _rule(
    "requests end in CRLF",
    _LINE_ENDS,
    "Every instruction to the tracker ends in \\r\\n.",
    "Toda instrução ao servidor central termina com \\r\\n.",
)
SAYS_KEEP: Final = _rule(
    "says KEEP",
    _KEEP,
    "KEEP comes every 5 seconds.",
    "KEEP chega a cada 5 segundos.",
)
SAYS_LIST: Final = _rule(
    "says LIST",
    _LIST_REQUEST,
    "LIST asks for the list.",
    "LIST pede a lista.",
)
SURVIVES_LISTS: Final = _rule(
    "survives lists",
    _STREAM,
    "Any LIST reply is borne: names with spaces, and a reply in two parts.",
    "Qualquer resposta LIST é suportada: nomes com espaços, e resposta em duas partes.",
)
SAYS_ADDR: Final = _rule(
    "says ADDR",
    _EXACTLY,
    "ADDR <name> asks where somebody listens.",
    "ADDR <nome> pergunta onde alguém escuta.",
)
SAYS_ONLY_PROTOCOL: Final = _rule(
    "says only protocol",
    _ONLY_PROTOCOL,
    "Nothing but USER, LIST, KEEP and ADDR goes to the tracker.",
    "Nada além de USER, LIST, KEEP e ADDR vai ao servidor central.",
)
STAYS_CONNECTED: Final = _rule(
    "stays connected",
    _ALWAYS_CONNECTED,
    "The connection to the tracker lasts from the start to the end of the program.",
    "A conexão com o servidor central dura do início ao fim do programa.",
)

# Of a client, towards other clients

DIALS_AS_TOLD: Final = _rule(
    "dials as told",
    _ADDR,
    "The address that the tracker named is the one dialled.",
    "O endereço informado pelo servidor central é o que é chamado.",
)
INTRODUCES_ITSELF: Final = _rule(
    "introduces itself",
    _HELLO,
    "Who dials says USER <name> first.",
    "Quem chama envia primeiro USER <nome>.",
)
PEER_LINES_END_IN_CRLF: Final = _rule(
    "peer lines end in CRLF",
    _LINE_ENDS,
    "Everything said to another client ends in \\r\\n.",
    "Tudo o que é enviado a outro cliente termina com \\r\\n.",
)
SENDS_TEXTS: Final = _rule(
    "sends texts",
    _CHAT_TEXT,
    "What the user types arrives, one message each, over the same connection.",
    "O que o usuário digita chega, uma mensagem por vez, na mesma conexão.",
)
TAKES_DISC_TEXTS: Final = _rule(
    "takes DISC texts",
    _CHAT_TEXT,
    "A text that only begins or ends with DISC is a text, and ends nothing.",
    "Um texto que apenas começa ou termina com DISC é um texto, e nada encerra.",
)
READS_TEXT_STREAM: Final = _rule(
    "reads a stream of texts",
    _STREAM,
    "Texts are borne however they arrive: together with USER, or in two parts.",
    "Textos são suportados como quer que cheguem: junto com USER, ou em duas partes.",
)
SAYS_DISC: Final = _rule(
    "says DISC",
    _DISC,
    "Who ends a chat says DISC before closing.",
    "Quem encerra uma conversa envia DISC antes de fechar.",
)
LISTENS: Final = _rule(
    "listens",
    _LISTENING,
    "The port that USER named accepts a call.",
    "A porta informada em USER aceita uma chamada.",
)
WAITS_FOR_CALLER: Final = _rule(
    "waits for the caller",
    _STREAM,
    "A caller's USER may come half a second after its connection.",
    "O USER de quem chama pode chegar meio segundo após a conexão.",
)
TAKES_SECOND_CALL: Final = _rule(
    "takes a second call",
    _STILL_LISTENING,
    "A second caller is let in while a chat goes on.",
    "Um segundo chamador é atendido durante uma conversa.",
)
CLOSES_ON_DISC: Final = _rule(
    "closes on DISC",
    _DISC_RECEIVED,
    "On receiving DISC the connection is closed.",
    "Ao receber DISC, a conexão é fechada.",
)
LEAVES: Final = _rule(
    "leaves",
    _ALWAYS_CONNECTED,
    "When the program ends, so does its connection to the tracker.",
    "Quando o programa termina, termina também sua conexão com o servidor central.",
)

OF_A_CLIENT: Final = (
    SAYS_USER_FIRST,
    SAYS_KEEP,
    SAYS_LIST,
    SURVIVES_LISTS,
    SAYS_ADDR,
    DIALS_AS_TOLD,
    INTRODUCES_ITSELF,
    SENDS_TEXTS,
    READS_TEXT_STREAM,
    TAKES_DISC_TEXTS,
    SAYS_DISC,
    LISTENS,
    WAITS_FOR_CALLER,
    TAKES_SECOND_CALL,
    CLOSES_ON_DISC,
    PEER_LINES_END_IN_CRLF,
    REQUESTS_END_IN_CRLF,
    SAYS_ONLY_PROTOCOL,
    STAYS_CONNECTED,
    LEAVES,
)
