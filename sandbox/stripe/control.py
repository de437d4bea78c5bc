"""What tests and developers ask of the stand-in beside Stripe's API: `/_sandbox/`, in JSON."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sandbox.memory import Memory
from sandbox.stripe.api import LAG
from sandbox.stripe.errors import StripeError, unsound
from sandbox.stripe.events import Events
from sandbox.stripe.objects import Json, Objects
from sandbox.stripe.post_office import PostOffice
from sandbox.stripe.refunds import Refunds
from sandbox.stripe.sessions import CheckoutSessions

MOST_COPIES = 100
LONGEST_LAG_SECONDS = 60.0


class Deliveries:
    """The handlers that steer webhooks."""

    def __init__(self, objects: Objects, events: Events, post_office: PostOffice) -> None:
        self._objects = objects
        self._events = events
        self._post_office = post_office

    async def duplicate(self, request: Request) -> Response:
        """`POST /_sandbox/duplicate {"event": id, "times": n}`: so many more webhooks of it."""
        body = await _json(request)
        times = body.get("times", 1)
        if not isinstance(times, int) or not 1 <= times <= MOST_COPIES:
            raise unsound(f"times is between 1 and {MOST_COPIES}.", "times")
        event = self._objects.get("event", str(body.get("event")), "event")
        for _ in range(times):
            self._events.queue(event["id"])
        return JSONResponse({"queued": times})

    async def deliver(self, request: Request) -> Response:
        """`POST /_sandbox/deliver {"events": [ids]}`: one after the other, in this order.

        Each is sent once, also when it was delivered before or is held; what fails is tried again.
        """
        ids = (await _json(request)).get("events")
        if not isinstance(ids, list):
            raise unsound("events is a list of ids.", "events")
        chosen = [self._objects.get("event", str(each), "events") for each in ids]
        return JSONResponse({"deliveries": await self._post_office.deliver(chosen)})

    async def hold(self, _request: Request) -> Response:
        """`POST /_sandbox/hold`: webhooks wait, also those that were to be tried again."""
        self._post_office.hold()
        return JSONResponse({"holding": True})

    async def release(self, _request: Request) -> Response:
        """`POST /_sandbox/release`: what was held goes out, and webhooks flow again."""
        return JSONResponse({"holding": False, "released": self._post_office.release()})

    async def listed(self, request: Request) -> Response:
        """`GET /_sandbox/deliveries[?event=id]`: every webhook, those that are held last."""
        deliveries = self._post_office.listed(request.query_params.get("event"))
        return JSONResponse({"holding": self._events.holding, "deliveries": deliveries})


class Fates:
    """The handlers for what happens without anybody's request to the API."""

    def __init__(self, memory: Memory, sessions: CheckoutSessions, refunds: Refunds) -> None:
        self._memory = memory
        self._sessions = sessions
        self._refunds = refunds

    async def lag(self, request: Request) -> Response:
        """`POST /_sandbox/lag {"seconds": s}`: answers come so late, though the work is done."""
        seconds = (await _json(request)).get("seconds")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_LAG_SECONDS:
            raise unsound(f"seconds is between 0 and {LONGEST_LAG_SECONDS}.", "seconds")
        self._memory.change("INSERT OR REPLACE INTO switches VALUES (?, ?)", (LAG, seconds))
        return JSONResponse({"seconds": seconds})

    async def lapse(self, request: Request) -> Response:
        """`POST /_sandbox/sessions/{id}/lapse`: its time is over now."""
        with self._memory.transaction():
            return JSONResponse(self._sessions.lapse(request.path_params["id"]))

    async def fail(self, request: Request) -> Response:
        """`POST /_sandbox/refunds/{id}/fail`: the customer's bank sends the money back."""
        with self._memory.transaction():
            return JSONResponse(self._refunds.fail(request.path_params["id"]))


def control_routes(deliveries: Deliveries, fates: Fates) -> list[Route]:
    """The addresses under `/_sandbox/`."""
    posts = {
        "duplicate": deliveries.duplicate,
        "deliver": deliveries.deliver,
        "hold": deliveries.hold,
        "release": deliveries.release,
        "lag": fates.lag,
        "sessions/{id}/lapse": fates.lapse,
        "refunds/{id}/fail": fates.fail,
    }
    return [
        Route("/_sandbox/deliveries", deliveries.listed, methods=["GET"]),
        *(Route(f"/_sandbox/{path}", run, methods=["POST"]) for path, run in posts.items()),
    ]


async def refused(_request: Request, error: Exception) -> Response:
    """The answer to a control request that can't be met."""
    if isinstance(error, StripeError):
        return JSONResponse(error.body(), status_code=error.status)
    raise error


async def _json(request: Request) -> Json:
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise unsound("The body is no JSON.", "body") from None
    if not isinstance(body, dict):
        raise unsound("The body is no JSON object.", "body")
    return body
