"""The Spark of `scripts/setup spark`, for tests.

    python3 tests/harness/spark.py run -- COMMAND...     runs it with that Spark
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

DEPS = Path(__file__).resolve().parents[2] / ".deps"
PYTHON = DEPS / "spark/bin/python"
JARS = DEPS / "spark-jars"


def is_installed() -> bool:
    return PYTHON.exists() and any(JARS.glob("sedona*.jar"))


def spark_environment(folder: Path, **settings: str) -> dict:
    """What a command needs to find it. `folder` takes its configuration; settings are Spark's own, with
    `_` for `.`."""
    [home] = (DEPS / "spark/lib").glob("python3*/site-packages/pyspark")
    jars = ",".join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    lines = {"spark.jars": jars, "spark.sql.shuffle.partitions": "2", "spark.local.dir": str(folder / "scratch"),
             **{name.replace("_", "."): value for name, value in settings.items()}}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items() if value))
    return {"SPARK_HOME": str(home), "SPARK_CONF_DIR": str(folder), "PYSPARK_PYTHON": str(PYTHON)}


def main() -> int:
    if sys.argv[1:3] != ["run", "--"] or len(sys.argv) < 4:
        sys.exit(__doc__)
    if not is_installed():
        sys.exit("Spark is not installed: run scripts/setup spark")
    with tempfile.TemporaryDirectory() as folder:
        return subprocess.run(sys.argv[3:], env={**os.environ, **spark_environment(Path(folder))}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
