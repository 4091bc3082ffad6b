"""A question in anyone's words to the provisions that answer it, or to "not in here"."""

from bot.agreement.search.engine import Search
from bot.agreement.search.findings import Decision, Findings, Match, Reason

__all__ = ["Decision", "Findings", "Match", "Reason", "Search"]
