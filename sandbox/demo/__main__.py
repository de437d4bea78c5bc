"""`python -m sandbox.demo`: BOOKINGS lives at once, with a live display and a summary."""

import asyncio
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from models.settings import Settings
from sandbox.demo.life import Life
from sandbox.demo.mailbox import Mailbox
from sandbox.demo.staff_desk import StaffDesk

STEPS = ("enquired", "quoted", "accepted", "paid", "confirmed", "prepared", "closed")
AT_ONCE = 10
MOST_LINES = 60


class Board:
    """Where every life stands."""

    def __init__(self, lives: int) -> None:
        self.lives = lives
        self.reached: Counter[str] = Counter()
        self.failed: list[str] = []

    def table(self) -> Table:
        """The display."""
        table = Table(title="Lives of bookings, a day lasts a second")
        for name in ("step", "reached", ""):
            table.add_column(name)
        for step in STEPS:
            share = self.reached[step] / self.lives
            table.add_row(step, f"{self.reached[step]} of {self.lives}", "█" * round(share * 30))
        if self.failed:
            table.add_row("failed", str(len(self.failed)), self.failed[-1][:80])
        return table


def running_stack(data_dir: Path) -> dict[str, Any]:
    """What `make up` wrote of the running stack."""
    file = data_dir / "stack.json"
    if not file.exists():
        sys.exit("No stack is running: start one with `make up`, then try again.")
    content: dict[str, Any] = json.loads(file.read_text())
    return content


async def play_all(stack: dict[str, Any], lives: int, console: Console) -> tuple[Board, list[Life]]:
    """Plays lives, a few at a time, as one manager with one mailbox."""
    urls, board = stack["urls"], Board(lives)
    desk, mailbox = StaffDesk(urls["website"].rstrip("/")), Mailbox(urls["sandbox"].rstrip("/"))
    login = next(one for one in stack["logins"] if "atp_manager" in one["roles"])
    await desk.log_in(login["username"], login["password"])
    await desk.add_photos()
    slots, played = asyncio.Semaphore(AT_ONCE), []
    with Live(board.table(), console=console, refresh_per_second=4) as live:

        async def play(number: int) -> None:
            def tell(step: str) -> None:
                board.reached[step] += 1
                live.update(board.table())

            life = Life(number, urls["website"].rstrip("/"), mailbox, desk, tell)
            async with slots:
                try:
                    await life.play()
                    played.append(life)
                except Exception as error:  # noqa: BLE001 - one life's end is no other's
                    board.failed.append(f"{life.booking_id}: {type(error).__name__}: {error}")

        await asyncio.gather(*(play(number) for number in range(1, lives + 1)))
    if played:
        await summarise(played[0], console, stack)
    await mailbox.close()
    await desk.visitor.close()
    return board, played


async def summarise(life: Life, console: Console, stack: dict[str, Any]) -> None:
    """Timeline, messages, money and documents of one life."""
    timeline = Table("when", "what", "detail", title=f"Timeline of {life.booking_id}")
    for line in (await life.desk.timeline(life.booking_id))[:MOST_LINES]:
        timeline.add_row(line["created_at"][11:23], line["type"], line["detail"][:70])
    console.print(timeline)
    messages = Table("when", "subject", "state", title="Messages to the customer")
    for message in reversed(await life.messages()):
        messages.add_row(
            str(message["sent_at"])[11:23], message["subject"] or "", str(message.get("state", ""))
        )
    console.print(messages)
    await show_money(life, console)
    console.print(
        f"[bold]In the back office:[/] {stack['urls']['backoffice']}/bookings/{life.booking_id}"
    )


async def show_money(life: Life, console: Console) -> None:
    """The ledger, as the booking's page shows it, and its documents, saved as files."""
    page = await life.desk.visitor.open(f"/backoffice/bookings/{life.booking_id}")
    table = Table(title="Money ledger", show_header=False)
    ledger = page.soup.find("table", attrs={"aria-label": "Ledger"}) or page.soup.find(
        "summary", string="Ledger"
    )
    found = ledger if ledger is None or ledger.name == "table" else ledger.find_next("table")
    for row in found.find_all("tr") if found else []:
        cells = [cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])]
        table.add_row(*cells)
    console.print(table)
    folder = Settings().data_dir / "demo" / life.booking_id
    for link in page.soup.select("a[href*='/documents/']"):
        console.print(f"{link.get_text(strip=True)}: {await save(life, str(link['href']), folder)}")


async def save(life: Life, url: str, folder: Path) -> Path:
    """Downloads a document as staff do; returns where it lies."""
    answer = await life.desk.visitor.client.get(url)
    answer.raise_for_status()
    path = folder / (url.rsplit("/", 1)[-1] + ".pdf")
    await asyncio.to_thread(path.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(path.write_bytes, answer.content)
    return path


def main() -> int:
    """Plays, and fails when a life did not reach its end."""
    lives, console = int(os.environ.get("BOOKINGS") or 1), Console()
    stack = running_stack(Settings().data_dir)
    board, _ = asyncio.run(play_all(stack, lives, console))
    for failure in board.failed:
        console.print(f"[red]{failure}[/]")
    return 1 if board.failed else 0


if __name__ == "__main__":
    sys.exit(main())
