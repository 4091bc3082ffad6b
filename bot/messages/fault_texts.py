"""Each sort of fault of a content file in a sentence, and how to put it right."""

from __future__ import annotations

from typing import NamedTuple

from bot.agreement.content import ENDS_EARLY, TOO_DEEP
from bot.agreement.faults import FaultKind
from bot.language.marking import mark


class FaultText(NamedTuple):
    """Two messages for the catalogs, with the fault's parameters as placeholders."""

    sentence: str
    hint: str


FAULT_TEXTS = {
    FaultKind.UNREADABLE: FaultText(
        mark("The file cannot be read ({reason})."),
        mark("See that it is there and that the bot may read it."),
    ),
    FaultKind.NOT_TEXT: FaultText(
        mark("The file is not text in UTF-8 (byte {position})."),
        mark("Save it as UTF-8 in your editor."),
    ),
    FaultKind.INVALID_JSON: FaultText(
        mark("This is not JSON (column {column})."),
        mark("Look just before this place for a missing or superfluous comma, quote or bracket."),
    ),
    FaultKind.REPEATED_NAME: FaultText(
        mark("“{field}” stands here a second time."),
        mark("Keep one of the two; the later one would silently win."),
    ),
    FaultKind.HALF_CHARACTER: FaultText(
        mark("This text holds half a character, which cannot be sent."),
        mark("Write the character itself in place of its \\u code."),
    ),
    FaultKind.CONTROL_CHARACTER: FaultText(
        mark(
            "This text holds an invisible control character, which no feed and no badge can show."
        ),
        mark("Take it out, or type the text anew."),
    ),
    FaultKind.MISSING_FIELD: FaultText(
        mark("“{field}” is missing."),
        mark("Add it; the schema says what it holds."),
    ),
    FaultKind.UNKNOWN_FIELD: FaultText(
        mark("“{field}” is not known here."),
        mark("Remove it, or move it to where it belongs."),
    ),
    FaultKind.WRONG_TYPE: FaultText(
        mark("This value has the wrong form."),
        mark("Look at the schema."),
    ),
    FaultKind.BAD_VALUE: FaultText(
        mark("“{value}” is not possible here."),
        mark("Expected: {expected}."),
    ),
    FaultKind.BAD_ID: FaultText(
        mark("“{value}” cannot be an id or a command."),
        mark("Use a to z, 0 to 9 and _, a letter first, at most 24 characters."),
    ),
    FaultKind.BAD_LANGUAGE_CODE: FaultText(
        mark("“{value}” is not the code of a language."),
        mark("Write it like en, az or pt-BR."),
    ),
    FaultKind.BAD_URL: FaultText(
        mark("“{value}” is not an address on the web."),
        mark("Write it in full, beginning with https://."),
    ),
    FaultKind.BAD_DATE: FaultText(
        mark("“{value}” is not a date."),
        mark("Write 2025-08-22, 2025-08 or 2025."),
    ),
    FaultKind.BAD_NUMBER: FaultText(
        mark("{value} is out of range."),
        mark("The number has to be {limit}."),
    ),
    FaultKind.EMPTY: FaultText(
        mark("There is nothing in here."),
        mark("Fill it in, or remove the whole field if it may be left out."),
    ),
    FaultKind.TOO_SHORT: FaultText(
        mark("This text is too short."),
        mark("It needs this many characters: {limit}."),
    ),
    FaultKind.TOO_LONG: FaultText(
        mark("This text is too long to send (length {length}, limit {limit})."),
        mark("Shorten it."),
    ),
    FaultKind.TOO_MANY: FaultText(
        mark("There are too many of these (count {length}, limit {limit})."),
        mark("Remove some, or put them together."),
    ),
    FaultKind.EVIDENCE_MISSING: FaultText(
        mark("This event has no evidence."),
        mark("Add a source; only “announced” and “unrated” do without."),
    ),
    FaultKind.REASON_MISSING: FaultText(
        mark("It is not said why this is unrated."),
        mark("Add “reason”: no_source, not_checkable or sources_conflict."),
    ),
    FaultKind.REASON_UNWANTED: FaultText(
        mark("The status “{status}” takes no reason."),
        mark("Remove “reason”; only “unrated” has one."),
    ),
    FaultKind.DUPLICATE_ID: FaultText(
        mark("The id “{value}” is taken already, at {first}."),
        mark("Give one of the two another id, or remove the repetition."),
    ),
    FaultKind.DUPLICATE_NUMBER: FaultText(
        mark("The number {value} is taken already, at {first}."),
        mark("Give one of the two provisions another number."),
    ),
    FaultKind.DUPLICATE_COMMAND: FaultText(
        mark("The command /{value} is taken already, at {first}."),
        mark("One command can lead to one topic only: remove it from one of the two."),
    ),
    FaultKind.DUPLICATE_LANGUAGE: FaultText(
        mark("The language “{value}” is listed already, at {first}."),
        mark("Remove the repetition."),
    ),
    FaultKind.RESERVED_COMMAND: FaultText(
        mark("The bot needs the command /{value} for itself."),
        mark("Choose another word for the topic."),
    ),
    FaultKind.MISSING_LANGUAGE: FaultText(
        mark("This text is missing in one language: {language}."),
        mark("Add it under “{code}”."),
    ),
    FaultKind.EXTRA_LANGUAGE: FaultText(
        mark("This text has a language that the agreement does not: “{language}”."),
        mark("Remove it, or add the language to “languages” ({languages})."),
    ),
    FaultKind.UNKNOWN_TOPIC: FaultText(
        mark("There is no topic “{value}”."),
        mark("Add the topic, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_SIDE: FaultText(
        mark("There is no side “{value}”."),
        mark("Add the side, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_PUBLISHER: FaultText(
        mark("There is no publisher “{value}”."),
        mark("Add it to “publishers”, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_PERSON: FaultText(
        mark("There is no person “{value}”."),
        mark("Add the person to “people”, or use the id of one that there is."),
    ),
    FaultKind.QUOTE_LANGUAGE_MISSING: FaultText(
        mark("The language of this quote is missing."),
        mark("Add “language” with its code."),
    ),
    FaultKind.OLD_SHAPE: FaultText(
        mark("This file has the form of an earlier version."),
        mark("Convert it with this command: briefing-bot migrate-content FILE."),
    ),
    FaultKind.UNUSED_TOPIC: FaultText(
        mark("No provision belongs to the topic “{value}”."),
        mark("Add its id to a provision, or remove the topic."),
    ),
    FaultKind.DATES_GO_BACK: FaultText(
        mark("The history goes back in time: {date} comes after {before}."),
        mark("Put the entries in order, the oldest first."),
    ),
    FaultKind.EVENT_AFTER_CHECK: FaultText(
        mark("The event of {date} is later than “checked_on”, {checked_on}."),
        mark("Set “checked_on” of the provision to the day up to which sources were looked at."),
    ),
    FaultKind.BEFORE_SIGNING: FaultText(
        mark("{date} is before the signing, {signed}: nothing before it is progress."),
        mark("Remove “status” from this event, or correct its date."),
    ),
    FaultKind.ANNOUNCEMENT_ONLY: FaultText(
        mark("An announcement does not support the status “{status}”."),
        mark("Wait until it happens, or set “kind” to “occurrence” if a source shows that it did."),
    ),
    FaultKind.LISTED_RATED: FaultText(
        mark("What only a list claims cannot have the status “{status}”."),
        mark("Correct “origin”, or go back to “announced” or “unrated”."),
    ),
    FaultKind.RELATED_RATED: FaultText(
        mark("A related event has no status, but here is “{status}”."),
        mark("Remove “status”, or correct “origin” if the agreement promises this."),
    ),
    FaultKind.STATUS_MISSING: FaultText(
        mark("No event says where this provision stands."),
        mark("Add “status” to an event, or set “origin” to “related”."),
    ),
    FaultKind.DEADLINE_TOO_EARLY: FaultText(
        mark("The deadline {deadline} is before the agreement itself, {date}."),
        mark("Correct the deadline, or leave it out."),
    ),
    FaultKind.FIRST_SENTENCE_TOO_LONG: FaultText(
        mark("The first sentence is too long for a list (length {length}, limit {limit})."),
        mark("Say the promise in one short sentence first, and the rest after it."),
    ),
    FaultKind.PROVISION_TOO_LONG: FaultText(
        mark(
            "This provision fills more than a message: {language} (length {length}, limit {limit})."
        ),
        mark("Shorten its text, its wordings, or the longest entry of its history."),
    ),
}

DID_YOU_MEAN = mark("Did you mean “{nearest}”?")

WRONG_TYPES = {
    "text": FaultText(
        mark("This has to be text."),
        mark("Put it in double quotes."),
    ),
    "whole_number": FaultText(
        mark("This has to be a whole number."),
        mark("Write digits without quotes."),
    ),
    "yes_or_no": FaultText(
        mark("This has to be true or false."),
        mark("Write true or false without quotes."),
    ),
    "object": FaultText(
        mark("This has to be an object."),
        mark("Put its fields between curly brackets."),
    ),
    "array": FaultText(
        mark("This has to be a list."),
        mark("Put its items between square brackets."),
    ),
}

_COMMA = mark("Look just before this place for a missing or superfluous comma, quote or bracket.")
_NAME = FaultText(
    mark("A field's name in double quotes is missing here (column {column})."),
    mark("Put the name in double quotes; after the last field no comma is needed."),
)
_VALUE = FaultText(
    mark("A value is missing here (column {column})."),
    mark("Text needs double quotes; after the last item no comma is needed."),
)
_ESCAPE = mark("Write \\\\ where a backslash itself is meant.")

JSON_FAULTS = {
    ENDS_EARLY: FaultText(
        mark("The file ends too early (column {column})."),
        mark("Close every bracket and quote; perhaps the file was cut off."),
    ),
    TOO_DEEP: FaultText(
        mark("The brackets are nested too deeply."),
        mark("Look for brackets that are never closed."),
    ),
    "Extra data": FaultText(
        mark("Something follows where the file should end (column {column})."),
        mark("Remove it, or look before it for a bracket that is closed too early."),
    ),
    "Expecting ',' delimiter": FaultText(
        mark("A comma or a closing bracket is missing here (column {column})."), _COMMA
    ),
    "Expecting ':' delimiter": FaultText(
        mark("A colon is missing after the name of a field (column {column})."), _COMMA
    ),
    "Expecting property name": _NAME,
    "Illegal trailing comma before end of object": _NAME,
    "Expecting value": _VALUE,
    "Illegal trailing comma before end of array": _VALUE,
    "Unterminated string": FaultText(
        mark("The text that begins here has no closing quote (column {column})."),
        mark("Put a double quote at its end."),
    ),
    "Invalid control character": FaultText(
        mark("A text holds a line break or a tab (column {column})."),
        mark("Write \\n or \\t in its place, or put a double quote before it."),
    ),
    "Invalid \\escape": FaultText(
        mark("A backslash stands before a letter that it does not go with (column {column})."),
        _ESCAPE,
    ),
    "Invalid \\uXXXX escape": FaultText(
        mark("After \\u come four digits or letters from a to f (column {column})."), _ESCAPE
    ),
}
"""Why a file is no JSON, by how the message of Python's parser begins (`json.JSONDecodeError`)."""
