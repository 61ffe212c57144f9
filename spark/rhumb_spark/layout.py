"""Types, boxes and order of the rows in a version's files."""

from __future__ import annotations

from typing import Sequence

from .document import Column, Output
from .errors import BuildError

SPARK_TYPES = {
    "boolean": "BOOLEAN", "integer": "BIGINT", "double": "DOUBLE", "text": "STRING", "json": "STRING",
    "bytes": "BINARY", "date": "DATE", "timestamp": "TIMESTAMP_NTZ", "timestamptz": "TIMESTAMP_LTZ",
}
CURVE_BITS = 16  # per axis
# Of a float's value: the next one is nearer than this, and so is what rounding adds.
ABOUT_ONE_FLOAT = "1.2e-7D"
SMALLEST_FLOAT = "1.5e-45D"


def quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def spark_type(column: Column) -> str:
    """The type that a column has in SQL; geometry has one of Sedona's own."""
    if column.type.startswith("decimal("):
        return column.type.upper()
    if column.type not in SPARK_TYPES:
        raise BuildError("not-supported", f"the column `{column.name}` is {column.type}, which Spark does not have",
                         "cast it to text, or build the model on the embedded engine")
    return SPARK_TYPES[column.type]


def stored_column(column: Column, found: str) -> str:
    """A dataset's column as SQL sees it; `found` is the type that the reader of its files gives it."""
    name = quoted(column.name)
    if column.is_geometry:
        return f"ST_SetSRID({name}, {column.srid}) AS {name}"
    if column.type == "timestamp" and found == "timestamp":
        # Sedona's reader takes what has no zone for UTC. An instant's own cast would go by the session's zone.
        seconds = f"CAST(CAST(unix_micros({name}) AS DECIMAL(20, 0)) / 1000000 AS DECIMAL(18, 6))"
        return f"TIMESTAMP_NTZ '1970-01-01 00:00:00' + make_dt_interval(0, 0, 0, {seconds}) AS {name}"
    return f"CAST({name} AS {spark_type(column)}) AS {name}"


def empty_column(column: Column) -> str:
    if column.is_geometry:
        return f"ST_SetSRID(ST_GeomFromText('POINT EMPTY'), {column.srid}) AS {quoted(column.name)}"
    return f"CAST(NULL AS {spark_type(column)}) AS {quoted(column.name)}"


def written_columns(found: Sequence[str], output: Output) -> list[str]:
    """Expressions over the statement's columns `found`, by position: their pinned types and names, then
    the boxes of the first geometry."""
    columns = []
    for name, column in zip(found, output.columns, strict=True):
        value = quoted(name) if column.is_geometry else f"CAST({quoted(name)} AS {spark_type(column)})"
        columns.append(f"{value} AS {quoted(column.name)}")
    if output.covering:
        at = output.columns.index(output.geometries[0])
        columns.append(f"{_box(quoted(found[at]))} AS {quoted(output.covering)}")
    return columns


def _box(geometry: str) -> str:
    """Floats rounded outwards, so that what lies in the geometry lies in the box."""
    corners = []
    for corner, function, sign, within in (("xmin", "ST_XMin", "-", "<="), ("ymin", "ST_YMin", "-", "<="),
                                           ("xmax", "ST_XMax", "+", ">="), ("ymax", "ST_YMax", "+", ">=")):
        exact = f"{function}({geometry})"
        corners.append(f"'{corner}', CASE WHEN CAST(CAST({exact} AS FLOAT) AS DOUBLE) {within} {exact} "
                       f"THEN CAST({exact} AS FLOAT) ELSE CAST({exact} {sign} abs({exact}) * {ABOUT_ONE_FLOAT} "
                       f"{sign} {SMALLEST_FLOAT} AS FLOAT) END")
    return f"CASE WHEN NOT ST_IsEmpty({geometry}) THEN named_struct({', '.join(corners)}) END"


def cells(geometry: str, extent: Sequence[float]) -> tuple[str, str]:
    """Column and row of a geometry's middle in a grid over the extent."""
    xmin, ymin, xmax, ymax = extent
    return (_cell(f"ST_XMin({geometry}) + ST_XMax({geometry})", xmin, xmax),
            _cell(f"ST_YMin({geometry}) + ST_YMax({geometry})", ymin, ymax))


def curve(x: str, y: str) -> str:
    """Place of a cell on the Z-order curve (Morton 1966)."""
    return f"{_spread(x)} | shiftleft({_spread(y)}, 1)"


def _cell(doubled: str, low: float, high: float) -> str:
    most = (1 << CURVE_BITS) - 1
    return f"CAST(greatest(0D, least({most}D, (({doubled}) / 2 - ({low}D)) / {high - low}D * {most}D)) AS BIGINT)"


def _spread(value: str) -> str:
    """Moves the bits apart, so that those of another value fit between them."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        value = f"(({value} | shiftleft({value}, {shift})) & {mask}L)"
    return value
