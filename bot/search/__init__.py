"""A question in anyone's words to the provisions that answer it, or to "not in here"."""

from bot.search.engine import Search
from bot.search.results import Decision, Match, Reason, SearchResults

__all__ = ["Decision", "Match", "Reason", "Search", "SearchResults"]
