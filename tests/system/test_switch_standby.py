"""Readers of a physical standby read on while the primary switches."""

import time

import psycopg2
import pytest

from tests.harness.postgres import PostgresCluster, StandbyCluster
from tests.system import switching
from tests.system.switching import Readers, Switching, count_sql, join_sql


@pytest.fixture(scope="module")
def pair():
    settings = {"wal_level": "replica", "max_wal_senders": "4", "hot_standby": "on", "hot_standby_feedback": "on"}
    with PostgresCluster(settings) as primary, StandbyCluster(primary) as standby:
        yield primary, standby


@pytest.mark.parametrize("options", ["", "switch: pointer"], ids=["view", "pointer"])
def test_readers_of_a_standby_see_whole_versions(pair, tmp_path, options):
    primary, standby = pair
    url = primary.create_database()
    copy = standby.url(url.rsplit("/", 1)[1])
    views = ["a.first", "b.second"]
    project = Switching(tmp_path, url, views, options)
    project.publish()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with psycopg2.connect(copy) as connection, connection.cursor() as cursor:
                cursor.execute(count_sql(views[0]))
            break
        except psycopg2.Error:
            time.sleep(0.1)
    sqls = [count_sql(view) for view in views]
    with Readers([(copy, switching.simple, sqls), (copy, switching.prepared, sqls),
                  (copy, switching.simple, [join_sql(views)])]) as readers:
        for _ in range(8):
            project.publish()
        time.sleep(1)
    assert readers.problems[:5] == []
    with psycopg2.connect(copy) as connection, connection.cursor() as cursor:
        cursor.execute(count_sql(views[0]))
        assert cursor.fetchone()[1] == project.edition
    print(f"\n{len(readers.latencies):,} reads of the standby, slowest {max(s for _, s in readers.latencies) * 1000:.0f} ms")
    primary.drop_database(url)
