"""Admin pages: audit log, statistics, reload, export, unanswered questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from markupsafe import Markup

from bot.agreement.board import OF_CONTENT, Board, StatusChange
from bot.agreement.faults import Fault
from bot.agreement.model import Agreement, Provision
from bot.i18n.language import Language
from bot.search.unanswered import Gap
from bot.subscribers.chat import ChatKind
from bot.views.callbacks import Audit, ClearGaps, Replace, ShowGaps
from bot.views.content_errors import fault_lines
from bot.views.format import moment, page_number, pick, sources_line
from bot.views.html import bold, code, italic, lines, paragraphs
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import clip, fill, page_of
from bot.views.pauses import obstacle_label
from bot.views.statuses import event_label, status_label, status_name, what_changed

_PAGE = 8
_TITLE = 80
_NAME = 40
_ENTRIES = 12
_DETAIL = 120
_FAULT = 400
_MOST_FAULTS = 150
"""More than fit into one message, however short they are."""
_DIFFERENCE = 500


class Act(Protocol):
    """An act of an admin alongside a change of status, as the store keeps it."""

    @property
    def made_at(self) -> datetime:
        """When, aware."""

    @property
    def made_by(self) -> int:
        """The admin's numeric user id."""

    @property
    def action(self) -> str:
        """What it was: ``reload`` or ``export``."""

    @property
    def detail(self) -> str:
        """What more there is to say."""


def audit_page(
    reader: Reader,
    board: Board,
    entries: Sequence[Act],
    page: int,
    names: Mapping[int, str] | None = None,
) -> Message:
    """Who changed what and when, with sources and notes: the newest first.

    `names` holds what admins are called, by their ids.
    """
    language = reader.language
    everything = sorted(
        [
            *(
                (change.made_at, change.made_by, _told(reader, board, change))
                for change in board.changes
            ),
            *((entry.made_at, entry.made_by, _acted(language, entry)) for entry in entries),
        ],
        key=lambda item: item[0],
        reverse=True,
    )
    shown = page_of(everything, page, _PAGE)

    def who(admin: int) -> Markup:
        name = clip((names or {}).get(admin, ""), _NAME)
        return Markup("{} ({})").format(name, code(str(admin))) if name else code(str(admin))

    listed = (
        lines(Markup("{} · {}").format(moment(reader, made_at), who(made_by)), what)
        for made_at, made_by, what in shown.items
    )
    head = bold(language.gettext("Record of changes"))
    if not everything:
        return Message(lines(head, language.gettext("No changes yet.")))
    turns = tuple(
        Button(label, Audit(to))
        for label, to in (("‹", shown.number - 1), ("›", shown.number + 1))
        if 0 <= to < shown.count
    )
    return Message(paragraphs(head, *listed), (turns,) if turns else ())


def correctable_changes(reader: Reader, board: Board) -> Message:
    """How a recorded change of any age is corrected, and the last ones with their numbers."""
    language = reader.language
    standing = [change for change in board.changes if board.standing_change(change.id)]
    listed = (
        lines(
            Markup("{} · {}").format(code(str(change.id)), moment(reader, change.made_at)),
            _changed(reader, board, change),
        )
        for change in standing[: -_PAGE - 1 : -1]
    )
    gettext = language.gettext
    reason = gettext("the date was wrong")
    return Message(
        paragraphs(
            bold(gettext("Correct an earlier change")),
            lines(
                language.html(
                    "Send its number and the reason: {example}",
                    example=code(f"/correct 12 {reason}"),
                ),
                language.html(
                    "Every entry of provision 29, also those of the content file: {example}",
                    example=code("/correct 29"),
                ),
            ),
            *listed,
            None if standing else gettext("No change has been recorded yet."),
        )
    )


def entries_page(reader: Reader, provision: Provision) -> Message:
    """The entries of a provision that stand, each with what `/correct` calls it."""
    language = reader.language
    numbered = list(enumerate(provision.history, 1))
    standing = [(place, event) for place, event in numbered if event.correction is None]
    listed = (
        lines(
            Markup("{} · {}: {}").format(
                code(f"{provision.number}/{place}"),
                event_label(language, event),
                language.date(event.date),
            ),
            sources_line(reader, event.evidence[:2]),
        )
        for place, event in standing[-_ENTRIES:]
    )
    reason = language.gettext("the date was wrong")
    example = code(f"/correct {provision.number}/{standing[-1][0] if standing else 1} {reason}")
    return Message(
        paragraphs(
            bold(f"{provision.number}. {pick(provision.title, language)}"),
            language.html("Send its number and the reason: {example}", example=example),
            *listed,
        )
    )


def corrected_page(reader: Reader, board: Board, change: StatusChange, due: int) -> Message:
    """That an entry was corrected, how many get a correction, and a button for what is right."""
    language = reader.language
    told = (
        language.ngettext("{n} chat gets a correction.", "{n} chats get a correction.", due)
        if due
        else language.gettext("No chat is known to have got an alert of it.")
    )
    right = Button(language.gettext("Record what is right"), Replace(change.id))
    return Message(
        paragraphs(
            bold(language.gettext("Corrected. The entry stays visible, marked as corrected.")),
            _told(reader, board, change),
            told,
        ),
        ((right,),),
    )


def _told(reader: Reader, board: Board, change: StatusChange) -> Markup:
    """A change with its reason or its note, and its sources."""
    language = reader.language
    entry = change.after if change.undoes is None else change.before
    note = change.reason or (entry.note if change.undoes is None else None)
    return lines(
        _changed(reader, board, change),
        italic(clip(pick(note, language).text, _DETAIL)) if note else None,
        sources_line(reader, entry.evidence[:2]),
    )


def _changed(reader: Reader, board: Board, change: StatusChange) -> Markup:
    language, provision = reader.language, board.provision(change.provision_id)
    title = (
        f"{provision.number}. {clip(str(pick(provision.title, language)), _TITLE)}"
        if provision
        else change.provision_id
    )
    undone = any(each_change.undoes == change.id for each_change in board.changes)
    if change.undoes is not None:
        mark = language.gettext("taken back")
        old, new = (status_name(language, rated) for rated in (change.before, change.after))
        is_content = change.undoes == OF_CONTENT
        what = old if is_content else language.gettext("{old} → {new}", old=old, new=new)
    else:
        mark = language.gettext("was taken back later") if undone else ""
        what = what_changed(language, change.before, change.after)
    return lines(
        bold(title),
        Markup("{} ({})").format(what, mark) if mark else what,
        language.html(
            "Date: {date}",
            date=language.date((change.after if change.undoes is None else change.before).date),
        ),
    )


def _acted(language: Language, act: Act) -> Markup:
    names = {
        "reload": language.gettext("The content file was reloaded"),
        "export": language.gettext("The data was exported"),
    }
    name = names.get(str(act.action), str(act.action))
    return lines(bold(name), clip(act.detail, _DETAIL))


def _unreached(language: Language, counts: Mapping[str, int]) -> Markup | None:
    """Why alerts do not reach chats and topics: those that are lost, and those that are paused."""
    found = [
        _counted(language, obstacle_label(language, key.partition(":")[2]), count)
        for key, count in sorted(counts.items())
        if key.startswith(("lost:", "paused:")) and count
    ]
    if not found:
        return None
    return lines(bold(language.gettext("Where alerts cannot be delivered")), *found)


def stats_page(reader: Reader, counts: Mapping[str, int], board: Board, unfinished: int) -> Message:
    """How many chats there are by kind, what they follow, and where the provisions stand.

    `counts` is that of `ChatRegistry.count_chats`; `unfinished` is how many alerts go out now.
    """
    language = reader.language
    kinds = {
        ChatKind.PRIVATE: language.gettext("Private chats"),
        ChatKind.GROUP: language.gettext("Groups"),
        ChatKind.SUPERGROUP: language.gettext("Supergroups"),
        ChatKind.CHANNEL: language.gettext("Channels"),
        "inactive": language.gettext("Not reachable now"),
        "subscriptions": language.gettext("Subscriptions"),
    }
    chats = (_counted(language, label, counts.get(key, 0)) for key, label in kinds.items())
    statuses = (
        _counted(language, f"{status.symbol} {status_label(language, status)}", count)
        for status, count in board.counts().items()
    )
    return Message(
        paragraphs(
            lines(bold(language.gettext("Chats")), *chats),
            _unreached(language, counts),
            lines(bold(language.gettext("Provisions")), *statuses),
            lines(
                _counted(language, language.gettext("Recorded changes"), len(board.changes)),
                _counted(language, language.gettext("Alerts being sent"), unfinished),
            ),
        )
    )


def _counted(language: Language, label: str, count: int) -> Markup:
    return Markup("{}: {}").format(label, language.number(count))


def reload_done(reader: Reader, agreement: Agreement, told: Sequence[str] = ()) -> Message:
    """The content file was read again; `told` says what is different."""
    language = reader.language
    return Message(
        paragraphs(
            lines(
                bold(language.gettext("Content reloaded.")),
                pick(agreement.title, language).text,
                language.ngettext("{n} provision", "{n} provisions", len(agreement.provisions)),
                language.ngettext("{n} topic", "{n} topics", len(agreement.topics)),
            ),
            *_differences(language, told),
        )
    )


def reload_question(reader: Reader, agreement: Agreement, told: Sequence[str]) -> Message:
    """The file holds another agreement: whether it is to be taken."""
    language = reader.language
    how = language.html(
        "Nothing was changed. To take it, send {command}.",
        command=code(f"/reload {agreement.id}"),
    )
    title = bold(pick(agreement.title, language).text)
    return Message(paragraphs(title, *_differences(language, told), how))


def _differences(language: Language, told: Sequence[str]) -> list[Markup]:
    listed = [lines(f"• {clip(item, _DIFFERENCE)}") for item in told]
    return listed or [lines(language.gettext("No status, id, number or language is different."))]


def reload_refused(reader: Reader, faults: Sequence[Fault]) -> Message:
    """What is wrong with the content file, in the words of the check; the old content stays."""
    language = reader.language
    head = lines(
        bold(language.gettext("The content file was refused; the old content stays.")),
        language.ngettext("{n} fault:", "{n} faults:", len(faults)),
    )
    some = fault_lines(language, faults[:_MOST_FAULTS])
    unlisted = len(faults) - len(some)

    def more(left: int) -> Markup:
        return language.nhtml("And {n} more.", "And {n} more.", left + unlisted)

    listed = [lines(f"• {clip(item, _FAULT)}") for item in some]

    return Message(fill(head, listed, more))


def export_caption(reader: Reader) -> Message:
    """What the exported files hold; at most 1,024 units (Bot API, sendDocument.caption)."""
    return Message(
        lines(
            reader.language.gettext(
                "All provisions with their histories, as JSON and as a table (CSV)."
                " Nothing about readers is in them."
            )
        )
    )


ON_A_PAGE = 15


def gaps_page(reader: Reader, gaps: Sequence[Gap], page: int, *, wanted: bool) -> Message:
    """The most asked first, with how often and when last. `wanted`: they are counted at all."""
    language = reader.language
    found = page_of(gaps, page, ON_A_PAGE)
    head = lines(
        bold(language.gettext("Questions without an answer")),
        page_number(language, found.number, found.count),
    )
    if not wanted:
        off = language.html(
            "Counting is switched off: {setting}", setting=code("BRIEFING_GAPS=false")
        )
        return Message(paragraphs(head, off))
    html = paragraphs(
        head,
        lines(*(_line(language, item) for item in found.items)),
        None if gaps else language.gettext("None was asked more than once."),
        italic(
            language.gettext(
                "Only the words are kept, and only of questions asked at least twice. Counts are"
                " deleted after 90 days; who asked is not recorded."
            )
        ),
    )
    turns = tuple(
        Button(label, ShowGaps(to))
        for label, to in (("‹", found.number - 1), ("›", found.number + 1))
        if 0 <= to < found.count
    )
    clear = (Button(language.gettext("Erase all counts"), ClearGaps()),) if gaps else ()
    return Message(html, tuple(row for row in (turns, clear) if row))


def clear_question(reader: Reader) -> Message:
    """Whether the counts are to be erased."""
    gettext = reader.language.gettext
    yes = Button(gettext("Erase all counts"), ClearGaps(sure=True), style=Style.DANGER)
    no = Button(gettext("‹ Back"), ShowGaps())
    return Message(
        lines(gettext("Erase all counts of questions without an answer?")), ((yes,), (no,))
    )


def _line(language: Language, gap: Gap) -> Markup:
    times = language.ngettext("{n} time", "{n} times", gap.count)
    last = language.short_date(gap.last)
    return Markup("• {} · {} · {}").format(gap.text, times, last)
