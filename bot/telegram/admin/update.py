"""/update: choose, preview in every language, confirm."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from bot.agreement.draft import DraftError, checked, parse_update, with_choice
from bot.agreement.draft_state import DraftProblem, DraftStep, StatusDraft
from bot.agreement.status import Status
from bot.alerts.announcing import Announced, Announcer, NotAnnounced, Release
from bot.language.negotiation import negotiate
from bot.messages import notices
from bot.messages.actions import Edit
from bot.messages.admin import confirmation, discarded, draft_page, draft_problem, update_usage
from bot.messages.admin_preview import preview_pages
from bot.messages.admin_release import time_has_passed
from bot.messages.alerts import alert_message
from bot.messages.model import Message
from bot.messages.statuses import status_label
from bot.store.errors import StoreFull
from bot.subscribers.matching import scopes_of
from bot.subscribers.model import Scope
from bot.telegram.admin.progress import ProgressReporter
from bot.telegram.desk import Desk
from bot.telegram.router import Conversation
from bot.telegram.turn import Answer, Turn

_log = structlog.get_logger(__name__)

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


class Update:
    """An admin's half-made update lives in the store, so it outlives a restart."""

    def __init__(
        self,
        desk: Desk,
        announcer: Announcer,
        reporter: ProgressReporter,
        rate: Callable[[], float],
    ) -> None:
        self._desk = desk
        self._announcer = announcer
        self._reporter = reporter
        self._rate = rate

    def conversation(self) -> Conversation:
        """What it takes."""
        return Conversation(
            admin_commands={"update": self._update},
            admin_actions={Edit: self._edit},
            free_text=frozenset({"update"}),
        )

    async def take(self, turn: Turn) -> Message | None:
        """Take a typed answer to what the admin's draft asks; None if nothing is asked."""
        if turn.user_id not in self._desk.admins:
            return None
        kept = await self._kept(turn)
        if kept is None:
            return None
        message = turn.message_id or 0
        if message <= kept.message:
            return await self._show(turn, kept.draft, previews=True)
        if kept.draft.step not in _TYPED:
            return None
        answered = replace(kept, message=message)
        return await self._choose(turn, answered, kept.draft.step.value, turn.text)

    async def _update(self, turn: Turn) -> Message:
        kept, message = await self._kept(turn), turn.message_id or 0
        if kept is not None and message <= kept.message:
            return await self._show(turn, kept.draft, previews=True)
        token = secrets.randbelow(1_000_000)
        agreement = self._desk.briefing.agreement
        if not turn.text:
            return await self._go_on(turn, StatusDraft(token=token), message)
        try:
            draft = parse_update(
                turn.text,
                agreement,
                self._desk.briefing.board,
                self._today(turn),
                token=token,
                language=self._note_language(turn),
                statuses=self._status_names(),
                days=self._day_names(turn),
            )
        except DraftError as error:
            if error.problem is DraftProblem.USAGE:
                return update_usage(turn.reader, agreement)
            return draft_problem(turn.reader, error.problem, error.detail)
        return await self._go_on(turn, draft, message)

    async def _edit(self, turn: Turn, action: Edit) -> Answer:
        kept = await self._kept(turn)
        if kept is None or kept.draft.token != action.draft:
            return Answer(notice=notices.outdated_button(turn.reader))
        match action.field:
            case "discard":
                await self._desk.store.keep_draft(turn.user_id, None)
                return Answer(discarded(turn.reader))
            case "confirm":
                return await self._confirm(turn, kept)
            case "page":
                return Answer(self._ask(turn, kept.draft, _page(action.value)))
        before = kept.draft.step
        page = await self._choose(turn, kept, action.field, action.value)
        after = await self._kept(turn)
        # The previews come first, and the question whether to go on stands below them.
        anew = after is not None and after.draft.step is DraftStep.PREVIEW is not before
        return Answer(page, anew=anew)

    async def _choose(self, turn: Turn, kept: _Kept, field: str, value: str) -> Message:
        try:
            draft = with_choice(
                kept.draft,
                field,
                value,
                self._desk.briefing.board,
                self._today(turn),
                language=self._note_language(turn),
                days=self._day_names(turn),
            )
        except DraftError as error:
            return await self._problem(turn, kept, error)
        return await self._go_on(turn, draft, kept.message, kept)

    async def _problem(self, turn: Turn, kept: _Kept, error: DraftError) -> Message:
        """Why a choice was not taken. A draft whose provision is gone asks for another one."""
        draft, board = kept.draft, self._desk.briefing.board
        if draft.provision_id is not None and board.provision(draft.provision_id) is None:
            draft = draft.model_copy(update={"provision_id": None})
            await self._keep(turn, replace(kept, draft=draft, seen=0))
        return draft_problem(turn.reader, error.problem, error.detail, draft=draft)

    async def _go_on(
        self, turn: Turn, draft: StatusDraft, message: int, kept: _Kept | None = None
    ) -> Message:
        """Keep the draft, and ask the next thing or show what would be sent."""
        provision = self._desk.briefing.board.provision(draft.provision_id or "")
        seen = len(provision.history) if provision else 0
        if kept is not None and kept.draft.provision_id == draft.provision_id:
            seen = kept.seen
        await self._keep(turn, _Kept(draft, seen, message))
        previewed = kept is not None and kept.draft.step is DraftStep.PREVIEW
        return await self._show(turn, draft, previews=not previewed)

    async def _show(self, turn: Turn, draft: StatusDraft, *, previews: bool) -> Message:
        """What is to be asked next, or what would be sent."""
        board = self._desk.briefing.board
        provision = board.provision(draft.provision_id or "")
        if draft.step is not DraftStep.PREVIEW or provision is None:
            return self._ask(turn, draft, 0)
        if previews:
            await self._show_previews(turn, draft)
        counts = await self._audience(scopes_of(provision.id, provision.topics))
        seconds = sum(counts.values()) / self._rate()
        window = self._announcer.window.total_seconds()
        return confirmation(turn.reader, board, draft, counts, seconds, window)

    async def _show_previews(self, turn: Turn, draft: StatusDraft) -> None:
        """Send the alert as readers of each language will see it, without its buttons."""
        entry = draft.entry(self._desk.briefing.agreement)
        alert = self._announcer.preview(draft.provision_id or "", entry, admin=turn.user_id)
        if alert is None:
            return
        readers = (replace(turn.reader, language=one) for one in self._desk.languages.values())
        renderings = {reader.language: alert_message(reader, alert) for reader in readers}
        for page in preview_pages(renderings):
            await self._desk.outgoing.send(turn.address, page)

    async def _confirm(self, turn: Turn, kept: _Kept) -> Answer:
        board, now = self._desk.briefing.board, self._desk.clock()
        chosen = kept.draft.release_at
        if chosen is not None and chosen <= now:
            at_once = kept.draft.model_copy(update={"release_at": None})
            page = await self._go_on(turn, at_once, kept.message, kept)
            return Answer(page, time_has_passed(turn.reader))
        try:
            draft = checked(kept.draft, board, self._today(turn))
            entry = draft.entry(board.agreement)
            announced = await self._announcer.change(
                draft.provision_id or "",
                entry,
                seen=kept.seen,
                admin=turn.user_id,
                release=_release(draft, now),
            )
        except DraftError as error:
            return Answer(await self._problem(turn, kept, error))
        except NotAnnounced as error:
            return Answer(draft_problem(turn.reader, error.problem))
        except StoreFull:
            return Answer(notices.storage_full(turn.reader), anew=True)
        await self._desk.store.keep_draft(turn.user_id, None)
        return await self.report(turn, announced)

    async def report(self, turn: Turn, announced: Announced) -> Answer:
        """Show the alert's progress in the message whose button was pressed."""
        alert = announced.alert
        _log.info("alert accepted", alert=alert.id, kind=alert.kind.value, due=announced.due)
        if turn.message_id is not None:
            await self._desk.store.report_at(alert.id, turn.chat.id, turn.message_id)
        now = await self._desk.again(turn)  # whether it is held is a matter of this moment
        page = await self._reporter.page(now.reader, alert)
        self._reporter.watch(alert.id)
        return Answer(page)

    def _ask(self, turn: Turn, draft: StatusDraft, page: int) -> Message:
        languages = list(self._desk.languages.values())
        return draft_page(turn.reader, self._desk.briefing.board, draft, languages, page)

    async def _keep(self, turn: Turn, kept: _Kept) -> None:
        draft = kept.draft.model_dump(mode="json")
        document = {"draft": draft, "seen": kept.seen, "message": kept.message}
        await self._desk.store.keep_draft(turn.user_id, document)

    async def _kept(self, turn: Turn) -> _Kept | None:
        document = await self._desk.store.draft(turn.user_id)
        if document is None:
            return None
        draft = StatusDraft.model_validate(document["draft"])
        return _Kept(draft, document["seen"], document.get("message", 0))

    async def _audience(self, scopes: frozenset[Scope]) -> dict[str, int]:
        counts: dict[str, int] = {}
        for locale, count in (await self._desk.store.count_audience(scopes)).items():
            code = negotiate([locale], self._desk.languages)
            counts[code] = counts.get(code, 0) + count
        return counts

    def _note_language(self, turn: Turn) -> str:
        languages = self._desk.briefing.agreement.languages
        spoken = turn.reader.language.code
        return spoken if spoken in languages else languages[0]

    def _today(self, turn: Turn) -> date:
        return turn.reader.now.date()

    def _status_names(self) -> dict[str, Status]:
        return {
            status_label(language, status): status
            for language in self._desk.languages.values()
            for status in Status
        }

    def _day_names(self, turn: Turn) -> dict[str, date]:
        today = self._today(turn)
        days = (today, today - timedelta(days=1))
        languages = self._desk.languages.values()
        return {language.ago(day, today): day for language in languages for day in days}


def _release(draft: StatusDraft, now: datetime) -> Release:
    """When a draft's alert goes out: as chosen, or with those that belong to it."""
    held = now + timedelta(minutes=draft.hold_minutes) if draft.hold_minutes else None
    return Release(draft.release_at or held, silent=draft.silent)


def _page(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() else 0
