"""How Stripe's API admits, names and repeats requests."""

import base64
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
import stripe

from tests.sandbox.stripe.shop import DECLINED, Shop, item


def test_a_wrong_key_and_none_are_refused(shop: Shop) -> None:
    with pytest.raises(stripe.AuthenticationError) as refusal:
        shop.client("sk_test_wrong").v1.customers.list()
    assert refusal.value.http_status == 401
    assert "sk_test_wrong" not in str(refusal.value)
    bare = httpx2.get(f"{shop.url}/v1/customers")
    assert bare.status_code == 401
    assert bare.json()["error"]["type"] == "invalid_request_error"


def test_the_key_may_come_as_a_basic_user(shop: Shop) -> None:
    user = base64.b64encode(f"{shop.key}:".encode()).decode()
    headers = {"Authorization": f"Basic {user}"}
    assert httpx2.get(f"{shop.url}/v1/customers", headers=headers).status_code == 200


def post(shop: Shop, path: str, key: str = "", **form: str) -> httpx2.Response:
    headers = {"Authorization": f"Bearer {shop.key}", "Stripe-Version": "2025-01-27.acacia"}
    return httpx2.post(
        f"{shop.url}{path}",
        data=form,
        headers=headers | ({"Idempotency-Key": key} if key else {}),
    )


def test_answers_carry_stripes_headers(shop: Shop) -> None:
    answer = post(shop, "/v1/customers", "key-headers")
    assert answer.headers["request-id"].startswith("req_")
    assert answer.headers["stripe-version"] == "2025-01-27.acacia"
    assert answer.headers["idempotency-key"] == "key-headers"
    assert "idempotent-replayed" not in answer.headers


def test_an_unknown_address_is_refused_in_stripes_form(shop: Shop) -> None:
    answer = post(shop, "/v1/nonsense")
    assert answer.status_code == 404
    assert answer.json()["error"]["message"].startswith("Unrecognized request URL (POST: /v1/non")


def test_a_body_that_is_no_form_is_refused(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.key}"}
    answer = httpx2.post(f"{shop.url}/v1/customers", json={"name": "A"}, headers=headers)
    assert answer.status_code == 400
    assert "content type" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "name", ["a[", "[a]", "metadata[a][b]", "line_items", "expand", "address[city][x]"]
)
def test_odd_names_are_refused_and_break_nothing(shop: Shop, name: str) -> None:
    assert post(shop, "/v1/customers", **{name: "1"}).status_code == 400


def test_the_same_key_and_parameters_replay_the_answer(shop: Shop) -> None:
    first = post(shop, "/v1/customers", "key-same", name="Anna")
    again = post(shop, "/v1/customers", "key-same", name="Anna")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["original-request"] == first.headers["request-id"]
    assert again.headers["request-id"] != first.headers["request-id"]


def test_the_same_key_for_something_else_is_a_conflict(shop: Shop) -> None:
    shop.session("key-other")
    with pytest.raises(stripe.IdempotencyError) as refusal:
        shop.session("key-other", line_items=[item(1)])
    assert refusal.value.http_status == 400
    elsewhere = post(shop, "/v1/customers", "key-other")
    assert elsewhere.json()["error"]["type"] == "idempotency_error"


def test_a_refusal_is_replayed_but_unsound_parameters_are_not_kept(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session.id, DECLINED)
    wanted = {"payment_intent": str(shop.again(session).payment_intent)}
    refused = post(shop, "/v1/refunds", "key-refused", **wanted)
    shop.pay(session.id)
    again = post(shop, "/v1/refunds", "key-refused", **wanted)
    assert (again.status_code, again.json()) == (400, refused.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert post(shop, "/v1/customers", "key-unsound", nonsense="1").status_code == 400
    assert post(shop, "/v1/customers", "key-unsound", name="Anna").status_code == 200


def test_a_key_under_way_is_refused_and_its_work_is_done_once(shop: Shop) -> None:
    shop.control("lag", seconds=0.5)
    try:
        with ThreadPoolExecutor(4) as clients:
            answers = list(
                clients.map(
                    lambda _: post(shop, "/v1/customers", "key-race", email="r@home.example"),
                    range(4),
                )
            )
    finally:
        shop.control("lag", seconds=0)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    conflict = next(answer for answer in answers if answer.status_code == 409)
    assert conflict.json()["error"]["code"] == "idempotency_key_in_use"
    assert len(shop.v1.customers.list({"email": "r@home.example"}).data) == 1


def test_a_lost_answer_is_found_again_by_its_key(shop: Shop) -> None:
    shop.control("lag", seconds=1)
    try:
        with pytest.raises(httpx2.TimeoutException):
            httpx2.post(
                f"{shop.url}/v1/customers",
                data={"email": "lost@home.example"},
                headers={"Authorization": f"Bearer {shop.key}", "Idempotency-Key": "key-lost"},
                timeout=0.3,
            )
        [made] = httpx2.get(
            f"{shop.url}/v1/customers",
            params={"email": "lost@home.example"},
            headers={"Authorization": f"Bearer {shop.key}"},
        ).json()["data"]
    finally:
        shop.control("lag", seconds=0)
    again = post(shop, "/v1/customers", "key-lost", email="lost@home.example")
    assert again.json()["id"] == made["id"]


def test_refunds_at_the_same_moment_never_exceed_the_charge(shop: Shop) -> None:
    intent = shop.intent(shop.paid())
    wanted = {"payment_intent": str(intent.id), "amount": "10000"}
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: post(shop, "/v1/refunds", **wanted), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [400] * 5
    assert shop.v1.charges.retrieve(intent.latest_charge).amount_refunded == 300_00
