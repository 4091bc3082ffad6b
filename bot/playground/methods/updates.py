"""Webhooks, and answers to pressed buttons and inline queries; the server answers getUpdates."""

from __future__ import annotations

from urllib.parse import urlsplit

from bot.playground.errors import broken, refused
from bot.playground.model import Json, Toast
from bot.playground.state import State

_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
_GONE = "query is too old and response timeout expired or query ID is invalid"


def set_webhook(state: State, params: Json) -> object:
    """Bot API, setWebhook: HTTPS, or plain HTTP on loopback as a self-hosted server allows it."""
    url = params["url"]
    if not url:
        return delete_webhook(state, params)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise broken("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.hostname not in _LOOPBACK:
        raise broken("bad webhook: the playground delivers to loopback addresses only")
    if state.webhooks is not None and url not in state.webhooks:
        raise broken("bad webhook: the playground does not deliver to this address")
    if params.get("drop_pending_updates"):
        state.updates.pending.clear()
    state.updates.allow(params.get("allowed_updates"))
    state.updates.webhook = {
        "url": url,
        "secret_token": params.get("secret_token"),
        "max_connections": params.get("max_connections", 40),
    }
    state.updates.due.set()
    return True


def delete_webhook(state: State, params: Json) -> object:
    """Bot API, deleteWebhook."""
    if params.get("drop_pending_updates"):
        state.updates.pending.clear()
    state.updates.webhook = None
    return True


def get_webhook_info(state: State, _params: Json) -> object:
    """Bot API, getWebhookInfo."""
    updates = state.updates
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": len(updates.pending),
    }
    if updates.webhook is not None:
        info["url"] = updates.webhook["url"]
        info["max_connections"] = updates.webhook["max_connections"]
        info["allowed_updates"] = sorted(updates.allowed)
        for name in ("last_error_date", "last_error_message"):
            if name in updates.webhook:
                info[name] = updates.webhook[name]
    return info


def agree(_state: State, _params: Json) -> object:
    """Bot API, close and logOut: nothing to do here."""
    return True


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
