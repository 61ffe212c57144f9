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
}


def figures(entry):
    if not entry:
        return "| | | |"
    return f"| {entry['wall_s']} | {entry['cpu_s']} + {entry['server_cpu_s']} | {entry['peak_mib']} |"


def table(result):
    out = f"## {TITLES.get(result['benchmark'], result['benchmark'])}\n\n"
    machine = result["machine"]
    out += f"{machine['cores']} cores, {machine['cpu']}; commit {result['commit']}.\n\n"
    out += "| rows | system | wall s | CPU s + server CPU s | peak MiB | rows a second |\n|---|---|---|---|---|---|\n"
    for size in result["sizes"]:
        for name, label in (("rhumb", "Rhumb"), ("copy_and_sql", "COPY + SQL"), ("one_more_file", "Rhumb, 100,000 rows more")):
            entry = size.get(name)
            if not entry:
                continue
            rows = 100_000 if name == "one_more_file" else size["rows"]
            out += f"| {size['rows']:,} | {label} {figures(entry)} {rows / entry['wall_s']:,.0f} |\n"
    ratios = [f"{size['rows']:,} rows: {size['wall_ratio']} in wall time, {size['cpu_ratio']} in CPU" for size in result["sizes"] if "cpu_ratio" in size]
    return out + ("\nRatio COPY + SQL / Rhumb: " + "; ".join(ratios) + ".\n" if ratios else "")


def write_tables():
    results = sorted((ROOT / "bench/results").glob("*.json"))
    pages = [INTRODUCTION] + [table(json.loads(path.read_text())) for path in results]
    (ROOT / "docs/benchmarks.md").write_text("\n".join(pages))


if __name__ == "__main__":
    write_tables()
