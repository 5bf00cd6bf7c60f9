"""Commands about the program itself."""

import platform

import pytest

from core import VERSION, PeopleListed

from curses_ui.line.command_table import COMMANDS, Command
from curses_ui.settings import SETTINGS, Settings
from curses_ui.state.effects import ChangeTracker, Leave, Reconnect, RefreshList, Rename, SaveSettings
from curses_ui.state.model import ExitQuestion, TrackerState, UiState
from curses_ui.update.inputs import handle_timer
from curses_ui.update.node_events import apply_node_event
from curses_ui.update.outcomes import settings_saved

from ..desk import add_chat, make_state, run, said

# Leaving


def test_exit_leaves() -> None:
    state = make_state()
    add_chat(state, "Camila")
    assert run(state, "/exit") == run(state, "/sair") == run(state, "/quit") == [Leave()]


def test_exit_asks_only_if_wanted_and_something_would_be_lost() -> None:
    state = make_state()
    state.settings = Settings(confirm_exit=True)
    assert run(state, "/exit") == [Leave()]
    camila = add_chat(state, "Camila")
    assert run(state, "/exit") == []
    assert state.question == ExitQuestion()
    state.plain = True
    assert run(state, "/exit") == [Leave()]
    state.plain = False
    run(state, "/close Camila")
    assert run(state, "/exit") == [Leave()]
    state.here.draft.type("quase")
    state.question = None
    assert run(state, "/exit") == []
    assert camila.number not in state.conversations


def test_exit_asks_at_a_terminal_if_others_use_our_tracker() -> None:
    state = make_state()
    state.tracker.embedded = True
    state.tracker.state = TrackerState.REGISTERED
    assert run(state, "/exit") == []
    assert state.question == ExitQuestion()
    state.plain = True
    assert run(state, "/exit") == [Leave()]
    state.plain = False
    state.people.replace([])
    assert run(state, "/exit") == [RefreshList()]


def hosting(*, plain: bool) -> UiState:
    state = make_state(people=("Camila",))
    state.tracker.embedded = True
    state.tracker.state = TrackerState.REGISTERED
    state.plain = plain
    return state


def test_exit_without_a_screen_asks_whoever_types_to_say_it_again() -> None:
    state = hosting(plain=True)
    state.at_terminal = True
    for _ in range(2):
        assert run(state, "/exit") == []
        assert said(state)[-1] == "1 other uses your tracker. To leave all the same, type /exit again."
        run(state, "/version")
    state.people.replace([])
    assert run(state, "/exit") == [RefreshList()]
    state.people.replace(["Camila"])
    assert run(state, "/exit") == []
    assert run(state, "/exit") == [Leave()]


def test_exit_without_a_screen_asks_no_file_and_no_other_program() -> None:
    assert run(hosting(plain=True), "/exit") == [Leave()]


def test_exit_of_who_hosts_for_nobody_looks_whether_somebody_has_come() -> None:
    for names, effects in (((), [Leave()]), (("Camila",), [])):
        state = make_state()
        state.tracker.embedded = True
        state.tracker.state = TrackerState.REGISTERED
        state.people.replace([])
        assert run(state, "/exit") == [RefreshList()]
        state.people.replace(names)
        assert apply_node_event(state, PeopleListed(names)) == effects
        assert (state.question == ExitQuestion()) is bool(names)


def test_exit_waits_no_longer_than_two_seconds_for_the_list() -> None:
    state = make_state()
    state.tracker.embedded = True
    state.tracker.state = TrackerState.REGISTERED
    state.people.replace([])
    run(state, "/exit")
    assert handle_timer(state, now=state.now + 1.9, wall=state.wall) == []
    assert handle_timer(state, now=state.now + 0.2, wall=state.wall) == [Leave()]


# Help


def test_help_fits_a_small_screen_and_names_every_command() -> None:
    state = make_state()
    run(state, "/help")
    (text,) = said(state)
    assert len(text.split("\n")) <= 12
    assert all(f"/{command.name}" in text for command in COMMANDS)
    assert "not encrypted" in text


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_help_about_a_command_has_syntax_aliases_and_an_example(command: Command) -> None:
    state = make_state()
    run(state, f"/help {command.name}")
    (text,) = said(state)
    rows = text.split("\n")
    assert rows[0] == command.usage
    assert rows[1] == f"{command.details} {command.keys}".rstrip()
    assert rows[-1] == f"Example: {command.example}"
    assert all(f"/{word}" in text for word in command.words)


def test_help_finds_a_command_by_any_word() -> None:
    state = make_state()
    run(state, "/help /tchau", "/ajuda bye", "/? by", "/help nonsense", "/help chatt")
    texts = said(state)
    assert texts[0] == texts[1] == texts[2]
    assert texts[3:] == [
        'Unknown command "/nonsense". Type /help.',
        'Unknown command "/chatt". Did you mean /chat? Type /help.',
    ]


def test_help_about_a_common_prefix_explains_each() -> None:
    state = make_state()
    run(state, "/help cl")
    assert said(state)[0].count("Example: ") == 2


def test_keys_and_version() -> None:
    state = make_state()
    run(state, "/teclas", "/versao")
    texts = said(state)
    assert "Alt+s                search the conversation" in texts[0].split("\n")
    assert len(texts[0].split("\n")) <= 20
    assert texts[1] == f"prosa {VERSION} (Python {platform.python_version()})"


# The tracker


def test_tracker_tells_how_it_is() -> None:
    state = make_state()
    run(state, "/tracker")
    state.tracker.embedded = True
    state.tracker.state = TrackerState.CONNECTING
    run(state, "/tracker")
    state.tracker.state = TrackerState.WAITING
    state.tracker.retry_at = state.now + 3.8
    run(state, "/tracker")
    assert said(state) == [
        "The tracker is 10.0.0.1:10000.\nYou are registered as Bruno.",
        "The tracker is 10.0.0.1:10000.\nIt runs inside this program.\nNot registered yet.",
        "The tracker is 10.0.0.1:10000.\nIt runs inside this program.\n"
        "Not registered. Next attempt in 4 s; /reconnect tries now.",
    ]


@pytest.mark.parametrize(
    ("word", "host", "port", "address"),
    [
        ("lab", "lab", 10000, "lab:10000"),
        ("10.0.0.2:9", "10.0.0.2", 9, "10.0.0.2:9"),
        ("::1", "::1", 10000, "[::1]:10000"),
    ],
)
def test_tracker_moves_to_another(word: str, host: str, port: int, address: str) -> None:
    state = make_state()
    state.tracker.embedded = True
    assert run(state, f"/tracker {word}") == [ChangeTracker(host, port)]
    assert state.tracker.address == address
    assert not state.tracker.embedded
    assert state.tracker.state is TrackerState.CONNECTING
    assert said(state) == [f"Trying the tracker at {address}..."]


def test_tracker_refuses_what_is_no_address() -> None:
    state = make_state()
    assert run(state, "/tracker lab:0") == []
    assert said(state) == ['"lab:0" is not a valid address. Example: 10.0.0.1:10000']
    assert state.tracker.address == "10.0.0.1:10000"


def test_reconnect_tries_now() -> None:
    state = make_state()
    state.tracker.state = TrackerState.WAITING
    assert run(state, "/reconnect") == [Reconnect()]
    assert state.tracker.state is TrackerState.CONNECTING


# Settings


def test_set_lists_shows_and_changes() -> None:
    state = make_state()
    state.config_file = "/home/bruno/.config/prosa/config.ini"
    run(state, "/set", "/set bell", "/set BELL off", "/set bell")
    listed, shown, changed, again = said(state)
    rows = listed.split("\n")
    assert [row.partition(" = ")[0] for row in rows[:-1]] == list(SETTINGS)
    assert rows[:4] == ["name = Bruno", "tracker = 10.0.0.1:10000", "listen = ", "lang = en"]
    assert "/save keeps them in /home/bruno/.config/prosa/config.ini," in rows[-1]
    assert shown == "bell = on  (ring the bell for messages that you do not see)"
    assert changed == "bell = off"
    assert again.startswith("bell = off")
    assert not state.settings.bell


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("/set bell loud", 'bell must be on or off, not "loud"'),
        ("/set bel on", "No setting bel. Did you mean bell? /set lists them."),
        ("/set zzz", "No setting zzz. /set lists them."),
        ("/set name Zé", "name is read at the start only, from config.ini."),
        ("/set log on", "There is no folder to write to: HOME is not set."),
    ],
)
def test_set_refuses_with_a_reason_and_changes_nothing(row: str, error: str) -> None:
    state = make_state()
    assert run(state, row) == []
    assert said(state) == [error]
    assert state.settings == Settings()


def test_save_keeps_what_was_changed_and_says_what_became_of_it() -> None:
    state = make_state()
    state.transcript_folder = "/there"
    assert run(state, "/set bell off", "/save") == []
    assert said(state)[-1] == "There is no file to save settings in."
    state.config_file = "/there/config.ini"
    assert run(state, "/set accept ask", "/log on", "/lang en", "/save") == [
        SaveSettings((("bell", "off"), ("accept", "ask"), ("log", "on"), ("lang", "en")))
    ]
    run(state, "/set bell on")
    settings_saved(state, "Disk full")
    assert said(state)[-1] == "Cannot write /there/config.ini: Disk full. Nothing is saved."
    (again,) = run(state, "/salvar")
    assert again == SaveSettings((("bell", "on"), ("accept", "ask"), ("log", "on"), ("lang", "en")))
    settings_saved(state, "")
    assert said(state)[-1] == "Saved in /there/config.ini: bell, accept, log, lang."
    assert run(state, "/save") == []
    assert said(state) == ["No setting was changed since they were saved."]


def test_lang_changes_the_language_at_once() -> None:
    state = make_state()
    run(state, "/lang pt", "/x", "/idioma en", "/zzz", "/lang de")
    assert said(state) == [
        "lang = pt_BR",
        'Comando desconhecido "/x". Digite /ajuda.',
        "lang = en",
        'Unknown command "/zzz". Type /help.',
        "Usage: /lang <en|pt>",
    ]


# Transcripts


def test_log_switches_and_tells_where() -> None:
    state = make_state()
    state.transcript_folder = "/s/prosa/logs"
    rows = ("/log", "/log on", "/registro", "/log desligado", "/log perhaps")
    switched = []
    for row in rows:
        run(state, row)
        switched.append(state.logging)
    assert switched == [False, True, True, False, False]
    assert said(state) == [
        "Nothing is written. /log on would write to /s/prosa/logs.",
        "Conversations are written to /s/prosa/logs from now on.",
        "Conversations are written to /s/prosa/logs.",
        "Nothing is written from now on.",
        "Usage: /log [on|off]",
    ]


def test_set_log_is_log() -> None:
    state = make_state()
    state.transcript_folder = "/s"
    run(state, "/set log on")
    assert state.logging
    run(state, "/set log off")
    assert not state.logging


def test_log_without_a_home_says_so() -> None:
    state = make_state()
    assert run(state, "/log on") == []
    assert said(state) == ["There is no folder to write to: HOME is not set."]
    assert not state.logging


# The name


def test_name_asks_the_tracker_for_another_one() -> None:
    state = make_state()
    assert run(state, "/name  Bia Lima ", "/nick Rui", '/nome "7"') == [Rename("Bia Lima"), Rename("Rui"), Rename("7")]
    assert said(state)[0] == "Asking the tracker for the name Bia Lima..."


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ("/name a:b", '"a:b" cannot be a name: 1-32 visible characters, no ":".'),
        ("/name Bruno", "That is your name already."),
        ("/name", "Usage: /name <name>"),
    ],
)
def test_name_refuses_what_is_none(row: str, error: str) -> None:
    state = make_state()
    assert run(state, row) == []
    assert said(state) == [error]


def test_without_a_screen_nothing_is_said_of_keys() -> None:
    state = make_state()
    state.plain = True
    run(state, "/keys", "/help", "/help search", "/help se")
    keys, overview, search, two = said(state)
    assert keys == "There are no keys without a screen: every line is a message or a command."
    assert "lists the keys" not in overview
    assert "/help chat explains one command." in overview
    assert "Esc" not in search + two
    state.plain = False
    run(state, "/help", "/help search")
    overview, search = said(state)
    assert "/keys lists the keys." in overview
    assert "Esc goes back." in search


@pytest.mark.parametrize("word", ["kick", "ban", "unban"])
def test_a_command_of_the_tracker_says_where_it_is_typed(word: str) -> None:
    state = make_state()
    assert run(state, f"/{word} Ana") == []
    assert said(state) == [f"/{word} is a command of prosa-tracker, at its own terminal."]
