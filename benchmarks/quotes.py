"""Quotes: the page that a customer opens, a round trip of the builder, and the PDF."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final
from urllib.parse import urlencode

import httpx2
from bs4 import BeautifulSoup
from playwright.async_api import Browser, ViewportSize, async_playwright
from sqlalchemy.ext.asyncio import AsyncEngine

from activities.providers.chromium import Chromium
from activities.providers.storage import DirectoryStore
from benchmarks.figures import Figure
from benchmarks.office import open_office, settings_for
from benchmarks.servers import Bench
from models.database import Sessions, create_engine, session_factory
from models.domain.links import LinkPurpose
from models.store.links import link_path
from sandbox.stack import browser as chromium
from tests.activities.quote_pages.drawing import page_of
from tests.support import office as factories
from tests.support.fixed_quotes import ALL_PICTURED, stored_photos

ROUNDS: Final = 30
WARM: Final = 5
PDFS: Final = 5
LINES: Final = 20
MOST_PAGE_MS: Final = 100
MOST_BUILDER_MS: Final = 70
"""A change is on screen within 100 ms, of which the page waits 30 for the next key."""
MOST_PDF_MS: Final = 1_500
MOST_PDF_MB: Final = 2
MOST_PAINT_MS: Final = 1_500
PAINTS: Final = 3
PHONE: Final[ViewportSize] = {"width": 390, "height": 844}
SLOW_4G: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 750e3 / 8,
}
"""Milliseconds and bytes a second, as Lighthouse's mobile preset has them."""
SLOWER: Final = 4
"""How many times slower than this machine the phone is."""
LARGEST_PAINT: Final = """() => new Promise(done => {
    new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
        .observe({type: "largest-contentful-paint", buffered: true});
})"""
OK: Final = 200
QUOTE: Final = f"quote_{ALL_PICTURED.name}"
BOOKING: Final = f"/backoffice/bookings/booking_{ALL_PICTURED.name}"


async def measure(bench: Bench) -> list[Figure]:
    """Milliseconds of a ten days' quote, as its customer, its builder and the worker wait."""
    with bench.cluster.fresh_database() as database:
        cookie = await open_office(database, bench.folder)
        async with _stored(database, bench.folder) as (sessions, page):
            path, supply = await _quote(sessions, database, bench.folder)
            figures = await _pdfs(page)
            async with bench.api(database, bench.cluster.temporal_address, "bench-quotes-") as port:
                figures += await _pages(port, cookie, path, supply)
    return figures


@asynccontextmanager
async def _stored(
    database: str, folder: Path
) -> AsyncIterator[tuple[Sessions, Callable[[Chromium], Awaitable[bytes]]]]:
    """The sessions of a database with the quote, and how its PDF is printed."""
    engine: AsyncEngine = create_engine(settings_for(database, folder))
    sessions = session_factory(engine)
    printed = await page_of(sessions, ALL_PICTURED)
    store = DirectoryStore(settings_for(database, folder).data_dir / "documents")
    for key, content in stored_photos(ALL_PICTURED).items():
        await store.write(key, content)
    yield sessions, lambda printer: printer.render(*printed)
    await engine.dispose()


async def _quote(sessions: Sessions, database: str, folder: Path) -> tuple[str, str]:
    """The path of the quote's link, and a hotel's rate as the builder names it."""
    secret = settings_for(database, folder).link_secret.get_secret_value()
    async with sessions.begin() as session:
        path = await link_path(
            session,
            secret,
            purpose=LinkPurpose.QUOTE,
            booking_id=f"booking_{ALL_PICTURED.name}",
            subject_ref=QUOTE,
            expires_at=datetime.now(UTC) + timedelta(days=1),
        )
        partner_id, card_id = await factories.hotel_with_rate(session)
    return path, f"{partner_id}:{card_id}"


async def _pdfs(page: Callable[[Chromium], Awaitable[bytes]]) -> list[Figure]:
    printer = Chromium()
    times = []
    for _ in range(PDFS + 1):
        began = perf_counter()
        pdf = await page(printer)
        times.append((perf_counter() - began) * 1e3)
    await printer.close()
    warm = median(times[1:])
    return [
        Figure("PDF of ten days with photos, the browser still to be started", times[0], "ms"),
        Figure("PDF of ten days with photos, warm: p50", warm, "ms", at_most=MOST_PDF_MS),
        Figure("PDF of ten days with photos: size", len(pdf) / 1e6, "MB", at_most=MOST_PDF_MB),
    ]


async def _pages(port: int, cookie: str, path: str, supply: str) -> list[Figure]:
    name, _, value = cookie.strip().partition(": ")
    base = f"http://127.0.0.1:{port}"
    async with (
        httpx2.AsyncClient(base_url=base) as customer,
        httpx2.AsyncClient(base_url=base, headers={name: value}) as staff,
    ):
        form = await _form(staff, supply)
        page = await _timed(lambda: customer.get(path))
        total = await _timed(
            lambda: staff.post(
                f"{BOOKING}/quotes/total",
                content=form,
                headers={"Content-Type": "application/x-www-form-urlencoded", "Origin": base},
            )
        )
    painted = await _painted(base + path)
    what = f"{LINES} services priced from rate cards"
    return [
        Figure("page of a quote: p50", page, "ms", at_most=MOST_PAGE_MS),
        Figure("largest paint on a phone, slow 4G", painted, "ms", at_most=MOST_PAINT_MS),
        Figure(f"builder, {what}: p50", total, "ms", at_most=MOST_BUILDER_MS),
    ]


async def _form(staff: httpx2.AsyncClient, supply: str) -> str:
    """The builder's form with a trip of ten days and its services."""
    page = await staff.get(f"{BOOKING}/quotes/new")
    shown = BeautifulSoup(page.text, "html.parser").select("#quote-form input[type=hidden]")
    guard = {str(one["name"]): str(one["value"]) for one in shown if "csrf" in str(one["name"])}
    head = {"title": "Ten days", "currency": "USD", "travelers": "2"}
    days = {"departure_on": "2027-03-02", "return_on": "2027-03-12"}
    row = {"kind": "HOTEL", "nights": "3", "quantity": "1", "description": "Room", "supply": supply}
    rows = [(f"line_{name}", text) for name, text in row.items() for _ in range(LINES)]
    rows += [("line_day", str(number % 6 + 1)) for number in range(LINES)]
    return urlencode([*guard.items(), *head.items(), *days.items(), *rows])


async def _painted(url: str) -> float:
    """When the largest part of a page is painted on a phone with slow 4G, milliseconds."""
    async with async_playwright() as playwright:
        path = chromium.require(os.environ)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        times = [await _paint(browser, url) for _ in range(PAINTS)]
        await browser.close()
    return median(times)


async def _paint(browser: Browser, url: str) -> float:
    context = await browser.new_context(viewport=PHONE, is_mobile=True, device_scale_factor=2)
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("Network.emulateNetworkConditions", SLOW_4G)
    await session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    await page.goto(url, wait_until="load")
    found: float = await page.evaluate(LARGEST_PAINT)
    await context.close()
    return found


async def _timed(ask: Callable[[], Awaitable[httpx2.Response]]) -> float:
    """The median of asking again and again, milliseconds."""
    times = []
    for _ in range(WARM + ROUNDS):
        began = perf_counter()
        answer = await ask()
        times.append((perf_counter() - began) * 1e3)
        assert answer.status_code == OK, answer.text[:300]
        await asyncio.sleep(0)
    return median(times[WARM:])
