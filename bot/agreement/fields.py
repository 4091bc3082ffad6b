"""What every part of the content is made of: strict records, ids, texts by language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, TypeVar

from pydantic import (
    AfterValidator,
    AnyUrl,
    BaseModel,
    ConfigDict,
    HttpUrl,
    PlainSerializer,
    StringConstraints,
    UrlConstraints,
    WithJsonSchema,
)

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,23}$")]
"""A stable id. Two of them fit in one button's data (64 bytes; Bot API, InlineKeyboardButton)."""

_TAG = r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$"
LanguageCode = Annotated[str, StringConstraints(pattern=_TAG)]
"""A BCP 47 language tag."""


def is_language_code(text: str) -> bool:
    """Whether a text has the form of a language tag."""
    return re.match(_TAG, text) is not None


if TYPE_CHECKING:
    Url = str
    Contact = str
else:
    Contact = Annotated[
        AnyUrl,
        UrlConstraints(allowed_schemes=["mailto", "https", "http"]),
        AfterValidator(str),
        PlainSerializer(str, return_type=str),
    ]
    Url = Annotated[
        HttpUrl,
        AfterValidator(str),
        PlainSerializer(str, return_type=str),
        WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"}),
    ]
"""An address of a page, http or https; kept as text."""

Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
Paragraph = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=900)]
Keyword = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60)]
WordList = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=6000)]
"""Words and phrases with commas between."""

_Text = TypeVar("_Text")
ByLanguage = Annotated[
    Mapping[LanguageCode, _Text], AfterValidator(MappingProxyType), PlainSerializer(dict)
]
"""A read-only mapping from languages."""

Labels = ByLanguage[Label]
"""A short text in each language."""
Sentences = ByLanguage[Sentence]
Paragraphs = ByLanguage[Paragraph]
Keywords = ByLanguage[tuple[Keyword, ...]]
WordLists = ByLanguage[WordList]


class FrozenModel(BaseModel):
    """What every part of the content shares: frozen, no unknown fields, nothing coerced.

    Read JSON with ``model_validate_json``: what JSON cannot say otherwise (an enum's value, an
    array for a tuple) is taken from it, while ``model_validate`` wants the very types.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
