"""What a benchmark found: bench/results/NAME.json, one entry per size, one line per system."""

import json
import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/results"


def machine():
    model = next((line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "")
    return {"cpu": model, "cores": os.cpu_count(), "kernel": platform.release()}


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def cpu_of(system):
    return system["cpu_s"] + system.get("server_cpu_s", 0)


def with_ratios(systems, ours="Rhumb"):
    """Adds to each other system how many times our CPU and wall seconds it took."""
    mine = next(system for system in systems if system["system"] == ours)
    for system in systems:
        if system is not mine and not system.get("without_ratio"):
            system["cpu_ratio"] = round(cpu_of(system) / max(cpu_of(mine), 0.01), 1)
            system["wall_ratio"] = round(system["wall_s"] / max(mine["wall_s"], 0.01), 1)
    return systems


def save(benchmark, rows, systems):
    """Keeps other sizes of the same benchmark; each size names its own commit."""
    path = FOLDER / f"{benchmark}.json"
    sizes = json.loads(path.read_text())["sizes"] if path.exists() else []
    sizes = [size for size in sizes if size["rows"] != rows]
    sizes.append({"rows": rows, "commit": commit(), "systems": systems})
    sizes.sort(key=lambda size: size["rows"])
    FOLDER.mkdir(exist_ok=True)
    path.write_text(json.dumps({"benchmark": benchmark, "machine": machine(), "sizes": sizes}, indent=1) + "\n")
    for system in systems:
        print(json.dumps({"rows": rows, **system}))
