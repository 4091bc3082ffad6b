"""Answers to pressed buttons and to inline queries."""

from __future__ import annotations

from bot.playground.errors import refused
from bot.playground.model import Json, Toast
from bot.playground.state import State

_GONE = "query is too old and response timeout expired or query ID is invalid"


def answer_callback_query(state: State, params: Json) -> object:
    """Bot API, answerCallbackQuery: once a query, 200 characters at most."""
    query_id = params["callback_query_id"]
    asked = state.callbacks.pop(query_id, None)
    if asked is None:
        raise refused(_GONE)
    user_id, chat_id = asked
    toast = Toast(
        user_id,
        chat_id,
        query_id,
        params.get("text", ""),
        alert=params.get("show_alert", False),
        url=params.get("url"),
    )
    state.toasts.append(toast)
    state.emit("toast", chat_id=chat_id, user_id=user_id, text=toast.text, alert=toast.alert)
    return True


def answer_inline_query(state: State, params: Json) -> object:
    """Bot API, answerInlineQuery: once a query, 50 results at most."""
    if state.inline_queries.pop(params["inline_query_id"], None) is None:
        raise refused(_GONE)
    state.inline_answers[params["inline_query_id"]] = params
    state.changed()
    return True
