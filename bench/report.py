"""Draws docs/benchmarks.md from bench/results/*.json."""

import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

INTRODUCTION = """# Benchmarks

Drawn from `bench/results/*.json` by `bench/run`. Both sides of a row ran one after the other on the
same machine; compare ratios, and CPU seconds before wall seconds. Server CPU is what PostgreSQL's
backends used on Rhumb's or the script's behalf, with `wal_level=minimal` and `fsync=off` on both sides.
"""

TITLES = {
    "trips": "Trips CSV to published groups and weekly counts",
    "trips_raw": "The same, and every trip as a PostGIS table with its GiST index",
    "views": "The materialized view: trips in two joins with zones, published",
}


def line(size, system):
    rows = system.get("rows", size["rows"])
    ratio = f"{system['cpu_ratio']} / {system['wall_ratio']}" if "cpu_ratio" in system else ""
    equal = {True: "equal", False: "**different**"}.get(system.get("equal"), "")
    return (f"| {size['rows']:,} | {system['system']} | {system['wall_s']} | {system['cpu_s']} + {system.get('server_cpu_s', 0)} "
            f"| {system['peak_mib']} | {rows / system['wall_s']:,.0f} | {ratio} | {equal} |\n")


def table(result):
    machine = result["machine"]
    commits = ", ".join(dict.fromkeys(size["commit"] for size in result["sizes"]))
    out = f"## {TITLES.get(result['benchmark'], result['benchmark'])}\n\n"
    out += f"{machine['cores']} cores, {machine['cpu']}; commit {commits}.\n\n"
    out += "| rows | system | wall s | CPU s + server CPU s | peak MiB | rows a second | CPU / wall, times Rhumb's | answers |\n|---|---|---|---|---|---|---|---|\n"
    return out + "".join(line(size, system) for size in result["sizes"] for system in size["systems"])


def write_tables():
    results = sorted((ROOT / "bench/results").glob("*.json"))
    pages = [INTRODUCTION] + [table(json.loads(path.read_text())) for path in results]
    (ROOT / "docs/benchmarks.md").write_text("\n".join(pages))


if __name__ == "__main__":
    write_tables()
