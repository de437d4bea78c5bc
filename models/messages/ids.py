"""Ids: a prefix that says what it is, and a UUID of version 7, which sorts by time."""

import os
import time
from typing import NewType
from uuid import UUID

BookingId = NewType("BookingId", str)
CustomerId = NewType("CustomerId", str)
StaffId = NewType("StaffId", str)
QuoteVersionId = NewType("QuoteVersionId", str)
QuoteLineId = NewType("QuoteLineId", str)
AcceptanceId = NewType("AcceptanceId", str)
RemarkId = NewType("RemarkId", str)
InstalmentId = NewType("InstalmentId", str)
CheckoutId = NewType("CheckoutId", str)
PaymentId = NewType("PaymentId", str)
ServiceOrderId = NewType("ServiceOrderId", str)
PartnerId = NewType("PartnerId", str)
GuideId = NewType("GuideId", str)
GuideAssignmentId = NewType("GuideAssignmentId", str)
DocumentId = NewType("DocumentId", str)
MessageId = NewType("MessageId", str)
CommandId = NewType("CommandId", str)
"""From the request's idempotency key: the same command is carried out once."""


def new_id(prefix: str) -> str:
    """A fresh id such as `booking_0192f0c1-...`. Not for workflows: activities give them ids."""
    millis = time.time_ns() // 1_000_000
    number = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    number = (number & ~(0xF << 76)) | (0x7 << 76)
    number = (number & ~(0x3 << 62)) | (0x2 << 62)
    return f"{prefix}_{UUID(int=number)}"


def id_of_command(prefix: str, command_id: CommandId) -> str:
    """The id of what a command creates: the same command creates the same thing.

    Args:
        prefix: what it is, such as `tour`.
        command_id: at least 32 hexadecimal digits.
    """
    return f"{prefix}_{UUID(hex=command_id[:32])}"


def guide_search_id(quote_line_id: QuoteLineId) -> str:
    """The id of the workflow that finds a guide for a line of an accepted quote."""
    return f"guides_{quote_line_id}"
