"""Calling back a peer that called and does not answer (docs/protocol.md §4.7)."""

import pytest

from core import (
    BufferFull,
    CallBackEnded,
    ChatEnded,
    Connection,
    ConversationId,
    LocalProtocolError,
    LossReason,
    TextId,
    TextReceived,
    TextsUnconfirmed,
)
from core.limits import DEFAULT_LIMITS

from ..world import Stranger, World

ANA, ZE = 20000, 21500
CHAT = ConversationId(1)


class Call:
    """Ze has registered and called; he listens, and the test speaks for him on both connections."""

    def __init__(self, *, tells: bool = True, ze_at: str = "127.0.0.1") -> None:
        self.world = World()
        self.ana = self.world.add("Ana", ANA)
        self.world.add("Ze", ZE, ze_at)
        self.world.run(6.0)
        self.world.hold_dials = True
        self.tells = tells
        self.theirs = self.world.call("Ana")
        self.theirs.send(b"USER Ze\r\noi\r\n")
        self.first = self.ana.say(CHAT, "primeira", now=self.world.now)
        self.theirs.wait(1.0)
        self.world.take("Ana")

    def acknowledge(self, unacknowledged_bytes: int = 0) -> None:
        """The system tells what it was asked for."""
        if self.theirs.connection.wants_acknowledgement:
            self.theirs.connection.report_unacknowledged(unacknowledged_bytes, now=self.world.now)

    def call_back(self) -> None:
        self.ana.call_back(CHAT, now=self.world.now)
        self.world.settle()

    def answer(self) -> Stranger:
        """The dial succeeds."""
        (_, request), *_ = self.world.held_dials
        assert (request.host, request.port) == ("127.0.0.1", ZE)
        connection: Connection = self.ana.dial_succeeded(request.dial, now=self.world.now)
        return Stranger(self.world, connection)

    def say(self, text: str) -> TextId:
        return self.ana.say(CHAT, text, now=self.world.now)


def test_texts_go_out_on_the_new_connection_once_the_old_is_acknowledged_and_the_trial_is_over() -> None:
    call = Call()
    assert call.theirs.collect() == b"primeira\r\n"
    assert call.ana.may_not_hear(CHAT)
    call.call_back()
    call.say("segunda")
    ours = call.answer()
    call.say("terceira")
    call.acknowledge(3)
    ours.wait(2.0)
    assert ours.collect() == b"USER Ana\r\n"  # three bytes of the first text are on their way
    call.acknowledge()
    ours.wait(0.3)
    assert ours.collect() == b"segunda\r\nterceira\r\n"
    assert call.world.take("Ana") == [CallBackEnded(CHAT, True)]
    call.say("quarta")
    assert ours.collect() == b"quarta\r\n"
    assert call.theirs.collect() == b""
    call.theirs.send(b"ainda aqui\r\n")
    assert call.world.take("Ana") == [TextReceived(CHAT, "ainda aqui")]


def test_the_trial_takes_half_a_second_whatever_is_acknowledged() -> None:
    call = Call()
    call.call_back()
    call.say("segunda")
    ours = call.answer()
    call.acknowledge()
    ours.wait(0.45)
    assert ours.collect() == b"USER Ana\r\n"
    ours.wait(0.25)
    assert ours.collect() == b"segunda\r\n"


def test_where_the_system_does_not_tell_thirty_seconds_after_a_text_stand_for_its_acknowledgement() -> None:
    call = Call()
    call.call_back()
    call.say("segunda")
    ours = call.answer()
    ours.wait(28.0)
    assert ours.collect() == b"USER Ana\r\n"
    ours.wait(2.0)
    assert ours.collect() == b"segunda\r\n"


def test_the_thirty_seconds_begin_when_the_system_has_taken_the_last_of_a_text() -> None:
    """A text of a megabyte took four minutes; then the next one came first."""
    call = Call()
    call.call_back()
    call.theirs.connection.report_unsent(100, now=call.world.now)
    call.say("segunda")
    ours = call.answer()
    ours.wait(40.0)
    call.theirs.connection.report_unsent(0, now=call.world.now)
    ours.wait(28.0)
    assert ours.collect() == b"USER Ana\r\n"
    ours.wait(3.0)
    assert ours.collect() == b"segunda\r\n"


def test_what_waits_for_a_call_back_counts_with_what_the_peer_has_not_read() -> None:
    """Each had a limit of its own: two megabytes waited for one peer."""
    call = Call()
    most = DEFAULT_LIMITS.max_unsent_bytes
    call.theirs.connection.report_unsent(most - 10, now=call.world.now)
    call.call_back()
    call.say("segunda")
    with pytest.raises(BufferFull):
        call.say("terceira")
    call.theirs.connection.report_unsent(0, now=call.world.now)
    call.say("terceira")


@pytest.mark.parametrize("how", [b"BUSY\r\n", b"BUSY", b"DISC\r\n", b"", None])
def test_busy_an_end_or_a_loss_during_the_trial_keep_the_old_connection(how: bytes | None) -> None:
    call = Call()
    call.call_back()
    call.say("segunda")
    ours = call.answer()
    call.acknowledge()
    if how:
        ours.send(how)
    elif how is None:
        ours.reset()
    else:
        ours.end()
    call.theirs.wait(0.4)
    assert call.theirs.collect() == b"primeira\r\nsegunda\r\n"
    ours.wait(3.0)
    assert b"segunda" not in ours.collect()
    events = call.world.take("Ana")
    assert CallBackEnded(CHAT, False) in events
    assert not any(isinstance(event, ChatEnded) for event in events)
    call.say("terceira")
    assert call.theirs.collect() == b"terceira\r\n"
    assert call.ana.may_not_hear(CHAT)  # BUSY is no answer to a text


@pytest.mark.parametrize("why", ["refused", "not online", "elsewhere", "no tracker"])
def test_a_call_back_that_cannot_be_made_keeps_the_old_connection(why: str) -> None:
    call = Call(ze_at="10.0.0.9" if why == "elsewhere" else "127.0.0.1")
    if why == "not online":
        call.world.nodes["Ze"].leave(now=call.world.now)
        call.world.settle()
    call.ana.call_back(CHAT, now=call.world.now)
    call.say("segunda")
    if why == "no tracker":
        call.world.lose_tracker()
    call.world.settle()
    if why == "refused":
        (_, request), *_ = call.world.held_dials
        call.ana.dial_failed(request.dial, LossReason.REFUSED, now=call.world.now)
    assert bool(call.world.held_dials) is (why == "refused")
    call.theirs.wait(6.0)
    assert call.theirs.collect() == b"primeira\r\nsegunda\r\n"
    assert CallBackEnded(CHAT, False) in call.world.take("Ana")


def test_only_a_call_without_a_word_since_a_text_of_ours_is_called_back() -> None:
    world = World()
    ana = world.add("Ana", ANA)
    world.add("Ze", ZE)
    world.run(6.0)
    ze = world.call("Ana")
    ze.send(b"USER Ze\r\noi\r\n")
    assert not ana.may_not_hear(CHAT)  # there is nothing that he could have answered
    ana.say(CHAT, "oi!", now=world.now)
    assert ana.may_not_hear(CHAT)
    ze.send(b"tudo bem?\r\n")
    ana.say(CHAT, "tudo", now=world.now)
    assert not ana.may_not_hear(CHAT)
    with pytest.raises(LocalProtocolError):
        ana.call_back(CHAT, now=world.now)
    ze.send(b"DISC\r\n")
    ze.end()
    again = world.call("Ana")
    again.send(b"USER Ze\r\n")
    ana.say(CHAT, "de novo?", now=world.now)
    assert ana.may_not_hear(CHAT)  # he has not answered on this connection
    ana.call_back(CHAT, now=world.now)
    ana.call_back(CHAT, now=world.now)  # again has no effect
    world.run(1.0)
    assert not ana.may_not_hear(CHAT)
    with pytest.raises(LocalProtocolError):
        ana.call_back(ConversationId(7), now=world.now)


def test_without_a_tracker_nobody_is_called_back() -> None:
    call = Call()
    call.world.lose_tracker()
    with pytest.raises(LocalProtocolError):
        call.ana.call_back(CHAT, now=call.world.now)
    call.say("segunda")
    assert call.theirs.collect() == b"primeira\r\nsegunda\r\n"


@pytest.mark.parametrize("ends", ["their farewell", "our farewell"])
def test_an_end_before_the_dial_has_succeeded_cancels_it_and_gives_the_texts_back(ends: str) -> None:
    call = Call()
    call.call_back()
    text_id = call.say("segunda")
    assert call.world.held_dials
    if ends == "their farewell":
        call.theirs.send(b"DISC\r\n")
    else:
        call.ana.end_chat(CHAT, now=call.world.now)
    call.world.settle()
    assert not call.world.held_dials
    assert TextsUnconfirmed(CHAT, (text_id,), ()) in call.world.take("Ana")
    call.theirs.end()
    call.world.run(3.0)
    assert any(isinstance(event, ChatEnded) for event in call.world.take("Ana"))
    assert b"segunda" not in call.theirs.collect()


def test_the_old_connection_may_break_during_the_trial_and_what_it_leaves_open_is_marked() -> None:
    call = Call()
    call.call_back()
    call.say("segunda")
    ours = call.answer()
    call.theirs.reset()
    assert call.world.take("Ana") == [TextsUnconfirmed(CHAT, (), (call.first,))]
    ours.wait(0.7)
    assert ours.collect() == b"USER Ana\r\nsegunda\r\n"
    assert call.world.take("Ana") == [CallBackEnded(CHAT, True)]


def test_both_connections_may_break_during_the_trial_and_no_text_is_forgotten() -> None:
    call = Call()
    call.call_back()
    text_id = call.say("segunda")
    ours = call.answer()
    call.theirs.reset()
    ours.reset()
    call.world.run(1.0)
    unsent = [event.unsent for event in call.world.take("Ana") if isinstance(event, TextsUnconfirmed)]
    assert (text_id,) in unsent


def test_the_old_connection_takes_texts_again_when_the_new_one_has_ended() -> None:
    call = Call()
    call.call_back()
    ours = call.answer()
    call.acknowledge()
    ours.wait(1.0)
    ours.end()
    call.say("segunda")
    assert call.theirs.collect() == b"primeira\r\nsegunda\r\n"


def test_two_of_ours_call_back_at_once_and_hear_each_other() -> None:
    world = World()
    ana, bruno = world.add("Ana", ANA), world.add("Bruno", ZE)
    world.run(6.0)
    ana.open_chat("Bruno", now=world.now)
    world.settle()
    bruno.say(CHAT, "um", now=world.now)
    world.settle()
    bruno.call_back(CHAT, now=world.now)
    bruno.say(CHAT, "dois", now=world.now)
    world.run(40.0)
    bruno.say(CHAT, "três", now=world.now)
    ana.say(CHAT, "ouvi", now=world.now)
    world.run(1.0)
    assert [event.text for event in world.take("Ana") if isinstance(event, TextReceived)] == ["um", "dois", "três"]
    assert [event.text for event in world.take("Bruno") if isinstance(event, TextReceived)] == ["ouvi"]


class Stopped:
    """Ana has dialled Bruno; he has called back, and our program finds both connections full when it goes on."""

    def __init__(self) -> None:
        self.world = World()
        self.ana = self.world.add("Ana", ANA)
        self.world.add("Bruno", ZE)
        self.world.run(6.0)
        self.world.hold_dials = True
        self.ana.open_chat("Bruno", now=self.world.now)
        self.world.settle()
        (_, request), *_ = self.world.held_dials
        self.dialled = Stranger(self.world, self.ana.dial_succeeded(request.dial, now=self.world.now))
        self.caller = self.world.call("Ana")
        self.caller.send(b"USER Bruno\r\n")
        self.world.take("Ana")

    def turn(self) -> None:
        self.ana.handle_timer(now=self.world.now)
        self.world.settle()

    def heard(self) -> list[str]:
        return [event.text for event in self.world.take("Ana") if isinstance(event, TextReceived)]


def test_what_came_on_the_older_connection_is_shown_before_what_was_said_after_a_call_back() -> None:
    stopped = Stopped()
    stopped.caller.send(b"quatro\r\ncinco\r\n")
    stopped.turn()
    stopped.dialled.send(b"um\r\ndois\r\n")
    stopped.turn()
    stopped.turn()
    stopped.dialled.send(b"tr\xc3\xaas\r\n")
    assert stopped.heard() == ["um", "dois", "três"]
    for _ in range(3):
        assert stopped.heard() == []
        assert stopped.ana.next_timer() == stopped.world.now  # no time passes
        stopped.turn()
    assert stopped.heard() == ["quatro", "cinco"]


@pytest.mark.parametrize("which", ["the older", "the newer", "both"])
def test_texts_that_are_held_back_are_shown_when_a_connection_ends(which: str) -> None:
    stopped = Stopped()
    stopped.caller.send(b"oi\r\n")
    assert stopped.heard() == []
    if which != "the newer":
        stopped.dialled.end()
    if which != "the older":
        stopped.caller.end()
    stopped.turn()
    stopped.turn()
    assert stopped.heard() == ["oi"]


def test_no_more_is_held_back_than_a_peer_may_write_unread() -> None:
    stopped = Stopped()
    line = b"x" * 999 + b"\r\n"
    stopped.caller.send(line * 1060)
    shown = len(stopped.heard())
    assert 1040 < shown < 1060
    for _ in range(3):
        stopped.turn()
    assert shown + len(stopped.heard()) == 1060
