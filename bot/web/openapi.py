"""The API's description (OpenAPI 3.1), made from the same models that answers are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from bot.agreement.status import Status
from bot.language.marking import mark
from bot.web import api_models as models
from bot.web.addresses import API
from bot.web.here import Edition

VERSION = "1.0.0"
_REF = "#/components/schemas/{model}"
MOST_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that a caller can choose."""

    name: str
    place: str
    about: str
    schema: dict[str, Any]


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
    ids = [one.id for one in edition.board.agreement.topics]
    first = edition.board.provisions[0].id
    topic = Parameter("topic", "query", mark("Only what belongs to this topic."), {"enum": ids})
    status = Parameter(
        "status", "query", mark("Only what has this status."), {"enum": [*map(str, Status)]}
    )
    for one in (topic, status):
        one.schema["type"] = "string"
    since = Parameter(
        "since",
        "query",
        mark("Only what became known on this day or later."),
        {"type": "string", "format": "date"},
    )
    limit = Parameter(
        "limit",
        "query",
        mark("At most so many."),
        {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES, "default": 100},
    )
    identifier = Parameter(
        "id",
        "path",
        mark("The provision’s id."),
        {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,23}$", "examples": [first]},
    )
    return [
        Endpoint(
            f"{API}/agreement",
            "agreement",
            mark("The agreement, and how things stand."),
            models.ApiAgreement,
        ),
        Endpoint(
            f"{API}/statuses", "statuses", mark("What each status means."), models.ApiStatuses
        ),
        Endpoint(f"{API}/topics", "topics", mark("Every topic."), models.ApiTopics),
        Endpoint(
            f"{API}/provisions",
            "provisions",
            mark("Provisions by number."),
            models.ApiProvisions,
            (topic, status),
        ),
        Endpoint(
            f"{API}/provisions/{{id}}",
            "provision",
            mark("All that is known of a provision."),
            models.ApiProvision,
            (identifier,),
            f"{API}/provisions/{first}",
        ),
        Endpoint(
            f"{API}/changes",
            "changes",
            mark("Changes, the newest first."),
            models.ApiChanges,
            (topic, status, since, limit),
        ),
    ]


def document(edition: Edition) -> dict[str, Any]:
    """The whole description."""
    found = endpoints(edition)
    models_of: list[type[BaseModel]] = [models.ApiProblem, *(one.answer for one in found)]
    answers: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        (one, "serialization") for one in models_of
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
        },
        "servers": [{"url": edition.addresses.absolute("").rstrip("/") or "/"}],
        "paths": {one.path: {"get": _operation(one)} for one in found},
        "components": {"schemas": schemas["$defs"]},
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    answers = {"200": _answer("What was asked for.", one.answer, "application/json")}
    problems = {"429": "Too many requests."}
    if any(each.place == "query" for each in one.parameters):
        problems["400"] = "A parameter has a value that it cannot have."
    if any(each.place == "path" for each in one.parameters):
        problems["404"] = "There is none of that id."
    answers |= {
        code: _answer(about, models.ApiProblem, "application/problem+json")
        for code, about in problems.items()
    }
    return {
        "operationId": one.name,
        "summary": one.about,
        "parameters": [
            {
                "name": each.name,
                "in": each.place,
                "required": each.place == "path",
                "description": each.about,
                "schema": each.schema,
            }
            for each in one.parameters
        ],
        "responses": answers,
    }


def _answer(about: str, model: type[models.Answer], media_type: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=model.__name__)}
    return {"description": about, "content": {media_type: {"schema": schema}}}
