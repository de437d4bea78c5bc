"""Which programs make up the local stack, in which order they start, and where people find them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from models.domain.search_attributes import SEARCH_ATTRIBUTES
from models.settings import Settings
from sandbox.stack.data_dir import DataDir
from sandbox.stack.environment import DATABASE, POSTGRES_PASSWORD
from sandbox.stack.errors import StackError
from sandbox.stack.ports import LOOPBACK, is_free
from sandbox.stack.postgres import Postgres, accepts
from sandbox.stack.program import Probe, Program
from sandbox.stack.temporal import Temporal, add_search_attributes, serves

ROOT: Final = Path(__file__).resolve().parents[2]
PROBE_SECONDS: Final = 2.0
BACK_OFFICE_PATH: Final = "/backoffice"
MAILBOX_PATH: Final = "/mailbox"
API_DOCS_PATH: Final = "/docs"


@dataclass(frozen=True)
class Plan:
    """A stack that could be started: its programs by group, their environment, its addresses."""

    groups: tuple[tuple[Program, ...], ...]
    environment: Mapping[str, str]
    urls: Mapping[str, str]

    def require_free_ports(self) -> None:
        """Makes sure that nothing else listens where the stack will.

        Raises:
            StackError: a port is taken.
        """
        for program in (program for group in self.groups for program in group):
            for port, variable in program.ports:
                if not is_free(port):
                    raise StackError(
                        f"Port {port} for {program.name} is taken: "
                        f"stop what listens there, or set {variable} to another port."
                    )


def make_plan(given: Mapping[str, str], environment: Mapping[str, str], data: DataDir) -> Plan:
    """The stack for an environment that `complete` returned.

    Args:
        given: the caller's own environment: what it names is not embedded.
        environment: the same, completed.
        data: where state is kept.

    Raises:
        StackError: a server that the caller named does not answer.
    """
    settings = Settings(**environment)  # type: ignore[arg-type]  # read by their aliases
    environment = dict(environment)
    servers: list[Program] = []
    if url := given.get("DATABASE_URL"):
        require_database(url)
    else:
        postgres = _postgres(settings, environment[POSTGRES_PASSWORD], data)
        postgres.prepare()
        create = partial(postgres.create_database, DATABASE)
        servers.append(replace(postgres.program(), once_healthy=create))
        environment["DATABASE_URL"] = postgres.url(DATABASE)
    if address := given.get("TEMPORAL_ADDRESS"):
        require_temporal(address)
    else:
        servers.append(_temporal(settings, data).program())
    groups = (tuple(servers), *_ours(environment, settings))
    return Plan(groups, environment, _urls(environment))


def require_database(url: str) -> None:
    """Makes sure that the caller's Postgres lets us in.

    Raises:
        StackError: it does not.
    """
    if not accepts(url):
        parts = urlsplit(url)
        place = f"{parts.hostname}:{parts.port or 5432}{parts.path}"
        raise StackError(
            f"DATABASE_URL points to {place}, which does not let us in: "
            "start that server or correct the variable."
        )


def require_temporal(address: str) -> None:
    """Makes sure that the caller's Temporal answers and knows our search attributes.

    Raises:
        StackError: it does not answer.
    """
    if not serves(address):
        raise StackError(
            f"TEMPORAL_ADDRESS points to {address}, where no Temporal server answers: "
            "start that server or correct the variable."
        )
    add_search_attributes(address, SEARCH_ATTRIBUTES)


def responds(url: str) -> Probe:
    """The question whether a GET of this loopback address answers 200."""

    def ask() -> bool:
        try:
            with urlopen(url, timeout=PROBE_SECONDS) as response:  # noqa: S310 - ours, always http
                return bool(response.status == 200)  # noqa: PLR2004 - what a health check means
        except (URLError, OSError):
            return False

    return ask


def _postgres(settings: Settings, password: str, data: DataDir) -> Postgres:
    return Postgres(data_dir=data.pgdata, port=settings.postgres_port, password=password)


def _temporal(settings: Settings, data: DataDir) -> Temporal:
    return Temporal(
        port=settings.temporal_port,
        search_attributes=SEARCH_ATTRIBUTES,
        file=data.temporal_file,
        ui_port=settings.temporal_ui_port,
    )


def _ours(environment: Mapping[str, str], settings: Settings) -> tuple[tuple[Program, ...], ...]:
    """Our own programs, in the order of starting."""
    sandbox = _server(
        "sandbox", "-m sandbox.server", settings.sandbox_port, "ATP_SANDBOX_PORT", environment
    )
    worker = _server("worker", "worker.py", settings.worker_port, "ATP_WORKER_PORT", environment)
    api = _server("api", "-m api.server", settings.http_port, "ATP_HTTP_PORT", environment)
    return (
        (sandbox, _once("migrations", "-m alembic upgrade head", environment)),
        (_once("demo-data", "-m api.cli seed", environment),),
        (replace(worker, stop_seconds=3.0), replace(api, stop_seconds=2.5)),
    )


def _server(
    name: str, words: str, port: int, variable: str, environment: Mapping[str, str]
) -> Program:
    return Program(
        name=name,
        command=(sys.executable, *words.split()),
        environment=environment,
        folder=ROOT,
        healthy=responds(f"http://{LOOPBACK}:{port}/health"),
        ports=((port, variable),),
    )


def _once(name: str, words: str, environment: Mapping[str, str]) -> Program:
    return Program(
        name=name,
        command=(sys.executable, *words.split()),
        environment=environment,
        folder=ROOT,
        runs_once=True,
    )


def _urls(environment: Mapping[str, str]) -> dict[str, str]:
    website = environment["ATP_PUBLIC_URL"]
    return {
        "website": website,
        "backoffice": website + BACK_OFFICE_PATH,
        "temporal_ui": environment["TEMPORAL_UI_URL"],
        "mailbox": environment["ATP_SANDBOX_URL"] + MAILBOX_PATH,
        "api_docs": website + API_DOCS_PATH,
        "sandbox": environment["ATP_SANDBOX_URL"],
        "database_url": environment["DATABASE_URL"],
        "temporal_address": environment["TEMPORAL_ADDRESS"],
    }
