"""Questions: a plain text in a private chat, a mention, or /ask anywhere."""

from __future__ import annotations

from bot.messages import notices
from bot.messages.answers import answer
from bot.messages.model import Message
from bot.telegram.desk import Desk
from bot.telegram.router import Conversation
from bot.telegram.turn import Turn


class Ask:
    """Answers with the provisions that a question is about, or says that there are none."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(commands={"ask": self._ask})

    async def take(self, turn: Turn) -> Message:
        """Answer a plain text."""
        briefing = self._desk.briefing
        findings = briefing.search.find(turn.text)
        follows = await self._desk.follows(turn)
        return answer(turn.reader, briefing.board, findings, turn.text, follows)

    async def _ask(self, turn: Turn) -> Message:
        if not turn.text:
            return notices.ask_usage(turn.reader)
        return await self.take(turn)
