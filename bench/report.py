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
    "decode": "Files to columns in memory; import of Python libraries not counted",
    "planning": "Checking and planning a project (rows are models)",
    "trips": "Trips CSV to published groups and weekly counts",
    "trips_raw": "The same, and every trip as a PostGIS table (busy machine; ours with two GiST indexes, COPY + SQL with one)",
    "joins": "Spatial joins alone (rows are points; lines are a tenth, boxes a fortieth, polygons a twentieth on each side)",
    "spatialbench": "SpatialBench's queries as models; zones are countries and counties",
    "views": "The materialized view: trips in two joins with zones, published",
}


def measured(size, system):
    """The cells of one system at one size; what was not measured stays empty."""
    if "stopped_after_s" in system:
        return [f"more than {system['stopped_after_s']}", "", "", "", "", ""]
    rows = system.get("rows", size["rows"])
    server = f" + {system['server_cpu_s']}" if system.get("server_cpu_s") else ""
    ratio = f"{system['cpu_ratio']} / {system['wall_ratio']}" if "cpu_ratio" in system else ""
    equal = {True: "equal", False: "**different**"}.get(system.get("equal"), "")
    return [system["wall_s"], f"{system['cpu_s']}{server}", system.get("peak_mib", ""), f"{rows / max(system['wall_s'], 0.001):,.0f}", ratio, equal]


def table(result):
    machine = result["machine"]
    commits = ", ".join(dict.fromkeys(size["commit"] for size in result["sizes"]))
    by_query = any("query" in system for size in result["sizes"] for system in size["systems"])
    head = ["rows", *(["query"] if by_query else []), "system", "wall s", "CPU s + server's", "peak MiB", "rows a second", "CPU / wall, times Rhumb's", "answers"]
    lines = [head, ["---"] * len(head)]
    for size in result["sizes"]:
        for system in size["systems"]:
            query = [system["query"]] if by_query else []
            lines.append([f"{size['rows']:,}", *query, system["system"], *measured(size, system)])
    out = f"## {TITLES.get(result['benchmark'], result['benchmark'])}\n\n"
    out += f"{machine['cores']} cores, {machine['cpu']}; commit {commits}.\n\n"
    return out + "".join(f"| {' | '.join(str(cell) for cell in line)} |\n" for line in lines)


def switch_tables(result):
    """Forms of a published view and ways to switch it: no rows per second here."""
    machine = result["machine"]
    queries = [name for name in result["forms"][0] if name != "form"]
    out = "## Switching a published view\n\n"
    out += f"{machine['cores']} cores, {machine['cpu']}; commit {result['commit']}. Server CPU microseconds per query, {result['rows']:,} rows, medians.\n\n"
    out += f"| form | {' | '.join(queries)} |\n|---|{'---|' * len(queries)}\n"
    for form in result["forms"]:
        out += f"| {form['form']} | {' | '.join(f'{form[name]:,.0f}' for name in queries)} |\n"
    out += "\nWhole runs of `rhumb run`, one after the other; p99 of quick readers at rest, beside publications of another view, while theirs switches.\n\n"
    out += "| way | readers | switches | visible after ms | readers' p99 ms | slowest ms | reads, wrong ones |\n|---|---|---|---|---|---|---|\n"
    for entry in result["switching"]:
        p99 = entry.get("p99_ms_rest_beside_during") or [entry["p99_ms_quick_reader"]]
        out += (f"| {entry['way']} | {entry['readers']} | {entry['switches']} in {entry['seconds']} s | {entry.get('visible_after_ms', '')} "
                f"| {', '.join(str(value) for value in p99)} | {entry['slowest_ms']} | {entry['reads']:,}, {entry['wrong_reads']} |\n")
    return out


def write_tables():
    results = sorted((ROOT / "bench/results").glob("*.json"))
    pages = [INTRODUCTION]
    for path in results:
        result = json.loads(path.read_text())
        pages.append(switch_tables(result) if result["benchmark"] == "switch" else table(result))
    (ROOT / "docs/benchmarks.md").write_text("\n".join(pages))


if __name__ == "__main__":
    write_tables()
