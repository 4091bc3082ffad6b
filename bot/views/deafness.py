"""What the admins are told when the bot can send and receives nothing."""

from __future__ import annotations

from enum import StrEnum

from bot.i18n.catalogs import gettext_noop
from bot.views.html import bold, code, lines, paragraphs
from bot.views.message import Message, Reader
from bot.views.pagination import clip

_DETAIL = 300
"""UTF-16 units of what Telegram says."""


class Deafness(StrEnum):
    """Why no updates arrive. The value is for logs and monitors."""

    CONFLICT = "another program polls with this token"
    UNREACHABLE = "Telegram gives none"
    STORE = "they cannot be stored"
    WEBHOOK = "Telegram cannot deliver to the webhook"
    ELSEWHERE = "Telegram delivers to another address"


_TEXTS = {
    Deafness.CONFLICT: gettext_noop(
        "Another program fetches messages with this bot's token. Stop it, or give it a bot of its"
        " own."
    ),
    Deafness.UNREACHABLE: gettext_noop(
        "I have not been able to fetch messages from Telegram for five minutes. The log says why."
    ),
    Deafness.STORE: gettext_noop("I cannot store what arrives. Check the database or the disk."),
    Deafness.WEBHOOK: gettext_noop(
        "Telegram cannot deliver messages to my web address. Check the address, its certificate and"
        " its port."
    ),
    Deafness.ELSEWHERE: gettext_noop(
        "Telegram no longer delivers messages to my web address: another program has changed the"
        " setting. Restart me to set it again."
    ),
}


def deaf_page(reader: Reader, deafness: Deafness, detail: str = "") -> Message:
    """The bot is deaf; `detail` is what Telegram says about it."""
    language = reader.language
    said = (
        language.html("Telegram says: {reason}", reason=code(clip(detail, _DETAIL)))
        if detail
        else None
    )
    return Message(
        paragraphs(
            bold(language.gettext("No messages reach me")),
            lines(language.gettext(_TEXTS[deafness]), said),
            language.gettext("I can still send, so alerts go out. You are told of this only once."),
        )
    )
