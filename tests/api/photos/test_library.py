"""The library of photos: what is taken and refused, what is made of it, how it is found."""

import io

import httpx2
import pytest
from PIL import Image, ImageCms

from api.staff import photo_files
from models.domain.photos import (
    MOST_BYTES,
    PRINT_BYTES,
    PRINT_NAME,
    PRINT_WIDTH,
    SCREEN_BYTES,
    WIDTHS,
    rendition_key,
    srcset,
)
from tests.support.desk import Office

PHOTOS = "/api/v1/photos"
ORIENTATION, GPS, TURNED = 0x0112, 0x8825, 6


def jpeg(width: int = 2000, height: int = 1000, *, color: str = "#0b5f5a") -> bytes:
    """A photo of a camera held sideways, which knows where it was."""
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED
    exif.get_ifd(GPS)[1] = "N"
    stream = io.BytesIO()
    Image.new("RGB", (width, height), color).save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def encoded(kind: str) -> bytes:
    """A small picture of a kind."""
    stream = io.BytesIO()
    Image.new("RGB", (20, 10), "#0b5f5a").save(stream, kind)
    return stream.getvalue()


async def add(
    browser: httpx2.AsyncClient, content: bytes, *, key: str = "", **words: str
) -> httpx2.Response:
    """Uploads a photo."""
    return await browser.post(
        PHOTOS,
        files={"file": ("bay.jpg", content)},
        data={"alt": "Junks in the bay", **words},
        headers={"Idempotency-Key": key} if key else {},
    )


async def test_a_photo_is_kept_upright_in_every_width_without_metadata(office: Office) -> None:
    async with office.browser("linh") as browser:
        made = (await add(browser, jpeg(), place="Ha Long", credit="Lan")).json()
        served = [await browser.get(one.split()[0]) for one in made["srcset"].split(", ")]
    assert (made["alt"], made["place"], made["credit"]) == ("Junks in the bay", "Ha Long", "Lan")
    assert (made["width"], made["height"]) == (1000, 2000)
    shown = [Image.open(io.BytesIO(one.content)) for one in served]
    assert [one.size for one in shown] == [(480, 960), (960, 1920), (1000, 2000)]
    assert {one.format for one in shown} == {"WEBP"}
    assert not any(one.getexif() for one in shown)
    assert {one.headers["cache-control"] for one in served} == {
        "public, max-age=31536000, immutable"
    }
    digest = made["url"].split("/")[-2]
    printed = Image.open(io.BytesIO(await office.documents.read(rendition_key(digest, PRINT_NAME))))
    assert (printed.format, printed.size) == ("JPEG", (PRINT_WIDTH, 667))
    assert not printed.getexif()


@pytest.mark.parametrize(
    ("size", "printed"),
    [
        ((3000, 1000), (799, 533)),
        ((3000, 2000), (1000, 667)),
        ((300, 900), (300, 200)),
        ((90, 30), (45, 30)),
        ((1, 1), (1, 1)),
    ],
)
def test_the_middle_is_printed_and_never_enlarged(
    size: tuple[int, int], printed: tuple[int, int]
) -> None:
    stream = io.BytesIO()
    Image.new("RGB", size, "#0b5f5a").save(stream, "PNG")
    made = photo_files.renditions_of(stream.getvalue())
    assert Image.open(io.BytesIO(made.files[PRINT_NAME])).size == printed


def test_a_very_tall_photo_is_kept_smaller() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 17_000), "#0b5f5a").save(stream, "PNG")
    made = photo_files.renditions_of(stream.getvalue())
    assert made.height <= photo_files.LONGEST_SIDE


def test_wider_colours_become_those_of_every_screen() -> None:
    stream = io.BytesIO()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    for found in (profile, b"broken"):
        Image.new("RGB", (30, 20), "#0b5f5a").save(stream, "JPEG", icc_profile=found)
        made = photo_files.renditions_of(stream.getvalue())
        shown = Image.open(io.BytesIO(made.files["480.webp"]))
        assert "icc_profile" not in shown.info


@pytest.mark.parametrize(
    ("width", "widths"), [(300, ["300w"]), (700, ["480w", "700w"]), (960, ["480w", "960w"])]
)
def test_a_small_photo_has_each_width_once(width: int, widths: list[str]) -> None:
    assert [one.split()[1] for one in srcset("ab", width).split(", ")] == widths


async def test_an_unknown_photo_is_not_archived(office: Office) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(f"{PHOTOS}/photo_nowhere/archive")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
        bad = await browser.get(PHOTOS, params={"before": "never given out"})
        assert (bad.status_code, bad.json()["code"]) == (422, "INVALID_INPUT")


def test_what_is_full_of_detail_is_small_enough_for_paper_and_phones() -> None:
    stream = io.BytesIO()
    Image.effect_noise((1600, 1067), 60).convert("RGB").save(stream, "JPEG", quality=95)
    made = photo_files.renditions_of(stream.getvalue())
    assert len(made.files[PRINT_NAME]) < PRINT_BYTES
    for width in WIDTHS[:-1]:
        assert len(made.files[f"{width}.webp"]) < SCREEN_BYTES[width]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_it_is_taken_by_its_content(office: Office, kind: str) -> None:
    async with office.browser("linh") as browser:
        assert (await add(browser, encoded(kind))).status_code == 201


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "FILE_REFUSED"),
        (b"no picture at all", 422, "FILE_REFUSED"),
        (jpeg()[:900], 422, "FILE_REFUSED"),
        (encoded("GIF"), 422, "FILE_REFUSED"),
        (encoded("PNG") + b" " * MOST_BYTES, 413, "FILE_TOO_LARGE"),
        (b" " * (MOST_BYTES + (65 << 10)), 413, "TOO_LARGE"),
    ],
    ids=["empty", "text", "cut", "gif", "large", "huge"],
)
async def test_what_is_no_photo_is_refused_and_not_kept(
    office: Office, content: bytes, status: int, code: str
) -> None:
    async with office.browser("linh") as browser:
        answer = await add(browser, content)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert (await browser.get(PHOTOS)).json() == {"items": [], "next": None}


async def test_a_bomb_is_refused_before_it_unfolds(office: Office) -> None:
    stream = io.BytesIO()
    side = int(photo_files.MOST_PIXELS**0.5) + 1
    Image.new("1", (side, side)).save(stream, "PNG")
    async with office.browser("linh") as browser:
        answer = await add(browser, stream.getvalue())
    assert (answer.status_code, answer.json()["code"]) == (422, "FILE_REFUSED")


@pytest.mark.parametrize("alt", ["", "   "])
async def test_what_it_shows_has_to_be_told(office: Office, alt: str) -> None:
    async with office.browser("linh") as browser:
        answer = await add(browser, encoded("PNG"), alt=alt)
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_INPUT")


async def test_the_same_key_adds_it_once(office: Office) -> None:
    async with office.browser("linh") as browser:
        first, again = [await add(browser, jpeg(), key="one") for _ in range(2)]
        assert first.json() == again.json()
        assert len((await browser.get(PHOTOS)).json()["items"]) == 1


async def test_words_are_found_in_text_place_and_credit(office: Office) -> None:
    async with office.browser("linh") as browser:
        await add(browser, encoded("PNG"), alt="A market", place="Hội An", credit="Lan 100%")
        await add(browser, encoded("PNG"), alt="A bay")
        for words, found in (
            ("MARKET", 1),
            ("hội market ", 1),
            ("hội", 1),
            ("100%", 1),
            ("%", 1),
            ("", 2),
            ("x", 0),
        ):
            answer = await browser.get(PHOTOS, params={"search": words})
            assert len(answer.json()["items"]) == found, words


async def test_an_archived_photo_leaves_the_library_but_is_still_served(office: Office) -> None:
    async with office.browser("linh") as browser:
        made = (await add(browser, jpeg())).json()
        path = f"{PHOTOS}/{made['id']}"
        archived = [(await browser.post(f"{path}/archive")).json() for _ in range(2)]
        assert archived[0] == archived[1]
        assert (await browser.get(PHOTOS)).json()["items"] == []
        (old,) = (await browser.get(PHOTOS, params={"archived": True})).json()["items"]
        assert old["id"] == made["id"]
        assert (await browser.get(made["url"])).status_code == 200
        assert (await browser.delete(path)).status_code in {404, 405}


@pytest.mark.parametrize("path", ["x/480.webp", f"{'0' * 64}/480.webp", f"{'0' * 64}/print.jpg"])
async def test_an_address_without_a_photo_is_not_found(office: Office, path: str) -> None:
    async with office.browser("linh") as browser:
        assert (await browser.get(f"/public/v1/photos/{path}")).status_code == 404
