"""Walks a database through its revisions, and writes down what it holds at each of them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

from sandbox.stack.postgres import Postgres
from tests.support.cluster import ROOT

BASE: Final = "base"
OURS: Final = """
    n.nspname = 'public' AND NOT EXISTS (
        SELECT FROM pg_depend d WHERE d.objid = {object}.oid AND d.deptype = 'e')
"""
STRUCTURE: Final = f"""
    SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL
    SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(c.oid)
      FROM pg_constraint c JOIN pg_namespace n ON n.oid = connamespace
     WHERE {OURS.format(object="c")}
    UNION ALL
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT pg_get_functiondef(p.oid)
      FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE {OURS.format(object="p")}
    UNION ALL
    SELECT concat_ws(' ', table_name, column_name, udt_name, is_nullable, column_default)
      FROM information_schema.columns WHERE table_schema = 'public'
"""  # noqa: S608 - put together from this file's own words
KEYS: Final = """
    SELECT c.table_name, c.column_name, k.column_name IS NOT NULL
      FROM information_schema.columns c
      LEFT JOIN (information_schema.table_constraints t
                 JOIN information_schema.key_column_usage k
                   USING (constraint_schema, constraint_name, table_name))
        ON t.constraint_type = 'PRIMARY KEY' AND c.table_schema = t.table_schema
       AND (c.table_name, c.column_name) = (k.table_name, k.column_name)
     WHERE c.table_schema = 'public' AND c.table_name <> 'alembic_version'
"""
CHECKSUM: Final = (
    "count(*) || ':' || md5(coalesce(string_agg(ROW({}, {})::text, '|' ORDER BY {}), ''))"
)

Columns = dict[str, str]
"""By name a count of rows and a checksum over all of them, each with its key."""


@dataclass(frozen=True)
class Contents:
    """What a database holds."""

    tables: dict[str, Columns]
    structure: frozenset[str]
    """Its columns, indexes, constraints, triggers and functions, as Postgres writes them."""

    def differing(self, other: "Contents", columns: Mapping[str, Columns]) -> list[str]:
        """Which of these columns hold something else in the other database, as `table.column`."""
        return [
            f"{table}.{column}"
            for table, named in columns.items()
            for column in named
            if self.tables[table][column] != other.tables[table][column]
        ]


def revisions() -> list[str]:
    """Every revision, the newest first, and at last `base`."""
    script = ScriptDirectory.from_config(_config(""))
    return [*(one.revision for one in script.walk_revisions()), BASE]


def go_up(url: str, revision: str = "head") -> None:
    """Upgrades a database."""
    command.upgrade(_config(url), revision)


def go_down(url: str, revision: str) -> None:
    """Downgrades a database."""
    command.downgrade(_config(url), revision)


@contextmanager
def copied(postgres: Postgres, url: str) -> Iterator[str]:
    """The address of a copy of a database that nobody is connected to, gone after the block."""
    name = f"copy_{uuid4().hex}"
    postgres.create_database(name, url.rpartition("/")[2])
    try:
        yield postgres.url(name)
    finally:
        postgres.drop_database(name)


def contents_of(url: str) -> Contents:
    """Reads a whole database."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        structure = frozenset(row[0] for row in connection.execute(STRUCTURE))
        columns: dict[str, dict[str, bool]] = {}
        for table, column, in_key in connection.execute(KEYS):
            columns.setdefault(table, {})[column] = in_key
        tables = {table: _read(connection, table, columns[table]) for table in sorted(columns)}
    return Contents(tables, structure)


def _read(connection: psycopg.Connection, table: str, columns: Mapping[str, bool]) -> Columns:
    key = sql.SQL(", ").join(sql.Identifier(name) for name in sorted(columns) if columns[name])
    sums = sql.SQL(", ").join(
        sql.SQL(
            "count(*) || ':' || md5(coalesce(string_agg(ROW({}, {})::text, '|' ORDER BY {}), ''))"
        ).format(key, sql.Identifier(name), key)
        for name in columns
    )
    query = sql.SQL("SELECT {} FROM {}").format(sums, sql.Identifier(table))
    found = connection.execute(query).fetchone()
    assert found is not None
    return dict(zip(columns, found, strict=True))


def _config(url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.set_main_option("sqlalchemy.url", url.replace("postgresql:", "postgresql+psycopg:", 1))
    return config
