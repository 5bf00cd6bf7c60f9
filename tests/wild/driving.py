"""A person at the client that is being checked: does what the check asks, with a stand-in or with ours."""

import functools
import threading
from collections.abc import Callable

from core import ConversationId
from io_adapters import Address
from tracker_cli.conformance import Step

from .harness import NoReply, pause
from .ours import OurClient
from .peers import ConnectionPerMessage
from .programs import Chat, ClientProgram

READING_SECONDS = 1.3  # between two things that a person does; longer than a line without end is waited for


class _Person:
    """Does each step in a thread of its own, one after another."""

    def __init__(self) -> None:
        self._deeds = threading.Lock()

    def __call__(self, step: Step) -> None:
        """What a check's ``on_step`` is."""
        threading.Thread(target=self._do, args=(step,), daemon=True).start()

    def _do(self, step: Step) -> None:
        with self._deeds:
            deed = getattr(self, f"do_{step.key.replace(' ', '_')}", None)
            if deed is not None:
                deed(step)


class PersonAtProgram(_Person):
    """Uses a stand-in that ``make`` makes at each start; what would kill the real program ends it."""

    def __init__(self, make: Callable[[], ClientProgram]) -> None:
        super().__init__()
        self._make = make
        self._address: Address = ("", 0)
        self.program: ClientProgram | None = None
        self._chat: Chat | None = None

    def close(self) -> None:
        """End the program, if it still runs."""
        with self._deeds:
            if self.program is not None:
                self.program.close()

    def do_start(self, step: Step) -> None:
        host, _, port = told(step, "address").rpartition(":")
        self._address = (host, int(port))
        self.do_restart(step)

    def do_restart(self, step: Step) -> None:
        if self.program is not None:
            self.program.close()
        self.program = self._make()
        self.program.join(self._address)

    def do_list(self, step: Step) -> None:
        self._use(lambda program: program.list_people())

    def do_list_and_chat(self, step: Step) -> None:
        self.do_list(step)
        pause(READING_SECONDS / 3)
        self.do_chat(step)

    def do_chat(self, step: Step) -> None:
        told_first = "sim"  # a program with a connection for each message calls with its first one

        def chat(program: ClientProgram) -> None:
            if isinstance(program, ConnectionPerMessage):
                program.send_message(program.find(told(step, "name")), told_first)
            else:
                self._chat = program.chat_with(told(step, "name"))

        self._use(chat)

    def do_say(self, step: Step) -> None:
        for text in (told(step, "one"), told(step, "two")):
            pause(READING_SECONDS)
            self._in_chat(functools.partial(_say, text))

    def do_bye(self, step: Step) -> None:
        pause(READING_SECONDS)
        self._in_chat(lambda program, chat: program.leave(chat))

    def do_exit(self, step: Step) -> None:
        self._use(lambda program: program.quit())

    def _in_chat(self, deed: Callable[[ClientProgram, Chat], object]) -> None:
        chat = self._chat
        if chat is not None and chat.over is None:
            self._use(lambda program: deed(program, chat))

    def _use(self, deed: Callable[[ClientProgram], object]) -> None:
        if self.program is not None:
            try:
                deed(self.program)
            except NoReply:
                pass
            except (OSError, ValueError):  # what would have ended its main thread
                self.program.close()


class PersonAtOurs(_Person):
    """Uses our own client."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._client: OurClient | None = None
        self._conversation = 0

    @property
    def client(self) -> OurClient:
        """The client, once it was started."""
        assert self._client is not None
        return self._client

    def close(self) -> None:
        """End the client, if it still runs."""
        with self._deeds:
            if self._client is not None:
                self._client.close()
                self._client = None

    def do_start(self, step: Step) -> None:
        host, _, port = told(step, "address").rpartition(":")
        self._client = OurClient(self._name, (host, int(port)))

    def do_list(self, step: Step) -> None:
        self.client.intend(lambda now: self.client.node.refresh_list(now=now))

    def do_list_and_chat(self, step: Step) -> None:
        self.do_list(step)
        pause(READING_SECONDS)
        self.do_chat(step)

    def do_chat(self, step: Step) -> None:
        self._conversation = self.client.request_chat(told(step, "name"))

    def do_say(self, step: Step) -> None:
        for text in (told(step, "one"), told(step, "two")):
            self.client.say(ConversationId(self._conversation), text)

    def do_bye(self, step: Step) -> None:
        self.client.end_chat(ConversationId(self._conversation))

    def do_exit(self, step: Step) -> None:
        self.client.intend(lambda now: self.client.node.leave(now=now))


def told(step: Step, key: str) -> str:
    """What a step says to use."""
    value = step.values[key]
    assert isinstance(value, str)
    return value


def _say(text: str, program: ClientProgram, chat: Chat) -> None:
    program.say(chat, text)
