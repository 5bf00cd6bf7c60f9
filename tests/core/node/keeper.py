"""An owner for a link that is tested alone."""

from core.node.link import LinkOwner
from core.node.peer_link import PeerLink
from core.node.tracker_link import TrackerLink


class Keeper(LinkOwner[PeerLink | TrackerLink]):
    """Leaves a link's events with the link, for ``take_events``."""

    def settle(self, link: PeerLink | TrackerLink, *, now: float) -> None:
        pass
