"""`GET /docs`: the API's reference for people, made from its OpenAPI document on the server."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse

from api.identity.doors import Door, opened
from api.pages.rendering import render

METHODS = ("get", "post", "put", "patch", "delete")
UNTAGGED = "other"
Document = Mapping[str, Any]

router = APIRouter()


@dataclass(frozen=True)
class Field:
    """A parameter or a member of a schema."""

    name: str
    kind: str
    place: str
    required: bool
    text: str
    schema: str
    """Name of the schema that the kind links to; empty for plain values."""


@dataclass(frozen=True)
class Operation:
    """One method at one path."""

    method: str
    path: str
    text: str
    fields: tuple[Field, ...]
    body: str
    """Name of the body's schema; empty without one."""
    answers: tuple[tuple[str, str, str], ...]
    """Status, text and schema name of each answer."""


@router.get("/docs", include_in_schema=False)
@opened(Door.ANYONE)
async def reference(request: Request) -> HTMLResponse:
    """Every endpoint and every schema, on one page without scripts."""
    groups, schemas = _contents(request.app)
    return render(request, "reference.html", groups=groups, schemas=schemas)


@lru_cache(maxsize=1)
def _contents(app: FastAPI) -> tuple[dict[str, list[Operation]], dict[str, list[Field]]]:
    document = app.openapi()
    groups: dict[str, list[Operation]] = {}
    for tag, operation in _operations(document):
        groups.setdefault(tag, []).append(operation)
    schemas = {
        name: list(_members(schema))
        for name, schema in sorted(document["components"]["schemas"].items())
    }
    return dict(sorted(groups.items())), schemas


def _operations(document: Document) -> Iterator[tuple[str, Operation]]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if facts := methods.get(method):
                yield (
                    (facts.get("tags") or [UNTAGGED])[0],
                    Operation(
                        method=method.upper(),
                        path=path,
                        text=facts.get("description") or facts.get("summary", ""),
                        fields=tuple(map(_parameter, facts.get("parameters", ()))),
                        body=_schema_name(_content(facts.get("requestBody", {}))),
                        answers=tuple(
                            (status, answer["description"], _schema_name(_content(answer)))
                            for status, answer in sorted(
                                _answers(document, facts), key=lambda one: one[0]
                            )
                        ),
                    ),
                )


def _answers(
    document: Document, operation: Mapping[str, Any]
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The answers by status; those that many share stand in one place of the document."""
    for status, answer in operation["responses"].items():
        shared = str(answer.get("$ref", "")).rpartition("/")[2]
        yield status, document["components"]["responses"][shared] if shared else answer


def _content(message: Mapping[str, Any]) -> Mapping[str, Any]:
    contents = list(message.get("content", {}).values())
    schema: Mapping[str, Any] = contents[0].get("schema", {}) if contents else {}
    return schema


def _parameter(facts: Mapping[str, Any]) -> Field:
    rule = facts.get("schema", {})
    return Field(
        facts["name"],
        _kind(rule),
        facts["in"],
        facts.get("required", False),
        facts.get("description", ""),
        _schema_name(rule),
    )


def _members(schema: Mapping[str, Any]) -> Iterator[Field]:
    required = set(schema.get("required", ()))
    for name, rule in schema.get("properties", {}).items():
        text = rule.get("description", "")
        yield Field(name, _kind(rule), "", name in required, text, _schema_name(rule))


def _schema_name(rule: Mapping[str, Any]) -> str:
    """The schema that a rule refers to, by itself, as one of several, or as a list's items."""
    if reference_to := rule.get("$ref"):
        return str(reference_to).rpartition("/")[2]
    inner = [*rule.get("anyOf", ()), *rule.get("allOf", ()), rule.get("items", {})]
    return next((name for one in inner if one and (name := _schema_name(one))), "")


def _kind(rule: Mapping[str, Any]) -> str:
    """A rule in a few words: `integer`, `list of string`, `"A" or "B"`, `Booking or null`."""
    if "$ref" in rule:
        return _schema_name(rule)
    if options := rule.get("anyOf"):
        return " or ".join(map(_kind, options))
    if choices := rule.get("enum"):
        return " or ".join(f'"{choice}"' for choice in choices)
    if rule.get("type") == "array":
        return f"list of {_kind(rule.get('items', {}))}"
    return str(rule.get("format") or rule.get("type") or "anything")
