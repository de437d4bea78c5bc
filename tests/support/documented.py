"""Answers of the JSON API held against the committed OpenAPI document, member by member."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import httpx2
import orjson
from jsonschema import (  # type: ignore[import-untyped]  # ships no types
    Draft202012Validator,
    FormatChecker,
)

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"


@cache
def document() -> dict[str, Any]:
    """The committed document, in which objects have the members that they name and no others."""
    found: dict[str, Any] = orjson.loads(DOCUMENT.read_bytes())
    _close(found["components"]["schemas"])
    return found


def _close(schema: Any) -> None:
    if isinstance(schema, list):
        for one in schema:
            _close(one)
    elif isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            schema.setdefault("additionalProperties", False)
        for name, one in schema.items():
            if name not in {"examples", "example"}:
                _close(one)


def operation_of(method: str, path: str) -> dict[str, Any]:
    """What the document says of an address; a fixed one goes before one with parameters.

    Raises:
        AssertionError: it does not have it.
    """
    for template in sorted(document()["paths"], key=lambda one: one.count("{")):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        operation = document()["paths"][template].get(method.lower())
        if operation and re.fullmatch(pattern, path):
            stated: dict[str, Any] = operation
            return stated
    raise AssertionError(f"the document does not have {method} {path}")


def faults(answer: httpx2.Response) -> list[str]:
    """Where an answer is not what the document says of its address and status, in words."""
    request = answer.request
    stated = operation_of(request.method, request.url.path)["responses"]
    told = stated.get(str(answer.status_code))
    if told is None:
        return [f"{request.method} {request.url.path}: {answer.status_code} is not documented"]
    if "$ref" in told:
        told = document()["components"]["responses"][told["$ref"].rpartition("/")[2]]
    kind = answer.headers["content-type"].partition(";")[0]
    if kind not in told.get("content", {}):
        return [f"{kind} is not documented for {answer.status_code}"]
    schema = told["content"][kind]["schema"] | {"components": document()["components"]}
    checker = Draft202012Validator(schema, format_checker=FormatChecker())
    return [
        f"{error.json_path}: {error.message[:200]}" for error in checker.iter_errors(answer.json())
    ]


def documented(answer: httpx2.Response, status: int) -> dict[str, Any]:
    """An answer's body, once its status is the expected one and it is as the document says."""
    assert answer.status_code == status, answer.text
    assert faults(answer) == []
    body: dict[str, Any] = answer.json()
    return body
