"""The pay page over plain HTTP, as a browser without JavaScript uses it."""

from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from tests.sandbox.stripe.shop import ASKING, DECLINED, PAGE, Shop


def test_the_page_says_what_is_paid_and_lets_nothing_foreign_run(shop: Shop) -> None:
    session = shop.session(line_items=[{**_hostile(), "quantity": 2}])
    page = httpx2.get(shop.page(session.id))
    assert page.status_code == 200
    assert "$2,000.00" in page.text
    assert "<script" not in page.text
    assert f'href="{PAGE}?outcome=cancelled"' in page.text
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "form-action 'self' https://trips.example;" in policy
    assert "unsafe" not in policy


def _hostile() -> dict[str, object]:
    product = {"name": "<script>alert(1)</script>"}
    return {"price_data": {"currency": "usd", "unit_amount": 1000_00, "product_data": product}}


def test_a_declined_card_is_told_and_another_one_pays(shop: Shop) -> None:
    session = shop.session()
    back = shop.pay(session.id, DECLINED)
    assert (back.status_code, back.headers["location"]) == (303, f"/stripe/checkout/{session.id}")
    page = httpx2.get(shop.page(session.id)).text
    assert "Your card was declined." in page
    assert 'value="anna@home.example"' in page
    assert 'value="Anna Home"' in page
    intent = shop.intent(session)
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error.decline_code == "generic_decline"
    assert shop.pay(session.id).headers["location"].startswith(PAGE)
    kinds = [event.type for event in shop.events(intent.id)]
    assert kinds == [
        "payment_intent.created",
        "payment_intent.payment_failed",
        "payment_intent.succeeded",
    ]


def test_a_bank_that_asks_takes_yes_for_a_payment(shop: Shop) -> None:
    session = shop.session()
    asked = shop.pay(session.id, ASKING)
    assert asked.headers["location"] == f"/stripe/checkout/{session.id}/authenticate"
    assert shop.intent(session).status == "requires_action"
    assert "Approve" in httpx2.get(shop.page(session.id, "/authenticate")).text
    assert shop.confirm(session.id, "approve").headers["location"].startswith(PAGE)
    intent = shop.intent(session)
    assert (intent.status, intent.next_action) == ("succeeded", None)
    charge = shop.v1.charges.retrieve(intent.latest_charge)
    assert charge.payment_method_details.card.three_d_secure.result == "authenticated"
    assert shop.again(session).status == "complete"


def test_a_bank_that_asks_takes_no_for_no(shop: Shop) -> None:
    session = shop.session()
    shop.pay(session.id, ASKING)
    back = shop.confirm(session.id, "refuse")
    assert back.headers["location"] == f"/stripe/checkout/{session.id}"
    assert "unable to authenticate" in httpx2.get(shop.page(session.id)).text
    intent = shop.intent(session)
    assert intent.last_payment_error.code == "payment_intent_authentication_failure"
    assert shop.events(intent.id, "payment_intent.payment_failed")
    assert shop.confirm(session.id, "approve").headers["location"].endswith(session.id)
    assert shop.again(session).status == "open"


def test_a_page_is_paid_once_however_often_it_is_sent(shop: Shop) -> None:
    session = shop.session()
    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(lambda _: shop.pay(session.id), range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [409] * 7
    intent = shop.intent(session)
    assert len(shop.v1.charges.list({"payment_intent": intent.id}).data) == 1
    assert len(shop.events(session.id, "checkout.session.completed")) == 1
    page = httpx2.get(shop.page(session.id))
    assert "This is already paid" in page.text
    assert "<form" not in page.text


def test_an_expired_page_takes_no_money(shop: Shop) -> None:
    session = shop.session()
    shop.v1.checkout.sessions.expire(session.id)
    assert "expired" in httpx2.get(shop.page(session.id)).text
    assert shop.pay(session.id).status_code == 409
    assert shop.again(session).payment_status == "unpaid"


@pytest.mark.parametrize(
    "wrong",
    [
        {"card_number": "4242424242424241"},
        {"card_number": "4242"},
        {"expiry": "13 / 40"},
        {"expiry": "12 / 20"},
        {"cvc": "12"},
        {"name": " "},
        {"email": "anna"},
    ],
)
def test_a_field_that_can_not_be_right_is_told_beside_it(shop: Shop, wrong: dict[str, str]) -> None:
    session = shop.session()
    answer = shop.pay(session.id, **wrong)
    assert answer.status_code == 422
    assert f'id="{next(iter(wrong))}-error"' in answer.text
    assert "4242" not in answer.text.partition("<details")[0]
    assert shop.again(session).payment_intent is None


def test_the_address_that_the_shop_gave_is_not_asked_for(shop: Shop) -> None:
    session = shop.session(customer_email="known@home.example")
    assert 'name="email"' not in httpx2.get(shop.page(session.id)).text
    shop.pay(session.id, email="other@home.example")
    details = shop.again(session).customer_details
    assert details is not None
    assert details.email == "known@home.example"


def test_an_unknown_page_says_so(shop: Shop) -> None:
    for path in ("", "/authenticate"):
        page = httpx2.get(shop.page("cs_test_none", path))
        assert page.status_code == 404
        assert "There is no such pay page" in page.text
    assert shop.pay("cs_test_none").status_code == 404
    assert shop.confirm("cs_test_none", "approve").status_code == 404
