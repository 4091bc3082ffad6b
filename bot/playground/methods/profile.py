"""Command menus, names, descriptions, menu buttons, files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.playground.errors import refused
from bot.playground.files import MAX_DOWNLOAD
from bot.playground.model import Json
from bot.playground.profile import scope_key
from bot.playground.state import State

Method = Callable[[State, Json], object]


def set_my_commands(state: State, params: Json) -> object:
    """Bot API, setMyCommands: the list of one scope and language."""
    commands = [
        {**command, "command": command["command"].removeprefix("/")}
        for command in params["commands"]
    ]
    state.profile.commands[_menu(state, params)] = commands
    state.emit("menu")
    return True


def delete_my_commands(state: State, params: Json) -> object:
    """Bot API, deleteMyCommands."""
    state.profile.commands.pop(_menu(state, params), None)
    state.emit("menu")
    return True


def get_my_commands(state: State, params: Json) -> object:
    """Bot API, getMyCommands: exactly this scope and language, no precedence."""
    return state.profile.commands.get(_menu(state, params), [])


def set_chat_menu_button(state: State, params: Json) -> object:
    """Bot API, setChatMenuButton."""
    state.profile.menu_buttons[params.get("chat_id")] = params.get(
        "menu_button", {"type": "default"}
    )
    state.emit("menu")
    return True


def get_chat_menu_button(state: State, params: Json) -> object:
    """Bot API, getChatMenuButton."""
    buttons = state.profile.menu_buttons
    return buttons.get(params.get("chat_id")) or buttons.get(None) or {"type": "commands"}


def get_file(state: State, params: Json) -> object:
    """Bot API, getFile: 20 MB at most."""
    file = state.files.get(params["file_id"])
    if file is None:
        raise refused("wrong file_id or the file is temporarily unavailable")
    if len(file.upload.content) > MAX_DOWNLOAD:
        raise refused("file is too big")
    return {**file.api(), "file_path": file.path}


def _menu(state: State, params: Json) -> tuple[str, str]:
    scope = params.get("scope")
    if scope is not None and "chat_id" in scope:
        state.find_chat(scope["chat_id"])
    return scope_key(scope), params.get("language_code", "")


def _setter(field: str, attribute: str) -> Method:
    def change(state: State, params: Json) -> object:
        texts: dict[str, str] = getattr(state.profile, attribute)
        value, language = params.get(field, ""), params.get("language_code", "")
        if value:
            texts[language] = value
        else:
            texts.pop(language, None)
        state.emit("menu")
        return True

    return change


def _getter(field: str, attribute: str) -> Method:
    def read(state: State, params: Json) -> object:
        texts: dict[str, str] = getattr(state.profile, attribute)
        fallback = state.bot.name if field == "name" else ""
        return {field: texts.get(params.get("language_code", "")) or texts.get("", fallback)}

    return read


TEXTS: Mapping[str, Method] = {
    "setMyName": _setter("name", "names"),
    "getMyName": _getter("name", "names"),
    "setMyDescription": _setter("description", "descriptions"),
    "getMyDescription": _getter("description", "descriptions"),
    "setMyShortDescription": _setter("short_description", "short_descriptions"),
    "getMyShortDescription": _getter("short_description", "short_descriptions"),
}
