"""Asks Turnstile whether a visitor is a person; closed when it does not answer."""

from uuid import NAMESPACE_URL, uuid5

import httpx2

from activities.providers.ports import RetryableProviderError
from models.settings import Settings

PROVIDER = "turnstile"
OK = 200


async def passes(
    http: httpx2.AsyncClient, settings: Settings, *, token: str, address: str, occasion: str
) -> bool:
    """Whether the token of a challenge is good.

    Args:
        http: the process's client.
        settings: name the service and its secret.
        token: what the page got when the challenge was solved.
        address: the visitor's.
        occasion: what the token was solved for; asked again for the same one it stays good.

    Raises:
        RetryableProviderError: the service does not answer, or not sensibly.
    """
    fields = {
        "secret": settings.turnstile_secret.get_secret_value(),
        "response": token,
        "remoteip": address,
        "idempotency_key": str(uuid5(NAMESPACE_URL, f"{occasion}:{token}")),
    }
    try:
        answer = await http.post(settings.turnstile_verify_url, data=fields)
        verdict = answer.json()
    except (httpx2.HTTPError, ValueError) as error:
        raise RetryableProviderError(PROVIDER, type(error).__name__) from error
    if answer.status_code != OK or not isinstance(verdict, dict):
        raise RetryableProviderError(PROVIDER, str(answer.status_code))
    return verdict.get("success") is True
