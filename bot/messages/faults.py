"""The faults of a content file in words, for an editor's terminal and for an admin's chat."""

from __future__ import annotations

from collections.abc import Iterable

from bot.agreement.faults import Fault, FaultKind
from bot.language.language import Language
from bot.messages.fault_texts import (
    DID_YOU_MEAN,
    FAULT_TEXTS,
    JSON_FAULTS,
    WRONG_TYPES,
    FaultText,
)


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
    if fault.kind is FaultKind.INVALID_JSON:
        reason = fault.params["reason"]
        known = (text for start, text in JSON_FAULTS.items() if reason.startswith(start))
        return next(known, FAULT_TEXTS[fault.kind])
    return FAULT_TEXTS[fault.kind]


def _params(language: Language, fault: Fault) -> dict[str, str]:
    params = dict(fault.params)
    if fault.kind in {FaultKind.MISSING_LANGUAGE, FaultKind.PROVISION_TOO_LONG}:
        params |= {
            "language": language.name_of(params["language"]),
            "code": params["language"],
        }
    return params
