"""A message with all the features that came late to the Bot API."""

from __future__ import annotations

from markupsafe import Markup

from bot.views.callbacks import Close
from bot.views.message import Button, Message, Style

DATE = '<tg-time unix="1750000000" format="D">15 June 2025</tg-time>'
RICH = Message(
    Markup(f"Since {DATE}.<blockquote expandable>A long wording: ğışöç</blockquote>"),
    (
        (
            Button("Yes", action=Close(), style=Style.SUCCESS),
            Button("Site", url="https://a.example/"),
        ),
        (Button("Copy", copy="A & <b>quote</b>"), Button("Share", share="p1")),
    ),
)
