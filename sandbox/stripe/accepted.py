"""The parameters that each of the stand-in's operations accepts, by Stripe's names."""

from typing import Any

from sandbox.stripe.currencies import currency
from sandbox.stripe.errors import unsound
from sandbox.stripe.parameters import (
    Fields,
    Listed,
    Read,
    address_of_a_page,
    amount,
    boolean,
    choice,
    clearable,
    email,
    fields,
    integer,
    metadata,
    positive,
    text,
    timespan,
)

MOST_LISTED = 100


def page_size(value: Any, name: str) -> int:
    """How many things a list may show."""
    size = integer(value, name)
    if not 1 <= size <= MOST_LISTED:
        raise unsound(
            f"Invalid {name}: it must be between 1 and {MOST_LISTED}.",
            name,
            "parameter_invalid_integer",
        )
    return size


EXPAND: dict[str, Read] = {"expand": Listed(text)}
PAGING: dict[str, Read] = {
    **EXPAND,
    "limit": page_size,
    "starting_after": text,
    "ending_before": text,
}
ADDRESS = fields(
    city=clearable,
    country=clearable,
    line1=clearable,
    line2=clearable,
    postal_code=clearable,
    state=clearable,
)
RETRIEVE = fields(**EXPAND)
PAGE = fields(**PAGING)

PRODUCT_DATA = fields(
    "name",
    name=text,
    description=text,
    images=Listed(text),
    metadata=metadata,
    tax_code=text,
)
PRICE_DATA = fields(
    "currency",
    "product_data",
    "unit_amount",
    currency=currency,
    product_data=PRODUCT_DATA,
    unit_amount=amount,
    tax_behavior=choice("exclusive", "inclusive", "unspecified"),
)
LINE_ITEM = fields(
    "price_data", "quantity", quantity=positive, price_data=PRICE_DATA, metadata=metadata
)
PAYMENT_INTENT_DATA = fields(
    description=text,
    metadata=metadata,
    receipt_email=email,
    statement_descriptor=text,
    statement_descriptor_suffix=text,
)
SESSION_CREATE = fields(
    "line_items",
    "mode",
    "success_url",
    **EXPAND,
    cancel_url=address_of_a_page,
    client_reference_id=text,
    currency=currency,
    customer=text,
    customer_creation=choice("always", "if_required"),
    customer_email=email,
    expires_at=integer,
    line_items=Listed(LINE_ITEM),
    locale=text,
    metadata=metadata,
    mode=choice("payment"),
    payment_intent_data=PAYMENT_INTENT_DATA,
    submit_type=choice("auto", "book", "donate", "pay"),
    success_url=address_of_a_page,
    ui_mode=choice("hosted", "hosted_page"),
)
SESSION_LIST = fields(
    **PAGING,
    created=timespan,
    customer=text,
    payment_intent=text,
    status=choice("complete", "expired", "open"),
)
INTENT_CREATE = fields(
    "amount",
    "currency",
    **EXPAND,
    amount=positive,
    automatic_payment_methods=fields(
        "enabled", enabled=boolean, allow_redirects=choice("always", "never")
    ),
    currency=currency,
    customer=text,
    description=text,
    metadata=metadata,
    receipt_email=email,
    statement_descriptor=text,
    statement_descriptor_suffix=text,
)
INTENT_LIST = fields(**PAGING, created=timespan, customer=text)
INTENT_CANCEL = fields(
    **EXPAND,
    cancellation_reason=choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
)
CHARGE_LIST = fields(**PAGING, created=timespan, customer=text, payment_intent=text)
REFUND_CREATE = fields(
    **EXPAND,
    amount=positive,
    charge=text,
    metadata=metadata,
    payment_intent=text,
    reason=choice("duplicate", "fraudulent", "requested_by_customer"),
)
REFUND_UPDATE = fields(**EXPAND, metadata=metadata)
REFUND_LIST = fields(**PAGING, charge=text, created=timespan, payment_intent=text)
CUSTOMER: dict[str, Read | Fields] = {
    **EXPAND,
    "address": ADDRESS,
    "description": clearable,
    "email": clearable,
    "metadata": metadata,
    "name": clearable,
    "phone": clearable,
    "preferred_locales": Listed(text),
}
CUSTOMER_WRITE = fields(**CUSTOMER)
CUSTOMER_LIST = fields(**PAGING, created=timespan, email=text)
EVENT_LIST = fields(
    **PAGING, created=timespan, delivery_success=boolean, type=text, types=Listed(text)
)
