"""Callers that reset, do not read, never end a line, or never say a word."""

import contextlib
import socket
import time
from pathlib import Path

from tests.io_adapters.support import unused_port

from .running import (
    LOOPBACK,
    ClientVictim,
    TrackerVictim,
    address_of,
    eventually,
    raw_connection,
    read_line,
    register,
    reset,
    send_as_far_as_it_goes,
)

LONG_LINE_BYTES = 12_000_000
SILENT_TO_THE_TRACKER = 2000
SILENT_TO_A_CLIENT = 100
MANY_CALLERS = 300
MOST_TRACKER_KIB = 120 * 1024
MOST_CLIENT_KIB = 160 * 1024


def test_a_peer_that_resets_in_the_midst_of_a_text_costs_that_chat_alone(tmp_path: Path) -> None:
    with TrackerVictim() as tracker, ClientVictim("Ana", tracker.port, home=tmp_path) as ana:
        with raw_connection(tracker.port) as asker:
            register(asker, "Zoe")
            port = address_of(asker, "Ana")
            with raw_connection(port) as peer:
                peer.sendall(b"USER Zoe\r\na whole text\r\nhalf a te")
                ana.wait_for("<Zoe> a whole text")
                ana.type("perhaps lost")
                assert read_line(peer) == b"perhaps lost\r\n"
                reset(peer)
            ana.wait_for("may not have arrived")
            with raw_connection(port) as peer:
                peer.sendall(b"USER Zoe\r\nhere I am again\r\n")
                ana.wait_for("<Zoe> here I am again")


def test_a_peer_that_does_not_read_holds_up_nobody_else(tmp_path: Path) -> None:
    with TrackerVictim() as tracker, ClientVictim("Ana", tracker.port, home=tmp_path) as ana:
        with raw_connection(tracker.port) as asker:
            register(asker, "Zoe")
            port = address_of(asker, "Ana")
            with raw_connection(port, receive_bytes=4096) as slow, raw_connection(port) as quick:
                slow.sendall(b"USER Slow\r\n")
                ana.wait_for("Slow")
                for number in range(7):  # more than the buffers on the way take; less than makes Ana wait
                    ana.type(f"/msg Slow {number} " + "x" * 200_000)
                quick.sendall(b"USER Quick\r\nI wait for nobody\r\n")
                ana.wait_for("<Quick> I wait for nobody")
                register(asker, "Zoe")  # and the tracker has not lost patience with Ana
                assert address_of(asker, "Ana") == port


def test_a_client_of_the_tracker_that_does_not_read_is_cut_off_alone() -> None:
    with TrackerVictim() as tracker:
        with raw_connection(tracker.port) as good, raw_connection(tracker.port, receive_bytes=4096) as bad:
            register(good, "Good")
            register(bad, "Bad")
            for _ in range(400):
                if send_as_far_as_it_goes(bad, b"LIST\r\n" * 5000) < 30_000:
                    break
                good.sendall(b"LIST\r\n")
                assert read_line(good).startswith(b"LIST ")
            tracker.wait_for('"Bad"', "not reading")
            assert tracker.most_memory_kib() < MOST_TRACKER_KIB


def test_a_tracker_cuts_off_a_line_of_12_mb_and_serves_the_others() -> None:
    with TrackerVictim() as tracker, raw_connection(tracker.port) as good:
        register(good, "Good")
        with raw_connection(tracker.port) as bad:
            assert send_as_far_as_it_goes(bad, b"x" * LONG_LINE_BYTES, 1.0) < LONG_LINE_BYTES
        good.sendall(b"LIST\r\n")
        assert read_line(good) == b"LIST \r\n"
        assert tracker.most_memory_kib() < MOST_TRACKER_KIB


def test_a_client_stands_a_line_of_12_mb(tmp_path: Path) -> None:
    with TrackerVictim() as tracker, ClientVictim("Ana", tracker.port, home=tmp_path) as ana:
        with raw_connection(tracker.port) as asker:
            register(asker, "Zoe")
            with raw_connection(address_of(asker, "Ana")) as peer:
                peer.sendall(b"USER Zoe\r\n")
                assert send_as_far_as_it_goes(peer, b"y" * LONG_LINE_BYTES + b"\r\n") > LONG_LINE_BYTES
                peer.sendall(b"and a short one\r\n")
                ana.wait_for("<Zoe> and a short one")
        assert ana.most_memory_kib() < MOST_CLIENT_KIB


def test_thousands_of_silent_connections_do_not_keep_a_speaking_one_from_the_tracker() -> None:
    with TrackerVictim(limits="-n 4096") as tracker, contextlib.ExitStack() as silent:
        for _ in range(SILENT_TO_THE_TRACKER):
            silent.enter_context(socket.create_connection((LOOPBACK, tracker.port), 20.0))
        with raw_connection(tracker.port) as good:
            register(good, "Good")
            assert address_of(good, "Good") == 9


def test_silent_callers_do_not_keep_a_speaking_one_from_a_client(tmp_path: Path) -> None:
    with TrackerVictim() as tracker, ClientVictim("Ana", tracker.port, home=tmp_path) as ana:
        with raw_connection(tracker.port) as asker, contextlib.ExitStack() as silent:
            register(asker, "Zoe")
            port = address_of(asker, "Ana")
            callers = [
                silent.enter_context(socket.create_connection((LOOPBACK, port), 20.0))
                for _ in range(SILENT_TO_A_CLIENT)
            ]
            with raw_connection(port) as peer:
                peer.sendall(b"USER Zoe\r\nI speak\r\n")
                ana.wait_for("<Zoe> I speak")
            assert read_line(callers[0]) == b""  # the oldest had to make room


def test_a_tracker_out_of_descriptors_serves_who_is_there_and_takes_others_later() -> None:
    with TrackerVictim(limits="-n 40") as tracker, contextlib.ExitStack() as crowd:
        with raw_connection(tracker.port) as good:
            register(good, "Good")
            callers = [
                crowd.enter_context(socket.create_connection((LOOPBACK, tracker.port), 20.0)) for _ in range(60)
            ]
            time.sleep(0.5)
            assert address_of(good, "Good") == 9
            for caller in callers:
                caller.close()

            def late_one_is_taken() -> bool:
                with raw_connection(tracker.port) as late:
                    late.settimeout(1.0)
                    late.sendall(b"USER Late:7\r\nLIST\r\n")
                    try:
                        return read_line(late).startswith(b"LIST ")
                    except TimeoutError:
                        return False

            eventually(late_one_is_taken, "a caller is accepted once descriptors are free again")


def test_a_client_with_256_descriptors_and_300_callers_reaches_its_tracker_and_calls_others(
    tmp_path: Path,
) -> None:
    with contextlib.ExitStack() as stack:
        tracker = stack.enter_context(TrackerVictim(port=unused_port()))
        ana = stack.enter_context(ClientVictim("Ana", tracker.port, home=tmp_path / "ana", limits="-n 256"))
        asker = stack.enter_context(raw_connection(tracker.port))
        register(asker, "Zoe")
        port = address_of(asker, "Ana")
        for number in range(MANY_CALLERS):
            caller = stack.enter_context(raw_connection(port))
            caller.sendall(b"USER caller%d\r\nhello\r\n" % number)
        ana.wait_for("hello")
        tracker.kill()
        ana.wait_for("Lost the tracker")
        again = stack.enter_context(TrackerVictim(port=tracker.port))
        eventually(lambda: sum("Registered at" in line for line in ana.lines) == 2, "registered again")
        bia = stack.enter_context(ClientVictim("Bia", again.port, home=tmp_path / "bia"))
        ana.chat_with("Bia")
        ana.says("we two can talk", heard_by=bia)


def test_a_client_raises_its_own_limit_of_descriptors(tmp_path: Path) -> None:
    with TrackerVictim() as tracker:
        with ClientVictim("Ana", tracker.port, home=tmp_path, limits="-Sn 100") as ana:
            limits = Path(f"/proc/{ana.pid}/limits").read_text(encoding="ascii")
            soft, hard = next(line.split()[3:5] for line in limits.splitlines() if line.startswith("Max open files"))
            assert soft == hard != "100"
