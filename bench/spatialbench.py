"""SpatialBench's twelve queries as models, beside DuckDB and SedonaDB over the same rows.

    bench/run spatialbench 0.1 [--queries q02,q10] [--rounds 3] [--limit 120]

SCALE 0.1 is 600,000 rides. Every figure is of a whole process: for Rhumb `rhumb run` of the model,
commit included; for a peer Python with its imports and the query from Parquet to Parquet. The median
of the rounds stands; a query that takes longer than the limit is stopped and said to be. Answers are compared
with those of the peers.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from bench.measure import measure
from bench.report import write_tables
from bench.results import save, with_ratios
from tests.harness.program import ROOT, binary

PYTHON = ROOT / ".deps/peers/bin/python"
PEERS = ROOT / "bench/peers"
QUERIES = [f"q{number:02}" for number in range(1, 13)]
RIDES_PER_SCALE = 6_000_000


def prepare(folder, scale):
    landing = folder / "project/landing"
    shutil.copytree(ROOT / "bench/projects/spatialbench", folder / "project", ignore=shutil.ignore_patterns(".rhumb"))
    landing.mkdir()
    subprocess.run([PYTHON, PEERS / "generate_spatialbench.py", landing, str(scale), ROOT / ".deps"], check=True)
    subprocess.run([binary(), "run", "trip", "building", "customer", "zone"], cwd=folder / "project", check=True, capture_output=True)
    return landing


def run_peer(name, landing, query, out, limit):
    extension = next((ROOT / ".deps/duckdb/extensions").rglob("spatial.duckdb_extension"))
    command = [PYTHON, PEERS / f"spatialbench_{name.lower()}.py", landing, query, out, *([extension] if name == "DuckDB" else [])]
    try:
        found = measure([str(part) for part in command], limit=limit)
    except subprocess.TimeoutExpired:
        return None
    return {key: found[key] for key in ("wall_s", "cpu_s", "peak_mib")}


def run_rhumb(folder, query):
    env = {**os.environ, "NO_COLOR": "1"}
    found = measure([binary(), "run", query, "--full-refresh"], cwd=folder / "project", env=env)
    return {key: found[key] for key in ("wall_s", "cpu_s", "peak_mib")}


def newest_files(folder, query):
    """Parquet files of the version that was just built; "-" for one without rows, which has no file."""
    data = folder / "project/.rhumb/prod/data" / query
    return str(sorted(data.iterdir())[-1] / "*.parquet") if data.exists() else "-"


def median(rounds):
    return {key: round(statistics.median(entry[key] for entry in rounds), 3) for key in rounds[0]}


def bench_query(folder, landing, query, rounds, limit):
    figures, files, late = {"Rhumb": [], "DuckDB": [], "SedonaDB": []}, {}, set()
    for _ in range(rounds):
        figures["Rhumb"].append(run_rhumb(folder, query))
        for name in ("DuckDB", "SedonaDB"):
            files[name] = folder / f"{query}-{name}.parquet"
            found = None if name in late else run_peer(name, landing, query, files[name], limit)
            if found is None:
                late.add(name)
            else:
                figures[name].append(found)
    equal = compare(newest_files(folder, query), [files[name] for name in files if name not in late])
    systems = [{"system": "Rhumb", **median(figures["Rhumb"]), "equal": equal}]
    for name in files:
        if name in late:
            systems.append({"system": name, "stopped_after_s": limit, "without_ratio": True})
        else:
            systems.append({"system": name, **median(figures[name])})
    return [{"query": query, **system} for system in with_ratios(systems)]


def compare(ours, peers):
    done = subprocess.run([PYTHON, PEERS / "compare_tables.py", ours, *map(str, peers)], capture_output=True, text=True, check=True)
    return done.stdout.strip() == "equal"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scale", type=float, nargs="*", default=[0.1])
    parser.add_argument("--queries", default=",".join(QUERIES))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=120, help="seconds that a peer may take for a query")
    parser.add_argument("--scratch", type=Path, default=None)
    options = parser.parse_args()
    for scale in options.scale:
        with tempfile.TemporaryDirectory(dir=options.scratch) as temporary:
            folder = Path(temporary)
            landing = prepare(folder, scale)
            systems = [system for query in options.queries.split(",") for system in bench_query(folder, landing, query, options.rounds, options.limit)]
        save("spatialbench", int(scale * RIDES_PER_SCALE), systems)
    write_tables()


if __name__ == "__main__":
    main()
