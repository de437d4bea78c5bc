"""The mark by which a caller shows which state of a draft they saw."""

import hashlib


def draft_hash(quote_id: str, revision: int) -> str:
    """SHA-256 of `<id>:draft:<revision>`, hex: another one after every save of the draft."""
    return hashlib.sha256(f"{quote_id}:draft:{revision}".encode()).hexdigest()
