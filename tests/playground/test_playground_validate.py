from __future__ import annotations

import orjson
import pytest

from bot.playground.build_api_table import compact
from bot.playground.errors import ApiError
from bot.playground.model import Upload
from bot.playground.validate import Validator, load_table


@pytest.fixture(scope="module")
def validator():
    return Validator(load_table())


def button(**fields):
    return {"inline_keyboard": [[{"text": "a", **fields}]]}


def article(**fields):
    content = {"message_text": "x"}
    return {"type": "article", "id": "1", "title": "t", "input_message_content": content, **fields}


GOOD = [
    ("sendMessage", {"chat_id": "-100123", "text": "x"}),
    ("sendMessage", {"chat_id": "@channel", "text": "x", "disable_notification": "true"}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(callback_data="é" * 32)}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(url="t.me/x?a=b")}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
        copy_text={"text": "c" * 256}, style="success")}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"force_reply": True}}),
    ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"keyboard": [[{"text": "a"}]]}}),
    ("setMyCommands", {"commands": [{"command": "a_1", "description": "x" * 256}],
                       "scope": {"type": "chat_member", "chat_id": -1, "user_id": 2},
                       "language_code": "az"}),
    ("answerInlineQuery", {"inline_query_id": "1", "results": [article()]}),
    ("setMessageReaction", {"chat_id": 1, "message_id": 2,
                            "reaction": [{"type": "emoji", "emoji": "👍"}]}),
    ("getUpdates", {"limit": 100, "allowed_updates": ["message"]}),
    ("sendDocument", {"chat_id": 1, "document": "id"}),
]  # fmt: skip


@pytest.mark.parametrize("body", ["json", "form"])
@pytest.mark.parametrize(("method", "params"), GOOD)
def test_calls_within_the_description(validator, method, params, body):
    if body == "form":
        raw = {
            name: value if isinstance(value, str) else orjson.dumps(value).decode()
            for name, value in params.items()
        }
    else:
        raw = orjson.loads(orjson.dumps(params))
    checked = validator.check(method, raw, {})
    assert checked.keys() == params.keys()
    assert checked.get("chat_id") in {None, 1, -100123, "@channel"}


@pytest.mark.parametrize(
    ("method", "params", "problem"),
    [
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1, "text": 5}, '"text" must be of type String'),
        ("sendMessage", {"chat_id": 1, "text": "x", "x": 1}, 'has no parameter "x"'),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, '"chat_id" must be of type String'),
        ("sendMessage", {"chat_id": 1, "text": "x", "protect_content": "maybe"}, "a boolean"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "{"}, "as JSON"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button()}, "exactly one kind"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
            url="https://a.org", callback_data="a")}, "exactly one kind"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(callback_data="")},
         "BUTTON_DATA_INVALID"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
            callback_data="é" * 33)}, "BUTTON_DATA_INVALID"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
            callback_data="a", style="loud")}, "style"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
            url="http://localhost/")}, "Wrong HTTP URL"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": button(
            copy_text={"text": "c" * 257})}, "1-256 characters"),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [
            [{"text": "a", "callback_data": "a"}] * 101]}}, "reply markup is too long"),
        ("sendMessage", {"chat_id": 1, "text": "x", "link_preview_options": {"off": True}},
         'has no field "off"'),
        ("setMyCommands", {"commands": [{"command": "Start", "description": "x"}]},
         "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a" * 33, "description": "x"}]},
         "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "a", "description": ""}]}, "1-256"),
        ("setMyCommands", {"commands": [{"command": "a", "description": "x"}] * 101}, "TOO_MUCH"),
        ("setMyCommands", {"commands": [], "scope": {"type": "nowhere"}}, "unknown type"),
        ("setMyCommands", {"commands": [], "language_code": "aze"}, "language code"),
        ("setMyName", {"name": "x" * 65}, "0-64"),
        ("setMyDescription", {"description": "x" * 513}, "0-512"),
        ("setMyShortDescription", {"short_description": "x" * 121}, "0-120"),
        ("answerCallbackQuery", {"callback_query_id": "1", "text": "x" * 201}, "0-200"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [article()] * 2}, "DUPLICATE"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [
            article(id=str(number)) for number in range(51)]}, "RESULTS_TOO_MUCH"),
        ("answerInlineQuery", {"inline_query_id": "1", "results": [article(
            input_message_content={"message_text": "<x>", "parse_mode": "HTML"})]},
         "Unsupported start tag"),
        ("editMessageText", {"text": "x"}, "message identifier is not specified"),
        ("getUpdates", {"limit": 101}, "1-100"),
        ("setWebhook", {"url": "https://a.org", "secret_token": "ü"}, "secret"),
    ],
)  # fmt: skip
def test_calls_outside_the_description(validator, method, params, problem):
    with pytest.raises(ApiError) as refused:
        validator.check(method, params, {})
    assert problem in refused.value.description
    assert refused.value.violation


def test_unknown_methods(validator):
    assert validator.name("sendmessage") == "sendMessage"
    with pytest.raises(ApiError, match="method not found"):
        validator.name("sendNothing")


def test_files_are_put_where_the_call_names_them(validator):
    upload = Upload("a.png", b"x", "image/png")
    assert validator.check("sendPhoto", {"chat_id": "1"}, {"photo": upload})["photo"] is upload
    media = {"type": "photo", "media": "attach://one"}
    raw = {"chat_id": "1", "message_id": "2", "media": orjson.dumps(media).decode()}
    assert validator.check("editMessageMedia", raw, {"one": upload})["media"]["media"] is upload
    with pytest.raises(ApiError, match='has no parameter "two"'):
        validator.check("sendPhoto", {"chat_id": "1", "photo": "attach://x"}, {"two": upload})


def test_the_table_is_read_from_a_description():
    text = {"name": "text", "types": ["String"], "required": True, "description": "1-10 bytes"}
    kind = {"name": "type", "types": ["String"], "required": True, "description": "must be a"}
    spec = {
        "version": "1",
        "methods": {
            "do": {
                "fields": [
                    text,
                    {"name": "x", "types": ["Array of U"], "required": False, "description": ""},
                ]
            }
        },
        "types": {"U": {"subtypes": ["A"]}, "A": {"fields": [kind]}, "Unused": {"fields": []}},
    }
    assert compact(spec) == {
        "version": "1",
        "methods": {"do": {"text": ["String", 1, "1-10 bytes"], "x": ["[U", 0]}},
        "types": {"A": {"type": ["String", 1, None, ["a"]]}},
        "unions": {"U": ["A"]},
    }
