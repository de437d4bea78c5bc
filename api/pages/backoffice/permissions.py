"""`/backoffice/permissions`: which role may do what."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.identity.allowed import Allowed
from api.identity.permission_matrix import ROLES, matrix
from api.pages.backoffice.frame import page
from api.resources import ApiResources
from api.staff.opening import PageReading
from models.domain.access import Permission, roles_in_force

router = APIRouter(
    prefix="/backoffice/permissions",
    include_in_schema=False,
    dependencies=[Allowed(Permission.USE_BACK_OFFICE)],
)


@router.get("")
async def show_permissions(
    request: Request, desk: PageReading, resources: ApiResources
) -> HTMLResponse:
    """The table, with one's own roles marked and those that are switched off."""
    in_force = roles_in_force(resources.settings.optional_roles)
    return page(
        request,
        desk,
        "permissions.html",
        section="permissions",
        roles=[(role, role in desk.member.roles, role in in_force) for role in ROLES],
        rows=matrix(),
    )
