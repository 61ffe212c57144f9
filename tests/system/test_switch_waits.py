"""Readers that hold an old version for long, and readers that leave no moment without a lock."""

import json
import threading
import time

import psycopg2
import pytest

from tests.harness.program import query, rhumb
from tests.system import switching
from tests.system.switching import Readers, Switching, count_sql, percentile, transaction

# Overlapping: at any time some of them hold the view.
LONG_READS = "SELECT count(*), min(edition), max(edition), pg_sleep(0.2 + random() * {longest}) FROM {view}"


def wait_out_a_reader(folder, url, seconds):
    project = Switching(folder, url, ["demo"], "switch_within: 10 minutes")
    project.publish()
    with Readers([(url, switching.simple, [count_sql("demo")])] * 3) as readers:
        time.sleep(2)
        with transaction(url, count_sql("demo")):
            start = time.monotonic()
            project.write_edition()
            child = project.start()
            while time.monotonic() - start < seconds:
                assert child.poll() is None
                time.sleep(0.1)
        out, err = child.communicate(timeout=60)
        end = time.monotonic()
    assert child.returncode == 0, out + err
    switched = next(line for line in err.splitlines() + out.splitlines() if " visible after " in line)
    during = readers.between(start, end)
    print(f"\n{switched.strip()}; others meanwhile: p99 {percentile(during, 0.99) * 1000:.1f} ms, "
          f"slowest {during[-1] * 1000:.0f} ms of {len(during)}")
    assert readers.problems == []
    assert int(switched.rsplit(",", 1)[1].split()[0]) > 3, "it was tried again and again"
    assert during[-1] < 1.0, "others wait for a try at most, not for the reader"
    return out + err


def test_a_reader_of_five_seconds_is_waited_for(tmp_path, pg_database):
    wait_out_a_reader(tmp_path, pg_database, 5)


@pytest.mark.long
def test_a_reader_of_a_minute_is_waited_for_and_named(tmp_path, pg_database):
    out = wait_out_a_reader(tmp_path, pg_database, 60)
    assert "ALARM" in out and '"long reader"' in out and "switch: pointer" in out


class Overlapping(Readers):
    """Readers of 0.2 to 3 s that never leave the view alone."""

    def __init__(self, url, view, longest, readers):
        sql = LONG_READS.format(view=view, longest=longest)
        super().__init__([(url, switching.simple, [sql])] * readers, pause=None)


def test_starvation_is_seen_and_said_and_hurts_nobody(tmp_path, pg_database):
    project = Switching(tmp_path, pg_database, ["demo"], "switch_within: 6 s")
    project.publish()
    with Overlapping(pg_database, "demo", 1.3, 5) as overlapping:
        with Readers([(pg_database, switching.simple, [count_sql("demo")])]) as quick:
            time.sleep(2)
            project.write_edition()
            child = project.start("--json")
            out, err = child.communicate(timeout=60)
            during = sorted(seconds for _, seconds in quick.latencies)
        events = [json.loads(line) for line in out.splitlines()]
    if child.returncode == 0:
        pytest.skip("on this machine the readers left a moment")
    assert child.returncode == 1
    report = events[-1]
    assert report["errors"][0]["code"] == "switch-starved"
    assert "switch: pointer" in report["errors"][0]["hint"]
    alarms = [event for event in events if event["event"] == "alarm"]
    assert len(alarms) == 1 and "switch: pointer" in alarms[0]["text"]
    assert overlapping.problems == [] and quick.problems == []
    assert {row[:2] for row in project.visible().values()} == {(1, 1)}
    print(f"\nstarved for 6 s; a quick reader meanwhile: slowest {quick and max(s for _, s in quick.latencies) * 1000:.0f} ms")
    # Nothing is lost: when it is quieter, the next run shows what is ready in the store.
    child = project.start()
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, out + err
    assert {row[:2] for row in project.visible().values()} == {(2, 2)}


def pointer_under_overlapping_readers(folder, url, longest, seconds):
    project = Switching(folder, url, ["demo"], "switch: pointer")
    project.publish()
    kept = []

    def keep_a_version(stop):
        """REPEATABLE READ: what it saw first it sees until its end, however often others switch."""
        while not stop.is_set():
            with psycopg2.connect(url) as connection, connection.cursor() as cursor:
                connection.set_session(isolation_level="REPEATABLE READ")
                cursor.execute("SELECT 1")
                seen = set()
                for _ in range(6):
                    time.sleep(longest / 6)
                    cursor.execute(count_sql("demo"))
                    seen.add(cursor.fetchone())
            kept.append(seen)

    stop = threading.Event()
    snapshots = [threading.Thread(target=keep_a_version, args=(stop,)) for _ in range(2)]
    switches = 0
    with Overlapping(url, "demo", longest - 0.2, 8) as overlapping:
        with Readers([(url, switching.simple, [count_sql("demo")])]) as quick:
            for thread in snapshots:
                thread.start()
            time.sleep(1)
            start = time.monotonic()
            while time.monotonic() - start < seconds:
                project.publish()
                switches += 1
            took = time.monotonic() - start
            stop.set()
            for thread in snapshots:
                thread.join()
    latencies = sorted(s for _, s in quick.latencies)
    print(f"\n{switches} switches in {took:.0f} s under readers of 0.2 to {longest} s; a quick reader's "
          f"p99 {percentile(latencies, 0.99) * 1000:.1f} ms, slowest {latencies[-1] * 1000:.0f} ms")
    assert overlapping.problems == [] and quick.problems == []
    assert kept and all(len(seen) == 1 and switching.whole(next(iter(seen))) for seen in kept)
    assert {row[:2] for row in project.visible().values()} == {(project.edition, project.edition)}
    return switches / took * longest


def test_a_pointer_switches_under_readers_that_never_pause(tmp_path, pg_database):
    assert pointer_under_overlapping_readers(tmp_path, pg_database, 1.0, 12) > 0.2


@pytest.mark.long
def test_a_pointer_switches_for_a_minute_under_readers_of_three_seconds(tmp_path, pg_database):
    assert pointer_under_overlapping_readers(tmp_path, pg_database, 3.0, 60) > 0.3


def test_moving_to_a_pointer_and_back_is_planned_and_leaves_no_gap(tmp_path, pg_database):
    project = Switching(tmp_path, pg_database, ["demo"])
    project.publish()
    with Readers([(pg_database, switching.simple, [count_sql("demo")]),
                  (pg_database, switching.prepared, [count_sql("demo")]),
                  (pg_database, switching.old_snapshot, [count_sql("demo")])]) as readers:
        for options, words in (("switch: pointer", "what a pointer names"), ("", "its table itself again")):
            project.set_options(options)
            plan = rhumb("plan", cwd=tmp_path, env=project.env, check=0)
            assert words in plan.out and "publish" in plan.out
            child = project.start()
            out, err = child.communicate(timeout=60)
            assert child.returncode == 0, out + err
            assert "up to date" in rhumb("plan", cwd=tmp_path, env=project.env, check=0).out
            project.publish()
            time.sleep(0.5)
    assert readers.problems == []
    assert project.ask("SELECT count(*) FROM rhumb.seats") == [(0,)]
    assert query("SELECT count(*) AS n FROM demo_model", tmp_path, project.env) == [{"n": switching.rows_of(project.edition)}]
