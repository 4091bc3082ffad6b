"""/update: choose, see the alert, send it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

import structlog

from bot.agreement.draft import DraftError, checked, draft_like, parse_update, with_choice
from bot.agreement.draft_state import DraftProblem, DraftStep, StatusDraft
from bot.agreement.model import Provision
from bot.agreement.status import Status
from bot.alerts.model import Alert
from bot.alerts.publisher import NotPublished, Published, Publisher, Release
from bot.i18n.negotiation import negotiate
from bot.i18n.times import month_names
from bot.storage.errors import StoreFull
from bot.subscribers.audience import scopes_of
from bot.subscribers.schedule import NO_WISHES
from bot.telegram.context import BotContext
from bot.telegram.handlers.progress import ProgressReporter
from bot.telegram.request import Answer, Request
from bot.telegram.router import Conversation
from bot.views import replies
from bot.views.admin_confirmation import (
    confirmation,
    discarded,
    draft_problem,
    later_page,
    options_page,
    preview_pages,
    update_usage,
)
from bot.views.admin_editor import draft_page, time_has_passed
from bot.views.alerts import alert_message
from bot.views.callbacks import Edit, Replace
from bot.views.message import Message
from bot.views.statuses import status_label

_log = structlog.get_logger(__name__)

_EASTERNMOST = timedelta(hours=14)
"""How far ahead of Universal Time the first time zone is."""
_RECENT = 20

_TYPED = {DraftStep.PROVISION, DraftStep.DATE, DraftStep.SOURCE, DraftStep.NOTE}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A draft, and how long the provision's history was when its next status was chosen.

    `message` is the last one of the admin that went into it: Telegram hands out an update again
    if the bot was killed before it could confirm it, and message ids grow within a chat.
    """

    draft: StatusDraft
    seen: int
    message: int


class StatusEditor:
    """An admin's half-made update lives in the store, so it outlives a restart."""

    def __init__(
        self,
        context: BotContext,
        publisher: Publisher,
        reporter: ProgressReporter,
    ) -> None:
        self._context = context
        self._publisher = publisher
        self._reporter = reporter

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={"update": self._update},
            admin_actions={Edit: self._edit, Replace: self.replace},
            free_text=frozenset({"update"}),
        )

    async def take(self, request: Request) -> Message | None:
        """Take a typed answer to what the admin's draft asks; None if nothing is asked."""
        if request.user_id not in self._context.admins or not request.in_private:
            return None
        kept = await self._kept(request)
        if kept is None:
            return None
        message = request.message_id or 0
        if message <= kept.message:
            return await self._show(request, kept.draft)
        if kept.draft.step not in _TYPED:
            return None
        answered = replace(kept, message=message)
        return await self._choose(request, answered, kept.draft.step.value, request.text)

    async def _update(self, request: Request) -> Message:
        kept, message = await self._kept(request), request.message_id or 0
        if kept is not None and message <= kept.message:
            return await self._show(request, kept.draft)
        token = secrets.randbelow(1_000_000)
        agreement = self._context.state.agreement
        if not request.text:
            return await self._go_on(request, StatusDraft(token=token), message)
        try:
            draft = parse_update(
                request.text,
                agreement,
                self._context.state.whole,
                self._latest_day(request),
                token=token,
                language=self._note_language(request),
                statuses=self._status_names(),
                days=self._day_names(request),
                months=self._months,
            )
        except DraftError as error:
            if error.problem is DraftProblem.USAGE:
                return update_usage(request.reader, agreement)
            return draft_problem(request.reader, error.problem, error.detail)
        return await self._go_on(request, draft, message)

    async def begin(self, request: Request, draft: StatusDraft) -> Message:
        """Go on from a draft that is filled in as far as it is known, in place of any other."""
        draft = draft.model_copy(update={"token": secrets.randbelow(1_000_000)})
        return await self._go_on(request, draft, request.message_id or 0)

    async def _edit(self, request: Request, action: Edit) -> Answer:
        kept = await self._kept(request)
        if kept is None or kept.draft.token != action.draft:
            return Answer(notice=replies.outdated_button(request.reader))
        match action.field:
            case "discard":
                await self._context.store.keep_draft(request.user_id, None)
                return Answer(discarded(request.reader))
            case "confirm":
                return await self._confirm(request, kept)
            case "page":
                return Answer(self._ask(request, kept.draft, _page(action.value)))
            case "view":
                return await self._view(request, kept.draft, action.value)
        return Answer(await self._choose(request, kept, action.field, action.value))

    async def _view(self, request: Request, draft: StatusDraft, what: str) -> Answer:
        """Another page about a draft that is complete."""
        board = self._context.state.whole
        provision = board.provision(draft.provision_id or "")
        if draft.step is not DraftStep.PREVIEW or provision is None:
            return Answer(await self._show(request, draft))
        match what:
            case "later":
                return Answer(later_page(request.reader, draft))
            case "options":
                counts = await self._audience(provision)
                return Answer(options_page(request.reader, board.agreement, draft, counts))
            case "languages":
                await self._show_previews(request, draft)
                return Answer(await self._show(request, draft), anew=True)
        return Answer(await self._show(request, draft))

    async def replace(self, request: Request, action: Replace) -> Answer:
        """Begin a draft with all that a corrected entry says."""
        changes = self._context.state.whole.changes
        change = next((found for found in changes if found.id == action.change_id), None)
        if change is None or change.undoes is None:
            return Answer(notice=replies.outdated_button(request.reader))
        token = secrets.randbelow(1_000_000)
        draft = draft_like(token, change.provision_id, change.before)
        return Answer(await self._go_on(request, draft, 0), anew=True)

    async def _choose(self, request: Request, kept: _Kept, field: str, value: str) -> Message:
        try:
            draft = with_choice(
                kept.draft,
                field,
                value,
                self._context.state.whole,
                self._latest_day(request),
                language=self._note_language(request),
                days=self._day_names(request),
                months=self._months,
            )
        except DraftError as error:
            return await self._problem(request, kept, error)
        return await self._go_on(request, draft, kept.message, kept)

    async def _problem(self, request: Request, kept: _Kept, error: DraftError) -> Message:
        """Why a choice was not taken. A draft whose provision is gone asks for another one."""
        draft, board = kept.draft, self._context.state.whole
        if draft.provision_id is not None and board.provision(draft.provision_id) is None:
            draft = draft.model_copy(update={"provision_id": None})
            await self._keep(request, replace(kept, draft=draft, seen=0))
        return draft_problem(request.reader, error.problem, error.detail, draft=draft)

    async def _go_on(
        self, request: Request, draft: StatusDraft, message: int, kept: _Kept | None = None
    ) -> Message:
        """Keep the draft, and ask the next thing or show what would be sent."""
        provision = self._context.state.whole.provision(draft.provision_id or "")
        seen = len(provision.events) if provision else 0
        if kept is not None and kept.draft.provision_id == draft.provision_id:
            seen = kept.seen
        await self._keep(request, _Kept(draft, seen, message))
        return await self._show(request, draft)

    async def _show(self, request: Request, draft: StatusDraft) -> Message:
        """What is to be asked next, or what would be sent."""
        board = self._context.state.whole
        provision = board.provision(draft.provision_id or "")
        alert = self._preview(request, draft)
        if provision is None or alert is None:
            return self._ask(request, draft, 0)
        total = sum((await self._audience(provision)).values())
        window = self._publisher.window.total_seconds()
        return confirmation(request.reader, board, draft, alert, total, window)

    def _preview(self, request: Request, draft: StatusDraft) -> Alert | None:
        """The alert of a draft; None where something is still to be chosen."""
        if draft.step is not DraftStep.PREVIEW:
            return None
        entry = draft.entry(self._context.state.agreement)
        return self._publisher.preview(draft.provision_id or "", entry, admin=request.user_id)

    async def _show_previews(self, request: Request, draft: StatusDraft) -> None:
        """Send the alert as readers of each language will see it, without its buttons."""
        alert = self._preview(request, draft)
        if alert is None:
            return
        readers = (
            replace(request.reader, language=language)
            for language in self._context.languages.values()
        )
        renderings = {reader.language: alert_message(reader, alert) for reader in readers}
        for page in preview_pages(renderings):
            await self._context.api.send(request.address, page)

    async def _confirm(self, request: Request, kept: _Kept) -> Answer:
        made = await self.made_here(request)
        if made is not None:
            await self._put_away(request)
            return Answer(await self._progress(request, made))
        board, now = self._context.state.whole, self._context.clock()
        chosen = kept.draft.release_at
        if chosen is not None and chosen <= now:
            at_once = kept.draft.model_copy(update={"release_at": None})
            page = await self._go_on(request, at_once, kept.message, kept)
            return Answer(page, time_has_passed(request.reader))
        try:
            draft = checked(kept.draft, board, self._latest_day(request))
            entry = draft.entry(board.agreement)
            announced = await self._publisher.change(
                draft.provision_id or "",
                entry,
                seen=kept.seen,
                admin=request.user_id,
                release=_release(draft, now),
                shown_in=request.place,
            )
        except DraftError as error:
            return Answer(await self._problem(request, kept, error))
        except NotPublished as error:
            return Answer(draft_problem(request.reader, error.problem))
        except StoreFull:
            return Answer(replies.storage_full(request.reader), anew=True)
        await self._put_away(request)
        return await self.report(request, announced)

    async def _put_away(self, request: Request) -> None:
        """Drop the draft of a change that is recorded, which a full disk does not undo."""
        try:
            await self._context.store.keep_draft(request.user_id, None)
        except StoreFull:
            _log.warning("the draft of a recorded change stays: the disk is full")

    async def made_here(self, request: Request, undoes: int | None = None) -> Alert | None:
        """The alert of this very press, if the process was killed just after it was made."""
        if request.place is None:
            return None
        for alert in await self._context.store.recent_alerts(_RECENT):
            if alert.shown_in == request.place and alert.change.undoes == undoes:
                return alert
        return None

    async def report(self, request: Request, announced: Published) -> Answer:
        """Show the alert's progress in the message whose button was pressed."""
        alert = announced.alert
        _log.info("alert accepted", alert=alert.id, kind=alert.kind.value, due=announced.due)
        return Answer(await self._progress(request, alert))

    async def show_again(self, request: Request, undoes: int) -> Answer | None:
        """The progress of a correction that this very press made before the process was killed."""
        made = await self.made_here(request, undoes)
        return None if made is None else Answer(await self._progress(request, made))

    async def _progress(self, request: Request, alert: Alert) -> Message:
        now = await self._context.again(request)  # whether it is held is a matter of this moment
        page = await self._reporter.page(now.reader, alert)
        self._reporter.watch(alert.id)
        return page

    def _ask(self, request: Request, draft: StatusDraft, page: int) -> Message:
        languages = list(self._context.languages.values())
        return draft_page(request.reader, self._context.state.whole, draft, languages, page)

    async def _keep(self, request: Request, kept: _Kept) -> None:
        draft = kept.draft.model_dump(mode="json")
        document = {"draft": draft, "seen": kept.seen, "message": kept.message}
        await self._context.store.keep_draft(request.user_id, document)

    async def _kept(self, request: Request) -> _Kept | None:
        document = await self._context.store.draft(request.user_id)
        if document is None:
            return None
        draft = StatusDraft.model_validate(document["draft"])
        return _Kept(draft, document["seen"], document.get("message", 0))

    async def _audience(self, provision: Provision) -> dict[str, int]:
        """How many addresses get an alert, by language."""
        counts: dict[str, int] = {}
        scopes = scopes_of(provision.id, provision.topics)
        for locale, count in (await self._context.store.count_audience(scopes)).items():
            code = negotiate([locale], self._context.languages)
            counts[code] = counts.get(code, 0) + count
        return counts

    def _note_language(self, request: Request) -> str:
        languages = self._context.state.agreement.languages
        spoken = request.reader.language.code
        return spoken if spoken in languages else languages[0]

    def _today(self, request: Request) -> date:
        return request.reader.now.date()

    def _latest_day(self, request: Request) -> date:
        """The latest day that a change may be of: today for the admin, wherever that may be.

        An admin who chose no time zone may live far east of Universal Time.
        """
        now = request.reader.now
        if request.chat.timing.zone == NO_WISHES.zone:
            now += _EASTERNMOST
        return now.date()

    def _status_names(self) -> dict[str, Status]:
        return {
            status_label(language, status): status
            for language in self._context.languages.values()
            for status in Status
        }

    @cached_property
    def _months(self) -> dict[str, int]:
        return month_names(self._context.languages.values())

    def _day_names(self, request: Request) -> dict[str, date]:
        today = self._today(request)
        days = (today, today - timedelta(days=1))
        languages = self._context.languages.values()
        return {language.ago(day, today): day for language in languages for day in days}


def _release(draft: StatusDraft, now: datetime) -> Release:
    """When a draft's alert goes out: as chosen, or with those that belong to it."""
    held = now + timedelta(minutes=draft.hold_minutes) if draft.hold_minutes else None
    return Release(draft.release_at or held, silent=draft.silent)


def _page(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0
