"""Requests about details, tasks, notes, contacts, files, views, the roster and the policy."""

from api.pages.backoffice.policy_form import to_form
from models.domain.policy import Policy
from tests.api.audit.desk_world import PDF
from tests.api.audit.sample import BOOKING, PAGE, Sample

TASK = {"title": "Ask for the passports"}
CONTACT = {
    "kind": "CALL",
    "direction": "OUT",
    "with_whom": "Amélie Laurent",
    "result": "REACHED",
    "outcome": "Wants trains",
    "happened_at": "2026-11-22T14:05:00Z",
}
DETAILS = {"budget": "$900-$1,400 / week", "booking_hash": "{hash}"}
LATER = {"remind_at": "2027-01-03T09:00:00Z", "task_hash": "{task_hash}"}
VIEW = {"name": "Family trips", "filters": {"destination": "Vietnam"}}
LEAVE = {"staff_id": "{marc}", "starts_on": "2027-02-04", "ends_on": "2027-02-12"}
HOURS = {"shifts": [{"weekday": 0, "opens": "09:00", "closes": "17:30"}]}
FORM = {**to_form(Policy(version=1)), "based_on": "1", "reopen_days": "60"}
DONE = f"{BOOKING}/tasks/{{task_id}}/done"

DESK_SAMPLES: dict[str, Sample] = {
    f"PATCH {BOOKING}/details": Sample(DETAILS),
    f"POST {BOOKING}/tasks": Sample(TASK),
    f"PATCH {BOOKING}/tasks/{{task_id}}": Sample(LATER),
    f"POST {BOOKING}/tasks/{{task_id}}/done": Sample(),
    f"POST {BOOKING}/tasks/{{task_id}}/reopen": Sample(first=DONE),
    f"POST {BOOKING}/notes": Sample({"body": "They like trains"}),
    f"POST {BOOKING}/contacts": Sample(CONTACT),
    f"POST {BOOKING}/attachments": Sample(file=PDF),
    f"DELETE {BOOKING}/attachments/{{attachment_id}}": Sample(),
    f"POST {PAGE}/details": Sample(DETAILS),
    f"POST {PAGE}/tasks": Sample(TASK),
    f"POST {PAGE}/tasks/{{task_id}}/change": Sample(
        {"due_at": "2027-01-03T09:00", "task_hash": "{task_hash}"}
    ),
    f"POST {PAGE}/tasks/{{task_id}}/later": Sample({"wait": "hour", "task_hash": "{task_hash}"}),
    f"POST {PAGE}/tasks/{{task_id}}/reopen": Sample(first=DONE),
    f"POST {PAGE}/note": Sample({"body": "They like trains"}),
    f"POST {PAGE}/contacts": Sample({**CONTACT, "happened_at": "2026-11-22T14:05"}),
    f"POST {PAGE}/attachments": Sample(file=PDF),
    f"POST {PAGE}/attachments/{{attachment_id}}/delete": Sample(),
    "POST /backoffice/kanban/{booking_id}/stage": Sample(
        {"stage": "WON", "booking_hash": "{hash}"}
    ),
    "POST /api/v1/booking-views": Sample(VIEW),
    "PATCH /api/v1/booking-views/{view_id}": Sample({"name": "Families"}),
    "POST /api/v1/booking-views/{view_id}/removal": Sample(),
    "POST /backoffice/bookings/views": Sample({"name": "Family", "destination": "Vietnam"}),
    "POST /backoffice/bookings/views/{view_id}/sharing": Sample({"shared": "no"}),
    "POST /backoffice/bookings/views/{view_id}/removal": Sample(),
    "POST /api/v1/leave": Sample(LEAVE),
    "POST /api/v1/leave/{leave_id}/withdrawal": Sample(),
    "PATCH /api/v1/staff/{staff_id}/hours": Sample(HOURS),
    "POST /api/v1/staff/{staff_id}/hand-over": Sample({"to_staff_id": "{marc}"}),
    "POST /backoffice/roster/leave": Sample(LEAVE),
    "POST /backoffice/roster/leave/{leave_id}/withdrawal": Sample(),
    "POST /backoffice/roster/{staff_id}/hours": Sample({"opens_0": "09:00", "closes_0": "17:30"}),
    "POST /backoffice/roster/{staff_id}/hand-over": Sample({"to": "{marc}"}),
    "POST /api/v1/policy/drafts": Sample({"based_on": 1, "changes": {"reopen_days": 60}}),
    "POST /api/v1/policy/drafts/{draft_id}/application": Sample(),
    "POST /backoffice/policy/drafts": Sample(FORM),
    "POST /backoffice/policy/drafts/{draft_id}/apply": Sample(),
}
"""By method and path, as the application knows them."""

ABOUT_A_LIST = "keeps how somebody looks at the list; no booking and no person is in it"
VIEWS_LEAVE_NO_EVENT = {
    "POST /api/v1/booking-views": ABOUT_A_LIST,
    "PATCH /api/v1/booking-views/{view_id}": ABOUT_A_LIST,
    "POST /api/v1/booking-views/{view_id}/removal": ABOUT_A_LIST,
    "POST /backoffice/bookings/views": ABOUT_A_LIST,
    "POST /backoffice/bookings/views/{view_id}/sharing": ABOUT_A_LIST,
    "POST /backoffice/bookings/views/{view_id}/removal": ABOUT_A_LIST,
}
