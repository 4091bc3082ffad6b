"""Reading: the start page, topics, provisions, the board, the last changes."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.agreement.model import Provision, Topic
from bot.agreement.nearest import nearest
from bot.agreement.typed import fold
from bot.messages import notices
from bot.messages.actions import NOWHERE, STARTS, Close, Place, Show, ShowCard, ShowProvision, View
from bot.messages.alerts import alert_message
from bot.messages.board import latest_page
from bot.messages.card import card_message, with_card
from bot.messages.home import about, help_page, privacy, welcome
from bot.messages.model import Message
from bot.messages.pictures.sketches import board_sketch
from bot.messages.provision import details
from bot.messages.rich import provision_rich, with_table
from bot.messages.settings import settings_page
from bot.messages.subscriptions import subscriptions_page
from bot.messages.timeline import timeline_page
from bot.messages.topics import topic_list, topic_page
from bot.subscribers.wishes import paces
from bot.telegram import follow_up
from bot.telegram.ask import Ask
from bot.telegram.desk import Desk
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn

_ALERT_ID = re.compile(r"[0-9]{1,18}")


class Topics:
    """Pages that anyone may read, and the buttons between them."""

    def __init__(self, desk: Desk, ask: Ask) -> None:
        self._desk = desk
        self._ask = ask

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
                "start": self._start,
                "help": self._help,
                "topics": self._topics,
                "provision": self._provision,
                "status": self._status,
                "latest": self._latest,
                "timeline": self._timeline,
                "about": self._about,
                "privacy": self._privacy,
            },
            actions={
                Show: self._show,
                ShowProvision: self._show_provision,
                ShowCard: self._show_card,
                Close: self._close,
            },
            free_text=frozenset({"status", "latest", "timeline"}),
        )

    async def topic_command(self, turn: Turn, name: str) -> Message | None:
        """The page of the topic with that command, alias or title; None if there is none."""
        for topic in self._desk.briefing.agreement.topics:
            if name in topic.names or fold(name) in map(fold, topic.title.values()):
                return self._topic(turn, topic, 0)
        return None

    async def page_at(self, turn: Turn, place: Place) -> Message | None:  # noqa: C901, PLR0911 - one a page
        """The page of a place; None if it is no more."""
        reader, board = turn.reader, self._desk.briefing.board
        match place.view:
            case View.HOME:
                return welcome(reader, board, turn.follows)
            case View.TOPICS:
                return topic_list(reader, board)
            case View.TOPIC:
                return self._topic_at(turn, place)
            case View.ANSWER:
                return await self._ask.again(turn, place)
            case View.BOARD | View.LATEST if place.id:
                return self._ask.part(turn, place)
            case View.BOARD:
                return self._board(turn, place.page)
            case View.LATEST:
                return latest_page(reader, board, place.page)
            case View.TIMELINE:
                return self._timeline_at(turn, place)
            case View.SUBSCRIPTIONS:
                return self.subscriptions(turn)
            case View.SETTINGS:
                return settings_page(reader, turn.chat)
            case View.ALERT:
                return await self._alert_at(turn, place)
            case View.NOWHERE:
                return None

    def _topic_at(self, turn: Turn, place: Place) -> Message | None:
        topic = self._desk.briefing.agreement.topic(place.id)
        return self._topic(turn, topic, place.page) if topic else None

    def _timeline_at(self, turn: Turn, place: Place) -> Message | None:
        board = self._desk.briefing.board
        topic = board.agreement.topic(place.id)
        if place.id and topic is None:
            return None
        return timeline_page(turn.reader, board, topic, place.page)

    async def _alert_at(self, turn: Turn, place: Place) -> Message | None:
        known = _ALERT_ID.fullmatch(place.id)
        alert = await self._desk.store.alert(int(place.id)) if known else None
        return alert_message(turn.reader, alert) if alert else None

    def subscriptions(self, turn: Turn) -> Message:
        """What the turn's thread follows, and how soon it hears of it."""
        board, own = self._desk.briefing.board, paces(turn.chat, turn.address.thread_id)
        return subscriptions_page(turn.reader, board, turn.follows, own)

    async def details(self, turn: Turn, provision_id: str, back: Place) -> Message | None:
        """A provision's page; None if there is none of that id."""
        board = self._desk.briefing.board
        provision = board.provision(provision_id)
        if provision is None:
            return None
        await follow_up.keep_shown(self._desk, turn, provision_id)
        page = details(turn.reader, board, provision, back, turn.follows)
        if self._desk.outgoing.sends_pictures:
            page = with_card(turn.reader, provision, page)
        return replace(page, rich=lambda: provision_rich(turn.reader, board, provision))

    def _board(self, turn: Turn, page: int) -> Message:
        return with_table(turn.reader, self._desk.briefing.board, page)

    def _topic(self, turn: Turn, topic: Topic, page: int) -> Message:
        return topic_page(turn.reader, self._desk.briefing.board, topic, page, turn.follows)

    async def _start(self, turn: Turn) -> Message | None:
        if not turn.chat.active:
            turn = await self._revived(turn)
        kind, _, given = turn.text.partition("_")
        page = None
        if kind == "provision" and given:
            page = await self.details(turn, given, Place(View.HOME))
            page = page or self._unknown_provision(turn, given)
        elif kind == "topic" and given:
            page = await self.page_at(turn, Place(View.TOPIC, given))
            page = page or notices.unknown_scope(turn.reader, given)
        elif kind in STARTS:
            page = await self.page_at(turn, Place(STARTS[kind]))
        return page or await self.page_at(turn, Place(View.HOME))

    async def _revived(self, turn: Turn) -> Turn:
        """A chat that was given up comes back, with all that it followed."""
        turn = await self._desk.update_chat(turn, lambda chat: chat)
        page = notices.reactivated(turn.reader, len(turn.chat.subscriptions))
        await self._desk.outgoing.send(turn.address, page)
        return turn

    async def _help(self, turn: Turn) -> Message:
        admin = turn.in_private and turn.user_id in self._desk.admins
        return help_page(turn.reader, self._desk.briefing.agreement, admin=admin)

    async def _topics(self, turn: Turn) -> Message:
        return topic_list(turn.reader, self._desk.briefing.board)

    async def _provision(self, turn: Turn) -> Message | None:
        provision = self._named(turn.text)
        if provision is not None:
            return await self.details(turn, provision.id, NOWHERE)
        if not turn.text:
            return self._board(turn, 0)
        return self._unknown_provision(turn, turn.text)

    def _unknown_provision(self, turn: Turn, given: str) -> Message:
        ids = [one.id for one in self._desk.briefing.board.provisions]
        return notices.unknown_provision(turn.reader, given, nearest(given, ids))

    def _named(self, text: str) -> Provision | None:
        given = text.strip().lower().lstrip("#№ ")
        return next(
            (
                one
                for one in self._desk.briefing.board.provisions
                if given in {one.id, str(one.number), (one.bullet or one.id).lower()}
            ),
            None,
        )

    async def _status(self, turn: Turn) -> Message:
        if turn.text:
            return await self._ask.status(turn)
        picture = board_sketch(turn.reader, self._desk.briefing.board)
        return replace(self._board(turn, 0), picture=picture)

    async def _latest(self, turn: Turn) -> Message:
        if turn.text:
            return await self._ask.latest(turn)
        return latest_page(turn.reader, self._desk.briefing.board, 0)

    async def _timeline(self, turn: Turn) -> Message:
        """All of it, or that of a topic or a provision; any other words are a question."""
        board = self._desk.briefing.board
        if not turn.text:
            return timeline_page(turn.reader, board, None, 0)
        topic = board.agreement.topic(await self._ask.topic_named(turn.text) or "")
        if topic is not None:
            return timeline_page(turn.reader, board, topic, 0)
        provision = self._named(turn.text)
        page = await self.details(turn, provision.id, NOWHERE) if provision else None
        return page or await self._ask.take(turn)

    async def _about(self, turn: Turn) -> Message:
        return about(turn.reader, self._desk.briefing.board)

    async def _privacy(self, turn: Turn) -> Message:
        return privacy(turn.reader, gaps=self._ask.counts_gaps, inbox=self._desk.by_webhook)

    async def _show(self, turn: Turn, action: Show) -> Answer:
        page = await self.page_at(turn, action.place)
        if page is None and action.place.view is View.ANSWER:
            return Answer(notice=notices.outdated_button(turn.reader))
        if page is None:
            return Answer(notice=notices.vanished(turn.reader))
        return Answer(page, anew=action.anew)

    async def _show_provision(self, turn: Turn, action: ShowProvision) -> Answer:
        page = await self.details(turn, action.provision_id, action.back)
        if page is None:
            return Answer(notice=notices.vanished(turn.reader))
        return Answer(page, anew=action.anew)

    async def _show_card(self, turn: Turn, action: ShowCard) -> Answer:
        board = self._desk.briefing.board
        provision = board.provision(action.provision_id)
        if provision is None:
            return Answer(notice=notices.vanished(turn.reader))
        return Answer(card_message(turn.reader, board, provision), anew=True)

    async def _close(self, turn: Turn, _: Close) -> Answer:  # noqa: ARG002 - as all actions
        return Answer(put_away=True)
