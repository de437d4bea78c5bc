"""Somebody with a browser: opens pages, fills in forms as they stand there, presses a button."""

import asyncio
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2
from bs4 import BeautifulSoup, Tag

BUSY = frozenset({429, 502, 503, 504})
PATIENCE_SECONDS = 60.0


class UnexpectedPageError(RuntimeError):
    """A page is not what the story needs: the sentence says which, and what it showed."""


@dataclass(frozen=True)
class Page:
    """What came back."""

    url: str
    status: int
    soup: BeautifulSoup

    @property
    def text(self) -> str:
        """What a person reads."""
        return " ".join(self.soup.get_text(" ").split())

    def offers(self, *marks: str) -> bool:
        """Whether there is a form with these marks."""
        return any(all(_has(form, mark) for mark in marks) for form in self.soup.find_all("form"))

    def form(self, *marks: str) -> Tag:
        """The form that has fields or buttons of these names, or an action that ends in them.

        Raises:
            UnexpectedPageError: there is none.
        """
        for form in self.soup.find_all("form"):
            if all(_has(form, mark) for mark in marks):
                return form
        raise UnexpectedPageError(
            f"{self.url} ({self.status}) has no form {marks}: {self.text[:300]}"
        )


def _has(form: Tag, mark: str) -> bool:
    action = str(form.get("action") or "").split("?")[0]
    return form.find(attrs={"name": mark}, name=True) is not None or action.endswith(mark)


class Visitor:
    """One person's browser, with cookies of its own."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.client = httpx2.AsyncClient(
            base_url=base_url, follow_redirects=True, timeout=httpx2.Timeout(30.0)
        )

    async def open(self, url: str) -> Page:
        """Opens a page, as often as a person would reload one that is busy."""
        return await self._ask("GET", url, {})

    async def submit(self, page: Page, *marks: str, button: str = "", **filled: str) -> Page:
        """Fills in a form of the page and sends it.

        Args:
            page: where the form stands.
            marks: names of fields, or the end of the action, by which it is found.
            button: name=value of the pressed button, for forms with several.
            filled: what is typed, by field.
        """
        form = page.form(*marks)
        values = {**_standing(form), **filled}
        if button:
            name, _, value = button.partition("=")
            values[name] = value
        action = urljoin(page.url, str(form.get("action") or page.url))
        if str(form.get("method") or "get").lower() == "get":
            return await self._ask("GET", action, {})
        return await self._ask("POST", action, values)

    async def _ask(self, method: str, url: str, values: dict[str, str]) -> Page:
        headers = {"Origin": self.base_url, "Accept": "text/html"}
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    response = await self.client.request(
                        method, url, data=values or None, headers=headers
                    )
                except httpx2.TransportError:
                    await asyncio.sleep(0.5)
                    continue
                page = _page(response)
                if response.status_code not in BUSY:
                    return page
                values = _again(page, url, values)
                await asyncio.sleep(0.5)

    async def ask_json(
        self, method: str, url: str, body: object, headers: dict[str, str]
    ) -> httpx2.Response:
        """One request of the JSON API, repeated while the other side is busy or away."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                try:
                    response = await self.client.request(method, url, json=body, headers=headers)
                    if response.status_code not in BUSY:
                        return response
                except httpx2.TransportError:
                    pass
                await asyncio.sleep(0.5)

    async def close(self) -> None:
        """Closes the browser."""
        await self.client.aclose()


def _page(response: httpx2.Response) -> Page:
    soup = BeautifulSoup(response.text, "html.parser")
    return Page(str(response.url), response.status_code, soup)


def _again(page: Page, action: str, values: dict[str, str]) -> dict[str, str]:
    """What is sent when the form is sent again: its hidden fields as the page now has them.

    A page that knows that nothing came of a command has a fresh key for the next one.
    """
    for form in page.soup.find_all("form"):
        if values and urljoin(page.url, str(form.get("action") or page.url)) == action:
            hidden = {
                str(field.get("name") or ""): str(field.get("value") or "")
                for field in form.find_all("input", type="hidden")
            }
            return values | hidden
    return values


def _standing(form: Tag) -> dict[str, str]:
    """What the form would send as it stands: hidden fields, typed values, first choices."""
    values: dict[str, str] = {}
    for field in form.find_all(["input", "textarea", "select"]):
        name = str(field.get("name") or "")
        kind = str(field.get("type") or "")
        if not name or kind in {"submit", "button"}:
            continue
        if kind in {"checkbox", "radio"} and not field.has_attr("checked"):
            continue
        values[name] = _value(field)
    return values


def _value(field: Tag) -> str:
    if field.name == "select":
        options = field.find_all("option")
        chosen = next((each for each in options if each.has_attr("selected")), None)
        chosen = chosen or (options[0] if options else None)
        return str(chosen.get("value") or "") if chosen else ""
    if field.name == "textarea":
        return field.get_text()
    return str(
        field.get("value") or "on" if field.get("type") == "checkbox" else field.get("value") or ""
    )
