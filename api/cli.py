"""The command line: `python -m api.cli <command>`."""

import asyncio
from typing import Annotated

import orjson
import typer

from api import audit_commands
from api.description import OPENAPI
from api.identity.permission_matrix import PAGE, table, with_table
from api.renewing_seals import renew_all_seals
from api.seeding import seed
from models.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, help="AsiaTravelPlan, by hand.")

app.add_typer(audit_commands.app, name="audit")


@app.callback()
def main() -> None:
    """Works on the database and the Temporal server of the environment's settings."""


@app.command(name="seed")
def load_demo_data() -> None:
    """Load the demo catalog, suppliers, guides, staff and the policy in fast motion."""
    asyncio.run(seed(Settings()))
    typer.echo("Demo data is loaded.")


@app.command(name="permissions")
def print_permissions(
    *, write: Annotated[bool, typer.Option(help="Write it into docs/permissions.md.")] = False
) -> None:
    """Print who may do what, as the table of the docs."""
    if write:
        PAGE.write_text(with_table(PAGE.read_text()))
    typer.echo(table())


@app.command(name="renew-seals")
def renew_seals() -> None:
    """Seal bank data anew with the first of the keys in ATP_DATA_KEYS."""
    count = asyncio.run(renew_all_seals(Settings()))
    typer.echo(f"{count} sealed anew.")


@app.command(name="openapi")
def print_openapi(
    *, write: Annotated[bool, typer.Option(help="Write it into docs/openapi.json.")] = False
) -> None:
    """Print the document of the JSON API."""
    from api.app import create_app  # noqa: PLC0415 - all routes: other commands start in half the time

    text = orjson.dumps(create_app(Settings()).openapi(), option=orjson.OPT_INDENT_2).decode()
    if write:
        OPENAPI.write_text(f"{text}\n")
    else:
        typer.echo(text)


if __name__ == "__main__":
    app()
