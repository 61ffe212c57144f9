"""Points among polygons: runs build/release/geo_lookup on made zones and on the counties of the demo.

    bench/run geo_lookup          (after `cmake --build --preset release --target geo_lookup`)
"""

import csv
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
csv.field_size_limit(sys.maxsize)


def write_counties(folder):
    """The borders of the demo's counties, one WKT to a line."""
    subprocess.run([sys.executable, ROOT / "scripts/demo_data.py", ROOT / ".deps", folder], check=True)
    path = folder / "counties.wkt"
    with (folder / "counties.csv").open(encoding="utf-8", newline="") as file:
        path.write_text("".join(row["geom"] + "\n" for row in csv.DictReader(file)), encoding="utf-8")
    return path


def main():
    with tempfile.TemporaryDirectory() as name:
        counties = write_counties(Path(name))
        subprocess.run(
            [ROOT / "build/release/geo_lookup", "zones", f"counties={counties}"], check=True
        )


if __name__ == "__main__":
    main()
