"""All pages for admins, from the files that hold them."""

from __future__ import annotations

from bot.messages.admin_confirm import confirmation, discarded, draft_problem, update_usage
from bot.messages.admin_progress import (
    cancel_question,
    progress_page,
    undo_done,
    undo_impossible,
    undo_question,
)
from bot.messages.admin_record import (
    audit_page,
    export_caption,
    reload_done,
    reload_refused,
    stats_page,
)
from bot.messages.admin_update import draft_page

__all__ = [
    "audit_page",
    "cancel_question",
    "confirmation",
    "discarded",
    "draft_page",
    "draft_problem",
    "export_caption",
    "progress_page",
    "reload_done",
    "reload_refused",
    "stats_page",
    "undo_done",
    "undo_impossible",
    "undo_question",
    "update_usage",
]
