"""`/api/v1/exchange-rates`: what currencies are worth, as it was fetched or set by hand."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff.exchange_schemas import (
    RateIn,
    RateList,
    RateSet,
    RateTaskDone,
    plain,
    rate_out,
    task_out,
)
from api.staff.opening import Asking, Reading
from api.staff.rate_setting import Wish, finish_task, overview, set_rate
from models.domain.access import Permission

router = APIRouter(prefix="/api/v1/exchange-rates", tags=["exchange rates"])


@router.get("", dependencies=[Allowed(Permission.READ_POLICY)])
async def list_rates(desk: Reading) -> RateList:
    """The rate in force of every currency with the nine before it, and what waits for a person."""
    found = await overview(desk)
    days = found.policy.exchange_stale_days
    items = [rate_out(known, found.today, days) for known in found.known.values()]
    return RateList(
        items=items,
        total=len(items),
        missing=found.missing,
        buffer_percent=plain(found.policy.exchange_buffer_percent),
        stale_days=days,
        tasks=[task_out(task) for task in found.tasks],
    )


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_EXCHANGE_RATES)],
)
async def set_by_hand(rate: RateIn, desk: Asking) -> RateSet:
    """Sets a rate from today on; 409 when it is far from the one in force and not `confirmed`."""
    wish = Wish(rate.currency, rate.base, rate.rate, rate.reason, rate.confirmed)
    known = await set_rate(desk, wish)
    found = await overview(desk)
    before = [one for one in found.known[rate.currency] if one.rate.id != known.rate.id]
    days = found.policy.exchange_stale_days
    return RateSet(rate=rate_out([known, *before], found.today, days))


@router.post("/tasks/{rate_task_id}/done", dependencies=[Allowed(Permission.EDIT_EXCHANGE_RATES)])
async def finish(rate_task_id: str, desk: Asking) -> RateTaskDone:
    """Marks a task about rates as done; one that is done stays so."""
    return RateTaskDone(task=task_out(await finish_task(desk, rate_task_id)))
