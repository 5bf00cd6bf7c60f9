"""Programs that are killed and stopped."""

import time
from pathlib import Path

from tests.io_adapters.support import unused_port

from .running import ClientVictim, TrackerVictim


def test_chats_go_on_without_a_tracker_and_everybody_is_back_when_it_is(tmp_path: Path) -> None:
    port = unused_port()
    with TrackerVictim(port=port) as tracker:
        ana = ClientVictim("Ana", port, home=tmp_path)
        bia = ClientVictim("Bia", port, home=tmp_path)
        with ana, bia:
            ana.chat_with("Bia")
            ana.says("before it died", heard_by=bia)
            tracker.kill()
            ana.wait_for("tracker", "Retrying")
            ana.says("without a tracker", heard_by=bia)
            with TrackerVictim(port=port) as second:
                second.wait_for("register", '"Ana"')
                second.wait_for("register", '"Bia"')
                bia.says("with another tracker", heard_by=ana)


def test_a_killed_client_is_off_the_list_and_its_peer_is_told_what_may_be_lost(tmp_path: Path) -> None:
    with TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, home=tmp_path)
        bia = ClientVictim("Bia", tracker.port, home=tmp_path)
        with ana, bia:
            ana.chat_with("Bia")
            ana.says("read", heard_by=bia)
            bia.freeze()
            ana.type("never read")
            time.sleep(0.3)  # until it is in the frozen client's kernel
            bia.kill()
            ana.wait_for("may not have arrived")
            tracker.wait_for('"Bia"', "idle=")  # it has left, in whatever words


def test_what_is_said_to_a_stopped_client_arrives_when_it_goes_on(tmp_path: Path) -> None:
    with TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, home=tmp_path)
        bia = ClientVictim("Bia", tracker.port, home=tmp_path)
        with ana, bia:
            ana.chat_with("Bia")
            bia.freeze()
            ana.type("one")
            ana.type("two")
            time.sleep(1.0)
            assert not any("one" in line for line in bia.lines)
            bia.thaw()
            bia.wait_for("<Ana> two")
            assert bia.lines.index("<Ana> one") == bia.lines.index("<Ana> two") - 1


def test_a_stopped_tracker_delays_nobody_but_who_asks_it(tmp_path: Path) -> None:
    with TrackerVictim() as tracker:
        ana = ClientVictim("Ana", tracker.port, home=tmp_path)
        bia = ClientVictim("Bia", tracker.port, home=tmp_path)
        with ana, bia:
            ana.chat_with("Bia")
            tracker.freeze()
            ana.says("while it is stopped", heard_by=bia)
            ana.type("/list")
            time.sleep(1.0)
            tracker.thaw()
            ana.wait_for("Active (besides you): Bia")
            assert not any("Retrying" in line for line in [*ana.lines, *bia.lines])
