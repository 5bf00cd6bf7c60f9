"""Why a connection could not be made, in both languages."""

from typing import Final

from core import LossReason

from .report import Wording

_WORDINGS: Final = {
    LossReason.REFUSED: Wording(
        "connection refused, nobody listens there", "conexão recusada, ninguém escuta ali"
    ),
    LossReason.TIMED_OUT: Wording("no answer in time", "tempo esgotado"),
    LossReason.NO_ROUTE: Wording("no route to that address", "sem rota para esse endereço"),
    LossReason.UNKNOWN_HOST: Wording("unknown host", "máquina desconhecida"),
    LossReason.RESET: Wording("the connection was broken off", "a conexão foi interrompida"),
}
_ANY_OTHER: Final = Wording("the connection failed", "a conexão falhou")


def loss_wording(reason: LossReason) -> Wording:
    """The words for a failed dial."""
    return _WORDINGS.get(reason, _ANY_OTHER)
