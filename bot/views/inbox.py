"""The desk's suggestions, as admins decide on them."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from bot.agreement.board import Board
from bot.agreement.evidence import Feed
from bot.feeds.desk import FeedReport, Group, evidence
from bot.feeds.model import DeskWish, Verdict
from bot.views.callbacks import DigestHour, Judge, ShowInbox
from bot.views.format import moment, name, publisher_name, side_label, source_link
from bot.views.html import bold, italic, lines, paragraphs
from bot.views.keyboards import rows_of
from bot.views.message import Button, Message, Reader, Style
from bot.views.pagination import clip, page_of
from bot.views.statuses import status_line

LATER = "later"
OFF = "off"
AT_ONCE = "now"
_HEADLINE = 300
_COPIES = 5
_LISTED = 15


def inbox_page(
    reader: Reader, board: Board, groups: Sequence[Group], page: int, *, wish: DeskWish
) -> Message:
    """One suggestion of those that wait, with what an admin can make of it."""
    gettext = reader.language.gettext
    if not groups:
        return Message(
            paragraphs(
                bold(gettext("News that may be about provisions")),
                gettext("No suggestion is waiting."),
            ),
            (_hour_row(reader, wish),),
        )
    shown = page_of(groups, page, 1)
    group = shown.items[0]
    html = paragraphs(
        _heading(reader, shown.number, shown.count), *_suggestion(reader, board, group)
    )

    def judge(label: str, verdict: str, style: Style | None = None) -> Button:
        return Button(label, Judge(group.first.id, verdict), style=style)

    turns = tuple(
        Button(label, ShowInbox(to))
        for label, to in (("‹", shown.number - 1), ("›", shown.number + 1))
        if 0 <= to < shown.count
    )
    rows = (
        (
            judge(gettext("Draft"), Verdict.DRAFT.value, Style.PRIMARY),
            judge(reader.language.pgettext("suggestion", "Later"), LATER),
        ),
        (
            judge(gettext("Not about this"), Verdict.NOT_ABOUT.value),
            judge(gettext("Not news"), Verdict.NOT_NEWS.value),
        ),
        turns,
        _hour_row(reader, wish),
    )
    return Message(html, tuple(row for row in rows if row))


def _heading(reader: Reader, number: int, count: int) -> Markup:
    language = reader.language
    return bold(
        language.gettext(
            "Suggestion {number} of {count}",
            number=language.number(number + 1),
            count=language.number(count),
        )
    )


def _suggestion(reader: Reader, board: Board, group: Group) -> list[Markup]:
    """What was published, where, and what it may be about."""
    language, item = reader.language, group.first
    cited = evidence(item)
    about = board.provision(item.provision_id)
    headline = Markup('<a href="{}">{}</a>').format(item.url, clip(item.headline, _HEADLINE))
    side = side_label(language, board.agreement, cited)
    where = Markup(" · ").join(
        part for part in (publisher_name(reader, cited), side, language.date(item.day)) if part
    )
    found = [lines(headline, where)]
    if item.sentence != item.headline:
        found.append(Markup("<blockquote>{}</blockquote>").format(item.sentence))
    if others := group.suggestions[1:]:
        links = [source_link(reader, evidence(other)) for other in others[:_COPIES]]
        found.append(language.html("Also: {sources}", sources=language.join_html(links)))
        found.append(
            language.nhtml(
                "Reported by {n} publisher.",
                "Reported by {n} publishers.",
                group.sources,
            )
        )
    if about is not None:
        found.append(
            lines(
                italic(language.gettext("It may be about:")),
                name(reader, about),
                status_line(reader, about),
            )
        )
    return found


def _hour_row(reader: Reader, wish: DeskWish) -> tuple[Button, ...]:
    gettext = reader.language.gettext
    label = gettext("No daily message")
    if wish.at_once:
        label = gettext("As soon as they are found")
    elif wish.hour is not None:
        label = gettext("Daily at {time}", time=f"{wish.hour:02}:00")
    return (Button(f"🕘 {label}", DigestHour()),)


def hour_page(reader: Reader) -> Message:
    """At which hour suggestions come."""
    gettext = reader.language.gettext
    hours = [Button(f"{hour:02}:00", DigestHour(str(hour))) for hour in range(24)]
    return Message(
        lines(gettext("At which hour do you want to get new suggestions?")),
        (
            *rows_of(hours, 6),
            (Button(gettext("As soon as they are found"), DigestHour(AT_ONCE)),),
            (Button(gettext("No daily message"), DigestHour(OFF)),),
            (Button(gettext("‹ Back"), ShowInbox()),),
        ),
    )


def feeds_lines(reader: Reader, reports: Sequence[FeedReport]) -> Markup | None:
    """Of each feed: when it was read, or why not, and how good its suggestions were."""
    if not reports:
        return None
    language = reader.language
    found = []
    for report in reports[:_LISTED]:
        state, share = report.state, report.precision
        name = reader.publishers.name(report.feed.publisher, language.code)
        count = sum(report.verdicts.values())
        parts = [
            Markup('<a href="{}">{}</a>').format(report.feed.url, clip(name, 80)),
            language.ngettext("{n} suggestion", "{n} suggestions", count),
            share is not None
            and language.gettext("{share} became a draft", share=language.percent(share)),
            state.read_at and language.html("read {time}", time=moment(reader, state.read_at)),
            state.problem and f"⚠️ {clip(state.problem, 120)}",
        ]
        found.append(Markup("• ") + Markup(" · ").join(part for part in parts if part))
    return lines(bold(language.gettext("Feeds, last 90 days")), *found)


def failing_feed(reader: Reader, feed: Feed, problem: str) -> Message:
    """That a feed cannot be read any more."""
    language = reader.language
    return Message(
        paragraphs(
            bold("⚠️ " + language.gettext("A feed cannot be read")),
            lines(feed.url, clip(problem, 200)),
            language.gettext("The bot keeps trying and sends no further message about it."),
        )
    )
