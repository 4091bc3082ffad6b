"""Reading: the start page, topics, provisions, the board, the last changes."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.agreement.model import Provision, Topic
from bot.agreement.suggestions import nearest
from bot.agreement.user_input import fold
from bot.alerts.model import Alert
from bot.images.specs import board_image
from bot.subscribers.audience import scopes_of
from bot.subscribers.chat import Scope, hears
from bot.telegram import conversation_context
from bot.telegram.context import BotContext
from bot.telegram.handlers.questions import Questions
from bot.telegram.permissions import Permissions
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.alerts import alert_message
from bot.views.board import latest_page
from bot.views.callbacks import (
    NOWHERE,
    STARTS,
    Close,
    Place,
    Show,
    ShowPart,
    ShowProvision,
    View,
)
from bot.views.home import about, commands_page, help_page, privacy, welcome
from bot.views.message import Message
from bot.views.pauses import pause_note
from bot.views.provision import card, part_page
from bot.views.rich import with_table
from bot.views.settings import settings_page
from bot.views.subscriptions import exists, subscriptions_page
from bot.views.topics import topic_list, topic_page

_ALERT_ID = re.compile(r"[0-9]{1,18}")


class Topics:
    """Pages that anyone may read, and the buttons between them."""

    def __init__(self, context: BotContext, ask: Questions, permissions: Permissions) -> None:
        self._context = context
        self._permissions = permissions
        self._ask = ask

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            commands={
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
                ShowPart: self._show_part,
                Close: self._close,
            },
            free_text=frozenset({"status", "latest", "timeline"}),
        )

    async def topic_command(self, request: Request, name: str) -> Message | None:
        """The page of the topic with that command, alias or title; None if there is none."""
        for topic in self._context.state.agreement.topics:
            if name in topic.names or fold(name) in map(fold, topic.title.values()):
                return self._topic(request, topic, 0)
        return None

    async def page_at(self, request: Request, place: Place) -> Message | None:  # noqa: C901, PLR0911 - one a page
        """The page of a place; None if it no longer exists."""
        reader, board = request.reader, self._context.state.board
        match place.view:
            case View.HOME | View.COMMANDS:
                return self._first(request, place.view)
            case View.TOPICS:
                return topic_list(reader, board)
            case View.TOPIC:
                return self._topic_at(request, place)
            case View.ANSWER:
                return await self._ask.again(request, place)
            case View.BOARD | View.LATEST | View.TIMELINE if place.id:
                return self._ask.part(request, place)
            case View.BOARD:
                return self._board(request, place.page)
            case View.LATEST:
                return latest_page(reader, board, place.page)
            case View.TIMELINE:
                return await self._ask.timeline(replace(request, text=""))
            case View.SUBSCRIPTIONS:
                return await self.subscriptions(request, place.page)
            case View.SETTINGS:
                return await self.settings(request)
            case View.ALERT:
                return await self._alert_at(request, place)
            case View.NOWHERE:
                return None

    def _first(self, request: Request, view: View) -> Message:
        """The first page, or every command."""
        reader, board = request.reader, self._context.state.board
        if view is View.HOME:
            return welcome(reader, board, request.rules)
        is_admin = request.user_id in self._context.admins
        return commands_page(reader, board.agreement, admin=is_admin)

    def _topic_at(self, request: Request, place: Place) -> Message | None:
        topic = self._context.state.agreement.topic(place.id)
        return self._topic(request, topic, place.page) if topic else None

    async def _alert_at(self, request: Request, place: Place) -> Message | None:
        known = _ALERT_ID.fullmatch(place.id)
        alert = await self.alert(int(place.id)) if known else None
        if alert is None:
            return None
        correction = self._context.state.board.correction_of(alert.change.id)
        muted = not hears(request.rules, scopes_of(alert.change.provision_id, alert.topics))
        return alert_message(request.reader, alert, muted=muted, correction=correction)

    async def alert(self, alert_id: int) -> Alert | None:
        """An alert that may have been sent by now; None for any other.

        Its number can be guessed, and a held change is nobody's business before its time.
        """
        alert = await self._context.store.alert(alert_id)
        if alert is None or alert.ready_at > self._context.clock():
            return None
        undos = (
            change.made_at
            for change in self._context.state.whole.changes
            if change.undoes == alert.change.id
        )
        return None if any(undone_at < alert.ready_at for undone_at in undos) else alert

    def exists(self, scope: Scope) -> bool:
        """Whether the agreement has what the scope names."""
        return exists(self._context.state.agreement, scope)

    async def subscriptions(self, request: Request, number: int = 0) -> Message:
        """What the turn's thread follows, with switches for those who may change it."""
        return subscriptions_page(
            request.reader,
            self._context.state.board,
            request.rules,
            number,
            pause_note(request.reader, request.chat, request.address.thread_id),
            may_change=await self._permissions.may_configure(request),
        )

    async def settings(self, request: Request) -> Message:
        """What the turn's chat has chosen, with buttons for those who may change it."""
        may_change = await self._permissions.may_configure(request)
        thread_id = request.address.thread_id
        return settings_page(request.reader, request.chat, thread_id, may_change=may_change)

    async def details(self, request: Request, provision_id: str, back: Place) -> Message | None:
        """A provision's page; None if there is none of that id."""
        board = self._context.state.board
        provision = board.provision(provision_id)
        if provision is None:
            return None
        await conversation_context.keep_shown(self._context, request, provision_id)
        return card(request.reader, provision, back, request.rules)

    def _board(self, request: Request, page: int) -> Message:
        return with_table(request.reader, self._context.state.board, page)

    def _topic(self, request: Request, topic: Topic, page: int) -> Message:
        return topic_page(request.reader, self._context.state.board, topic, page, request.rules)

    async def start(self, request: Request) -> Message | None:
        """The page that a link to the bot names, else the first page."""
        kind, _, given = request.text.partition("_")
        page = None
        if kind == "provision" and given:
            page = await self.details(request, given, Place(View.HOME))
            page = page or self._unknown_provision(request, given)
        elif kind == "topic" and given:
            page = await self.page_at(request, Place(View.TOPIC, given))
            page = page or replies.unknown_scope(request.reader, given)
        elif kind in STARTS:
            page = await self.page_at(request, Place(STARTS[kind]))
        return page or await self.page_at(request, Place(View.HOME))

    async def _help(self, request: Request) -> Message:
        return help_page(request.reader, self._context.state.agreement)

    async def _topics(self, request: Request) -> Message:
        return topic_list(request.reader, self._context.state.board)

    async def _provision(self, request: Request) -> Message | None:
        provision = self._named(request.text)
        if provision is not None:
            return await self.details(request, provision.id, NOWHERE)
        if not request.text:
            return self._board(request, 0)
        return self._unknown_provision(request, request.text)

    def _unknown_provision(self, request: Request, given: str) -> Message:
        ids = [provision.id for provision in self._context.state.board.provisions]
        return replies.unknown_provision(request.reader, given, nearest(given, ids))

    def _named(self, text: str) -> Provision | None:
        given = text.strip().lower().lstrip("#№ ")
        return next(
            (
                provision
                for provision in self._context.state.board.provisions
                if given
                in {provision.id, str(provision.number), (provision.bullet or provision.id).lower()}
            ),
            None,
        )

    async def _status(self, request: Request) -> Message | None:
        if request.text:
            return await self._ask.status(request)
        picture = board_image(request.reader, self._context.state.board)
        return replace(self._board(request, 0), picture=picture)

    async def _latest(self, request: Request) -> Message | None:
        if request.text:
            return await self._ask.latest(request)
        return latest_page(request.reader, self._context.state.board, 0)

    async def _timeline(self, request: Request) -> Message | None:
        """All of it, or that of a topic or a time; a provision by number; else a question."""
        page = await self._ask.timeline(request)
        provision = self._named(request.text) if page is None else None
        if provision is not None:
            return await self.details(request, provision.id, NOWHERE)
        return page or await self._ask.take(request)

    async def _about(self, request: Request) -> Message:
        return about(request.reader, self._context.state.board)

    async def _privacy(self, request: Request) -> Message:
        return privacy(
            request.reader, gaps=self._ask.counts_gaps, months=self._context.forget_months
        )

    async def _show(self, request: Request, action: Show) -> Answer:
        page = await self.page_at(request, action.place)
        if page is None and action.place.view is View.ANSWER:
            return Answer(notice=replies.outdated_button(request.reader))
        if page is None:
            return Answer(notice=replies.vanished(request.reader))
        return Answer(page, anew=action.anew)

    async def _show_provision(self, request: Request, action: ShowProvision) -> Answer:
        page = await self.details(request, action.provision_id, action.back)
        if page is None:
            return Answer(notice=replies.vanished(request.reader))
        return Answer(page, anew=action.anew)

    async def _show_part(self, request: Request, action: ShowPart) -> Answer:
        board = self._context.state.board
        provision = board.provision(action.provision_id)
        if provision is None:
            return Answer(notice=replies.vanished(request.reader))
        return Answer(part_page(request.reader, board.agreement, provision, action))

    async def _close(self, request: Request, _: Close) -> Answer:  # noqa: ARG002 - as all actions
        return Answer(put_away=True)
