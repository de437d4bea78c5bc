"""The OpenAPI document: what FastAPI knows of the routes, completed by what holds for all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems
from api.identity.session import COOKIE
from api.identity.staff import API_PREFIX

VERSION: Final = "1.1.0"
"""Of the API; its changes stand in docs/api-changelog.md."""
EXAMPLES: Final = Path(__file__).parent / "examples.json"
"""Answers by the names of their schemas."""
OPENAPI: Final = Path(__file__).resolve().parents[1] / "docs" / "openapi.json"
"""The document as it was when somebody last looked at what changed."""
LOGINS: Final[dict[str, dict[str, str]]] = {
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": COOKIE,
        "description": "The session that `/auth/login` begins.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of the identity provider, made out to this API.",
    },
}
"""How staff say who they are: in one of these ways."""
CHANGING: Final = frozenset({"post", "patch", "delete"})
Operation = dict[str, Any]


def describe(app: FastAPI) -> dict[str, Any]:
    """The document of an application's routes, with every problem they tell and an example each."""
    document = get_openapi(title=app.title, version=VERSION, routes=app.routes)
    components: dict[str, dict[str, Any]] = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas[problems.SCHEMA_NAME] = problems.SCHEMA
    components.setdefault("securitySchemes", {}).update(LOGINS)
    refusals = components.setdefault("responses", {})
    for path, method, operation in operations(document):
        if path.startswith(API_PREFIX):
            operation["security"] = [{name: []} for name in LOGINS]
        _add_problems(path, method, operation)
        _name_problems(operation["responses"], refusals)
    for name, answer in orjson.loads(EXAMPLES.read_bytes()).items():
        if name in schemas:
            schemas[name].setdefault("examples", [answer])
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Path, method in small letters, and what is done there."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _add_problems(path: str, method: str, operation: Operation) -> None:
    """What any route of this kind may refuse, beside what it says itself."""
    kinds: list[problems.Kind] = []
    if path.startswith(API_PREFIX):
        kinds += [problems.UNAUTHENTICATED, problems.FORBIDDEN]
        kinds += [problems.CONFLICT] if method in CHANGING else []
    if "{" in path:
        kinds.append(problems.NOT_FOUND)
    for status, answer in problems.responses(*kinds).items():
        operation["responses"].setdefault(str(status), answer)


def _name_problems(answers: dict[str, Any], named: dict[str, Any]) -> None:
    """Lets operations that refuse in the same words refer to one description."""
    for status, answer in answers.items():
        if problems.MEDIA_TYPE not in answer.get("content", {}):
            continue
        name = f"Problem{status}"
        if named.setdefault(name, answer) == answer:
            answers[status] = {"$ref": f"#/components/responses/{name}"}
