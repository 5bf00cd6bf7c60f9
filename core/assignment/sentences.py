"""What the assignment says, sentence by sentence: by topic, edition and language.

The Portuguese sentences are the hand-out's own, with ``[…]`` where words are left
out; the English ones are translations. There are two editions, of 2024 and 2026.
"""

import enum
from dataclasses import dataclass
from typing import Final

from ..wire.messages import Edition


class Topic(enum.Enum):
    """What a sentence of the assignment is about."""

    # Instructions to the tracker
    REGISTER = "USER <name>:<port>"
    NAME = "the name and the port in USER"
    LIST = "LIST"
    KEEP = "KEEP"
    EXPIRY = "no KEEP"
    ADDR = "ADDR <name>"
    # Replies of the tracker
    LIST_REPLY = "LIST <name>:<name>"
    ADDR_REPLY = "ADDR <ip>:<port>"
    NO_ADDR_REPLY = "ADDR of somebody unknown"
    NO_REPLY = "instructions without a reply"
    ACTIVE_USERS = "the list of active users"
    # Between two peers
    HELLO = "USER <name>"
    DISC = "DISC"
    DISC_RECEIVED = "on receiving DISC"
    TEXT = "what is no instruction"
    # Of all of them
    LINE_ENDS = "the end of an instruction"
    STREAM = "a stream of bytes"
    EXACTLY = "exactly as specified"
    ONLY_PROTOCOL = "what is said to the tracker"
    ALWAYS_CONNECTED = "the connection to the tracker"
    PARALLEL = "connections in parallel"
    LISTENING = "the port for calls"
    STILL_LISTENING = "calls during a conversation"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of the assignment in both languages."""

    portuguese: str
    english: str

    def text(self, language: str) -> str:
        """Return the words in a language, such as ``pt_BR``; English for any but Portuguese."""
        return self.portuguese if language.startswith("pt") else self.english


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the assignment says about a topic, and under which heading."""

    heading: Passage
    says: Passage


def sentence(topic: Topic, edition: Edition) -> Sentence | None:
    """Return what an edition says about a topic; None if it says nothing (2026 has no ``DISC``)."""
    if topic in _OF_BOTH:
        return _OF_BOTH[topic]
    return (_OF_2026 if edition is Edition.E2026 else _OF_2024).get(topic)


_TO_TRACKER: Final = Passage(
    "Mensagens enviadas dos clientes para o servidor central",
    "Messages sent from the clients to the central server",
)
_FROM_TRACKER: Final = Passage(
    "Respostas enviadas do servidor central às solicitações dos clientes",
    "Replies sent from the central server to the clients' requests",
)
_BETWEEN_PEERS: Final = Passage(
    "Mensagens trocadas entre os dois peers em uma conexão ativa",
    "Messages exchanged between the two peers in an active connection",
)
_SPECIFICATION: Final = Passage(
    "Especificação do protocolo de aplicação", "Specification of the application protocol"
)
_HINTS: Final = Passage("Outras considerações e dicas", "Other considerations and hints")


def _sentence(heading: Passage, portuguese: str, english: str) -> Sentence:
    return Sentence(heading, Passage(portuguese, english))


_OF_BOTH: Final = {
    Topic.REGISTER: _sentence(
        _TO_TRACKER,
        "USER <nome>:<porta> Primeira mensagem enviada pela aplicação cliente ao servidor central",
        "USER <name>:<port> First message sent by the client application to the central server",
    ),
    Topic.NAME: _sentence(
        _TO_TRACKER,
        "O nome não deve conter o caractere “:” e a porta deve ser um número inteiro",
        "The name must not contain the character “:” and the port must be an integer",
    ),
    Topic.KEEP: _sentence(
        _TO_TRACKER,
        "Mensagem keepalive. Essa mensagem é enviada a cada 5 segundos ao servidor por cada cliente conectado",
        "Keepalive message. This message is sent every 5 seconds to the server by each connected client",
    ),
    Topic.ADDR: _sentence(
        _TO_TRACKER,
        "Requisita ao servidor o endereço IP e porta a ser usada para se conectar ao usuário <nome>",
        "Asks the server for the IP address and port to be used to connect to the user <name>",
    ),
    Topic.NO_ADDR_REPLY: _sentence(
        _FROM_TRACKER,
        "Essa resposta só é enviada se o usuário procurado se encontra na lista de usuários ativos do servidor",
        "This reply is only sent if the user looked for is in the server's list of active users",
    ),
    Topic.TEXT: _sentence(
        _SPECIFICATION,
        "qualquer mensagem que não atenda aos padrões acima, são entendidas como parte da conversa",
        "any message that does not meet the patterns above is understood as part of the conversation",
    ),
    Topic.LINE_ENDS: _sentence(
        _HINTS,
        "o nosso protocolo deverá acrescentar os caracteres especiais \\r\\n ao final de cada instrução enviada",
        "our protocol shall add the special characters \\r\\n at the end of each instruction sent",
    ),
    Topic.STREAM: _sentence(
        _HINTS,
        "O TCP é um protocolo de fluxo de bytes. […] duas ou mais mensagens podem ser vistas pelo receptor "
        "sem uma clara separação entre as mesmas",
        "TCP is a protocol of a stream of bytes. […] two or more messages can be seen by the receiver "
        "without a clear separation between them",
    ),
    Topic.EXACTLY: _sentence(
        _SPECIFICATION,
        "são as mensagens trocadas entre entidades diferentes e devem ser exatamente como especificadas",
        "they are the messages exchanged between different entities and must be exactly as specified",
    ),
    Topic.ONLY_PROTOCOL: _sentence(
        _SPECIFICATION,
        "não faz sentido enviar essas mensagens não especificadas pelo protocolo ao servidor",
        "it makes no sense to send these messages, which the protocol does not specify, to the server",
    ),
    Topic.ALWAYS_CONNECTED: _sentence(
        _SPECIFICATION,
        "os clientes sempre terão uma conexão ativa com o servidor central",
        "the clients will always have an active connection to the central server",
    ),
    Topic.PARALLEL: _sentence(
        _HINTS,
        "da mesma forma que o servidor central pode receber várias conexões em paralelo",
        "just as the central server can receive several connections in parallel",
    ),
    Topic.LISTENING: _sentence(
        _SPECIFICATION,
        "cada cliente deverá escutar alguma outra porta […] para que outro cliente possa estabelecer uma "
        "comunicação P2P diretamente com ele",
        "each client shall listen on some other port […] so that another client can establish a P2P "
        "communication directly with it",
    ),
    Topic.STILL_LISTENING: _sentence(
        _HINTS,
        "ambos continuam aguardando novas conexões […] nenhuma das opções irá alterar o protocolo em si",
        "both go on waiting for new connections […] none of the options will change the protocol itself",
    ),
}

_OF_2024: Final = {
    Topic.LIST: _sentence(
        _TO_TRACKER,
        "Enviada para ao servidor quando o usuário solicita a lista dos demais clientes ativos",
        "Sent to the server when the user asks for the list of the other active clients",
    ),
    Topic.EXPIRY: _sentence(
        _TO_TRACKER,
        "o servidor deverá esperar 3 vezes o tempo do keepalive (15 segundos) antes de forçar o fim da "
        "conexão e excluir o cliente da relação de clientes ativos",
        "the server shall wait 3 times the keepalive time (15 seconds) before it forces the end of the "
        "connection and removes the client from the list of active clients",
    ),
    Topic.LIST_REPLY: _sentence(
        _FROM_TRACKER,
        "Deve listar o nome de usuários ativos, separados por “:”",
        "It shall list the names of the active users, separated by “:”",
    ),
    Topic.ADDR_REPLY: _sentence(
        _FROM_TRACKER,
        "Resposta ao comando ADDR, informando o endereço <ip> do usuário consultado e a <porta> em que "
        "o mesmo espera receber um pedido de conexão",
        "Reply to the ADDR command, giving the address <ip> of the user asked for and the <port> at which "
        "it expects to receive a connection request",
    ),
    Topic.NO_REPLY: _OF_BOTH[Topic.EXACTLY],
    Topic.ACTIVE_USERS: _sentence(
        _TO_TRACKER,
        "O servidor deverá manter a relação de usuários ativos no momento",
        "The server shall maintain the list of the users active at the moment",
    ),
    Topic.HELLO: _sentence(
        _BETWEEN_PEERS,
        "USER <nome> Primeira mensagem enviada pelo cliente (que inicia conexão TCP) para se identificar",
        "USER <name> First message sent by the client (who starts the TCP connection) to identify itself",
    ),
    Topic.DISC: _sentence(
        _BETWEEN_PEERS,
        "antes de fechar a conexão (comando close()), o nó envia a mensagem DISC",
        "before closing the connection (close() command), the node sends the message DISC",
    ),
    Topic.DISC_RECEIVED: _sentence(
        _BETWEEN_PEERS,
        "o outro lado pode encerrar a conexão de forma simétrica ao receber o DISC",
        "the other side can end the connection symmetrically when it receives the DISC",
    ),
}

_OF_2026: Final = {
    Topic.LIST: _sentence(
        _TO_TRACKER,
        "Ao receber a requisição LIST de um cliente, o servidor responde com uma lista dos demais clientes "
        "ativos (sem o cliente que fez a requisição)",
        "On receiving the LIST request of a client, the server replies with a list of the other active "
        "clients (without the client that made the request)",
    ),
    Topic.EXPIRY: _sentence(
        _TO_TRACKER,
        "o servidor irá esperar 3 vezes o tempo do keepalive (15 segundos) antes de forçar o fim da "
        "conexão e excluir o cliente da relação de clientes ativos",
        "the server will wait 3 times the keepalive time (15 seconds) before it forces the end of the "
        "connection and removes the client from the list of active clients",
    ),
    Topic.LIST_REPLY: _sentence(
        _FROM_TRACKER,
        "Reposta ao comando LIST, listando o nome de usuários ativos, separados por “:”",
        "Reply to the LIST command, listing the names of the active users, separated by “:”",
    ),
    Topic.ADDR_REPLY: _sentence(
        _FROM_TRACKER,
        "Resposta ao comando ADDR, informando o <nome> e endereço <ip> do usuário consultado e a <porta> em "
        "que o mesmo espera receber um pedido de conexão",
        "Reply to the ADDR command, giving the <name> and address <ip> of the user asked for and the <port> "
        "at which it expects to receive a connection request",
    ),
    Topic.NO_REPLY: _sentence(
        _TO_TRACKER,
        "Esta mensagem não tem resposta do servidor",
        "This message has no reply from the server",
    ),
    Topic.ACTIVE_USERS: _sentence(
        _TO_TRACKER,
        "O servidor manterá a relação de todos os usuários ativos no momento",
        "The server will maintain the list of all the users active at the moment",
    ),
    Topic.HELLO: _sentence(
        _BETWEEN_PEERS,
        "USER <nome> Primeira mensagem enviada pelo peer cliente para se identificar ao peer servidor",
        "USER <name> First message sent by the client peer to identify itself to the server peer",
    ),
}
