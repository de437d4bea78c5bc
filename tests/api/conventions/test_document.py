"""The OpenAPI document: every operation described, with an example and its refusals; versioned."""

import re
from pathlib import Path

import orjson
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]  # ships no types

from api import problems
from api.description import EXAMPLES, OPENAPI, VERSION
from api.problems import MEDIA_TYPE
from tests.api.conventions.operations import DOCUMENT, OPERATIONS, SCHEMAS, Operation, names

ROOT = Path(__file__).resolve().parents[3]
CHANGES = ROOT / "docs" / "api-changelog.md"


@names(OPERATIONS)
def test_it_says_what_it_does_and_what_it_refuses(operation: Operation) -> None:
    assert operation.facts["summary"]
    assert operation.facts["description"]
    assert {422, 429, 500, 503} <= set(operation.refusals)
    if operation.path.startswith("/api/"):
        assert {401, 403} <= set(operation.refusals)
        assert operation.facts["security"] == [{"session": []}, {"token": []}]
    if "{" in operation.path:
        assert 404 in operation.refusals
    for status, told in operation.refusals.items():
        assert list(told["content"]) == [MEDIA_TYPE], f"{status} is told otherwise"


@names(OPERATIONS)
def test_it_shows_what_to_send_and_what_comes_back(operation: Operation) -> None:
    assert [name for name in operation.unshown if not SCHEMAS[name].get("examples")] == []
    for kind, content in operation.facts.get("requestBody", {}).get("content", {}).items():
        schema = content.get("schema", {})
        named = SCHEMAS[schema["$ref"].split("/")[-1]] if "$ref" in schema else schema
        assert content.get("example") or content.get("examples") or named.get("examples"), kind


def test_every_example_is_an_answer_that_can_be_given() -> None:
    known = {name for one in OPERATIONS for name in one.answers.values()}
    examples = orjson.loads(EXAMPLES.read_bytes())
    assert set(examples) <= known, "make them anew by `make openapi`"
    for name, example in examples.items():
        whole = {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}
        Draft202012Validator(whole).validate(example)


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [one.facts["operationId"] for one in OPERATIONS]
    assert len(names) == len(set(names))


def test_the_version_is_the_newest_of_the_changelog() -> None:
    assert DOCUMENT["info"]["version"] == VERSION
    newest = re.search(r"^## (\d+\.\d+\.\d+)", CHANGES.read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == VERSION


def test_the_committed_document_is_todays() -> None:
    assert orjson.loads(OPENAPI.read_bytes()) == orjson.loads(orjson.dumps(DOCUMENT)), (
        "write it anew by `make openapi`, and say what changed in docs/api-changelog.md"
    )


def test_the_guide_names_only_codes_that_there_are() -> None:
    kinds = {one.code for one in vars(problems).values() if isinstance(one, problems.Kind)}
    told = set(re.findall(r"`([A-Z_]{8,})`", (ROOT / "docs" / "api.md").read_text()))
    assert told - kinds - {error.code for error in problems.STATUSES} == {"ATP_ALLOWED_ORIGINS"}
