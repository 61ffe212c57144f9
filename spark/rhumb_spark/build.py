"""Carries out one document."""

from __future__ import annotations

import re

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from .dialect import Translator
from .document import Dataset, Document, Output
from .errors import BuildError
from .layout import cells, curve, empty_column, quoted, stored_column, written_columns

CELL_X, CELL_Y = "rhumb_cell_x", "rhumb_cell_y"


def build(spark: SparkSession, document: Document) -> None:
    """Writes the rows of the document's statement. BuildError for everything that can be expected."""
    translator = Translator(document.functions)
    try:
        for dataset in document.datasets:
            _rows_of(spark, dataset).createOrReplaceTempView(quoted(dataset.name))
            translator.add_table(dataset.name, dataset.columns)
        for view in document.views:
            spark.sql(translator.translate(view.sql)).createOrReplaceTempView(quoted(view.name))
        rows = spark.sql(translator.translate(document.sql, len(document.output.columns)))
        _write(_laid_out(rows, document.output, translator), document.output)
    except (PySparkException, Py4JJavaError) as error:
        raise as_build_error(error) from error
    finally:
        for view in spark.catalog.listTables():
            spark.catalog.dropTempView(view.name)


def _rows_of(spark: SparkSession, dataset: Dataset) -> DataFrame:
    if not dataset.files:
        return spark.range(0).selectExpr(*[empty_column(column) for column in dataset.columns])
    spatial = any(column.is_geometry for column in dataset.columns)
    rows = spark.read.format("geoparquet" if spatial else "parquet").load(dataset.files)
    found = {name.lower(): kind for name, kind in rows.dtypes}
    return rows.selectExpr(*[stored_column(column, found[column.name.lower()]) for column in dataset.columns])


def _laid_out(rows: DataFrame, output: Output, translator: Translator) -> DataFrame:
    found = [f"c{i}" for i in range(len(rows.columns))]
    if len(found) != len(output.columns):
        raise BuildError("internal", f"the statement has {len(found)} columns on Spark, expected {len(output.columns)}")
    rows = rows.toDF(*found).selectExpr(*written_columns(found, output))
    if output.order_by:
        rows.createOrReplaceTempView("rhumb_rows")
        return rows.sparkSession.sql(translator.translate(f"SELECT * FROM rhumb_rows ORDER BY {output.order_by}"))
    if not output.extent or not output.geometries:
        return rows
    x, y = cells(quoted(output.geometries[0].name), output.extent)
    return (rows.selectExpr("*", f"{x} AS {CELL_X}", f"{y} AS {CELL_Y}")
            .selectExpr("*", f"{curve(CELL_X, CELL_Y)} AS rhumb_curve").orderBy("rhumb_curve")
            .drop(CELL_X, CELL_Y, "rhumb_curve"))


def _write(rows: DataFrame, output: Output) -> None:
    writer = rows.write.mode("error")
    if not output.geometries:
        writer.parquet(output.folder)
        return
    for column in output.geometries:
        # An empty text leaves the system out, which would mean longitude and latitude.
        writer = writer.option(f"geoparquet.crs.{column.name}", column.crs or "null")
    if output.covering:
        writer = writer.option(f"geoparquet.covering.{output.geometries[0].name}", output.covering)
    writer.format("geoparquet").option("geoparquet.version", "1.1.0").save(output.folder)


def as_build_error(error: Exception) -> BuildError:
    """What Spark says, without its stack and without its plans."""
    message = re.sub(r";? line \d+ pos \d+;?$", "", _innermost(error).strip().split("\n", 1)[0])
    if "No space left on device" in message:
        return BuildError("disk-full", message, "make room, or name a larger disk in spark.local.dir")
    if "OutOfMemoryError" in message or "SparkOutOfMemory" in message:
        return BuildError("out-of-memory", message, "raise spark.driver.memory and spark.executor.memory")
    return BuildError("engine", message)


def _innermost(error: Exception) -> str:
    if isinstance(error, Py4JJavaError):
        cause = error.java_exception
        while cause.getCause() is not None:
            cause = cause.getCause()
        return f"{cause.getClass().getSimpleName()}: {cause.getMessage()}"
    return str(error)
