"""A tracker as one hand-inlined epoll loop: about the least that the work costs in Python.

usage: python3 -m benchmarks.references.bare_tracker      (prints its port)
"""

import gc
import os
import select
import socket
import time

SILENCE_SECONDS = 15.0
READ_BYTES = 4096


class BareTracker:
    """Everything in dictionaries by descriptor; whoever breaks a rule of the protocol may break it."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
        self.listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.listener.setblocking(False)
        self.epoll = select.epoll()
        self.epoll.register(self.listener.fileno(), select.EPOLLIN)
        self.hosts: dict[int, bytes] = {}
        self.names: dict[int, bytes] = {}
        self.answers: dict[bytes, bytes] = {}  # request line without its end -> reply
        self.seen: dict[int, float] = {}
        self.rests: dict[int, bytes] = {}
        self.unsent: dict[int, bytes] = {}
        self.roster = bytearray(b":")

    def accept(self, now: float) -> None:
        try:
            for _ in range(64):
                connection, address = self.listener.accept()
                connection.setblocking(False)
                fd = connection.detach()
                self.hosts[fd] = address[0].encode()
                self.seen[fd] = now
                self.epoll.register(fd, select.EPOLLIN)
        except BlockingIOError:
            pass

    def close(self, fd: int) -> None:
        self.unregister(fd)
        del self.hosts[fd], self.seen[fd]
        self.rests.pop(fd, None)
        self.unsent.pop(fd, None)
        os.close(fd)

    def register(self, fd: int, line: bytes) -> None:
        name, _, port = line[5:].partition(b":")
        self.unregister(fd)
        self.names[fd] = name
        self.answers[b"ADDR " + name] = b"ADDR %b:%b\r\n" % (self.hosts[fd], port)
        self.roster += name + b":"

    def unregister(self, fd: int) -> None:
        name = self.names.pop(fd, None)
        if name is not None:
            del self.answers[b"ADDR " + name]
            at = self.roster.find(b":" + name + b":")
            del self.roster[at : at + len(name) + 1]

    def list_for(self, fd: int) -> bytes:
        name, roster = self.names[fd], self.roster
        at = roster.find(b":" + name + b":")
        head, tail = roster[1 : at + 1], roster[at + len(name) + 2 : -1]
        return b"".join((b"LIST ", head if tail else head[:-1], tail, b"\r\n"))

    def send(self, fd: int, data: bytes) -> None:
        if fd in self.unsent:
            self.unsent[fd] += data
            return
        try:
            sent = os.write(fd, data)
        except BlockingIOError:
            sent = 0
        except OSError:
            return  # the next read tells
        if sent < len(data):
            self.unsent[fd] = data[sent:]
            self.epoll.modify(fd, select.EPOLLIN | select.EPOLLOUT)

    def send_rest(self, fd: int) -> None:
        data = self.unsent.pop(fd, b"")
        self.epoll.modify(fd, select.EPOLLIN)
        self.send(fd, data)

    def run(self) -> None:
        """The loop, with all that happens often in one function."""
        answer, seen, rests, send = self.answers.get, self.seen, self.rests, self.send
        poll, read, monotonic, listening_fd = self.epoll.poll, os.read, time.monotonic, self.listener.fileno()
        next_sweep = 0.0
        while True:
            events = poll(1)
            now = monotonic()
            for fd, event in events:
                if fd == listening_fd:
                    self.accept(now)
                    continue
                if event & select.EPOLLOUT:
                    self.send_rest(fd)
                if not event & ~select.EPOLLOUT:
                    continue
                try:
                    data = read(fd, READ_BYTES)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                if not data:
                    self.close(fd)
                    continue
                seen[fd] = now
                if fd in rests:
                    data = rests.pop(fd) + data
                lines = data.split(b"\r\n")
                if rest := lines.pop():
                    rests[fd] = rest
                replies = []
                for line in lines:
                    verb = line[:5]
                    if verb == b"ADDR ":
                        reply = answer(line)
                        if reply is not None:
                            replies.append(reply)
                    elif verb == b"LIST":
                        replies.append(self.list_for(fd))
                    elif verb == b"USER ":
                        self.register(fd, line)
                if replies:
                    send(fd, replies[0] if len(replies) == 1 else b"".join(replies))
            if now >= next_sweep:
                next_sweep = now + 1
                for fd in [fd for fd, at in seen.items() if now - at > SILENCE_SECONDS]:
                    self.close(fd)


if __name__ == "__main__":
    tracker = BareTracker()
    print(tracker.listener.getsockname()[1], flush=True)
    gc.disable()  # nothing here makes cycles
    tracker.run()
