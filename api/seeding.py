"""Demo data for a local stack: catalog, suppliers, guides, staff, and a policy in fast motion."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from api.seeding_partners import load_partners
from models.database import create_engine, session_factory
from models.sealing import Sealer, sealer_of
from models.settings import Environment, Settings
from models.store.catalog_loading import keyed_id, load_rows
from models.store.exchange_rates import set_by_hand
from models.tables.catalog import Tour
from models.tables.compliance import PolicyVersion
from models.tables.crm import Staff
from models.tables.guides import Guide
from models.tables.text_blocks import TextBlock
from sandbox.demo_images import draw_scene
from sandbox.identity.demo_staff import DEMO_STAFF

FOLDER = Path(__file__).resolve().parents[1] / "sandbox" / "demo_data"
DEMO_CAMPAIGN = "demo"
DEMO_POLICY_VERSION = 1_000
DEMO_POLICY: dict[str, Any] = {
    "seconds_per_day": 1.0,
    "sla_hours": {},
    "supplier_answer_hours": 1_440,
    "supplier_urgent_fraction": 0.9,
    "guide_answer_hours": 1_440,
    "quote_valid_days": 70,
    "approval_hours": 1_440,
    "history_limit": 300,
}
"""A day lasts a second; clocks that a demonstration can't keep are off."""


DEMO_RATES = {"VND": Decimal(27_470), "LAK": Decimal(23_450), "KHR": Decimal(4_355)}
"""Units for one euro."""


async def seed(settings: Settings) -> None:
    """Loads everything; running it again changes nothing.

    Raises:
        ValueError: the settings are those of production.
    """
    if settings.environment is Environment.PRODUCTION:
        raise ValueError("Demo data is never loaded in production.")
    tours = _read("tours.json")
    engine = create_engine(settings)
    try:
        async with session_factory(engine).begin() as session:
            await _load(session, tours, sealer_of(settings))
    finally:
        await engine.dispose()
    await asyncio.to_thread(_draw, settings.data_dir / "tour-images", tours)


async def _load(session: AsyncSession, tours: list[dict[str, Any]], sealer: Sealer) -> None:
    seasons = json.loads((FOLDER / "seasons.json").read_text())
    await load_rows(session, Staff, [_staff(person) for person in DEMO_STAFF])
    await load_rows(session, Tour, [_tour(tour) for tour in tours])
    await load_partners(session, _read("partners.json"), seasons, sealer)
    await load_rows(session, Guide, [_guide(guide) for guide in _read("guides.json")])
    await load_rows(session, TextBlock, [_text(one) for one in _read("text_blocks.json")])
    await load_rows(session, PolicyVersion, [_demo_policy()], key="version")
    await _set_rates(session)


async def _set_rates(session: AsyncSession) -> None:
    """What the bank does not publish, as of the day of the first loading."""
    for currency, per_euro in DEMO_RATES.items():
        await set_by_hand(
            session,
            keyed_id("fx", currency),
            currency=currency,
            per_euro=per_euro,
            quoted_on=datetime.now(UTC).date(),
            by=keyed_id("staff", "hanna"),
            reason="Demonstration",
        )


def _read(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / name).read_text())
    return found


def _staff(person: Any) -> dict[str, Any]:
    return {
        "id": keyed_id("staff", person.username),
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "usernames": [person.username],
        "roles": list(person.roles),
        "destinations": list(person.destinations),
        "languages": list(person.languages),
    }


def _tour(tour: dict[str, Any]) -> dict[str, Any]:
    columns = {key: value for key, value in tour.items() if key != "scene"}
    tour_id = keyed_id("tour", tour["legacy_id"])
    return {**columns, "id": tour_id, "image": f"{tour['legacy_id']}.webp"}


def _guide(guide: dict[str, Any]) -> dict[str, Any]:
    columns = {key: value for key, value in guide.items() if key != "key"}
    guide_id = keyed_id("guide", guide["key"])
    return {**columns, "id": guide_id, "email": f"{guide['key']}@guides.example"}


def _text(block: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": keyed_id("textblock", block["key"]),
        "name": block["name"],
        "texts": block["texts"],
        "created_by": keyed_id("staff", "hanna"),
    }


def _demo_policy() -> dict[str, Any]:
    return {
        "version": DEMO_POLICY_VERSION,
        "campaign": DEMO_CAMPAIGN,
        "body": DEMO_POLICY,
        "created_by": "system",
    }


def _draw(images: Path, tours: list[dict[str, Any]]) -> None:
    for tour in tours:
        folder = images / keyed_id("tour", tour["legacy_id"])
        file = folder / f"{tour['legacy_id']}.webp"
        if not file.exists():
            folder.mkdir(parents=True, exist_ok=True)
            scene = tour["scene"]
            file.write_bytes(draw_scene(tour["legacy_id"], tuple(scene["palette"]), scene["motif"]))
