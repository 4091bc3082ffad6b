"""What readers of each language will get, shown to the admin before anything goes out."""

from __future__ import annotations

from collections.abc import Mapping

from bot.language.language import Language
from bot.messages.fitting import fits
from bot.messages.model import Message
from bot.messages.tags import bold, paragraphs


def preview_pages(renderings: Mapping[Language, Message]) -> list[Message]:
    """The alert in every language, each under the language's name, in as few messages as fit.

    The buttons are left out: they would act on an alert that does not exist yet.
    """
    pages: list[Message] = []
    for language, message in renderings.items():
        text = paragraphs(bold(f"— {language.name} —"), message.html)
        joined = paragraphs(pages[-1].html, text) if pages else text
        if pages and fits(joined):
            pages[-1] = Message(joined, silent=True)
        else:
            pages.append(Message(text, silent=True))
    return pages
