"""The API's description (OpenAPI 3.1), made from the same models that answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.agreement.model import Publication
from bot.agreement.status import Status
from bot.i18n.catalogs import gettext_noop
from bot.web import api_models as models
from bot.web.addresses import API
from bot.web.page_context import Edition

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
MOST_LISTED, DEFAULT_CHANGES = 500, 100
MOST_FOUND = 50


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a caller can choose."""

    name: str
    place: str
    about: str
    schema: dict[str, Any]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Something that can be asked for."""

    path: str
    name: str
    about: str
    answer: type[models.Answer]
    parameters: tuple[Parameter, ...] = ()
    example: str = ""
    """The path with something in it that there is; filled in from the content."""


def endpoints(edition: Edition) -> list[Endpoint]:
    """Every endpoint, with what callers can choose."""
    ids = [each_topic.id for each_topic in edition.board.agreement.topics]
    first = edition.board.provisions[0].id
    topic = Parameter(
        "topic", "query", gettext_noop("Only what belongs to this topic."), {"enum": ids}
    )
    status = Parameter(
        "status", "query", gettext_noop("Only what has this status."), {"enum": [*map(str, Status)]}
    )
    for item in (topic, status):
        item.schema["type"] = "string"
    since = Parameter(
        "since",
        "query",
        gettext_noop("Only what became known on this day or later."),
        {"type": "string", "format": "date"},
    )
    offset = Parameter(
        "offset",
        "query",
        gettext_noop("How many entries to skip; “next” in an answer leads on."),
        {"type": "integer", "minimum": 0, "maximum": 100_000, "default": 0},
    )
    question = Parameter(
        "q",
        "query",
        gettext_noop("The question or words, in any of the site’s languages."),
        {"type": "string", "minLength": 1, "pattern": r"\S"},
        required=True,
    )
    identifier = Parameter(
        "id",
        "path",
        gettext_noop("The provision’s id."),
        {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,23}$", "examples": [first]},
    )
    found = [
        Endpoint(
            f"{API}/agreement",
            "agreement",
            gettext_noop("The agreement, and how things stand."),
            models.ApiAgreement,
        ),
        Endpoint(
            f"{API}/statuses",
            "statuses",
            gettext_noop("What each status means."),
            models.ApiStatuses,
        ),
        Endpoint(f"{API}/topics", "topics", gettext_noop("Every topic."), models.ApiTopics),
        Endpoint(
            f"{API}/provisions",
            "provisions",
            gettext_noop("Provisions by number."),
            models.ApiProvisions,
            (topic, status, _limit(MOST_LISTED, MOST_LISTED), offset),
        ),
        Endpoint(
            f"{API}/provisions/{{id}}",
            "provision",
            gettext_noop("All that is known of a provision."),
            models.ApiProvision,
            (identifier,),
            f"{API}/provisions/{first}",
        ),
        Endpoint(
            f"{API}/changes",
            "changes",
            gettext_noop("Changes, the newest first."),
            models.ApiChanges,
            (topic, status, since, _limit(DEFAULT_CHANGES, MOST_LISTED), offset),
        ),
        Endpoint(
            f"{API}/search",
            "search",
            gettext_noop("What a question finds, the best match first."),
            models.ApiSearch,
            (question, _limit(10, MOST_FOUND)),
            f"{API}/search?q={ids[0]}",
        ),
    ]
    return [item for item in found if edition.is_live or item.name != "search"]


def _limit(default: int, most: int) -> Parameter:
    return Parameter(
        "limit",
        "query",
        gettext_noop("The maximum number of entries."),
        {"type": "integer", "minimum": 1, "maximum": most, "default": default},
    )


def document(edition: Edition) -> dict[str, Any]:
    """The whole description."""
    found = endpoints(edition)
    models_of: list[type[BaseModel]] = [models.ApiProblem, *(item.answer for item in found)]
    answers: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (model, "serialization") for model in models_of
    ]
    _, schemas = models_json_schema(answers, ref_template=_REF)
    agreement = edition.board.agreement
    title = agreement.short_title.get("en") or next(iter(agreement.short_title.values()))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: provisions and where they stand",
            "version": VERSION,
            "description": "Read-only. Fields are added, never taken away or renamed within v1.",
            **_terms(edition.board.agreement.publication),
        },
        "servers": [{"url": edition.addresses.absolute("").rstrip("/") or "/"}],
        "paths": {item.path: {"get": _operation(item)} for item in found},
        "components": {"schemas": schemas["$defs"]},
    }


def _terms(publication: Publication) -> dict[str, Any]:
    """The licence of the data and the contact, where they are known."""
    found: dict[str, Any] = {}
    if licence := publication.licence:
        found["license"] = {"name": licence.name, "url": str(licence.url)}
    if contact := publication.contact:
        address = contact.removeprefix("mailto:").partition("?")[0]
        found["contact"] = {"url": contact} if address == contact else {"email": address}
    return found


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    answers = {"200": _answer("What was asked for.", endpoint.answer, "application/json")}
    problems = {"429": "Too many requests."}
    if any(each.place == "query" for each in endpoint.parameters):
        problems["400"] = "A parameter has a value that it cannot have."
    if any(each.place == "path" for each in endpoint.parameters):
        problems["404"] = "There is none of that id."
    answers |= {
        code: _answer(about, models.ApiProblem, "application/problem+json")
        for code, about in problems.items()
    }
    return {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "parameters": [
            {
                "name": each.name,
                "in": each.place,
                "required": each.required or each.place == "path",
                "description": each.about,
                "schema": each.schema,
            }
            for each in endpoint.parameters
        ],
        "responses": answers,
    }


def _answer(about: str, model: type[models.Answer], media_type: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"description": about, "content": {media_type: {"schema": schema}}}
