"""`python -m tests.activities.quote_pages`: draws the reference pages of the fixed quotes anew.

Run it after a change of the quote's PDF that is meant, and look at what it wrote.
"""

import asyncio
import os
import sys
from pathlib import Path

from activities.providers.chromium import Chromium
from models.settings import Settings
from tests.activities.quote_pages.drawing import REFERENCES, drawn, reference
from tests.support.cluster import Servers
from tests.support.fixed_quotes import FIXED_QUOTES, FixedQuote
from tests.support.money import open_sessions
from tests.support.pdf_images import pages_of


def write(quote: FixedQuote, pdf: bytes) -> None:
    """Replaces the reference pages of a quote."""
    for path in REFERENCES.glob(f"{quote.name}-*.png"):
        path.unlink()
    for number, page in enumerate(pages_of(pdf), start=1):
        path = reference(quote, number)
        page.save(path, optimize=True)
        size = path.stat().st_size
        print(f"{path.relative_to(Path.cwd())}: {size} bytes")  # noqa: T201 - a script's answer


async def main() -> None:
    """Draws all of them."""
    servers, chromium = Servers(), Chromium()
    try:
        with servers.start().fresh_database() as url:
            async with open_sessions(Settings(database_url=url)) as sessions:
                for quote in FIXED_QUOTES:
                    write(quote, await drawn(sessions, chromium, quote))
    finally:
        await chromium.close()
        servers.stop()


if __name__ == "__main__":
    asyncio.run(main())
    sys.stdout.flush()
    os._exit(0)
