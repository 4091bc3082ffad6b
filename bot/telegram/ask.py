"""Questions: a plain text in a private chat, a mention, or /ask anywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.agreement.answering import Answered, answer_question
from bot.agreement.filters import Filter
from bot.agreement.questions import Context, limited, parse
from bot.agreement.search import Decision
from bot.agreement.search.folding import fold
from bot.agreement.status import Status
from bot.messages import notices
from bot.messages.actions import Place, View
from bot.messages.answers import UNFILTERED, answer
from bot.messages.board import latest_page
from bot.messages.filtering import named_statuses
from bot.messages.model import Message
from bot.messages.rich import with_table
from bot.telegram import follow_up
from bot.telegram.addressing import question_in
from bot.telegram.desk import Desk
from bot.telegram.gaps import GapLog
from bot.telegram.router import Conversation
from bot.telegram.turn import Turn


class Ask:
    """Answers with the provisions that a question is about, or says that there are none."""

    def __init__(
        self, desk: Desk, gaps: GapLog, asked: Callable[[str], None] = lambda _: None
    ) -> None:
        self._desk = desk
        self._gaps = gaps
        self._tell_asked = asked

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(commands={"ask": self.take}, free_text=frozenset({"ask"}))

    async def take(self, turn: Turn) -> Message:
        """Answer a plain text.

        The answer replies to the question, also in a private chat: so its buttons know later
        what was asked, and nothing is kept of it.
        """
        if not turn.text.strip():
            return notices.ask_usage(turn.reader, self._desk.briefing.board.provisions)
        context = follow_up.recall(self._desk, turn)
        answered = await self._answered(turn, turn.text, context)
        self._tell_asked(answered.findings.decision.name.lower())
        if answered.findings.decision is Decision.DECLINE:
            self._note(answered, turn.text)
        else:
            await follow_up.keep(self._desk, turn, answered)
        page = self._page(turn, answered, turn.text, Place(View.ANSWER))
        return replace(page, replies=True)

    async def again(self, turn: Turn, place: Place) -> Message | None:
        """The answer that a pressed button stands under, as `place` has it; None if it is lost.

        It is given anew, from the question that the message replies to.
        """
        if turn.replied is None:
            return None
        text = question_in(turn.replied.text or turn.replied.caption or "", self._desk.bot)
        context = follow_up.recall(self._desk, turn, asked_by=turn.replied.message_id)
        answered = await self._answered(turn, text, context)
        if UNFILTERED in place.id:
            answered = await self._answered(turn, answered.query.text)
        if answered.findings.decision is Decision.DECLINE:
            return None
        return self._page(turn, answered, text, place)

    async def status(self, turn: Turn) -> Message:
        """A part of the board: "/status energy", "/status stalled"; else the text is a question."""
        only = await self._filter(turn)
        if only is None:
            return await self.take(turn)
        return with_table(turn.reader, self._desk.briefing.board, 0, only)

    async def latest(self, turn: Turn) -> Message:
        """A part of the latest changes: "/latest energy"; else the text is a question."""
        only = await self._filter(turn)
        if only is None:
            return await self.take(turn)
        return latest_page(turn.reader, self._desk.briefing.board, 0, only)

    def part(self, turn: Turn, place: Place) -> Message | None:
        """A page of a part of the board, or of the latest changes; None if it is no more."""
        board = self._desk.briefing.board
        try:
            only = Filter.parse(place.id)
        except ValueError:
            return None
        if only.topic and board.agreement.topic(only.topic) is None:
            return None
        page = with_table if place.view is View.BOARD else latest_page
        return page(turn.reader, board, place.page, only)

    @property
    def counts_gaps(self) -> bool:
        """Whether questions without an answer are counted."""
        return self._gaps.wanted

    async def _answered(self, turn: Turn, text: str, context: Context | None = None) -> Answered:
        board, search = self._desk.briefing.board, self._desk.briefing.search
        today, most = turn.reader.now.date(), len(board.provisions)
        return await self._desk.search(
            text, lambda question: answer_question(board, search, question, context, today, most)
        )

    def _page(self, turn: Turn, answered: Answered, text: str, here: Place) -> Message:
        board = self._desk.briefing.board
        return answer(turn.reader, board, answered, text, turn.follows, here)

    async def _filter(self, turn: Turn) -> Filter | None:
        """The filter that a text names, or None if it asks for something else."""
        named, text = named_statuses(turn.reader.language, limited(turn.text))
        query = parse(text, turn.reader.now.date(), dated=True)
        topic = await self.topic_named(query.text) if query.text else ""
        if topic is None:
            return None
        statuses = tuple(one for one in Status if one in {*named, *query.statuses})
        return Filter(topic, statuses, query.since, query.until) or None

    async def topic_named(self, text: str) -> str | None:
        """The id of the topic that a text is a name of."""
        agreement, search = self._desk.briefing.agreement, self._desk.briefing.search

        def named(question: str) -> str | None:
            given = fold(question).removeprefix("/")
            for topic in agreement.topics:
                if given in {topic.id, *topic.names, *map(fold, topic.title.values())}:
                    return topic.id
            if not search.is_topic(question):
                return None
            return next(iter(search.find(question).topics), None)

        return await self._desk.search(text, named)

    def _note(self, answered: Answered, text: str) -> None:
        """Count a question that found nothing; "sources?" alone is none."""
        query = answered.query
        if query.text and not query.is_filtered:
            self._gaps.add(limited(text))
