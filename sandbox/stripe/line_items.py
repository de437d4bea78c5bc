"""What a checkout session is for: its line items with their prices."""

from sandbox.stripe.errors import unsound
from sandbox.stripe.objects import Json, new_id
from sandbox.stripe.shapes import LINE_ITEM, PRICE, made


def line_items_of(sent: list[Json]) -> list[Json]:
    """The line items of a request: at least one, all in one currency, together worth something."""
    items = [_line_item(item) for item in sent]
    if not items:
        raise unsound("Missing required param: line_items.", "line_items", "parameter_missing")
    if len({item["currency"] for item in items}) > 1:
        raise unsound("All line items must have the same currency.", "line_items")
    if sum(item["amount_total"] for item in items) < 1:
        raise unsound("The total amount due must be greater than zero.", "line_items")
    return items


def _line_item(sent: Json) -> Json:
    price = sent["price_data"]
    total = price["unit_amount"] * sent["quantity"]
    line = made(
        LINE_ITEM,
        new_id("li"),
        amount_subtotal=total,
        amount_total=total,
        currency=price["currency"],
        description=price["product_data"]["name"],
        metadata=sent.get("metadata", {}),
        price=_price(price),
        quantity=sent["quantity"],
    )
    del line["created"]
    return line


def _price(sent: Json) -> Json:
    return made(
        PRICE,
        new_id("price"),
        currency=sent["currency"],
        product=new_id("prod", 14),
        tax_behavior=sent.get("tax_behavior", "unspecified"),
        unit_amount=sent["unit_amount"],
        unit_amount_decimal=str(sent["unit_amount"]),
    )
