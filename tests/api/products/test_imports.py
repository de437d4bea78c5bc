"""Sheets of rates out and in: shown first, then applied just as shown, or not at all."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from api.staff.rate_files import LARGEST_BYTES, csv_of, read_table, xlsx_of
from models.domain.errors import FileTooLargeError, SheetRefusedError
from models.domain.rate_sheets import Verdict, judge, written
from tests.api.audit.product_world import product_world
from tests.support.desk import Office, fields_of
from tests.support.rates import card, full_card, row

ODD = card(
    row(1, "2027-01-01", "2027-06-30", 1_250_000, season="=SUM(A1)", option="@home", pax_to=4),
    row(2, "2027-07-01", "2027-12-31", 990_000, season='Mùa hè; "cao"', single_minor=0),
    currency="VND",
)  # fmt: skip
HEAD = "Season,From,To,Price,Currency"


@pytest.mark.parametrize("one", [card(), full_card(currency="LAK"), ODD], ids=["USD", "LAK", "odd"])
def test_what_goes_out_comes_back_without_a_change(one: Any) -> None:
    for content in (csv_of(written(one)), xlsx_of(written(one), "Rates")):
        judged = judge(one, read_table(content))
        assert {line.verdict for line in judged.lines} == {Verdict.SAME}


def test_no_text_goes_out_as_a_formula() -> None:
    assert b"'=SUM(A1)" in csv_of(written(ODD))
    book = load_workbook(io.BytesIO(xlsx_of(written(ODD), "Rates")))
    kinds = {cell.data_type for line in book.worksheets[0].iter_rows() for cell in line}
    assert "f" not in kinds
    assert book.worksheets[0]["C2"].is_date


def test_semicolons_decimal_commas_and_a_byte_order_mark_are_read() -> None:
    text = "\ufeffSeason;From;To;Price;Currency\r\nHigh;01.01.2027;31.12.2027;1.234,50;USD\r\n"
    judged = judge(card(), read_table(text.encode()))
    assert judged.lines[0].row is not None
    assert judged.lines[0].row.price_minor == 123_450


def a_book(*lines: Sequence[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(list(line))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_formula_in_a_sheet_is_never_trusted() -> None:
    content = a_book(HEAD.split(","), ["High", "2027-01-01", "2027-12-31", "=6*7", "USD"])
    (fault,) = judge(card(), read_table(content)).faults
    assert (fault.line, fault.column) == (2, "Price")
    assert "formula" in fault.reason


def a_bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (30 << 20))
    return file.getvalue()


def mangled() -> bytes:
    """A workbook of which every byte behind the first part's name was turned around."""
    whole = a_book(HEAD.split(","))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        part = archive.getinfo("xl/workbook.xml")
    start = part.header_offset + 60
    return (
        whole[:start]
        + bytes(255 - one for one in whole[start : start + 200])
        + whole[start + 200 :]
    )


def with_entities() -> bytes:
    """A sheet whose XML declares entities that would grow without end."""
    file = io.BytesIO()
    laughing = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    with (
        zipfile.ZipFile(io.BytesIO(a_book(HEAD.split(",")))) as old,
        zipfile.ZipFile(file, "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                start = content.find(b"<worksheet")
                content = b"<?xml version='1.0'?>" + laughing + content[start:]
            new.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"x" * (LARGEST_BYTES + 1), FileTooLargeError),
        (a_bomb(), FileTooLargeError),
        (with_entities(), SheetRefusedError),
        (mangled(), SheetRefusedError),
        (b"PK\x03\x04 broken", SheetRefusedError),
        (b"\xff\xfe\x00\x01", SheetRefusedError),
        (b"Season\0,From", SheetRefusedError),
        (b'Season,"From', SheetRefusedError),
        (b"a,b\n" * 3_000, SheetRefusedError),
        (b"a," * 80, SheetRefusedError),
    ],
    ids=[
        "large",
        "bomb",
        "entities",
        "mangled",
        "broken",
        "not text",
        "zero",
        "quotes",
        "long",
        "wide",
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_table(content)


async def send(office: Office, card_id: str, text: str, key: str = "one") -> Any:
    async with office.browser("marc") as browser:
        return await browser.post(
            f"/api/v1/rate-cards/{card_id}/imports",
            files={"file": ("rates.csv", text.encode(), "text/csv")},
            headers={"Idempotency-Key": key},
        )


async def world_of(office: Office) -> dict[str, str]:
    async with office.resources.sessions.begin() as session:
        return await product_world(session)


async def test_a_file_changes_nothing_until_what_was_shown_is_applied(office: Office) -> None:
    ids = await world_of(office)
    address = f"/api/v1/rate-cards/{ids['card_id']}"
    text = (
        f"Row,{HEAD}\n1,High,2027-01-01,2027-05-31,70.00,USD\n,Green,2027-06-01,2027-12-31,50,USD\n"
    )
    shown = (await send(office, ids["card_id"], text)).json()
    assert {one: count for one, count in shown["counts"].items() if count} == {
        "CHANGED": 1,
        "NEW": 1,
    }
    assert {one["column"] for one in shown["lines"][0]["changes"]} == {"Season", "To", "Price"}
    imported = f"{address}/imports/{shown['id']}"
    async with office.browser("marc") as browser:
        before = (await browser.get(address)).json()
        other = await browser.post(f"{imported}/application", json={"sha256": "0" * 64})
        applied = await browser.post(f"{imported}/application", json={"sha256": shown["sha256"]})
        again = await browser.post(f"{imported}/application", json={"sha256": shown["sha256"]})
        kept = (await browser.get(address)).json()
        versions = (await browser.get(f"{address}/versions")).json()
    assert before["rows"][0]["price_minor"] == 6_200
    assert (other.status_code, applied.status_code) == (409, 200)
    assert again.json()["card"]["id"] == applied.json()["card"]["id"]
    assert [one["price_minor"] for one in applied.json()["rows"]] == [7_000, 5_000]
    assert kept["rows"] == before["rows"]
    assert not kept["card"]["current"]
    assert [one["version"] for one in versions["items"]] == [2, 1]


async def test_two_files_against_one_version_only_the_first_is_applied(office: Office) -> None:
    ids = await world_of(office)
    address = f"/api/v1/rate-cards/{ids['card_id']}/imports"
    texts = [f"{HEAD}\nHigh,2027-01-01,2027-12-31,{price},USD\n" for price in (70, 80)]
    files = [
        (await send(office, ids["card_id"], text, str(number))).json()
        for number, text in enumerate(texts)
    ]
    async with office.browser("marc") as browser:
        answers = [
            await browser.post(f"{address}/{one['id']}/application", json={"sha256": one["sha256"]})
            for one in files
        ]
    late = await send(office, ids["card_id"], texts[0], "late")
    assert [one.status_code for one in answers] == [200, 409]
    assert answers[1].json()["code"] == "NOT_NEWEST_VERSION"
    assert late.status_code == 409


async def test_a_file_with_one_wrong_row_is_applied_not_at_all(office: Office) -> None:
    ids = await world_of(office)
    text = f"{HEAD}\nHigh,2027-01-01,2027-05-31,70,USD\nGreen,soon,2027-12-31,50,USD\n"
    shown = (await send(office, ids["card_id"], text)).json()
    assert not shown["applicable"]
    assert shown["lines"][1]["faults"] == [
        {"line": 3, "column": "From", "reason": "This is no day; write it as 2027-12-31."}
    ]
    address = f"/api/v1/rate-cards/{ids['card_id']}"
    async with office.browser("marc") as browser:
        refused = await browser.post(
            f"{address}/imports/{shown['id']}/application", json={"sha256": shown["sha256"]}
        )
        card_now = (await browser.get(address)).json()
    assert (refused.status_code, refused.json()["code"]) == (422, "SHEET_REFUSED")
    assert refused.json()["error"].startswith("Line 3, From")
    assert card_now["card"]["current"]


async def test_the_export_of_a_card_comes_back_as_no_change(office: Office) -> None:
    ids = await world_of(office)
    address = f"/api/v1/rate-cards/{ids['card_id']}"
    async with office.browser("linh") as browser:
        csv_file = await browser.get(f"{address}/rows.csv")
        xlsx = await browser.get(f"{address}/rows.xlsx")
    assert "attachment" in csv_file.headers["content-disposition"]
    for number, content in enumerate((csv_file.content, xlsx.content)):
        async with office.browser("marc") as browser:
            shown = await browser.post(
                f"{address}/imports",
                files={"file": ("rates", content)},
                headers={"Idempotency-Key": str(number)},
            )
        assert shown.json()["counts"]["SAME"] == len(shown.json()["lines"]) == 1
        assert not shown.json()["applicable"]


async def test_the_page_shows_each_verdict_and_applies_what_it_showed(office: Office) -> None:
    ids = await world_of(office)
    address = f"/backoffice/rate-cards/{ids['card_id']}"
    text = f"Row,{HEAD}\n1,High,2027-01-01,2027-05-31,70.00,USD\n"
    async with office.page("marc") as browser:
        guard = fields_of((await browser.get(address)).text, "/imports")
        none = await browser.post(f"{address}/imports", data=guard)
        bad = await browser.post(
            f"{address}/imports", data=guard, files={"file": ("a.csv", b"Prize\n1")}
        )
        sent = await browser.post(
            f"{address}/imports", data=guard, files={"file": ("a.csv", text.encode())}
        )
        page = await browser.get(sent.headers["location"])
        form = fields_of(page.text, "/application")
        stale = await browser.post(
            f"{sent.headers['location']}/application", data=form | {"sha256": "x"}
        )
        applied = await browser.post(f"{sent.headers['location']}/application", data=form)
        after = await browser.get(sent.headers["location"])
    assert (none.status_code, bad.status_code, sent.status_code) == (422, 422, 303)
    assert "no column Prize" in bad.text
    assert "62.00 → 70.00" in page.text
    assert "would have 1 gap or overlap" in page.text
    assert (stale.status_code, applied.status_code) == (409, 303)
    assert "This file was applied" in after.text
