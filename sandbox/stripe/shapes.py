"""Every field that Stripe's objects have, with what it holds when nothing is known."""

from copy import deepcopy
from typing import Any

from sandbox.stripe.objects import Json, now

ADDRESS = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
SESSION: Json = {
    "object": "checkout.session",
    "adaptive_pricing": {"enabled": False},
    "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
    "custom_fields": [],
    "custom_text": {
        "after_submit": None,
        "shipping_address": None,
        "submit": None,
        "terms_of_service_acceptance": None,
    },
    "customer_creation": "if_required",
    "invoice_creation": {
        "enabled": False,
        "invoice_data": {
            "account_tax_ids": None,
            "custom_fields": None,
            "description": None,
            "footer": None,
            "issuer": None,
            "metadata": {},
            "rendering_options": None,
        },
    },
    "livemode": False,
    "metadata": {},
    "mode": "payment",
    "payment_method_collection": "if_required",
    "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
    "payment_method_types": ["card"],
    "payment_status": "unpaid",
    "phone_number_collection": {"enabled": False},
    "saved_payment_method_options": None,
    "shipping_options": [],
    "status": "open",
    "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    "ui_mode": "hosted_page",
} | dict.fromkeys(
    (
        "after_expiration",
        "allow_promotion_codes",
        "amount_subtotal",
        "amount_total",
        "billing_address_collection",
        "cancel_url",
        "client_reference_id",
        "client_secret",
        "collected_information",
        "consent",
        "consent_collection",
        "currency",
        "currency_conversion",
        "customer",
        "customer_account",
        "customer_details",
        "customer_email",
        "discounts",
        "expires_at",
        "integration_identifier",
        "invoice",
        "locale",
        "managed_payments",
        "origin_context",
        "payment_intent",
        "payment_link",
        "payment_method_configuration_details",
        "permissions",
        "recovered_from",
        "setup_intent",
        "shipping_address_collection",
        "shipping_cost",
        "submit_type",
        "subscription",
        "success_url",
        "url",
        "wallet_options",
    )
)
INTENT: Json = {
    "object": "payment_intent",
    "amount_capturable": 0,
    "amount_details": {"tip": {}},
    "amount_received": 0,
    "capture_method": "automatic",
    "confirmation_method": "automatic",
    "livemode": False,
    "metadata": {},
    "payment_method_options": {
        "card": {
            "installments": None,
            "mandate_options": None,
            "network": None,
            "request_three_d_secure": "automatic",
        }
    },
    "payment_method_types": ["card"],
    "status": "requires_payment_method",
} | dict.fromkeys(
    (
        "application",
        "application_fee_amount",
        "automatic_payment_methods",
        "canceled_at",
        "cancellation_reason",
        "customer",
        "customer_account",
        "description",
        "excluded_payment_method_types",
        "last_payment_error",
        "latest_charge",
        "managed_payments",
        "next_action",
        "on_behalf_of",
        "payment_method",
        "payment_method_configuration_details",
        "processing",
        "receipt_email",
        "review",
        "setup_future_usage",
        "shipping",
        "source",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
)
CHARGE: Json = {
    "object": "charge",
    "amount_refunded": 0,
    "disputed": False,
    "fraud_details": {},
    "livemode": False,
    "metadata": {},
    "refunded": False,
} | dict.fromkeys(
    (
        "application",
        "application_fee",
        "application_fee_amount",
        "balance_transaction",
        "calculated_statement_descriptor",
        "customer",
        "description",
        "failure_balance_transaction",
        "failure_code",
        "failure_message",
        "on_behalf_of",
        "receipt_email",
        "receipt_number",
        "receipt_url",
        "review",
        "shipping",
        "source",
        "source_transfer",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
)
REFUND: Json = {"object": "refund", "metadata": {}} | dict.fromkeys(
    (
        "balance_transaction",
        "customer",
        "customer_account",
        "reason",
        "receipt_number",
        "source_transfer_reversal",
        "transfer_reversal",
    )
)
CUSTOMER: Json = {
    "object": "customer",
    "balance": 0,
    "delinquent": False,
    "invoice_settings": {
        "custom_fields": None,
        "default_payment_method": None,
        "footer": None,
        "rendering_options": None,
    },
    "livemode": False,
    "metadata": {},
    "next_invoice_sequence": 1,
    "preferred_locales": [],
    "tax_exempt": "none",
} | dict.fromkeys(
    (
        "address",
        "currency",
        "default_source",
        "description",
        "discount",
        "email",
        "name",
        "phone",
        "shipping",
        "test_clock",
    )
)
PRICE: Json = {
    "object": "price",
    "active": False,
    "billing_scheme": "per_unit",
    "livemode": False,
    "metadata": {},
    "tax_behavior": "unspecified",
    "type": "one_time",
} | dict.fromkeys(
    (
        "custom_unit_amount",
        "lookup_key",
        "nickname",
        "recurring",
        "tiers_mode",
        "transform_quantity",
    )
)
LINE_ITEM: Json = {
    "object": "item",
    "adjustable_quantity": None,
    "amount_discount": 0,
    "amount_tax": 0,
}


def made(shape: Json, thing_id: str, **known: Any) -> Json:
    """A new object: all fields of its kind, with what is known of it.

    Args:
        shape: The fields of its kind.
        thing_id: Its id.
        known: The fields that hold something; metadata without a text is none.
    """
    thing = {**deepcopy(shape), "id": thing_id, "created": now(), **known}
    if "metadata" in thing:
        thing["metadata"] = {name: text for name, text in thing["metadata"].items() if text}
    return thing
