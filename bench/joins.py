"""Spatial joins alone, beside SedonaDB and DuckDB's spatial extension.

    bench/run joins 1000000 10000000 [--targets 50000] [--joins nearest] [--rounds 3] [--limit 120] [--zones FILE]

The number is that of points (lines are a tenth, polygons a twentieth of it), --targets that of the
places whose five nearest are sought. Every figure is of a whole process over the same rows: for
Rhumb `rhumb run`, commit included; for a peer Python with its imports, reading the Parquet files that
Rhumb has read before. The median of the rounds stands. A join answers with the number of its pairs
and a checksum over both sides' numbers; a peer that takes longer than the limit is stopped.
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
from bench.views import NYC_ZONES
from tests.harness.program import ROOT, binary, rhumb

PYTHON = ROOT / ".deps/peers/bin/python"
PEERS = ROOT / "bench/peers"
JOINS = ["points_zones", "points_counties", "lines_boxes", "polygons_polygons", "nearest"]
SOURCES = ["city_points", "land_points", "zones", "counties", "lines", "boxes", "parcels", "buildings", "customers", "shops"]


def prepare(folder, rows, options):
    project = folder / "project"
    shutil.copytree(ROOT / "bench/projects/joins", project, ignore=shutil.ignore_patterns(".rhumb"))
    (project / "landing").mkdir()
    subprocess.run([PYTHON, PEERS / "generate_joins.py", project / "landing", str(rows), str(options.targets), "1", options.zones, ROOT / ".deps"], check=True)
    rhumb("run", *SOURCES, cwd=project, timeout=3600, check=0)
    return project


def run_rhumb(project, join):
    found = measure([binary(), "run", join, "--full-refresh"], cwd=project, env={**os.environ, "NO_COLOR": "1"})
    answer = rhumb("query", f"SELECT pairs || ' ' || checksum AS answer FROM {join}", cwd=project, check=0).out
    return found, answer.splitlines()[1].split()


def run_peer(name, project, join, limit):
    extension = next((ROOT / ".deps/duckdb/extensions").rglob("spatial.duckdb_extension"))
    answer = project / f"{name}.txt"
    script = [PYTHON, PEERS / f"joins_{name.lower()}.py", project / "landing", join, answer, *([extension] if name == "DuckDB" else [])]
    return measure([str(part) for part in script], limit=limit), answer.read_text().split()


def bench_join(project, join, options):
    figures, answers, late = {"Rhumb": [], "DuckDB": [], "SedonaDB": []}, {}, set()
    for _ in range(options.rounds):
        for name in figures:
            if name in late:
                continue
            try:
                found, answers[name] = run_rhumb(project, join) if name == "Rhumb" else run_peer(name, project, join, options.limit)
                figures[name].append(found)
            except subprocess.TimeoutExpired:
                late.add(name)
    systems = []
    for name, rounds in figures.items():
        if name in late:
            systems.append({"system": name, "stopped_after_s": options.limit, "without_ratio": True})
        else:
            middle = {key: round(statistics.median(one[key] for one in rounds), 2) for key in ("wall_s", "cpu_s", "peak_mib")}
            systems.append({"system": name, **middle, "pairs": int(answers[name][0]), "equal": answers[name] == answers["Rhumb"]})
    return [{"query": join, **system} for system in with_ratios(systems)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", type=int, nargs="*", default=[1_000_000])
    parser.add_argument("--targets", type=int, default=50_000)
    parser.add_argument("--joins", default=",".join(JOINS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--limit", type=int, default=120, help="seconds that a peer may take for a join")
    parser.add_argument("--zones", type=Path, default=NYC_ZONES, help="polygons in a format that GDAL reads")
    parser.add_argument("--scratch", type=Path, default=None, help="a folder on a large disk")
    options = parser.parse_args()
    for rows in options.rows:
        with tempfile.TemporaryDirectory(dir=options.scratch) as temporary:
            project = prepare(Path(temporary), rows, options)
            systems = [system for join in options.joins.split(",") for system in bench_join(project, join, options)]
        save("joins", rows, systems)
    write_tables()


if __name__ == "__main__":
    main()
