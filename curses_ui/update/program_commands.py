"""Commands about the program itself: help, settings, the tracker, leaving."""

import sys
from dataclasses import replace
from typing import Final

from core import VERSION, format_address

from ..i18n import N_, find_language
from ..line.command_line import AmbiguousCommand, ParsedCommand, UnknownCommand, find_command, suggest_command
from ..line.command_table import Command
from ..settings import SETTINGS, change_setting, parse_switch, setting_text
from ..state.effects import ChangeTracker, Effect, Leave, Reconnect, RefreshList, Rename, SaveSettings
from ..state.journal import tell_error, tell_here
from ..state.model import LIST_PATIENCE_SECONDS, ExitQuestion, PendingCall, TrackerState, UiState
from ..text.address import TRACKER_PORT, split_address
from ..text.clean import clean_message, clean_name
from ..text.matching import nearest
from ..text.names import fit_own_name
from .help_texts import explain, keys, overview
from .targets import complain


_OF_THE_TRACKER: Final = frozenset({"kick", "ban", "unban"})


def leave(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/exit``; where there is somebody to ask, asks first if we host for others, or if ``confirm_exit`` is on and something would be lost.

    Somebody may have come to the tracker inside this program since its last list.
    """
    if state.tracker.embedded and state.tracker.state is TrackerState.REGISTERED and not state.hosted and state.can_ask:
        state.pending_lists.append(PendingCall(parsed, state.now + LIST_PATIENCE_SECONDS))
        return [RefreshList()]
    return leave_now(state)


def leave_now(state: UiState) -> list[Effect]:
    """Leave, or ask, by what is known."""
    unsent = any(conversation.draft.text for conversation in state.conversations.values())
    connected = any(conversation.takes_text for conversation in state.chats())
    would_lose = state.settings.confirm_exit and (unsent or connected)
    if (would_lose or state.hosted) and not state.plain:
        state.question = ExitQuestion()
        return []
    if state.hosted and state.can_ask and not isinstance(state.question, ExitQuestion):
        state.question = ExitQuestion()
        asked = state.catalogue.trn(
            "{n} other uses your tracker. To leave all the same, type /exit again.",
            "{n} others use your tracker. To leave all the same, type /exit again.",
            state.hosted,
        )
        tell_error(state, state.here, asked)
        return []
    return [Leave()]


# Help


def help_about(state: UiState, parsed: ParsedCommand) -> None:
    """``/help [command]``"""
    if not parsed.name:
        tell_here(state, overview(state.catalogue, has_keys=not state.plain))
        return
    word = parsed.name.removeprefix("/")
    match find_command(word):
        case Command() as command:
            tell_here(state, explain(command, state.catalogue, has_keys=not state.plain))
        case AmbiguousCommand(_, candidates):
            has_keys = not state.plain
            tell_here(state, "\n\n".join(explain(each, state.catalogue, has_keys=has_keys) for each in candidates))
        case UnknownCommand():
            complain_unknown(state, word)


def complain_unknown(state: UiState, word: str) -> None:
    """Say that no command is called ``word``."""
    shown, suggestion = clean_message(word), suggest_command(word, state.catalogue.language)
    if word in _OF_THE_TRACKER:
        complain(state, "/{c} is a command of prosa-tracker, at its own terminal.", c=shown)
    elif "/" in word:
        complain(state, 'Unknown command "/{c}". To send it as text: //{c}', c=shown)
    elif suggestion is None:
        complain(state, 'Unknown command "/{c}". Type /help.', c=shown)
    else:
        complain(state, 'Unknown command "/{c}". Did you mean /{s}? Type /help.', c=shown, s=suggestion)


def list_keys(state: UiState, _parsed: ParsedCommand) -> None:
    """``/keys``"""
    if state.plain:
        tell_here(state, state.tr("There are no keys without a screen: every line is a message or a command."))
    else:
        tell_here(state, keys(state.catalogue))


def version(state: UiState, _parsed: ParsedCommand) -> None:
    """``/version``"""
    tell_here(state, f"prosa {VERSION} (Python {sys.version.partition(' ')[0]})")


# The tracker


def tracker(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/tracker [host[:port]]``"""
    if not parsed.name:
        tell_here(state, _describe_tracker(state))
        return []
    address = split_address(parsed.name, default_port=TRACKER_PORT)
    if address is None:
        complain(state, '"{addr}" is not a valid address. Example: 10.0.0.1:10000', addr=clean_message(parsed.name))
        return []
    host, port = address
    state.tracker.address = format_address(host, port)
    state.tracker.embedded = False
    state.tracker.start_command = state.tracker.refused_name = ""
    _try_now(state)
    return [ChangeTracker(host, port)]


def rename(state: UiState, parsed: ParsedCommand) -> list[Effect]:
    """``/name <name>``"""
    name = fit_own_name(parsed.name)
    if name is None:
        expected = state.tr(SETTINGS["name"].expected)
        complain(state, '"{n}" cannot be a name: {expected}.', n=clean_message(parsed.name), expected=expected)
    elif name == state.name and state.tracker.state is TrackerState.REGISTERED:
        complain(state, "That is your name already.")
    else:
        state.tracker.told = None
        tell_here(state, state.tr("Asking the tracker for the name {n}...", n=clean_name(name)))
        return [Rename(name)]
    return []


def reconnect(state: UiState, _parsed: ParsedCommand) -> list[Effect]:
    """``/reconnect``"""
    _try_now(state)
    return [Reconnect()]


def _try_now(state: UiState) -> None:
    state.tracker.state = TrackerState.CONNECTING
    state.tracker.told = None  # if it fails again, say so again
    tell_here(state, state.tr("Trying the tracker at {addr}...", addr=clean_message(state.tracker.address)))


def _describe_tracker(state: UiState) -> str:
    known = state.tracker
    rows = [state.tr("The tracker is {addr}.", addr=clean_message(known.address))]
    if known.embedded:
        rows.append(state.tr("It runs inside this program."))
    match known.state:
        case TrackerState.REGISTERED:
            rows.append(state.tr("You are registered as {n}.", n=clean_name(state.name)))
        case TrackerState.CONNECTING:
            rows.append(state.tr("Not registered yet."))
        case TrackerState.WAITING:
            seconds = max(0, round(known.retry_at - state.now))
            rows.append(state.tr("Not registered. Next attempt in {s} s; /reconnect tries now.", s=seconds))
    return "\n".join(rows)


# Settings


def set_value(state: UiState, parsed: ParsedCommand) -> None:
    """``/set [key [value]]``"""
    if not parsed.name:
        tell_here(state, _list_settings(state))
        return
    key = parsed.name.lower()
    if key not in SETTINGS:
        _complain_unknown_setting(state, key)
        return
    if not parsed.text:
        tell_here(state, f"{_assignment(state, key)}  ({state.tr(SETTINGS[key].help)})")
        return
    return _change(state, key, parsed.text)


def _change(state: UiState, key: str, text: str) -> None:
    setting = SETTINGS[key]
    changed = change_setting(state.settings, key, text)
    if changed is None:
        expected = state.tr(setting.expected)
        message = N_('{key} must be {expected}, not "{value}"')
        complain(state, message, key=key, value=clean_message(text), expected=expected)
        return
    if not setting.live:
        complain(state, "{key} is read at the start only, from {file}.", key=key, file=_file(state))
        return
    if key == "log":
        return _switch_log(state, changed.log)
    state.settings = changed
    state.unsaved[key] = setting_text(changed, key)
    if key == "lang":
        state.catalogue = state.catalogue.in_language(changed.lang or state.catalogue.language)
    tell_here(state, _assignment(state, key))


def _complain_unknown_setting(state: UiState, key: str) -> None:
    near, shown = nearest(key, SETTINGS), clean_message(key)
    if near is None:
        complain(state, "No setting {key}. /set lists them.", key=shown)
    else:
        complain(state, "No setting {key}. Did you mean {s}? /set lists them.", key=shown, s=near)


def _list_settings(state: UiState) -> str:
    rows = [_assignment(state, key) for key in SETTINGS]
    note = N_("Changes last until the program ends, or /save keeps them in {file}, which is read at the start.")
    rows.append(state.tr(note, file=_file(state)))
    return "\n".join(rows)


def _assignment(state: UiState, key: str) -> str:
    """``key = value``; where nothing is set, what is in force."""
    in_force = {"name": state.name, "tracker": state.tracker.address, "lang": state.catalogue.language}
    value = setting_text(state.settings, key) or in_force.get(key, "")
    return f"{key} = {clean_message(value)}"


def _file(state: UiState) -> str:
    return clean_message(state.config_file) or "config.ini"


def save(state: UiState, _parsed: ParsedCommand) -> list[Effect]:
    """``/save``"""
    if not state.config_file:
        complain(state, "There is no file to save settings in.")
    elif not state.unsaved:
        tell_here(state, state.tr("No setting was changed since they were saved."))
    else:
        state.being_saved, state.unsaved = state.being_saved | state.unsaved, {}
        return [SaveSettings(tuple(state.being_saved.items()))]
    return []


def lang(state: UiState, parsed: ParsedCommand) -> None:
    """``/lang <en|pt>``: from the next row on."""
    if parsed.name:
        language = find_language(parsed.name)
        if language is None:
            complain(state, "Usage: {u}", u=state.tr("/lang <en|pt>"))
            return
        return _change(state, "lang", language)
    tell_here(state, _assignment(state, "lang"))


def log(state: UiState, parsed: ParsedCommand) -> None:
    """``/log [on|off]``"""
    if not parsed.name:
        if state.logging:
            text = state.tr("Conversations are written to {path}.", path=_folder(state))
        else:
            text = state.tr("Nothing is written. /log on would write to {path}.", path=_folder(state))
        tell_here(state, text)
        return
    on = parse_switch(parsed.name)
    if on is None:
        complain(state, "Usage: {u}", u=state.tr("/log [on|off]"))
        return
    return _switch_log(state, on)


def _switch_log(state: UiState, on: bool) -> None:
    if on and not state.transcript_folder:
        complain(state, "There is no folder to write to: HOME is not set.")
        return
    state.logging = on
    state.settings = replace(state.settings, log=on)
    state.unsaved["log"] = setting_text(state.settings, "log")
    if on:
        tell_here(state, state.tr("Conversations are written to {path} from now on.", path=_folder(state)))
    else:
        tell_here(state, state.tr("Nothing is written from now on."))


def _folder(state: UiState) -> str:
    return clean_message(state.transcript_folder) or "?"
