"""The payment adapter keeps its port's promises, over HTTP, by Stripe's SDK."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from activities.providers.ports import (
    CheckoutRequest,
    PermanentProviderError,
    RefundRequest,
    RetryableProviderError,
)
from activities.providers.stripe import StripePayments
from activities.providers.stripe_events import from_stripe, to_stripe
from models.messages.ids import new_id
from models.settings import Settings

PAGE = "https://trips.example/pay/token"


def request() -> CheckoutRequest:
    return CheckoutRequest(
        checkout_id=new_id("checkout"),
        booking_id=new_id("booking"),
        instalment_id=new_id("inst"),
        amount_minor=300_00,
        currency="USD",
        description="Deposit: Hanoi and the bay",
        customer_email="anna@home.example",
        success_url=f"{PAGE}?outcome=success",
        cancel_url=f"{PAGE}?outcome=cancelled",
    )


async def test_the_same_key_opens_one_page(stand_ins: Settings) -> None:
    provider = StripePayments(stand_ins)
    asked = request()
    first, again = await provider.open_checkout(asked), await provider.open_checkout(asked)
    assert first == again
    assert first.session_id.startswith("cs_")
    assert first.expires_at > datetime.now(UTC)


async def test_the_same_key_for_another_page_is_a_conflict(stand_ins: Settings) -> None:
    provider = StripePayments(stand_ins)
    asked = request()
    await provider.open_checkout(asked)
    with pytest.raises(PermanentProviderError) as refusal:
        await provider.open_checkout(replace(asked, customer_email="new@home.example"))
    assert refusal.value.code == "idempotency_error"
    assert refusal.value.__suppress_context__


async def test_a_page_is_closed_once_and_then_stays_closed(stand_ins: Settings) -> None:
    provider = StripePayments(stand_ins)
    page = await provider.open_checkout(request())
    assert await provider.expire_checkout(page.session_id) == "EXPIRED"
    assert await provider.expire_checkout(page.session_id) == "EXPIRED"


async def test_unknown_pages_and_payments_are_refused_for_good(stand_ins: Settings) -> None:
    provider = StripePayments(stand_ins)
    with pytest.raises(PermanentProviderError) as refusal:
        await provider.expire_checkout("cs_test_unknown")
    assert refusal.value.code == "resource_missing"
    with pytest.raises(PermanentProviderError):
        await provider.refund(refund_of("pi_unknown"))


async def test_an_amount_of_nothing_is_refused_for_good(stand_ins: Settings) -> None:
    with pytest.raises(PermanentProviderError):
        await StripePayments(stand_ins).open_checkout(replace(request(), amount_minor=-1))


async def test_nobody_there_and_a_wrong_key_are_tried_again(stand_ins: Settings) -> None:
    away = stand_ins.model_copy(update={"stripe_api_base": "http://127.0.0.1:9/stripe"})
    with pytest.raises(RetryableProviderError):
        await StripePayments(away).open_checkout(request())
    wrong = stand_ins.model_copy(update={"stripe_api_key": Settings().oidc_client_secret})
    with pytest.raises(RetryableProviderError):
        await StripePayments(wrong).open_checkout(request())


def refund_of(payment: str, amount: int = 100_00) -> RefundRequest:
    return RefundRequest(
        refund_id=new_id("refund"),
        booking_id=new_id("booking"),
        provider_payment_id=payment,
        amount_minor=amount,
        currency="USD",
    )


@pytest.mark.parametrize(
    ("currency", "theirs"), [("USD", 500), ("VND", 500), ("LAK", 50_000), ("KHR", 50_000)]
)
def test_amounts_keep_their_value_in_stripes_units(currency: str, theirs: int) -> None:
    assert to_stripe(500, currency) == theirs
    assert from_stripe(theirs, currency) == 500
