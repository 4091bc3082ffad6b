"""Rules of the Bot API that its table of types does not hold, each where it is documented."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from bot.playground.errors import broken
from bot.playground.formatting import caption_text, message_text
from bot.playground.model import Json

Rule: TypeAlias = Callable[[Json], None]

_BUTTON_KINDS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query",
    "switch_inline_query_current_chat", "switch_inline_query_chosen_chat", "copy_text",
    "callback_game", "pay",
)  # fmt: skip
_STYLES = {"danger", "success", "primary"}
_HTTP = re.compile(r"(?:https?://)?(?:[^\s/?#@]+@)?[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?")
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,256}")
_MAX_BUTTONS, _MAX_COMMANDS, _MAX_RESULTS, _MAX_OFFSET = 100, 100, 50, 64


def _button(button: Json) -> None:
    """InlineKeyboardButton: exactly one kind, a real link, a known style."""
    kinds = [kind for kind in _BUTTON_KINDS if kind in button]
    if not button["text"]:
        raise broken("can't parse inline keyboard button: Text buttons must have a text")
    if len(kinds) != 1:
        raise broken("can't parse inline keyboard button: exactly one kind of button is needed")
    if "style" in button and button["style"] not in _STYLES:
        raise broken("can't parse inline keyboard button: invalid button style specified")
    url = button.get("url")
    if url is not None and not (url.startswith(("tg://", "ton://")) or _HTTP.fullmatch(url)):
        raise broken(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")


def _keyboard(markup: Json) -> None:
    if sum(len(row) for row in markup["inline_keyboard"]) > _MAX_BUTTONS:
        raise broken("reply markup is too long")


def _command(command: Json) -> None:
    """BotCommand: lowercase English letters, digits, underscores."""
    if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
        raise broken("BOT_COMMAND_INVALID")


def _commands(params: Json) -> None:
    """setMyCommands: at most 100."""
    if len(params["commands"]) > _MAX_COMMANDS:
        raise broken("BOT_COMMANDS_TOO_MUCH")
    _language(params)


def _language(params: Json) -> None:
    """language_code: two letters (ISO 639-1) or empty."""
    if not re.fullmatch(r"(?:[a-z]{2})?", params.get("language_code", "")):
        raise broken("invalid language code specified")


def _article_text(content: Json) -> None:
    message_text({**content, "text": content["message_text"]})


def _media_caption(media: Json) -> None:
    caption_text(media)


def _rich(message: Json) -> None:
    """InputRichMessage: exactly one of html and markdown."""
    if ("html" in message) == ("markdown" in message):
        raise broken("exactly one of html and markdown must be used in a rich message")


def _results(params: Json) -> None:
    """answerInlineQuery: no more than 50 results, each with its own id."""
    results = params["results"]
    if len(results) > _MAX_RESULTS:
        raise broken("RESULTS_TOO_MUCH")
    if len({result["id"] for result in results}) < len(results):
        raise broken("RESULT_ID_DUPLICATE")
    if len(params.get("next_offset", "").encode()) > _MAX_OFFSET:
        raise broken("NEXT_OFFSET_INVALID")


def _result_button(button: Json) -> None:
    """InlineQueryResultsButton: exactly one of web_app and start_parameter."""
    parameter = button.get("start_parameter")
    if ("web_app" in button) == (parameter is not None):
        raise broken("exactly one of web_app and start_parameter must be used")
    if parameter is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", parameter):
        raise broken("START_PARAM_INVALID")


def _webhook(params: Json) -> None:
    secret = params.get("secret_token")
    if secret is not None and not _TOKEN.fullmatch(secret):
        raise broken("secret token contains unallowed characters")
    if not 1 <= params.get("max_connections", 40) <= 100:  # noqa: PLR2004 (setWebhook)
        raise broken("max_connections must be between 1 and 100")


def _edit_target(params: Json) -> None:
    """Editing: either chat_id and message_id, or inline_message_id."""
    if "inline_message_id" not in params and not {"chat_id", "message_id"} <= params.keys():
        raise broken("message identifier is not specified")


def _edit_text(params: Json) -> None:
    if ("text" in params) == ("rich_message" in params):
        raise broken("exactly one of text and rich_message must be used")


def _increasing(params: Json) -> None:
    """forwardMessages, copyMessages: strictly increasing identifiers."""
    ids = params["message_ids"]
    if sorted(set(ids)) != ids:
        raise broken("message identifiers must be in a strictly increasing order")


TYPE_RULES: Mapping[str, tuple[Rule, ...]] = {
    "InlineKeyboardButton": (_button,),
    "InlineKeyboardMarkup": (_keyboard,),
    "BotCommand": (_command,),
    "InputTextMessageContent": (_article_text,),
    "InputRichMessage": (_rich,),
    "InlineQueryResultsButton": (_result_button,),
    **dict.fromkeys(
        ("InputMediaPhoto", "InputMediaVideo", "InputMediaDocument", "InputMediaAudio",
         "InputMediaAnimation", "InlineQueryResultCachedPhoto", "InlineQueryResultPhoto",
         "InlineQueryResultCachedDocument", "InlineQueryResultDocument"),
        (_media_caption,),
    ),
}  # fmt: skip

METHOD_RULES: Mapping[str, tuple[Rule, ...]] = {
    "setMyCommands": (_commands,),
    **dict.fromkeys(
        ("deleteMyCommands", "getMyCommands", "setMyName", "getMyName", "setMyDescription",
         "getMyDescription", "setMyShortDescription", "getMyShortDescription"),
        (_language,),
    ),
    "answerInlineQuery": (_results,),
    "setWebhook": (_webhook,),
    "editMessageText": (_edit_target, _edit_text),
    "editMessageCaption": (_edit_target,),
    "editMessageMedia": (_edit_target,),
    "editMessageReplyMarkup": (_edit_target,),
    "forwardMessages": (_increasing,),
    "copyMessages": (_increasing,),
}  # fmt: skip
