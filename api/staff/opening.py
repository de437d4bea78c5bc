"""Opens the desk of whoever is logged in, to read or to ask for something."""

import hashlib
from typing import Annotated
from uuid import uuid4

from fastapi import Depends, Header, Request

from api.identity.staff import CurrentStaff
from api.resources import ApiResources, Resources
from api.staff.desk import Desk
from models.domain.access import Staff
from models.messages.ids import CommandId

LONGEST_KEY = 255


def _desk(resources: Resources, member: Staff, key: str, path: str) -> Desk:
    settings = resources.settings
    return Desk(
        sessions=resources.sessions,
        decisions=resources.decisions,
        member=member,
        command_id=_command_id(member, path, key or str(uuid4())),
        workflows_url=(
            f"{settings.temporal_ui_url}/namespaces/{settings.temporal_namespace}/workflows"
        ),
    )


def _command_id(member: Staff, path: str, key: str) -> CommandId:
    """The same key of the same person at the same door is the same command.

    Hashed, since callers choose their keys freely, and workflows know nothing that people wrote.
    """
    return CommandId(hashlib.sha256(f"{member.sub}\n{path}\n{key}".encode()).hexdigest()[:40])


async def open_to_read(request: Request, resources: ApiResources, member: CurrentStaff) -> Desk:
    """The desk for a request that changes nothing."""
    return _desk(resources, member, "", request.url.path)


async def open_to_ask(
    request: Request,
    resources: ApiResources,
    member: CurrentStaff,
    idempotency_key: Annotated[str, Header(max_length=LONGEST_KEY)] = "",
) -> Desk:
    """The desk for a request of the JSON API that changes something."""
    return _desk(resources, member, idempotency_key, request.url.path)


async def open_to_submit(request: Request, resources: ApiResources, member: CurrentStaff) -> Desk:
    """The desk for a form of the back office; its key is a hidden field."""
    key = (await request.form()).get("idempotency_key")
    return _desk(
        resources, member, key[:LONGEST_KEY] if isinstance(key, str) else "", request.url.path
    )


Reading = Annotated[Desk, Depends(open_to_read)]
Asking = Annotated[Desk, Depends(open_to_ask)]
PageReading = Annotated[Desk, Depends(open_to_read)]
PageAsking = Annotated[Desk, Depends(open_to_submit)]
