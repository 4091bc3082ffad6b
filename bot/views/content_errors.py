"""The faults of a content file in words, each with a hint how to mend it."""

from __future__ import annotations

from collections.abc import Iterable

from bot.agreement.faults import Fault, FaultKind
from bot.i18n.catalogs import gettext_noop
from bot.i18n.language import Language
from bot.views.syntax_errors import COMMA, SYNTAX_FAULTS, FaultText

FAULT_TEXTS = {
    FaultKind.UNREADABLE: FaultText(
        gettext_noop("The file cannot be read ({reason})."),
        gettext_noop("See that it is there and that the bot may read it."),
    ),
    FaultKind.TOO_LARGE: FaultText(
        gettext_noop("The file is larger than {limit} MB."),
        gettext_noop("See that it is the content file, and that nothing was appended to it."),
    ),
    FaultKind.NOT_TEXT: FaultText(
        gettext_noop("The file is not text in UTF-8 (byte {position})."),
        gettext_noop("Save it as UTF-8 in your editor."),
    ),
    FaultKind.INVALID_SYNTAX: FaultText(gettext_noop("This is not JSON (column {column})."), COMMA),
    FaultKind.REPEATED_NAME: FaultText(
        gettext_noop("“{field}” stands here a second time."),
        gettext_noop("Keep one of the two; the later one would silently win."),
    ),
    FaultKind.HALF_CHARACTER: FaultText(
        gettext_noop("This text holds half a character, which cannot be sent."),
        gettext_noop("Write the character itself in place of its \\u code."),
    ),
    FaultKind.CONTROL_CHARACTER: FaultText(
        gettext_noop(
            "This text holds an invisible control character, which no feed and no badge can show."
        ),
        gettext_noop("Remove it, or retype the text."),
    ),
    FaultKind.MISSING_FIELD: FaultText(
        gettext_noop("“{field}” is missing."),
        gettext_noop("Add it; the schema says what it holds."),
    ),
    FaultKind.UNKNOWN_FIELD: FaultText(
        gettext_noop("“{field}” is not known here."),
        gettext_noop("Remove it, or move it to where it belongs."),
    ),
    FaultKind.WRONG_TYPE: FaultText(
        gettext_noop("This value has the wrong form."),
        gettext_noop("Look at the schema."),
    ),
    FaultKind.BAD_VALUE: FaultText(
        gettext_noop("“{value}” is not possible here."),
        gettext_noop("Expected: {expected}."),
    ),
    FaultKind.BAD_ID: FaultText(
        gettext_noop("“{value}” cannot be an id or a command."),
        gettext_noop("Use a to z, 0 to 9 and _, a letter first, at most 24 characters."),
    ),
    FaultKind.BAD_LANGUAGE_CODE: FaultText(
        gettext_noop("“{value}” is not the code of a language."),
        gettext_noop("Write it like en, az or pt-BR."),
    ),
    FaultKind.BAD_URL: FaultText(
        gettext_noop("“{value}” is not an address on the web."),
        gettext_noop("Write it in full, beginning with https://."),
    ),
    FaultKind.BAD_DATE: FaultText(
        gettext_noop("“{value}” is not a date."),
        gettext_noop("Write 2025-08-22, 2025-08 or 2025."),
    ),
    FaultKind.BAD_NUMBER: FaultText(
        gettext_noop("{value} is out of range."),
        gettext_noop("The number has to be {limit}."),
    ),
    FaultKind.EMPTY: FaultText(
        gettext_noop("There is nothing in here."),
        gettext_noop("Fill it in, or remove the whole field if it may be left out."),
    ),
    FaultKind.TOO_SHORT: FaultText(
        gettext_noop("This text is too short."),
        gettext_noop("It needs this many characters: {limit}."),
    ),
    FaultKind.TOO_LONG: FaultText(
        gettext_noop("This text is too long (length {length}, limit {limit})."),
        gettext_noop("Shorten it."),
    ),
    FaultKind.TOO_MANY: FaultText(
        gettext_noop("There are too many of these (count {length}, limit {limit})."),
        gettext_noop("Remove some, or put them together."),
    ),
    FaultKind.TOO_FEW: FaultText(
        gettext_noop("There are too few of these (count {length}, needed {limit})."),
        gettext_noop("Add another, or remove the whole list."),
    ),
    FaultKind.EVIDENCE_MISSING: FaultText(
        gettext_noop("This event has no evidence."),
        gettext_noop("Add a source; only “announced” and “unrated” do without."),
    ),
    FaultKind.REASON_MISSING: FaultText(
        gettext_noop("It is not said why this is unrated."),
        gettext_noop("Add “reason”: no_source, not_checkable or sources_conflict."),
    ),
    FaultKind.REASON_UNWANTED: FaultText(
        gettext_noop("The status “{status}” takes no reason."),
        gettext_noop("Remove “reason”; only “unrated” has one."),
    ),
    FaultKind.DUPLICATE_ID: FaultText(
        gettext_noop("The id “{value}” is taken already, at {first}."),
        gettext_noop("Give one of the two another id, or remove the repetition."),
    ),
    FaultKind.DUPLICATE_NUMBER: FaultText(
        gettext_noop("The number {value} is taken already, at {first}."),
        gettext_noop("Give one of the two provisions another number."),
    ),
    FaultKind.DUPLICATE_COMMAND: FaultText(
        gettext_noop("The command /{value} is taken already, at {first}."),
        gettext_noop("One command can lead to one topic only: remove it from one of the two."),
    ),
    FaultKind.DUPLICATE_LANGUAGE: FaultText(
        gettext_noop("The language “{value}” is listed already, at {first}."),
        gettext_noop("Remove the repetition."),
    ),
    FaultKind.RESERVED_COMMAND: FaultText(
        gettext_noop("The bot needs the command /{value} for itself."),
        gettext_noop("Choose another word for the topic."),
    ),
    FaultKind.MISSING_LANGUAGE: FaultText(
        gettext_noop("This text is missing in one language: {language}."),
        gettext_noop("Add it under “{code}”."),
    ),
    FaultKind.EXTRA_LANGUAGE: FaultText(
        gettext_noop("This text has a language that the agreement does not: “{language}”."),
        gettext_noop("Remove it, or add the language to “languages” ({languages})."),
    ),
    FaultKind.UNUSED_LANGUAGE: FaultText(
        gettext_noop("No text is in this language: {language}."),
        gettext_noop("Correct its code, or write every text in it too."),
    ),
    FaultKind.UNKNOWN_TOPIC: FaultText(
        gettext_noop("There is no topic “{value}”."),
        gettext_noop("Add the topic, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_SIDE: FaultText(
        gettext_noop("There is no side “{value}”."),
        gettext_noop("Add the side, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_PUBLISHER: FaultText(
        gettext_noop("There is no publisher “{value}”."),
        gettext_noop("Add it to “publishers”, or use the id of one that there is."),
    ),
    FaultKind.UNKNOWN_PERSON: FaultText(
        gettext_noop("There is no person “{value}”."),
        gettext_noop("Add the person to “people”, or use the id of one that there is."),
    ),
    FaultKind.QUOTE_LANGUAGE_MISSING: FaultText(
        gettext_noop("The language of this quote is missing."),
        gettext_noop("Add “language” with its code."),
    ),
    FaultKind.OLD_SHAPE: FaultText(
        gettext_noop("This file has the form of an earlier version."),
        gettext_noop("Convert it with this command: briefing-bot migrate-content FILE."),
    ),
    FaultKind.UNUSED_TOPIC: FaultText(
        gettext_noop("No provision belongs to the topic “{value}”."),
        gettext_noop("Add its id to a provision, or remove the topic."),
    ),
    FaultKind.DATES_GO_BACK: FaultText(
        gettext_noop("The history goes back in time: {date} comes after {before}."),
        gettext_noop("Put the entries in order, the oldest first."),
    ),
    FaultKind.EVENT_AFTER_CHECK: FaultText(
        gettext_noop("The event of {date} is later than “checked_on”, {checked_on}."),
        gettext_noop(
            "Set “checked_on” of the provision to the day up to which sources were looked at."
        ),
    ),
    FaultKind.BEFORE_SIGNING: FaultText(
        gettext_noop("{date} is before the signing, {signed}: nothing before it is progress."),
        gettext_noop("Remove “status” from this event, or correct its date."),
    ),
    FaultKind.ANNOUNCEMENT_ONLY: FaultText(
        gettext_noop("An announcement does not support the status “{status}”."),
        gettext_noop(
            "Wait until it happens, or set “kind” to “occurrence” if a source shows that it did."
        ),
    ),
    FaultKind.LISTED_RATED: FaultText(
        gettext_noop("What only a list claims cannot have the status “{status}”."),
        gettext_noop("Correct “origin”, or go back to “announced” or “unrated”."),
    ),
    FaultKind.RELATED_RATED: FaultText(
        gettext_noop("A related event has no status, but here is “{status}”."),
        gettext_noop("Remove “status”, or correct “origin” if the agreement promises this."),
    ),
    FaultKind.STATUS_MISSING: FaultText(
        gettext_noop("No event says where this provision stands."),
        gettext_noop("Add “status” to an event, or set “origin” to “related”."),
    ),
    FaultKind.DEADLINE_TOO_EARLY: FaultText(
        gettext_noop("The deadline {deadline} is before the agreement itself, {date}."),
        gettext_noop("Correct the deadline, or leave it out."),
    ),
    FaultKind.FIRST_SENTENCE_TOO_LONG: FaultText(
        gettext_noop("The first sentence is too long for a list (length {length}, limit {limit})."),
        gettext_noop("Say the promise in one short sentence first, and the rest after it."),
    ),
    FaultKind.PROVISION_TOO_LONG: FaultText(
        gettext_noop(
            "This provision fills more than a message: {language} (length {length}, limit {limit})."
        ),
        gettext_noop("Shorten its text, its wordings, or the longest entry of its history."),
    ),
    FaultKind.NO_CATALOG: FaultText(
        gettext_noop(
            "The bot does not speak this language, so readers cannot choose it: {language}."
        ),
        gettext_noop("Make a catalog with this command: briefing-bot translate {code}."),
    ),
    FaultKind.WORD_IGNORED: FaultText(
        gettext_noop("“{value}” counts for nothing when people ask."),
        gettext_noop("Write a word that tells more, or remove it."),
    ),
    FaultKind.SYNONYMS_IDLE: FaultText(
        gettext_noop("No title and no keyword has a word of this group."),
        gettext_noop("Make one of its words a keyword, or remove the group."),
    ),
    FaultKind.SAME_TEXT: FaultText(
        gettext_noop("This text is the same in two languages: {language}, {other}."),
        gettext_noop("Translate it."),
    ),
    FaultKind.FUTURE_DATE: FaultText(
        gettext_noop("This date is in the future: {date}."),
        gettext_noop("Correct it. What is still to come belongs in “deadline” or “expected”."),
    ),
    FaultKind.REPEATED_EVIDENCE: FaultText(
        gettext_noop("This event has the same page as evidence twice, first at {first}."),
        gettext_noop("Remove one of the two."),
    ),
    FaultKind.ALIAS_IS_ID: FaultText(
        gettext_noop("The command /{value} is also the id of a provision."),
        gettext_noop("Choose another word for the topic, so that people reach both."),
    ),
}

DID_YOU_MEAN = gettext_noop("Did you mean “{nearest}”?")

WRONG_TYPES = {
    "text": FaultText(
        gettext_noop("This has to be text."),
        gettext_noop("Put it in double quotes."),
    ),
    "whole_number": FaultText(
        gettext_noop("This has to be a whole number."),
        gettext_noop("Write digits without quotes."),
    ),
    "yes_or_no": FaultText(
        gettext_noop("This has to be true or false."),
        gettext_noop("Write true or false without quotes."),
    ),
    "object": FaultText(
        gettext_noop("This has to be an object."),
        gettext_noop("Put its fields between curly brackets."),
    ),
    "array": FaultText(
        gettext_noop("This has to be a list."),
        gettext_noop("Put its items between square brackets."),
    ),
}


def fault_sentence(language: Language, fault: Fault) -> str:
    """What is wrong, in one sentence of plain text."""
    return language.gettext(_text(fault).sentence, **_params(language, fault))


def fault_hint(language: Language, fault: Fault) -> str:
    """How to put it right, in one sentence of plain text."""
    hint = DID_YOU_MEAN if fault.params.get("nearest") else _text(fault).hint
    return language.gettext(hint, **_params(language, fault))


def fault_lines(language: Language, faults: Iterable[Fault]) -> list[str]:
    """One line for each fault: its line in the file, its pointer, the sentence and the hint.

    With the file's name and a colon before it an editor's terminal can jump to the place.
    """
    lines = []
    for fault in faults:
        place = f"{fault.line}: {fault.pointer}: " if fault.pointer else f"{fault.line}: "
        lines.append(place + fault_sentence(language, fault) + " " + fault_hint(language, fault))
    return lines


def _text(fault: Fault) -> FaultText:
    if fault.kind is FaultKind.WRONG_TYPE:
        return WRONG_TYPES.get(fault.params["expected"], FAULT_TEXTS[fault.kind])
    if fault.kind is FaultKind.INVALID_SYNTAX:
        reason = fault.params["reason"]
        known = (text for start, text in SYNTAX_FAULTS.items() if reason.startswith(start))
        return next(known, FAULT_TEXTS[fault.kind])
    return FAULT_TEXTS[fault.kind]


def _params(language: Language, fault: Fault) -> dict[str, str]:
    params = dict(fault.params)
    if fault.kind is not FaultKind.EXTRA_LANGUAGE and "language" in params:
        params["code"] = params["language"]
        for name in {"language", "other"} & params.keys():
            params[name] = language.name_of(params[name])
    return params
