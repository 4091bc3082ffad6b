"""Why a content file is not JSON or YAML, in words."""

from __future__ import annotations

from typing import NamedTuple

from bot.agreement.content import COMMENT, CURLY_QUOTE, ENDS_EARLY, SINGLE_QUOTE, TOO_DEEP
from bot.i18n.catalogs import gettext_noop


class FaultText(NamedTuple):
    """Two messages for the catalogs, with the fault's parameters as placeholders."""

    sentence: str
    hint: str


COMMA = gettext_noop("Look just before this place for a missing or extra comma, quote or bracket.")
_NAME = FaultText(
    gettext_noop("A field's name in double quotes is missing here (column {column})."),
    gettext_noop("Put the name in double quotes; after the last field no comma is needed."),
)
_VALUE = FaultText(
    gettext_noop("A value is missing here (column {column})."),
    gettext_noop("Text needs double quotes; after the last item no comma is needed."),
)
_STRAIGHT = gettext_noop('Write straight double quotes: "like this".')
_UNCLOSED = FaultText(
    gettext_noop("The text that begins here has no closing quote (column {column})."),
    gettext_noop("Put a double quote at its end."),
)
_ESCAPE = gettext_noop("Write \\\\ where a backslash itself is meant.")

SYNTAX_FAULTS = {
    ENDS_EARLY: FaultText(
        gettext_noop("The file ends too early (column {column})."),
        gettext_noop("Close every bracket and quote; perhaps the file was cut off."),
    ),
    TOO_DEEP: FaultText(
        gettext_noop("The brackets are nested too deeply."),
        gettext_noop("Look for brackets that are never closed."),
    ),
    "Extra data": FaultText(
        gettext_noop("Something follows where the file should end (column {column})."),
        gettext_noop("Remove it, or look before it for a bracket that is closed too early."),
    ),
    "Expecting ',' delimiter": FaultText(
        gettext_noop("A comma or a closing bracket is missing here (column {column})."), COMMA
    ),
    "Expecting ':' delimiter": FaultText(
        gettext_noop("A colon is missing after the name of a field (column {column})."), COMMA
    ),
    "Expecting property name": _NAME,
    "Illegal trailing comma before end of object": _NAME,
    "Expecting value": _VALUE,
    "Illegal trailing comma before end of array": _VALUE,
    "Unterminated string": _UNCLOSED,
    "Invalid control character": FaultText(
        gettext_noop("A text holds a line break or a tab (column {column})."),
        gettext_noop("Write \\n or \\t in its place, or put a double quote before it."),
    ),
    "Invalid \\escape": FaultText(
        gettext_noop(
            "A backslash stands before a letter that it does not go with (column {column})."
        ),
        _ESCAPE,
    ),
    "Invalid \\uXXXX escape": FaultText(
        gettext_noop("After \\u come four digits or letters from a to f (column {column})."),
        _ESCAPE,
    ),
    COMMENT: FaultText(
        gettext_noop("JSON has no comments (column {column})."),
        gettext_noop("Remove it, or write the file as YAML (.yaml), where # begins a comment."),
    ),
    CURLY_QUOTE: FaultText(
        gettext_noop("A curly quote stands here in place of a straight one (column {column})."),
        _STRAIGHT,
    ),
    SINGLE_QUOTE: FaultText(
        gettext_noop("A single quote stands here in place of a double one (column {column})."),
        _STRAIGHT,
    ),
    "YAML: found character '\\t'": FaultText(
        gettext_noop("A tab stands where YAML needs spaces (column {column})."),
        gettext_noop("Indent with spaces."),
    ),
    "YAML: mapping values are not allowed": FaultText(
        gettext_noop("A colon and a space stand within a text (column {column})."),
        gettext_noop("Put the whole text in double quotes."),
    ),
    "YAML: found unexpected end of stream": _UNCLOSED,
    "YAML: ": FaultText(
        gettext_noop("This is not YAML (column {column})."),
        gettext_noop("Look here and just above for an indentation, a colon or a quote."),
    ),
}
"""Why a file is not JSON or YAML, by how the message of the parser begins."""
