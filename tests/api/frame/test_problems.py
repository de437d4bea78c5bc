"""Every error becomes a problem with a sentence, the right status, and nothing of the inside."""

import json
import logging

import pytest

from api.problems import STATUSES
from models.domain import errors
from tests.api.frame.conftest import OpenApi
from tests.api.frame.probes import SECRET

MEMBERS = {"type", "title", "status", "detail", "instance", "error", "code", "trace_id"}


@pytest.mark.parametrize(
    ("how", "status", "code"),
    [
        ("unexpected", 500, "UNEXPECTED"),
        ("missing", 404, "NOT_FOUND"),
        ("changed", 409, "BOOKING_HASH_MISMATCH"),
        ("decision", 503, "TEMPORAL_UNAVAILABLE"),
        ("temporal", 503, "TEMPORAL_UNAVAILABLE"),
        ("temporal-bug", 500, "UNEXPECTED"),
        ("new", 409, "NEW_RULE"),
        ("problem", 409, "CONFLICT"),
    ],
)
async def test_a_failure_is_told_as_a_problem(
    frame: OpenApi, how: str, status: int, code: str
) -> None:
    async with frame() as api, api.client() as client:
        answer = await client.get(f"/probe/fail/{how}")
    problem = answer.json()
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) >= MEMBERS
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["error"]
    assert problem["trace_id"] == answer.headers["x-trace-id"]
    assert problem["instance"] == f"urn:trace:{problem['trace_id']}"
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    assert SECRET not in answer.text


async def test_a_changed_booking_comes_with_the_booking(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        problem = (await client.get("/probe/fail/changed")).json()
    assert problem["booking"] == {"id": 1}
    assert (problem["error"], problem["detail"]) == ("Booking changed in backend", "Look")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nowhere", 404, "NOT_FOUND"),
        ("DELETE", "/public/v1/probe", 405, "METHOD_NOT_ALLOWED"),
    ],
)
async def test_unknown_addresses_and_methods(
    frame: OpenApi, method: str, path: str, status: int, code: str
) -> None:
    async with frame() as api, api.client() as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("body", [b"{", b"", b"\xff{}", b"[1,", b"nul"])
async def test_malformed_json_is_400(frame: OpenApi, body: bytes) -> None:
    async with frame() as api, api.client({"Content-Type": "application/json"}) as client:
        answer = await client.post("/public/v1/probe", content=body)
    assert answer.status_code == (422 if body == b"" else 400)
    assert answer.json()["error"]


async def test_invalid_fields_are_named(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        problem = (await client.post("/public/v1/probe", json={"count": SECRET})).json()
        query = (await client.get("/probe/limits?count=0")).json()
    assert problem["status"] == 422
    assert [fault["field"] for fault in problem["errors"]] == ["name", "count"]
    assert problem["error"].startswith("name: Field required; count: ")
    assert SECRET not in json.dumps(problem)
    assert query["errors"][0]["field"] == "count"


async def test_services_that_are_away_are_503(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        for path, code in (
            ("/probe/database", "UNAVAILABLE"),
            ("/health", "UNAVAILABLE"),
            ("/probe/decide", "TEMPORAL_UNAVAILABLE"),
        ):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (503, code), path
            assert answer.headers["retry-after"] == "5"


async def test_people_get_a_page_and_programs_do_not(frame: OpenApi) -> None:
    async with frame() as api, api.client({"Accept": "text/html,*/*;q=0.8"}) as client:
        page = await client.get("/probe/fail/missing")
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")
        assert "There is no such booking." in page.text
        assert page.headers["x-trace-id"] in page.text
        broken = await client.get("/probe/fail/unexpected")
        assert (broken.status_code, SECRET in broken.text) == (500, False)
        away = await client.get("/probe/fail/temporal")
        assert (away.status_code, away.headers["retry-after"]) == (503, "5")
        for path in ("/api/nowhere", "/public/nowhere", "/webhooks/nowhere"):
            answer = await client.get(path)
            assert answer.headers["content-type"] == "application/problem+json"


async def test_logs_tell_route_and_class_and_nobody(
    frame: OpenApi, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="api"):
        async with frame() as api, api.client() as client:
            await client.get("/quote/a-secret-token/probe?email=anna@home.example")
            trace_id = (await client.get("/probe/fail/unexpected")).headers["x-trace-id"]
            await client.get("/nowhere/a-secret-token")
    records = [record for record in caplog.records if record.name == "api.requests"]
    facts = [vars(record)["facts"] for record in records]
    shown, failed, answered, lost = facts
    assert shown | {"ms": 0, "trace_id": ""} == {
        "method": "GET",
        "route": "/quote/{token}/probe",
        "status": 200,
        "ms": 0,
        "trace_id": "",
    }
    assert failed["error"] == "RuntimeError"
    assert failed["trace_id"] == answered["trace_id"] == trace_id
    assert any("probes.py" in frame for frame in failed["frames"])
    assert lost["route"] == "unmatched"
    for secret in (SECRET, "a-secret-token", "anna@home.example"):
        assert secret not in str(facts)


async def test_a_trace_goes_on_from_the_caller(frame: OpenApi) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    async with frame() as api, api.client() as client:
        header = {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
        assert (await client.get("/nowhere", headers=header)).headers["x-trace-id"] == trace_id
        for wrong in ("00-x-y-01", f"00-{'0' * 32}-00f067aa0ba902b7-01", "anna@home.example"):
            answer = await client.get("/nowhere", headers={"traceparent": wrong})
            assert len(answer.headers["x-trace-id"]) == 32
            assert answer.headers["x-trace-id"] not in wrong


async def test_the_document_tells_of_problems(frame: OpenApi) -> None:
    async with frame() as api, api.client() as client:
        document = (await client.get("/openapi.json")).json()
    assert set(document["components"]["schemas"]["Problem"]["required"]) == MEMBERS
    for operations in document["paths"].values():
        for operation in operations.values():
            for status in ("400", "413", "422", "429", "503"):
                answer = operation["responses"][status]
                shared = answer.get("$ref", "").removeprefix("#/components/responses/")
                told = document["components"]["responses"][shared] if shared else answer
                assert "application/problem+json" in told["content"]


def test_every_refusal_of_the_domain_has_a_status() -> None:
    refusals = {
        error
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.DomainError)
    }
    assert set(STATUSES) == refusals - {errors.DomainError}
