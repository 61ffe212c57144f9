"""The Spark session, with every setting on which answers depend."""

from __future__ import annotations

from pyspark.sql import SparkSession

from .errors import BuildError

SETTINGS = {
    # Sedona's types, functions and joins.
    "spark.sql.extensions": "org.apache.sedona.sql.SedonaSqlExtensions",
    "spark.serializer": "org.apache.spark.serializer.KryoSerializer",
    "spark.kryo.registrator": "org.apache.sedona.core.serde.SedonaKryoRegistrator",
    # Overflow and values that cannot be cast are errors, not NULL.
    "spark.sql.ansi.enabled": "true",
    # A bare TIMESTAMP has no zone, in SQL and in files.
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.sql.caseSensitive": "false",
    # The wish of another program for the same name is none of ours.
    "spark.ui.enabled": "false",
}


def open_session(timezone: str) -> SparkSession:
    """The session of this process; BuildError when Sedona is not there."""
    builder = SparkSession.builder.appName("rhumb")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.conf.set("spark.sql.session.timeZone", timezone)
    spark.sparkContext.setLogLevel("ERROR")
    try:
        spark.sql("SELECT ST_Point(0D, 0D)")
    except Exception as error:
        raise BuildError("engine", "Spark does not have Sedona",
                         "put the jars sedona-spark-shaded and geotools-wrapper into $SPARK_HOME/jars, or name them "
                         "in spark.jars of spark-defaults.conf") from error
    return spark
