"""Requests about templates of trips, and the template that they are about."""

from sqlalchemy.ext.asyncio import AsyncSession

from models.domain.quote_draft import DraftDay
from models.domain.trip_templates import content_of_days
from models.messages.ids import new_id
from models.store.trip_templates import TemplateHead, add_template
from models.tables.catalog import Tour
from tests.api.audit.sample import BOOKING, Sample

API, PAGES = "/api/v1/trip-templates", "/backoffice/trip-templates"
START = {"trip_template_id": "{trip_template_id}", "departure_on": "2027-03-02"}

TEMPLATE_SAMPLES: dict[str, Sample] = {
    f"POST {API}": Sample({"name": "North", "variant": "Deluxe", "tour_id": "{tour_id}"}),
    f"PATCH {API}/{{trip_template_id}}": Sample({"name": "Slow north"}),
    f"PATCH {API}/{{trip_template_id}}/content": Sample({"tour_id": "{tour_id}"}),
    f"POST {BOOKING}/quotes/from-template": Sample(START),
    f"POST {BOOKING}/quotes/{{quote_id}}/template": Sample(
        {"trip_template_id": "{trip_template_id}"}
    ),
    f"POST {PAGES}": Sample({"name": "North", "tour_id": "{tour_id}"}),
    f"POST {PAGES}/{{trip_template_id}}": Sample({"name": "Slow north"}),
    f"POST {PAGES}/{{trip_template_id}}/shelf": Sample({"archived": "yes"}),
}
"""By method and path, as the application knows them."""


async def template_world(session: AsyncSession, tour: Tour) -> dict[str, str]:
    """A template of one day."""
    template_id = new_id("template")
    content = content_of_days("North", "", [DraftDay("Hanoi", "Arrival", "")])
    head = TemplateHead("North", "Classic", "Vietnam")
    await add_template(session, template_id, head, content, source=tour.id, by="tests")
    return {"trip_template_id": template_id}
