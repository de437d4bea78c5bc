"""What the builder takes from the libraries: photos to show, texts in the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from activities.speaking import LANGUAGES
from api.pages.backoffice.quote_fields import QuoteFields
from api.pages.backoffice.quote_lists import language_of
from api.pages.translation import N_, gettext
from api.staff.desk import Desk
from models.domain.access import Permission
from models.domain.errors import InvalidInputError
from models.domain.text_blocks import joined, text_in
from models.store.photos import photos_to_choose
from models.store.text_blocks import block_to_use, blocks_to_choose
from models.tables.photos import Photo

TAKES = ("show_photo", "drop_photo", "insert_text")
"""The buttons; `drop_photo:3` is of the third day, `drop_photo:0` of the cover."""
CHOOSE_A_PHOTO = N_("Choose a photo first.")
LONGEST_DAY = len("60")
NO_SUCH_DAY = N_("Choose a day that is still there.")
STOOD_IN = N_("There is no text in %(language)s: the English one was put in. Please translate it.")


@dataclass(frozen=True)
class Library:
    """What can be put into a form, and the photos that it shows."""

    photos: Sequence[tuple[str, str]]
    texts: Sequence[tuple[str, str]]
    shown: dict[str, Photo]


async def library_for(session: AsyncSession, fields: QuoteFields) -> Library:
    """The libraries, beside a form. Two queries."""
    shown = {fields.cover_id, *(day.photo_id for day in fields.days)} - {""}
    photos = await photos_to_choose(session, shown)
    return Library(
        photos=[(one.id, photo_in_words(one)) for one in photos if one.archived_at is None],
        texts=await blocks_to_choose(session),
        shown={one.id: one for one in photos if one.id in shown},
    )


def photo_in_words(photo: Photo) -> str:
    """A photo in a list."""
    return f"{photo.place}: {photo.alt}" if photo.place else photo.alt


async def taken(
    desk: Desk, booking_id: str, fields: QuoteFields, form: FormData, action: str
) -> tuple[QuoteFields, str]:
    """The form after one of the buttons, and what to look at.

    Raises:
        InvalidInputError: nothing was chosen, or it is not in the library any more.
    """
    name, _, index = action.partition(":")
    if name == "drop_photo":
        return _with_photo(fields, index, ""), ""
    if name == "show_photo":
        photo_id = str(form.get("library_photo") or "")
        if not photo_id:
            raise InvalidInputError(CHOOSE_A_PHOTO)
        return _with_photo(fields, str(form.get("photo_where") or "0"), photo_id), ""
    where, block_id = (str(form.get(one) or "") for one in ("text_where", "library_text"))
    async with desk.booking(booking_id, Permission.EDIT_BOOKINGS) as (session, row):
        block = await block_to_use(session, block_id)
        language = language_of(row)
    text, found = text_in(block.texts, language)
    said = gettext(STOOD_IN, language=LANGUAGES[language]) if found != language else ""
    return _with_text(fields, where or "0", text), said


def _with_photo(fields: QuoteFields, where: str, photo_id: str) -> QuoteFields:
    at = _day_at(fields, where)
    if at is None:
        return replace(fields, cover_id=photo_id)
    day = replace(fields.days[at], photo_id=photo_id)
    return replace(fields, days=(*fields.days[:at], day, *fields.days[at + 1 :]))


def _with_text(fields: QuoteFields, where: str, text: str) -> QuoteFields:
    at = _day_at(fields, where)
    if at is None:
        return replace(fields, intro=joined(fields.intro, text))
    day = replace(fields.days[at], text=joined(fields.days[at].text, text))
    return replace(fields, days=(*fields.days[:at], day, *fields.days[at + 1 :]))


def _day_at(fields: QuoteFields, where: str) -> int | None:
    """A day's place from 0; None for the head of the quote, which is 0 in the form.

    Raises:
        InvalidInputError: there is no such day.
    """
    if where == "0":
        return None
    if not where.isdecimal() or len(where) > LONGEST_DAY or int(where) > len(fields.days):
        raise InvalidInputError(NO_SUCH_DAY)
    return int(where) - 1
