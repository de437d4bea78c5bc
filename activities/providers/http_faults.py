"""What a failed HTTP call by `requests` says about whether the provider can have heard us."""

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError


def never_left(error: requests.RequestException) -> bool:
    """True when no connection was made, so that the provider can't have done anything."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
