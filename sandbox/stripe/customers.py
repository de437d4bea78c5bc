"""Customers: who pays."""

from typing import Any

from sandbox.stripe.events import Events
from sandbox.stripe.objects import Json, Objects, new_id
from sandbox.stripe.shapes import ADDRESS, CUSTOMER, made

KIND = "customer"


class Customers:
    """Keeps customers."""

    def __init__(self, objects: Objects, events: Events) -> None:
        self._objects = objects
        self._events = events

    def create(self, params: dict[str, Any]) -> Json:
        """A new customer."""
        prefix = new_id("", 8).removeprefix("_").upper()
        customer = made(CUSTOMER, new_id("cus", 14), **_known(params), invoice_prefix=prefix)
        self._objects.add(customer)
        self._events.emit("customer.created", customer)
        return customer

    def get(self, customer_id: str) -> Json:
        """The customer of that id."""
        return self._objects.get(KIND, customer_id)

    def update(self, customer_id: str, params: dict[str, Any]) -> Json:
        """Changes what is sent; metadata is merged."""
        customer = self.get(customer_id)
        changes = _known(params)
        if "metadata" in changes:
            changes["metadata"] = merged(customer["metadata"], params["metadata"])
        previous = {name: customer[name] for name in changes if customer[name] != changes[name]}
        if previous:
            customer |= changes
            self._objects.save(customer)
            self._events.emit("customer.updated", customer, previous)
        return customer


def merged(metadata: dict[str, str], sent: dict[str, str]) -> dict[str, str]:
    """Metadata after a change: what is sent replaces, an empty text unsets, nothing unsets all."""
    if not sent:
        return {}
    return {name: value for name, value in (metadata | sent).items() if value}


def _known(params: dict[str, Any]) -> Json:
    known = {name: value for name, value in params.items() if name != "expand"}
    if "address" in known:
        known["address"] = {**ADDRESS, **known["address"]}
    return known
