"""Files: taken by what they are, kept by their hash, saved and never shown from our origin."""

import asyncio

import pytest
from sqlalchemy import select

from models.store.attachments import MOST_OF_A_BOOKING, digest_of
from models.tables.desk import Attachment
from tests.support.desk import Office, fields_of

PDF = b"%PDF-1.7\nA passport\n%%EOF"


def path_of(office: Office, booking_id: str = "") -> str:
    return f"/api/v1/bookings/{booking_id or office.mine.id}/attachments"


async def test_a_file_is_kept_once_and_saved_from_its_address(office: Office) -> None:
    upload = {"file": ('Hộ chiếu "Điện".pdf', PDF, "text/html")}
    async with office.browser("linh") as browser:
        first = await browser.post(path_of(office), files=upload, headers={"Idempotency-Key": "f"})
        again = await browser.post(path_of(office), files=upload, headers={"Idempotency-Key": "f"})
        (file,) = (await browser.get(path_of(office))).json()["items"]
        served = await browser.get(file["url"])
    assert first.status_code == 201
    assert first.json() == again.json()
    assert (file["media_type"], file["size"]) == ("application/pdf", len(PDF))
    assert file["sha256"] == digest_of(PDF)
    assert file["uploaded_by_name"] == "Linh Tran"
    assert served.content == PDF
    assert served.headers["content-type"] == "application/pdf"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    disposition = served.headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert "filename*=UTF-8''H%E1%BB%99%20chi%E1%BA%BFu" in disposition
    assert "\n" not in disposition


async def test_nothing_that_people_typed_is_in_the_stores_keys(office: Office) -> None:
    async with office.browser("linh") as browser:
        await browser.post(path_of(office), files={"file": ("../../evil.pdf", PDF)})
    async with office.resources.sessions.begin() as session:
        (file,) = await session.scalars(select(Attachment))
    digest = digest_of(PDF)
    assert file.storage_key == f"attachments/{digest[:2]}/{digest}"
    assert file.file_name == "evil.pdf"
    assert await office.documents.read(file.storage_key) == PDF


@pytest.mark.parametrize(
    ("name", "content", "status", "code"),
    [
        ("run.pdf", b"MZ\x90\x00", 422, "FILE_REFUSED"),
        ("page.html", b"<!doctype html><script>1</script>", 422, "FILE_REFUSED"),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "FILE_REFUSED"),
        ("empty.pdf", b"", 422, "FILE_REFUSED"),
        ("large.pdf", PDF + b" " * (10 << 20), 413, "FILE_TOO_LARGE"),
        ("huge.pdf", PDF + b" " * (11 << 20), 413, "TOO_LARGE"),
    ],
)
async def test_what_is_not_taken_is_refused_and_leaves_nothing(
    office: Office, name: str, content: bytes, status: int, code: str
) -> None:
    async with office.browser("linh") as browser:
        answer = await browser.post(path_of(office), files={"file": (name, content)})
        listed = (await browser.get(path_of(office))).json()
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert listed["total"] == 0


async def test_a_deleted_file_is_gone_but_known(office: Office) -> None:
    async with office.browser("linh") as browser:
        kept = await browser.post(path_of(office), files={"file": ("visa.pdf", PDF)})
        path = f"{path_of(office)}/{kept.json()['id']}"
        deleted = await browser.delete(path)
        twice = await browser.delete(path)
        gone = await browser.get(path)
        lines = (await browser.get(f"/api/v1/bookings/{office.mine.id}/timeline?kind=files")).json()
        page = await browser.get(
            f"/backoffice/bookings/{office.mine.id}", headers={"accept": "text/html"}
        )
    assert (deleted.status_code, twice.status_code, gone.status_code) == (204, 404, 404)
    assert [(line["type"], line["detail"]) for line in lines["items"]] == [
        ("FILE_DELETED", "visa.pdf"), ("FILE_ADDED", "visa.pdf"),
    ]  # fmt: skip
    assert kept.json()["id"] not in page.text
    async with office.resources.sessions.begin() as session:
        (file,) = await session.scalars(select(Attachment))
    assert file.deleted_by == office.linh.id
    assert await office.documents.read(file.storage_key) == PDF


async def test_files_follow_permission_and_owner(office: Office) -> None:
    async with office.browser("marc") as marc:
        other = path_of(office, office.other.id)
        kept = (await marc.post(other, files={"file": ("a.pdf", PDF)})).json()["id"]
    async with office.browser("linh") as linh, office.browser("ana") as ana:
        foreign = [
            await linh.get(other),
            await linh.get(f"{other}/{kept}"),
            await linh.get(f"{path_of(office)}/{kept}"),
            await linh.delete(f"{other}/{kept}"),
            await linh.delete(f"{path_of(office)}/{kept}"),
            await linh.post(other, files={"file": ("a.pdf", PDF)}),
        ]
        read = await ana.get(f"{other}/{kept}")
        refused = [
            await ana.post(other, files={"file": ("a.pdf", PDF)}),
            await ana.delete(f"{other}/{kept}"),
        ]
    assert [answer.status_code for answer in foreign] == [404] * 6
    assert read.status_code == 200
    assert [answer.status_code for answer in refused] == [403, 403]


async def test_a_file_that_the_store_has_lost_is_told(office: Office) -> None:
    async with office.browser("linh") as browser:
        kept = (await browser.post(path_of(office), files={"file": ("a.pdf", PDF)})).json()["id"]
        async with office.resources.sessions.begin() as session:
            (file,) = await session.scalars(select(Attachment))
            file.storage_key = "attachments/00/gone"
        answer = await browser.get(f"{path_of(office)}/{kept}")
    assert answer.status_code == 404
    assert "not in the store" in answer.json()["error"]


async def test_a_booking_takes_no_endless_number_of_files(office: Office) -> None:
    async with office.resources.sessions.begin() as session:
        session.add_all(
            Attachment(
                id=f"file_{number}", booking_id=office.mine.id, file_name="a.pdf",
                media_type="application/pdf", size=1, sha256="0" * 64, storage_key="x",
                uploaded_by="linh",
            )
            for number in range(MOST_OF_A_BOOKING)
        )  # fmt: skip
    async with office.browser("linh") as browser:
        answer = await browser.post(path_of(office), files={"file": ("a.pdf", PDF)})
    assert answer.status_code == 422
    assert "200 files" in answer.json()["error"]


async def test_the_same_file_sent_twice_at_once_is_kept_once(office: Office) -> None:
    async with office.browser("linh") as browser:
        answers = await asyncio.gather(
            *(
                browser.post(
                    path_of(office),
                    files={"file": ("a.pdf", PDF)},
                    headers={"Idempotency-Key": "same"},
                )
                for _ in range(4)
            )
        )
        listed = (await browser.get(path_of(office))).json()
    assert {answer.json()["id"] for answer in answers} == {listed["items"][0]["id"]}
    assert listed["total"] == 1


async def test_files_are_added_and_deleted_from_the_page(office: Office) -> None:
    address = f"/backoffice/bookings/{office.mine.id}"
    async with office.page("linh") as browser:
        form = fields_of((await browser.get(address)).text, "/attachments")
        form.pop("file")
        nothing = await browser.post(f"{address}/attachments", data=form, files={"file": ("", b"")})
        bad = await browser.post(
            f"{address}/attachments", data=form, files={"file": ("x.exe", b"MZ\x90")}
        )
        forged = await browser.post(
            f"{address}/attachments",
            data={**form, "csrf_token": "forged"},
            files={"file": ("a.pdf", PDF)},
        )
        added = await browser.post(
            f"{address}/attachments", data=form, files={"file": ("a.pdf", PDF)}
        )
        page = (await browser.get(address)).text
        delete = fields_of(page, "/delete")
        async with office.resources.sessions.begin() as session:
            (file,) = await session.scalars(select(Attachment))
        deleted = await browser.post(f"{address}/attachments/{file.id}/delete", data=delete)
    assert (nothing.status_code, bad.status_code, forged.status_code) == (422, 422, 403)
    assert "none of the types that are taken" in bad.text
    assert (added.status_code, deleted.status_code) == (303, 303)
    assert f"/attachments/{file.id}" in page
