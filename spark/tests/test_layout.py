"""Types, boxes and order as Spark's SQL; that it computes them right is for the system test."""

import pytest

from rhumb_spark.document import Column, Output
from rhumb_spark.errors import BuildError
from rhumb_spark.layout import cells, curve, empty_column, spark_type, stored_column, written_columns


@pytest.mark.parametrize("ours, theirs", [
    ("integer", "BIGINT"), ("decimal(10,2)", "DECIMAL(10,2)"), ("text", "STRING"), ("timestamp", "TIMESTAMP_NTZ"),
    ("timestamptz", "TIMESTAMP_LTZ")])
def test_types_are_pinned(ours, theirs):
    assert spark_type(Column("a", ours)) == theirs
    assert stored_column(Column("a`b", ours), "string") == f"CAST(`a``b` AS {theirs}) AS `a``b`"
    assert empty_column(Column("a", ours)) == f"CAST(NULL AS {theirs}) AS `a`"


def test_a_wall_clock_that_was_read_as_an_instant_keeps_its_digits():
    assert "unix_micros(`at`)" in stored_column(Column("at", "timestamp"), "timestamp")
    assert stored_column(Column("at", "timestamp"), "timestamp_ntz") == "CAST(`at` AS TIMESTAMP_NTZ) AS `at`"


def test_a_type_that_spark_lacks_names_its_column():
    with pytest.raises(BuildError, match="`at` is time"):
        spark_type(Column("at", "time"))


def test_columns_are_taken_by_position_and_the_first_geometry_has_boxes():
    output = Output("/f", [Column("id", "integer"), Column("a", "geometry"), Column("b", "geometry")], covering="a_bbox")
    written = written_columns(["c0", "c1", "c2"], output)
    assert written[:3] == ["CAST(`c0` AS BIGINT) AS `id`", "`c1` AS `a`", "`c2` AS `b`"]
    assert len(written) == 4
    assert "ST_XMin(`c1`)" in written[3] and written[3].endswith("AS `a_bbox`")


def evaluated(expression, **values):
    """The expression by Python's rules, which are Spark's for these operators."""
    code = expression.replace("shiftleft", "(lambda v, n: v << n)").replace("L)", ")")
    return eval(code, {}, values)


@pytest.mark.parametrize("x, y", [(0, 0), (1, 0), (0, 1), (0xFFFF, 0), (0, 0xFFFF), (0xFFFF, 0xFFFF), (0x1234, 0xABCD)])
def test_the_curve_mixes_the_bits_of_both(x, y):
    mixed = sum(((x >> bit & 1) << 2 * bit) | ((y >> bit & 1) << (2 * bit + 1)) for bit in range(16))
    assert evaluated(curve("x", "y"), x=x, y=y) == mixed


def test_cells_are_of_the_middle():
    x, y = cells("g", [-180, -90, 180, 90])
    assert "ST_XMin(g) + ST_XMax(g)" in x and "(-180D)" in x and "360D" in x
    assert "ST_YMin(g) + ST_YMax(g)" in y and "180D" in y
