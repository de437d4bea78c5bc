"""Opens the desk of whoever is logged in, to read or to ask for something."""

import hashlib
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Request

from api.identity.staff import CurrentStaff
from api.middleware.client_address import client_address
from api.problem_answers import trace_id_of
from api.resources import ApiResources, Resources
from api.staff.desk import Desk
from api.staff.recorded_decisions import RecordedDecisions
from api.staff.recording import Recorder
from models.domain.access import Staff
from models.domain.auditing import Asker
from models.messages.ids import CommandId

LONGEST_KEY = 255


def _desk(request: Request, resources: Resources, member: Staff, key: str) -> Desk:
    settings = resources.settings
    command_id = _command_id(member, request.url.path, key or str(uuid4()))
    recorder = Recorder(resources.sessions, asker_of(request, member, command_id))
    return Desk(
        sessions=resources.sessions,
        decisions=RecordedDecisions(resources.decisions, recorder),
        member=member,
        command_id=command_id,
        audit=recorder,
        workflows_url=(
            f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows"
        ),
    )


def asker_of(request: Request, member: Staff, command_id: str | None = None) -> Asker:
    """Who asks, as the audit log keeps it."""
    return Asker(
        actor=member.staff_id or member.username,
        login=member.username,
        roles=tuple(sorted(role.value for role in member.roles)),
        request_id=trace_id_of(request.scope),
        ip=client_address(request),
        command_id=command_id,
    )


def _command_id(member: Staff, path: str, key: str) -> CommandId:
    """The same key of the same person at the same door is the same command.

    Hashed, since callers choose their keys freely, and workflows know nothing that people wrote.
    """
    return CommandId(hashlib.sha256(f"{member.sub}\n{path}\n{key}".encode()).hexdigest()[:40])


async def open_to_read(request: Request, resources: ApiResources, member: CurrentStaff) -> Desk:
    """The desk for a request that changes nothing."""
    return _desk(request, resources, member, "")


async def open_to_ask(
    request: Request,
    resources: ApiResources,
    member: CurrentStaff,
    idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = "",
) -> Desk:
    """The desk for a request of the JSON API that changes something."""
    return _desk(request, resources, member, idempotency_key)


async def open_to_submit(request: Request, resources: ApiResources, member: CurrentStaff) -> Desk:
    """The desk for a form of the back office; its key is a hidden field."""
    key = (await request.form()).get("idempotency_key")
    return _desk(request, resources, member, key[:LONGEST_KEY] if isinstance(key, str) else "")


Reading = Annotated[Desk, Depends(open_to_read)]
Asking = Annotated[Desk, Depends(open_to_ask)]
PageReading = Annotated[Desk, Depends(open_to_read)]
PageAsking = Annotated[Desk, Depends(open_to_submit)]
