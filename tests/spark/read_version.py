"""Reads Parquet files with Spark and with Sedona's GeoParquet reader; prints what it saw as JSON.

    .deps/spark/bin/python tests/spark/read_version.py FILE...

Rows come back as text, so that they can be compared with what other engines say.
"""

import json
import sys
from pathlib import Path

from sedona.spark import SedonaContext

JARS = Path(__file__).resolve().parents[2] / ".deps" / "spark-jars"


def session():
    jars = ",".join(str(jar) for jar in sorted(JARS.glob("*.jar")))
    builder = (SedonaContext.builder().master("local[1]").config("spark.jars", jars)
               .config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
               .config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1"))
    return SedonaContext.create(builder.getOrCreate())


def as_text(name, kind):
    if kind == "udt":  # Sedona's geometry
        return f"ST_AsText({name}) AS {name}"
    return f"CAST({name} AS STRING) AS {name}"


def main():
    spark = session()
    spark.sparkContext.setLogLevel("ERROR")
    plain = spark.read.parquet(*sys.argv[1:])
    spatial = spark.read.format("geoparquet").load(sys.argv[1:])
    wanted = [(name, kind) for name, kind in spatial.dtypes if not name.endswith("_bbox") and name != "_input"]
    rows = spatial.selectExpr(*[as_text(name, kind) for name, kind in wanted]).orderBy("id").collect()
    print(json.dumps({
        "plain": {"rows": plain.count(), "types": dict(plain.dtypes)},
        "types": dict(spatial.dtypes),
        "rows": [row.asDict() for row in rows],
    }))


if __name__ == "__main__":
    main()
