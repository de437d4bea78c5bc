"""The Turnstile stand-in: a token passes once, for 300 seconds, under the right secret."""

import time
from uuid import uuid4

import httpx2
import pytest

from tests.sandbox.running import Sandbox, running, settings_for


def verify(sandbox: Sandbox, *, as_json: bool = False, **fields: str) -> dict[str, object]:
    return ask(sandbox, fields, as_json=as_json)


def ask(sandbox: Sandbox, fields: dict[str, str], *, as_json: bool = False) -> dict[str, object]:
    body = {"secret": sandbox.settings.turnstile_secret.get_secret_value()} | fields
    url = f"{sandbox.url}/turnstile/v0/siteverify"
    response = httpx2.post(url, json=body) if as_json else httpx2.post(url, data=body)
    answer: dict[str, object] = response.json()
    return answer


def fresh() -> str:
    return f"sandbox-pass-{uuid4().hex}"


@pytest.mark.parametrize("as_json", [True, False])
def test_a_token_passes_once(sandbox: Sandbox, *, as_json: bool) -> None:
    token = fresh()
    first = verify(sandbox, response=token, remoteip="203.0.113.9", as_json=as_json)
    assert (first["success"], first["error-codes"]) == (True, [])
    assert first["hostname"] == "127.0.0.1"
    second = verify(sandbox, response=token, as_json=as_json)
    assert (second["success"], second["error-codes"]) == (False, ["timeout-or-duplicate"])


def test_the_same_idempotency_key_may_ask_again(sandbox: Sandbox) -> None:
    token, key = fresh(), str(uuid4())
    assert verify(sandbox, response=token, idempotency_key=key)["success"]
    assert verify(sandbox, response=token, idempotency_key=key)["success"]
    other = verify(sandbox, response=token, idempotency_key=str(uuid4()))
    assert other["error-codes"] == ["timeout-or-duplicate"]


def test_a_token_lives_300_seconds(sandbox: Sandbox) -> None:
    now = int(time.time())
    young = f"sandbox-pass-at-{now - 290}-{uuid4().hex}"
    old = f"sandbox-pass-at-{now - 310}-{uuid4().hex}"
    assert verify(sandbox, response=young)["success"]
    assert verify(sandbox, response=old)["error-codes"] == ["timeout-or-duplicate"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"response": "sandbox-fail"}, "invalid-input-response"),
        ({"response": "sandbox-pass-"}, "invalid-input-response"),
        ({"response": "sandbox-pass-" + "x" * 2048}, "invalid-input-response"),
        ({}, "missing-input-response"),
        ({"response": "sandbox-pass-a", "secret": ""}, "missing-input-secret"),
        ({"response": "sandbox-pass-a", "secret": "another"}, "invalid-input-secret"),
        ({"response": "sandbox-pass-a", "idempotency_key": "no uuid"}, "bad-request"),
        ({"response": "sandbox-pass-a", "user": "anna"}, "bad-request"),
        ({"response": "any", "secret": "2x" + "0" * 31 + "AA"}, "invalid-input-response"),
        ({"response": "any", "secret": "3x" + "0" * 31 + "AA"}, "timeout-or-duplicate"),
    ],
)
def test_what_fails_says_why(sandbox: Sandbox, fields: dict[str, str], code: str) -> None:
    answer = ask(sandbox, fields)
    assert (answer["success"], answer["error-codes"]) == (False, [code])


def test_the_dummy_secret_that_always_passes_passes(sandbox: Sandbox) -> None:
    dummy = "1x" + "0" * 31 + "AA"
    assert verify(sandbox, response="XXXX.DUMMY.TOKEN.XXXX", secret=dummy)["success"]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"secret": 1}', b"\xff"])
def test_a_body_of_another_form_is_a_bad_request(sandbox: Sandbox, body: bytes) -> None:
    url = f"{sandbox.url}/turnstile/v0/siteverify"
    response = httpx2.post(url, content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error-codes"]) == (400, ["bad-request"])


def test_a_spent_token_stays_spent_after_a_restart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings, token = settings_for(tmp_path_factory.mktemp("spent")), fresh()
    with running(settings) as sandbox:
        assert verify(sandbox, response=token)["success"]
    with running(settings) as again:
        assert verify(again, response=token)["error-codes"] == ["timeout-or-duplicate"]
