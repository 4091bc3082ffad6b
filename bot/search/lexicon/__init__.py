"""Words of languages that the search knows: data, a file a language."""

from bot.search.languages import is_of_any_agreement, is_stop_word

__all__ = ["is_of_any_agreement", "is_stop_word"]
