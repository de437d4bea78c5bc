"""The mark by which a caller shows which state of a booking they saw."""

import hashlib


def booking_hash(booking_id: str, revision: int) -> str:
    """SHA-256 of `<id>:<revision>`, hex: another one after every change of the booking."""
    return hashlib.sha256(f"{booking_id}:{revision}".encode()).hexdigest()
