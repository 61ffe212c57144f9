"""Loading, checking and planning a project of many models.

    bench/run planning 1000 [--beside ANOTHER_RHUMB]

Ten sources of points; each model joins two earlier datasets by their geometry and counts, so that
every statement is parsed, bound against its inputs and followed to the sources. Nothing is read or
built: `plan` also looks at every source and target. The fastest of some repetitions is kept, the
CPU of all of them beside it.
"""

import argparse
import os
import tempfile
from pathlib import Path

from bench.measure import measure
from bench.report import write_tables
from bench.results import save, with_ratios
from tests.harness.program import binary

SOURCES = 10
REPEATS = 5

SOURCE = """read: {{ directory: {{ path: landing/s{n}, files: "*.csv" }} }}
decode: {{ csv: {{}} }}
columns:
  id: integer
  place: {{ type: point, crs: 4326, lon: x, lat: y }}
"""

MODEL = """-- ---
-- description: Model {n}.
-- assert:
--   - not_null: [id]
-- ---
SELECT a.id, a.place, count(*) AS n
FROM {left} AS a
JOIN {right} AS b ON ST_Intersects(a.place, b.place)
GROUP BY a.id, a.place
"""


def make_project(folder, models):
    (folder / "sources").mkdir(parents=True)
    (folder / "models").mkdir()
    (folder / "rhumb.yaml").write_text("rhumb: 1\nname: planning\n")
    for n in range(SOURCES):
        landing = folder / f"landing/s{n}"
        landing.mkdir(parents=True)
        (landing / "a.csv").write_text("id,x,y\n1,0.5,0.5\n")
        (folder / f"sources/s{n}.yaml").write_text(SOURCE.format(n=n))
    for n in range(models):
        # Chains of 10 models for 100 of them: what changes at the start reaches far.
        left = f"m{n - 100}" if n >= 100 else f"s{n % SOURCES}"
        (folder / f"models/m{n}.sql").write_text(MODEL.format(n=n, left=left, right=f"s{(n + 3) % SOURCES}"))


def best(command, folder):
    env = {**os.environ, "NO_COLOR": "1"}
    runs = [measure(command, cwd=folder, env=env) for _ in range(REPEATS)]
    fastest = min(runs, key=lambda run: run["cpu_s"])
    fastest["all_cpu_s"] = [run["cpu_s"] for run in runs]
    return fastest


def bench_size(models, beside):
    systems = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "planning"
        make_project(folder, models)
        for name, program in [("Rhumb", binary()), ("before", beside)]:
            if program is None:
                continue
            for command in ("check", "plan"):
                systems.append({"system": f"{name} {command}", **best([str(program), command], folder)})
    return with_ratios(systems, "Rhumb plan") if beside else systems


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=int, nargs="*", default=[1000])
    parser.add_argument("--beside", type=Path, default=None, help="another build of the program, measured in the same run")
    options = parser.parse_args()
    for models in options.models:
        save("planning", models, bench_size(models, options.beside))
    write_tables()


if __name__ == "__main__":
    main()
