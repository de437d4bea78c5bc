"""`audit`: the commands about the audit log."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from models.database import create_engine, session_factory
from models.settings import Settings
from models.store.audit_chain import Head, Verification, verify_chain

app = typer.Typer(no_args_is_help=True, help="The log of what staff did.")

HEAD_FILE = "audit-head"


@app.callback()
def main() -> None:
    """Works on the log of the environment's database."""


@app.command()
def verify(
    head: Annotated[
        str, typer.Option(help="A head that was written down, <position>:<hash>.")
    ] = "",
) -> None:
    """Check every event and link; print the head to write down, and keep it in the data folder.

    The head of the last check, or the one that is given, must still be in the log: so an end that
    was cut off is found. Exits with 1 when anything was changed, deleted, moved or cut off.
    """
    settings = Settings()
    kept = settings.data_dir / HEAD_FILE
    found = asyncio.run(check(settings, _known(head, kept)))
    for fault in found.faults:
        typer.echo(fault, err=True)
    if found.fault_count:
        typer.echo(f"The audit log is NOT whole: {found.fault_count} faults.", err=True)
        raise typer.Exit(1)
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(f"{found.head}\n")
    typer.echo(f"The audit log is whole: {found.events} events.")
    typer.echo(f"head {found.head}")


async def check(settings: Settings, known: Head | None) -> Verification:
    """Verifies the log of a database."""
    engine = create_engine(settings)
    try:
        async with session_factory(engine)() as session:
            return await verify_chain(session, known)
    finally:
        await engine.dispose()


def _known(given: str, kept: Path) -> Head | None:
    text = given or (kept.read_text() if kept.exists() else "")
    try:
        return Head.parse(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--head") from error
