"""Many switches under many readers: every answer is one whole version, nobody waits for long.

How long readers take is compared only where nobody else uses the machine:

    RHUMB_QUIET_MACHINE=1 pytest -s -m long tests/system/test_switch_readers.py
"""

import os
import time

import pytest

from tests.harness.pgbouncer import PgBouncer
from tests.harness.postgres import PostgresCluster
from tests.system import switching
from tests.system.switching import Readers, Switching, count_sql, join_sql, percentile

# A lock that is waited for longer than this is written to the server's log; the switch's own limit
# of 20 ms lies well below.
LONGEST_WAIT_MS = 250
# Readers' p99 while versions switch, to that at rest in the same run.
MOST_P99 = 1.2
REST_SECONDS = 4


@pytest.fixture(scope="module")
def cluster():
    with PostgresCluster({"deadlock_timeout": f"{LONGEST_WAIT_MS}ms", "log_lock_waits": "on"}) as started:
        yield started


def ways(views, url, pool):
    sqls = [count_sql(view) for view in views]
    joins = [join_sql(views), join_sql(views[::-1])] if len(views) > 1 else sqls
    return [(url, switching.simple, sqls + joins), (url, switching.prepared, sqls + joins),
            (url, switching.old_snapshot, joins), (pool, switching.simple, joins),
            (url, switching.simple, joins), (url, switching.several_statements, sqls[:1]),
            (pool, switching.old_snapshot, sqls[:1]), (url, switching.prepared, joins)]


def rest():
    """(start, end) of some seconds in which nothing is published."""
    start = time.monotonic()
    time.sleep(REST_SECONDS)
    return start, time.monotonic()


def switch_under_readers(cluster, folder, views, options, switches, times):
    url = cluster.create_database()
    project = Switching(folder, url, views, options)
    project.publish()
    # The same work at the same time for a view that nobody reads: what it costs to share the machine.
    beside = Switching(folder / "beside", url, ["elsewhere.unread"], options)
    beside.publish()
    with PgBouncer(cluster) as bouncer:
        with Readers(ways(views, url, bouncer.url(url)) * times) as readers:
            time.sleep(1)
            rests = [rest()]
            beside_from = time.monotonic()
            for _ in range(max(5, switches // 10)):
                beside.publish()
            start = time.monotonic()
            for _ in range(switches):
                out = project.publish()
                assert " together" in out or len(views) == 1
            end = time.monotonic()
            rests.append(rest())
    during = readers.between(start, end)
    resting = sorted(value for period in rests for value in readers.between(*period))
    p99 = [percentile(values, 0.99) * 1000 for values in (resting, readers.between(beside_from, start), during)]
    print(f"\n{len(views)} view(s), {options or 'switch: view'}, {switches} switches, {len(readers.processes)} readers, "
          f"{len(readers.latencies):,} reads {readers.kinds}: p99 at rest {p99[0]:.1f} ms, beside other publications "
          f"{p99[1]:.1f} ms, meanwhile {p99[2]:.1f} ms (ratios {p99[2] / p99[0]:.2f} and {p99[2] / p99[1]:.2f}), slowest {max(during) * 1000:.0f} ms")
    assert readers.problems[:5] == []
    assert len(during) > 20 * switches
    assert {edition for edition, _, _ in project.visible().values()} == {project.edition}
    log = cluster.log()
    assert "deadlock detected" not in log
    waits = [line for line in log.splitlines() if "still waiting for AccessShareLock" in line]
    assert waits == [], "a reader waited for a switch"
    if os.environ.get("RHUMB_QUIET_MACHINE"):
        assert p99[2] <= MOST_P99 * p99[0], "readers take longer while versions switch"
    left = project.ask("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '_v[0-9]+$'")
    assert left == [(len(views) + 1,)], "old versions have gone"
    cluster.drop_database(url)


@pytest.mark.parametrize("options", ["", "switch: pointer"], ids=["view", "pointer"])
@pytest.mark.parametrize("views", [["demo"], ["c.third", "a.first", "b.second"]], ids=["one", "three"])
def test_every_answer_is_one_whole_version(cluster, tmp_path, views, options):
    switch_under_readers(cluster, tmp_path, views, options, switches=40 if views == ["demo"] and not options else 15, times=1)


@pytest.mark.long
@pytest.mark.parametrize("options", ["", "switch: pointer"], ids=["view", "pointer"])
@pytest.mark.parametrize("views", [["demo"], ["c.third", "a.first", "b.second"]], ids=["one", "three"])
def test_three_hundred_switches_under_sixteen_readers(cluster, tmp_path, views, options):
    switch_under_readers(cluster, tmp_path, views, options, switches=300, times=2)
