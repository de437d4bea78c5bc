"""`GET /health`: whether this process serves and its database answers."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError

from api import problems
from api.identity.doors import Door, opened
from api.problems import Problem
from api.resources import ApiResources
from models.store.sessions import database_answers

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """The API is ready to serve."""

    status: Literal["ok"] = "ok"
    service: str = "asiatravelplan"


@router.get("/health")
@opened(Door.ANYONE)
async def health(resources: ApiResources) -> Health:
    """Ready: the process runs and Postgres answers. Temporal may be away: bookings still enter."""
    try:
        async with resources.sessions() as session:
            await database_answers(session)
    except (SQLAlchemyError, OSError) as error:
        raise Problem(problems.UNAVAILABLE, "The database does not answer.") from error
    return Health()
