"""`GET /public/v1/tours` and the tours' pictures: what the website shows, made to be cached."""

import re
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.routing import request_response

from api import problems
from api.identity.doors import Door, opened
from api.pages.assets import FOR_EVER
from api.problems import Problem
from api.public.tour_feed import Query
from api.resources import resources_of
from models.settings import Settings

CACHED: Final = "public, max-age=120, stale-while-revalidate=600, must-revalidate"
JSON: Final = "application/json"
MOST_TOURS: Final = 500
LAST_OFFSET: Final = 1_000_000
LONGEST_NAME: Final = 100
NUMBER: Final = re.compile(r"[0-9]{1,7}")
FOLDER: Final = re.compile(r"[A-Za-z0-9_-]{1,100}")
FILE: Final = re.compile(r"[A-Za-z0-9_-]{1,100}\.webp")

router = APIRouter(prefix="/public/v1", tags=["public"])


class TourCard(BaseModel):
    """A tour as the website shows it; `priceFrom` is whole USD per person."""

    id: str
    title: str
    shortDescription: str  # noqa: N815 - as the website reads it
    styles: list[str]
    destinationCountries: list[str]  # noqa: N815 - as the website reads it
    priority: int
    durationDays: int  # noqa: N815 - as the website reads it
    priceFrom: int  # noqa: N815 - as the website reads it
    rating: float
    image: str
    highlights: list[str]
    seasonality: str
    legacy_id: str | None
    created_at: str
    updated_at: str


class TourList(BaseModel):
    """Tours, the highest priority first, and how many there are in all."""

    items: list[TourCard]
    total: int
    offset: int
    limit: int


def _parameter(name: str, schema: dict[str, Any], text: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": text}


WORD: Final[dict[str, Any]] = {"type": "string", "maxLength": LONGEST_NAME}
PARAMETERS: Final[dict[str, Any]] = {
    "parameters": [
        _parameter("dest", WORD, "A country, or `Multi-country`."),
        _parameter("destination", WORD, "The same; `dest` comes first."),
        _parameter("style", WORD, "A style of travel."),
        _parameter(
            "limit",
            {"type": "integer", "minimum": 1, "maximum": MOST_TOURS, "default": MOST_TOURS},
            "How many tours at most.",
        ),
        _parameter(
            "offset",
            {"type": "integer", "minimum": 0, "maximum": LAST_OFFSET, "default": 0},
            "How many tours to pass over.",
        ),
    ]
}
ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    HTTPStatus.OK: {"model": TourList},
    HTTPStatus.NOT_MODIFIED: {"description": "Nothing changed since the tag was given."},
}


class StraightRoute(APIRoute):
    """A route whose endpoint takes the request alone, without FastAPI reading arguments."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self.app = request_response(endpoint)


@opened(Door.ANYONE)
async def list_tours(request: Request) -> Response:
    """The published tours; an edit shows within two seconds. Unknown parameters are ignored."""
    feed = resources_of(request).tours
    query = _query(request.query_params) if request.scope["query_string"] else EVERYTHING
    answer = (feed.fresh or await feed.catalog()).answer(query)
    headers = {"ETag": answer.etag, "Cache-Control": CACHED}
    if _has(request.headers.get("if-none-match"), answer.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(answer.body, headers=headers, media_type=JSON)


router.add_api_route(
    "/tours",
    list_tours,
    methods=["GET"],
    responses=ANSWERS,
    openapi_extra=PARAMETERS,
    response_model=None,
    route_class_override=StraightRoute,
)


@router.get(
    "/tour-images/{tour_id}/{file}",
    responses={
        HTTPStatus.OK: {"content": {"image/webp": {}}},
        **problems.responses(problems.NOT_FOUND),
    },
    response_class=FileResponse,
)
@opened(Door.ANYONE)
async def show_image(tour_id: str, file: str, request: Request) -> FileResponse:
    """A tour's picture; its name changes with its content, so it may be kept for ever."""
    root = image_folder(resources_of(request).settings)
    path = await run_in_threadpool(_inside, root, tour_id, file)
    if path is None:
        raise Problem(problems.NOT_FOUND)
    return FileResponse(path, media_type="image/webp", headers={"Cache-Control": FOR_EVER})


def image_folder(settings: Settings) -> Path:
    """Where pictures lie: `<tour id>/<file>.webp`."""
    return settings.data_dir / "tour-images"


def _inside(root: Path, tour_id: str, file: str) -> Path | None:
    """The file of that name if it lies in the image store, also after following links."""
    if not FOLDER.fullmatch(tour_id) or not FILE.fullmatch(file):
        return None
    path = (root / tour_id / file).resolve()
    return path if path.is_relative_to(root.resolve()) and path.is_file() else None


EVERYTHING: Final = Query("", "", MOST_TOURS, 0)


def _query(given: QueryParams) -> Query:
    return Query(
        _name(given.get("dest") or given.get("destination", "")),
        _name(given.get("style", "")),
        _number(given, "limit", MOST_TOURS, range(1, MOST_TOURS + 1)),
        _number(given, "offset", 0, range(LAST_OFFSET + 1)),
    )


def _name(text: str) -> str:
    return text.strip().casefold()[:LONGEST_NAME]


def _number(given: QueryParams, name: str, default: int, allowed: range) -> int:
    text = given.get(name, "").strip()
    if not text:
        return default
    if not NUMBER.fullmatch(text) or int(text) not in allowed:
        sentence = f"{name} must be a whole number from {allowed[0]} to {allowed[-1]}"
        errors = [{"field": name, "message": sentence}]
        raise Problem(problems.INVALID_INPUT, sentence, members={"errors": errors})
    return int(text)


def _has(given: str | None, etag: str) -> bool:
    """Whether an `If-None-Match` names the tag; weak tags compare like strong ones."""
    if given is None:
        return False
    if given == etag:
        return True
    tags = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    return etag in tags or "*" in tags
