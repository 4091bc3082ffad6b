"""Feedback from readers, on its way to the admins and back."""

from __future__ import annotations

from markupsafe import Markup

from bot.views.html import bold, code, italic, lines, paragraphs
from bot.views.message import Message, Reader
from bot.views.pagination import pieces

_LENGTH = 3500
_COMMAND = "/feedback"


def usage(reader: Reader) -> Message:
    """How feedback is given."""
    language = reader.language
    example = language.gettext("{command} Your message", command=_COMMAND)
    return Message(
        paragraphs(
            language.html("Write it after the command: {example}", example=code(example)),
            language.gettext("The admins of this bot read it. They do not see who wrote it."),
        )
    )


def thanks(reader: Reader) -> Message:
    """The feedback has reached the admins."""
    return _said(reader.language.gettext("Thank you. The admins of this bot have your message."))


def enough(reader: Reader) -> Message:
    """This person has given as much feedback as is passed on at a time."""
    return _said(
        reader.language.gettext(
            "The admins have your earlier messages. Please wait half an hour before you send more."
        )
    )


def later(reader: Reader) -> Message:
    """All together give more feedback than is passed on at a time."""
    return _said(
        reader.language.gettext(
            "The admins are getting a lot of feedback right now. Please try again in a few minutes."
        )
    )


def for_admins(reader: Reader, text: str, language_code: str) -> list[Message]:
    """A reader's feedback, as the admins see it: whole, without the name.

    A long one comes in several messages.
    """
    head = reader.language.html("Feedback from a reader ({language})", language=language_code)
    parts = pieces(text, _LENGTH)
    how = reader.language.gettext(
        "To answer, reply to this message. The reader sees “the editors”, and no name."
    )
    return [
        Message(
            lines(
                Markup("{} {}/{}").format(bold(head), number, len(parts))
                if len(parts) > 1
                else bold(head),
                Markup("<blockquote>{}</blockquote>").format(part),
                italic(how) if number == len(parts) else None,
            )
        )
        for number, part in enumerate(parts, 1)
    ]


def answer(reader: Reader, text: str) -> list[Message]:
    """An admin's answer to feedback, as the reader sees it: without the name."""
    head = reader.language.gettext("The editors answer your feedback")
    again = reader.language.html("To write back: {command}", command=_COMMAND)
    parts = pieces(text, _LENGTH)
    return [
        Message(
            lines(
                bold(head),
                Markup("<blockquote>{}</blockquote>").format(part),
                again if number == len(parts) else None,
            )
        )
        for number, part in enumerate(parts, 1)
    ]


def answered(reader: Reader) -> Message:
    """The answer has reached the reader."""
    return Message(lines(reader.language.gettext("Sent to the reader, from “the editors”.")))


def not_answered(reader: Reader) -> Message:
    """The answer could not be delivered."""
    return Message(
        lines(reader.language.gettext("The reader cannot be reached. Nothing was sent."))
    )


def _said(text: str) -> Message:
    return Message(lines(text))
