"""Both ways to switch a published view, beside each other: what readers pay, and how often it works.

    bench/run switch [--seconds 60]

1. The forms a view can have, by server CPU per query: the view over its table (`switch: view`); one
   partitioned table filtered by the version that a pointer names; two slots that are gated in the
   branches of a UNION ALL; two slots with a constant that is compared with the pointer (`switch:
   pointer`), with one slot filled, as between switches, and with both, as in the midst of one.
2. `rhumb run` under quick readers: their p99 at rest, beside publications of a view they do not
   read, and while theirs switches.
3. `rhumb run` under readers of 0.2 to 3 s that overlap without a pause.
"""

import argparse
import json
import subprocess
import tempfile
import time
from pathlib import Path

from bench.measure import server_cpu
from bench.report import write_tables
from bench.results import commit, machine
from tests.harness.postgres import PostgresCluster
from tests.harness.program import ROOT
from tests.system import switching
from tests.system.switching import Readers, Switching, count_sql, percentile

ROWS = 100_000
COLUMNS = "id, zone, day, fare, geom"
TABLE = "(id bigint NOT NULL, zone int, day date, fare float8, geom geometry(Point,4326))"
READY = "INSERT INTO {0} SELECT {1}* FROM base; ALTER TABLE {0} ADD PRIMARY KEY (id); CREATE INDEX ON {0} USING gist (geom);"

SET_UP = f"""
CREATE TABLE base AS SELECT g::bigint AS id, (g * 7919) % 1000 AS zone, date '2024-01-01' + g % 300 AS day,
  random() * 100 AS fare, ST_SetSRID(ST_Point(g % 3600 / 10.0 - 180, g % 1700 / 10.0 - 85), 4326)::geometry(Point,4326) AS geom
FROM generate_series(1, {ROWS}) AS g;
CREATE TABLE pointer (one boolean PRIMARY KEY, slot int NOT NULL, version int NOT NULL);
INSERT INTO pointer VALUES (true, 1, 1);
CREATE TABLE plain {TABLE}; {READY.format('plain', '')}
CREATE VIEW view_of_table AS SELECT {COLUMNS} FROM plain;
CREATE TABLE filtered (v int NOT NULL, {TABLE[1:]} PARTITION BY LIST (v);
CREATE TABLE filtered_1 (LIKE filtered); {READY.format('filtered_1', '1, ')}
ALTER TABLE filtered ATTACH PARTITION filtered_1 FOR VALUES IN (1);
CREATE VIEW filter_per_row AS SELECT {COLUMNS} FROM filtered WHERE v = (SELECT version FROM pointer);
""" + "".join(f"""
CREATE TABLE {name} ({TABLE[1:-1]}, v int NOT NULL) PARTITION BY RANGE (v);
""" for name in ("rest_a", "rest_b", "both_a", "both_b")) + "".join(f"""
CREATE TABLE {name}_1 {TABLE}; {READY.format(name + '_1', '')}
ALTER TABLE {name}_1 ADD COLUMN v int NOT NULL DEFAULT 1;
ALTER TABLE {name} ATTACH PARTITION {name}_1 FOR VALUES FROM (MINVALUE) TO (MAXVALUE);
""" for name in ("rest_a", "both_a", "both_b")) + f"""
CREATE VIEW gated_branches AS SELECT {COLUMNS} FROM rest_a WHERE (SELECT slot FROM pointer) = 1
  UNION ALL SELECT {COLUMNS} FROM rest_b WHERE (SELECT slot FROM pointer) = 2;
CREATE VIEW constant_slots AS SELECT {COLUMNS} FROM (SELECT 1 AS s, {COLUMNS} FROM rest_a UNION ALL
  SELECT 2, {COLUMNS} FROM rest_b) AS slots WHERE s = (SELECT slot FROM pointer);
CREATE VIEW constant_slots_both AS SELECT {COLUMNS} FROM (SELECT 1 AS s, {COLUMNS} FROM both_a UNION ALL
  SELECT 2, {COLUMNS} FROM both_b) AS slots WHERE s = (SELECT slot FROM pointer);
"""

FORMS = {
    "view_of_table": "the view over its table (`switch: view`)",
    "filter_per_row": "partitions filtered by the pointer's version",
    "gated_branches": "two slots, gated in their branches",
    "constant_slots": "two slots with constants (`switch: pointer`)",
    "constant_slots_both": "the same in the midst of a switch",
}

# (name, transactions per round, pgbench script, protocol, options)
QUERIES = [
    ("look-up, prepared", 12_000, "\\set i random(1, 100000)\nSELECT fare FROM {view} WHERE id = :i;", "prepared", ""),
    ("look-up, planned anew", 6_000, "\\set i random(1, 100000)\nSELECT fare FROM {view} WHERE id = :i;", "simple", ""),
    ("look-up, generic plan", 12_000, "\\set i random(1, 100000)\nSELECT fare FROM {view} WHERE id = :i;", "prepared",
     "-c plan_cache_mode=force_generic_plan"),
    ("box of points", 3_000, "\\set x random(-180, 170)\nSELECT count(*) FROM {view} WHERE geom && ST_MakeEnvelope(:x, 0, :x + 5, 5, 4326);",
     "prepared", ""),
    ("scan of all rows", 100, "SELECT count(*), sum(fare) FROM {view};", "prepared", ""),
    ("first rows by key", 2_000, "SELECT id FROM {view} ORDER BY id LIMIT 10;", "prepared", ""),
]


def psql(url, sql):
    subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", url], input=sql, text=True, check=True)


def cpu_of(cluster, url, view, query):
    """Microseconds of server CPU per query."""
    _, transactions, script, protocol, options = query
    if view == "gated_branches" and "ORDER BY" in script:
        transactions //= 40  # it sorts everything
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script.format(view=view))
        file.flush()
        before = server_cpu(cluster.process.pid)
        subprocess.run(["pgbench", "-n", "-M", protocol, "-f", file.name, "-c", "1", "-t", str(transactions), url],
                       check=True, capture_output=True,
                       env={"PATH": "/usr/bin:/bin", "PGOPTIONS": f"-c max_parallel_workers_per_gather=0 {options}"})
        time.sleep(0.1)  # the backend's figures reach its parent when it has ended
        return (server_cpu(cluster.process.pid) - before) / transactions * 1e6


def forms(cluster, rounds):
    url = cluster.create_database()
    psql(url, SET_UP + "VACUUM ANALYZE;")
    samples = {}
    for _ in range(rounds):
        for query in QUERIES:
            for view in FORMS:
                samples.setdefault((view, query[0]), []).append(cpu_of(cluster, url, view, query))
    cluster.drop_database(url)
    median = {key: sorted(values)[len(values) // 2] for key, values in samples.items()}
    return [{"form": words, **{query[0]: round(median[view, query[0]], 1) for query in QUERIES}} for view, words in FORMS.items()]


def visible_after(out):
    """(seconds, tries) of the switch, as the run says it."""
    line = next(line for line in out.splitlines() if " visible after " in line)
    amount, unit = line.split(" visible after ", 1)[1].split()[:2]
    return float(amount) * (0.001 if unit == "ms" else 1.0), int(line.rsplit(",", 1)[1].split()[0])


def under_quick_readers(cluster, way, seconds):
    url = cluster.create_database()
    with tempfile.TemporaryDirectory() as folder:
        project = Switching(Path(folder) / "read", url, ["demo"], f"switch: {way}")
        beside = Switching(Path(folder) / "beside", url, ["elsewhere.unread"], f"switch: {way}")
        project.publish()
        beside.publish()
        kinds = [switching.simple, switching.prepared, switching.simple, switching.prepared]
        switches = []
        with Readers([(url, kind, [count_sql("demo")]) for kind in kinds]) as readers:
            time.sleep(1)
            marks = [time.monotonic()]
            time.sleep(seconds / 4)
            marks.append(time.monotonic())
            while time.monotonic() - marks[1] < seconds / 2:
                beside.publish()
            marks.append(time.monotonic())
            while time.monotonic() - marks[2] < seconds:
                switches.append(visible_after(project.publish()))
            marks.append(time.monotonic())
    cluster.drop_database(url)
    p99 = [percentile(readers.between(start, end), 0.99) * 1000 for start, end in zip(marks, marks[1:])]
    return {"way": way, "readers": "4 quick ones", "switches": len(switches), "seconds": round(marks[3] - marks[2]),
            "wrong_reads": len(readers.problems), "reads": len(readers.latencies),
            "visible_after_ms": round(sorted(s for s, _ in switches)[len(switches) // 2] * 1000, 1),
            "p99_ms_rest_beside_during": [round(value, 1) for value in p99],
            "slowest_ms": round(readers.between(marks[2], marks[3])[-1] * 1000)}


def under_overlapping_readers(cluster, way, seconds):
    url = cluster.create_database()
    sql = "SELECT count(*), min(edition), max(edition), pg_sleep(0.2 + random() * 2.8) FROM demo"
    with tempfile.TemporaryDirectory() as folder:
        project = Switching(folder, url, ["demo"], f"switch: {way}, switch_within: {int(seconds)} s")
        project.publish()
        switches = 0
        with Readers([(url, switching.simple, [sql])] * 10, pause=None) as slow:
            with Readers([(url, switching.simple, [count_sql("demo")])]) as quick:
                time.sleep(1)
                start = time.monotonic()
                while time.monotonic() - start < seconds:
                    out = project.publish(check=False)
                    switches += " visible after " in out
                took = time.monotonic() - start
    cluster.drop_database(url)
    latencies = sorted(s for _, s in quick.latencies)
    return {"way": way, "readers": "10 of 0.2 to 3 s that overlap", "switches": switches, "seconds": round(took),
            "wrong_reads": len(slow.problems) + len(quick.problems), "reads": len(slow.latencies) + len(quick.latencies),
            "p99_ms_quick_reader": round(percentile(latencies, 0.99) * 1000, 1), "slowest_ms": round(latencies[-1] * 1000)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=40, help="of switching, per way")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with PostgresCluster() as cluster:
        result = {"benchmark": "switch", "machine": machine(), "commit": commit(), "rows": ROWS,
                  "forms": forms(cluster, options.rounds),
                  "switching": [measured(cluster, way, options.seconds)
                                for measured in (under_quick_readers, under_overlapping_readers)
                                for way in ("view", "pointer")]}
    for entry in result["forms"] + result["switching"]:
        print(json.dumps(entry))
    (ROOT / "bench/results/switch.json").write_text(json.dumps(result, indent=1) + "\n")
    write_tables()


if __name__ == "__main__":
    main()
