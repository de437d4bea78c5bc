"""`/api/v1/tasks` and `/api/v1/bookings/{id}/tasks`: what is to do, by whom, until when."""

from http import HTTPStatus

from fastapi import APIRouter

from api.identity.allowed import Allowed
from api.staff import cursors
from api.staff.cursors import Before
from api.staff.desk import Desk
from api.staff.desk_schemas import TaskChanged, TaskChangeIn, TaskIn, TaskList, TaskOut
from api.staff.opening import Asking, Reading
from api.staff.paging import DEFAULT_PAGE_SIZE, PageSize
from models.domain.access import Permission, Role
from models.store import tasks
from models.store.tasks import TaskCursor, TaskRow, Whose, task_hash

router = APIRouter(tags=["tasks"])
OF_A_BOOKING = "/api/v1/bookings/{booking_id}/tasks"


def task_out(row: TaskRow) -> TaskOut:
    """A stored task as the API shows it."""
    columns = {name: getattr(row.task, name, None) for name in TaskOut.model_fields}
    return TaskOut.model_validate(
        columns
        | {
            "reference": row.reference,
            "owner_name": row.owner_name,
            "task_hash": task_hash(row.task),
        }
    )


def whose(desk: Desk) -> Whose:
    """Whose tasks somebody sees as theirs: their own and, where nobody owns them, their roles'.

    Who assigns bookings also sees what the staff's role has to do.
    """
    leads = desk.member.may(Permission.ASSIGN_BOOKINGS)
    roles = {role.value for role in desk.member.roles} | ({Role.STAFF.value} if leads else set())
    return Whose(desk.member.staff_id, roles, desk.member.only_owner)


def cursor_of(before: str) -> TaskCursor | None:
    """Where a page of tasks begins; None for the first."""
    return TaskCursor(*cursors.decode(before)) if before else None


@router.get("/api/v1/tasks", dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_my_tasks(
    desk: Reading, before: Before = "", page_size: PageSize = DEFAULT_PAGE_SIZE
) -> TaskList:
    """The caller's open tasks and those of their roles that nobody owns, the most urgent first."""
    async with desk.sessions() as session:
        found = await tasks.open_tasks_for(
            session, whose(desk), after=cursor_of(before), limit=page_size
        )
    following = cursors.encode(found.next.due_at, found.next.id) if found.next else None
    return TaskList(items=[task_out(row) for row in found.rows], next=following)


@router.get(OF_A_BOOKING, dependencies=[Allowed(Permission.READ_BOOKINGS)])
async def list_tasks(booking_id: str, desk: Reading) -> TaskList:
    """A booking's tasks, the open ones first; at most 200."""
    async with desk.booking(booking_id) as (session, _):
        rows = await tasks.tasks_of_booking(session, booking_id)
    return TaskList(items=[task_out(row) for row in rows])


async def _changed(desk: Desk, booking_id: str, task_id: str) -> TaskChanged:
    async with desk.booking(booking_id) as (session, _):
        return TaskChanged(task=task_out(await tasks.find_task(session, booking_id, task_id)))


@router.post(
    OF_A_BOOKING,
    status_code=HTTPStatus.CREATED,
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def create_task(booking_id: str, task: TaskIn, desk: Asking) -> TaskChanged:
    """Opens a task; the same Idempotency-Key opens it once."""
    task_id = await desk.create_task(booking_id, task.wanted())
    return await _changed(desk, booking_id, task_id)


@router.patch(
    OF_A_BOOKING + "/{task_id}",
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def change_task(
    booking_id: str, task_id: str, change: TaskChangeIn, desk: Asking
) -> TaskChanged:
    """Gives a task to somebody else, or changes it; 409 when it is not as it was seen."""
    await desk.change_task(booking_id, task_id, change.changes(), change.task_hash)
    return await _changed(desk, booking_id, task_id)


@router.post(
    OF_A_BOOKING + "/{task_id}/done",
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def finish_task(booking_id: str, task_id: str, desk: Asking) -> TaskChanged:
    """Marks a task as done; one that is done stays so."""
    await desk.finish_task(booking_id, task_id)
    return await _changed(desk, booking_id, task_id)


@router.post(
    OF_A_BOOKING + "/{task_id}/reopen",
    dependencies=[Allowed(Permission.EDIT_BOOKINGS)],
)
async def reopen_task(booking_id: str, task_id: str, desk: Asking) -> TaskChanged:
    """Opens a task again that was done."""
    await desk.reopen_task(booking_id, task_id)
    return await _changed(desk, booking_id, task_id)
