"""The mailbox of the stand-ins, where everybody of the demo reads their messages."""

import asyncio
from typing import Any
from urllib.parse import urlsplit

import httpx2

LONGEST_WAIT_SECONDS = 90.0


class Mailbox:
    """Messages by recipient."""

    def __init__(self, sandbox_url: str) -> None:
        self.client = httpx2.AsyncClient(base_url=sandbox_url, timeout=30)

    async def messages(self, **wanted: str) -> list[dict[str, Any]]:
        """The newest messages that fit, such as `to="anna@example.com", tag="quote_sent"`."""
        try:
            response = await self.client.get(
                "/mailbox/api/messages", params={"limit": 200, **wanted}
            )
        except httpx2.TransportError:
            return []
        found: list[dict[str, Any]] = response.json() if response.is_success else []
        return found

    async def link(self, path: str, seen: set[str], **wanted: str) -> str:
        """The newest link to a page such as `/quote/` in a message that fits; waits for it.

        Args:
            path: how the link's path begins.
            seen: links that were used before; the found one is added.
            wanted: which messages to look in.

        Raises:
            TimeoutError: none came.
        """
        async with asyncio.timeout(LONGEST_WAIT_SECONDS):
            while True:
                for message in await self.messages(**wanted):
                    for link in message["links"]:
                        if urlsplit(link).path.startswith(path) and link not in seen:
                            seen.add(link)
                            return str(link)
                await asyncio.sleep(0.3)

    async def close(self) -> None:
        """Closes the connection."""
        await self.client.aclose()
