"""What every request passes, as plain ASGI: small enough not to be felt."""
