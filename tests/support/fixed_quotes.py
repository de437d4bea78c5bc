"""Two quotes of which nothing depends on the day of the test: every id, name and date is given."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from io import BytesIO

from PIL import Image
from sqlalchemy.ext.asyncio import AsyncSession

from api.staff.photo_files import renditions_of
from models.domain.photos import PRINT_NAME, Shown, rendition_key
from models.messages.ids import BookingId
from models.messages.messaging import DocumentKind, RenderDocument
from models.tables.compliance import PolicyVersion
from models.tables.crm import Booking, Customer, Staff
from models.tables.quote import QuoteDay, QuoteLine, QuoteVersion
from sandbox.demo_images import MOTIFS, draw_scene
from tests.support.trip import store

PALETTE = ("#0b3f4a", "#f3c98b", "#7fb7be")
SENT_AT = datetime(2029, 9, 3, 2, 30, tzinfo=UTC)


@dataclass(frozen=True)
class FixedQuote:
    """What a quote says. Days: place, title, text. Lines: day, nights, kind, what, how many, each.

    Prices are in minor units of the currency.
    """

    name: str
    customer: str
    language: str
    destination: str
    currency: str
    travelers: int
    departure_on: date
    title: str
    intro: str
    days: tuple[tuple[str, str, str], ...]
    lines: tuple[tuple[int, int, str, str, int, int], ...]
    change_summary: str | None = None
    pictured: tuple[str, ...] = ()
    """Motifs of the photos: of the cover, then of the first days; others are full of detail."""

    @property
    def request(self) -> RenderDocument:
        """What the worker is asked to draw."""
        booking = BookingId(f"booking_{self.name}")
        return RenderDocument(
            booking_id=booking, kind=DocumentKind.QUOTE, subject_ref=f"quote_{self.name}"
        )


TEN_DAYS = FixedQuote(
    name="ten_days",
    customer="Élise & Martin O'Connor-Schäfer",
    language="English",
    destination="Vietnam",
    currency="USD",
    travelers=4,
    departure_on=date(2030, 3, 14),
    title="From the towers of Ha Long Bay to the Mekong",
    intro="Dear Élise, dear Martin,\nten days from the lakes of Hanoi to the gardens of the delta, "
    "with a night on the water and time to cook, walk and rest.",
    days=(
        ("Hanoi", "Welcome to Hanoi", "Your driver meets you at the airport and takes you in."),
        ("Hanoi", "Egg coffee and water puppets", "Lunch on Phố Hàng Mã, then a show."),
        ("Ha Long Bay", "Aboard the Orchid", "Limestone towers and a kayak through a cave."),
        ("Ha Long Bay", "Sunrise and back", "Tai chi on deck, brunch on the way to the harbour."),
        ("Hue", "The citadel", "Gates, courts and a boat on the Perfume River at dusk."),
        ("Hoi An", "Over the Hải Vân pass", "Fishing villages below, lanterns in the evening."),
        ("Hoi An", "Cooking in Trà Quế", "Herbs, rice paper and a boat through water palms."),
        ("Ho Chi Minh City", "South by air", "The post office, a market and a rooftop."),
        ("Can Tho", "Into the delta", "Ferries, orchards and a house on stilts."),
        ("Ho Chi Minh City", "Floating market and home", "Breakfast on a boat, then the airport."),
    ),
    lines=(
        (1, 2, "HOTEL", "La Siesta Premium, deluxe room with breakfast", 2, 42_000),
        (1, 0, "TRANSPORT", "Private transfers, 7-seater, whole trip", 1, 118_000),
        (2, 0, "GUIDE", "English-speaking guide, whole trip", 1, 96_000),
        (3, 1, "CRUISE", "Orchid Premium Cruise, two cabins, full board", 2, 39_000),
        (5, 1, "HOTEL", "Azerai La Residence, river view with breakfast", 2, 18_900),
        (6, 2, "HOTEL", "Anantara Hội An, garden room with breakfast", 2, 36_050),
        (7, 0, "ACTIVITY", "Cooking class in Trà Quế village", 4, 4_800),
        (8, 0, "FLIGHT", "Da Nang to Ho Chi Minh City, with 23 kg", 4, 8_900),
        (8, 1, "HOTEL", "Silverland, premium room with breakfast", 2, 11_200),
        (9, 1, "HOTEL", "Lodge on the Hậu river, bungalow, half board", 2, 14_500),
        (1, 0, "FEE", "Planning and 24-hour assistance", 1, 15_000),
    ),
    change_summary="A night in the delta instead of a day trip.",
    pictured=("karst", "lantern", "city", "karst", "sea"),
)
SHORT = FixedQuote(
    name="short",
    customer="Nguyễn Thị Ngọc Ánh",
    language="Vietnamese",
    destination="Vietnam",
    currency="VND",
    travelers=2,
    departure_on=date(2030, 5, 1),
    title="Ba ngày ở Huế và Hội An",
    intro="Chị Ánh thân mến,\nđây là hành trình ba ngày như chị mong muốn.",
    days=(
        ("Huế", "Kinh thành và sông Hương", "Đại Nội, chùa Thiên Mụ và ca Huế trên thuyền."),
        ("Hội An", "Qua đèo Hải Vân", "Dừng chân ở Lăng Cô, tối dạo phố cổ."),
        ("Hội An", "Làng rau Trà Quế", "Lớp nấu ăn, rồi ra sân bay Đà Nẵng."),
    ),
    lines=(
        (1, 1, "HOTEL", "Azerai La Residence, phòng hướng sông", 1, 4_950_000),
        (1, 0, "TRANSPORT", "Xe riêng 7 chỗ, cả chuyến", 1, 3_400_000),
        (2, 1, "HOTEL", "Anantara Hội An, phòng hướng vườn", 1, 5_725_500),
        (3, 0, "ACTIVITY", "Lớp nấu ăn", 2, 1_150_250),
    ),
)
ALL_PICTURED = replace(TEN_DAYS, pictured=tuple(f"detail {day}" for day in range(11)))
"""With a cover and a photo for each of its days, of the largest files that photos have."""
FIXED_QUOTES = (TEN_DAYS, SHORT)


def prints_of(quote: FixedQuote) -> dict[str, bytes]:
    """The prints of a quote's photos, by the digests that it names."""
    return {_digest(motif): _renditions(motif)[PRINT_NAME] for motif in quote.pictured}


def stored_photos(quote: FixedQuote) -> dict[str, bytes]:
    """The files of a quote's photos, by their keys in the document store."""
    return {
        rendition_key(_digest(motif), name): content
        for motif in quote.pictured
        for name, content in _renditions(motif).items()
    }


@cache
def _renditions(motif: str) -> dict[str, bytes]:
    if motif in MOTIFS:
        return renditions_of(draw_scene(motif, PALETTE, motif)).files
    stream = BytesIO()
    Image.effect_noise((1600, 1067), 60).convert("RGB").save(stream, "JPEG", quality=95)
    return renditions_of(stream.getvalue()).files


def _digest(motif: str) -> str:
    return hashlib.sha256(motif.encode()).hexdigest()


def _shown(quote: FixedQuote, number: int) -> Shown | None:
    """The photo beside a day, or that of the cover for 0."""
    if number >= len(quote.pictured):
        return None
    motif = quote.pictured[number]
    return Shown(
        id=f"photo_{motif}", digest=_digest(motif), width=1000, height=667,
        alt=f"Drawn: {motif}", credit="Drawn by hand" if number == 1 else "",
    )  # fmt: skip


async def store_quote(session: AsyncSession, quote: FixedQuote) -> None:
    """Writes a sent quote with its booking, once in a database."""
    if await session.get(PolicyVersion, 1) is None:
        await store(session, PolicyVersion(version=1, body={}, created_by="system"))
    await store(session, _owner(quote), _customer(quote), _booking(quote), _version(quote))
    of = f"quote_{quote.name}"
    for number, (place, title, text) in enumerate(quote.days, start=1):
        day = QuoteDay(
            quote_version_id=of, day=number, place=place, title=title, text=text,
            photo=_shown(quote, number),
        )  # fmt: skip
        await store(session, day)
    for position, (day_number, nights, kind, what, quantity, each) in enumerate(quote.lines, 1):
        line = QuoteLine(
            id=f"line_{quote.name}_{position}", quote_version_id=of, position=position,
            day=day_number, nights=nights, kind=kind, description=what, quantity=quantity,
            unit_price_minor=each, total_minor=quantity * each,
        )  # fmt: skip
        await store(session, line)


def _owner(quote: FixedQuote) -> Staff:
    return Staff(
        id=f"staff_{quote.name}", name="Trần Thị Mai", email="mai@asiatravelplan.example",
        phone="+84901234567", roles=["atp_staff"], usernames=[f"mai_{quote.name}"],
    )  # fmt: skip


def _customer(quote: FixedQuote) -> Customer:
    email = f"{quote.name}@example.test"
    return Customer(
        id=f"cust_{quote.name}", name=quote.customer, email=email, email_normalised=email,
        language=quote.language,
    )  # fmt: skip


def _booking(quote: FixedQuote) -> Booking:
    return Booking(
        id=f"booking_{quote.name}", reference=f"ATP-{len(quote.days):04}-FIXD",
        customer_id=f"cust_{quote.name}", staff_id=f"staff_{quote.name}", stage="PROPOSAL_SENT",
        destination=quote.destination, styles=[], travel_month="2030-03",
        travelers=quote.travelers, duration="6-10 days", language=quote.language,
        content_fingerprint=quote.name, policy_version=1, created_at=SENT_AT - timedelta(days=2),
    )  # fmt: skip


def _version(quote: FixedQuote) -> QuoteVersion:
    return QuoteVersion(
        id=f"quote_{quote.name}", booking_id=f"booking_{quote.name}",
        version=2 if quote.change_summary else 1, status="SENT", title=quote.title,
        intro=quote.intro, currency=quote.currency,
        total_minor=sum(quantity * each for *_, quantity, each in quote.lines),
        departure_on=quote.departure_on, travelers=quote.travelers,
        return_on=quote.departure_on + timedelta(days=len(quote.days) - 1),
        change_summary=quote.change_summary, created_by="staff", cover=_shown(quote, 0),
        sent_at=SENT_AT,
        valid_until=SENT_AT + timedelta(days=14),
    )  # fmt: skip
