"""Questions: a plain text in a private chat, a mention, or /ask anywhere."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

from bot.agreement.export import as_csv
from bot.agreement.filters import NO_FILTER, Filter
from bot.agreement.status import Status
from bot.search import Decision
from bot.search.answering import Answered, answer_question
from bot.search.intents import Intent
from bot.search.normalization import fold
from bot.search.questions import OF_ONE, Context, limited, parse
from bot.telegram import conversation_context
from bot.telegram.command_parsing import question_in
from bot.telegram.context import BotContext
from bot.telegram.handlers.unanswered import UnansweredLog
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.answers import answer
from bot.views.board import latest_page
from bot.views.callbacks import Download, Place, View
from bot.views.filtering import named_statuses
from bot.views.message import Message
from bot.views.rich import with_table
from bot.views.timeline import timeline_page


class Questions:
    """Answers with the provisions that a question is about, or says that there are none."""

    def __init__(
        self,
        context: BotContext,
        gaps: UnansweredLog,
        asked: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._context = context
        self._gaps = gaps
        self._tell_asked = asked

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={"ask": self.take},
            aliases={"csv": self.table},
            actions={Download: self._download},
            free_text=frozenset({"ask"}),
        )

    async def take(self, request: Request) -> Message | None:
        """Answer a plain text; None where nothing is found in what may be talk.

        The answer replies to the question, also in a private chat: so its buttons know later
        what was asked, and nothing is kept of it.
        """
        if not request.text.strip():
            return replies.ask_usage(request.reader, self._context.state.board.provisions)
        previous = conversation_context.recall(self._context, request)
        answered = await self._answered(request, request.text, previous)
        if request.may_be_talk and _is_talk(answered):
            return None
        if answered.query.intent is Intent.TABLE and not answered.query.text:
            await self.table(request)
            return None
        self._tell_asked(answered.findings.decision.name.lower())
        if answered.findings.decision is Decision.DECLINE:
            self._note(answered, request.text)
        else:
            await conversation_context.keep(self._context, request, answered)
        page = self._page(request, answered, request.text, Place(View.ANSWER))
        return replace(page, replies=True)

    async def again(self, request: Request, place: Place) -> Message | None:
        """The answer that a pressed button stands under, as `place` has it; None if it is lost.

        It is given again, from the question that the message replies to.
        """
        if request.replied is None:
            return None
        text = question_in(request.replied.text or request.replied.caption or "", self._context.bot)
        previous = conversation_context.recall(
            self._context, request, asked_by=request.replied.message_id
        )
        answered = await self._answered(request, text, previous)
        if answered.findings.decision is Decision.DECLINE:
            return None
        return self._page(request, answered, text, place)

    async def table(self, request: Request) -> None:
        """Send the whole board as a file for spreadsheets."""
        board, language = self._context.state.board, request.reader.language
        content = await asyncio.to_thread(as_csv, board, language.code)
        caption = replies.table_caption(request.reader)
        name = f"{board.agreement.id}.csv"
        await self._context.api.send_document(request.address, content, name, caption)

    async def status(self, request: Request) -> Message | None:
        """A part of the board: "/status energy", "/status stalled"; else the text is a question."""
        only = await self._filter(request)
        if only is None:
            return await self.take(request)
        return with_table(request.reader, self._context.state.board, 0, only)

    async def latest(self, request: Request) -> Message | None:
        """A part of the latest changes: "/latest energy"; else the text is a question."""
        only = await self._filter(request)
        if only is None:
            return await self.take(request)
        return latest_page(request.reader, self._context.state.board, 0, only)

    async def timeline(self, request: Request) -> Message | None:
        """The chronology, or a part: "/timeline 2025", "/timeline energy"; None for other words."""
        only = await self._filter(request) if request.text else NO_FILTER
        if only is None:
            return None
        return timeline_page(request.reader, self._context.state.board, only, 0)

    def part(self, request: Request, place: Place) -> Message | None:
        """A page of a part of the board, or of what happened; None if it no longer exists."""
        board = self._context.state.board
        try:
            only = Filter.parse(place.id)
        except ValueError:
            return None
        if only.topic and board.agreement.topic(only.topic) is None:
            return None
        match place.view:
            case View.BOARD:
                return with_table(request.reader, board, place.page, only)
            case View.TIMELINE:
                return timeline_page(request.reader, board, only, place.page)
            case _:
                return latest_page(request.reader, board, place.page, only)

    async def _download(self, request: Request, _: Download) -> Answer:
        await self.table(request)
        return Answer()

    @property
    def counts_gaps(self) -> bool:
        """Whether questions without an answer are counted."""
        return self._gaps.wanted

    async def _answered(
        self, request: Request, text: str, previous: Context | None = None
    ) -> Answered:
        board, search = self._context.state.board, self._context.state.search
        today, most = request.reader.now.date(), len(board.provisions)
        return await self._context.search(
            text, lambda question: answer_question(board, search, question, previous, today, most)
        )

    def _page(self, request: Request, answered: Answered, text: str, here: Place) -> Message:
        board = self._context.state.board
        return answer(request.reader, board, answered, text, request.rules, here)

    async def _filter(self, request: Request) -> Filter | None:
        """The filter that a text names, or None if it asks for something else."""
        said, text = named_statuses(request.reader.language, limited(request.text))
        query = parse(text, request.reader.now.date(), self._context.state.search.names)
        topic = await self.topic_named(query.text) if query.text else ""
        if topic is None:
            return None
        statuses = tuple(status for status in Status if status in {*said, *query.statuses})
        return Filter(topic, statuses, query.since, query.until) or None

    async def topic_named(self, text: str) -> str | None:
        """The id of the topic that a text is a name of."""
        agreement, search = self._context.state.agreement, self._context.state.search

        def named(question: str) -> str | None:
            given = fold(question).removeprefix("/")
            for topic in agreement.topics:
                if given in {topic.id, *topic.names, *map(fold, topic.title.values())}:
                    return topic.id
            if not search.is_topic(question):
                return None
            return next(iter(search.find(question).topics), None)

        return await self._context.search(text, named)

    def _note(self, answered: Answered, text: str) -> None:
        """Count a question that found nothing; "sources?" alone is none."""
        query = answered.query
        if query.text and not query.is_filtered:
            self._gaps.add(limited(text))


def _is_talk(answered: Answered) -> bool:
    """Whether members of a group most likely talk to each other."""
    query = answered.query
    is_small = query.intent in _SMALL_TALK and not query.text
    asks = query.asks or query.intent in OF_ONE or query.statuses or query.is_dated
    return answered.findings.decision is Decision.DECLINE or is_small or not asks


_SMALL_TALK = frozenset({Intent.HELLO, Intent.THANKS, Intent.OKAY, Intent.HELP})
