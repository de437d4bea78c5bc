"""The throwaway servers of a test run."""

import time

import psycopg
from temporalio.client import Client

from models.domain.search_attributes import SEARCH_ATTRIBUTES
from tests.support.cluster import Cluster


def tables_of(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def test_a_fresh_database_is_empty_of_what_another_test_wrote(cluster: Cluster) -> None:
    with cluster.fresh_database() as first, psycopg.connect(first) as connection:
        connection.execute("CREATE TABLE left_behind ()")
    with cluster.fresh_database() as second:
        assert "left_behind" not in tables_of(second)


def test_a_fresh_database_is_there_at_once(cluster: Cluster, database_url: str) -> None:
    started = time.perf_counter()
    with cluster.fresh_database() as url:
        took = time.perf_counter() - started
    assert url != database_url
    assert took < 1.0


def test_the_database_sorts_and_stores_unicode(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        row = connection.execute("SELECT upper('điện'), current_setting('server_encoding')")
        assert row.fetchone() == ("ĐIỆN", "UTF8")


async def test_the_temporal_server_knows_the_search_attributes(temporal_client: Client) -> None:
    names = {name for name, _ in SEARCH_ATTRIBUTES}
    for name in names:
        assert await temporal_client.count_workflows(f"{name} IS NULL")
