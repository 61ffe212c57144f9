"""What statements become, without Spark: that Spark then answers the same is for the conformance suite."""

import pytest

from rhumb_spark.dialect import Translator
from rhumb_spark.document import Column
from rhumb_spark.errors import BuildError

TRIPS = [Column("id", "integer"), Column("fare", "double"), Column("paid", "decimal(10,2)"),
         Column("at", "timestamp"), Column("place", "geometry", 4326)]
FUNCTIONS = {
    "st_point": "(x, y) AS ST_Point(CAST(x AS DOUBLE), CAST(y AS DOUBLE))\n(x, y, srid) AS ST_SetSRID(ST_Point(x, y), srid)",
    "st_union_agg": "ST_Union_Aggr",
    "twice": "(a) AS a + a",
}


@pytest.fixture
def translator():
    return Translator(FUNCTIONS, {"trips": TRIPS})


@pytest.mark.parametrize("ours, theirs", [
    ("SELECT ST_Point(1, y) AS p", "SELECT ST_POINT(CAST((1) AS DOUBLE), CAST((y) AS DOUBLE)) AS p"),
    ("SELECT st_point(1, 2, 4326) AS p", "SELECT ST_SETSRID(ST_POINT((1), (2)), (4326)) AS p"),
    ("SELECT ST_Union_Agg(g)", "SELECT ST_UNION_AGGR(g)"),
    ("SELECT twice(twice(a)) AS b", "SELECT ((a) + (a)) + ((a) + (a)) AS b"),
    ("SELECT 7 // 2", "SELECT 7 DIV NULLIF(2, 0)"),
    ("SELECT a % b", "SELECT a % NULLIF(b, 0)"),
    ("SELECT \"a b\" FROM t ORDER BY a DESC, b", "SELECT `a b` FROM t ORDER BY a DESC, b NULLS LAST"),
    ("SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY fare) FROM t", "SELECT PERCENTILE(fare, 0.5) FROM t"),
    ("SELECT CAST(a AS TIMESTAMPTZ)", "SELECT CAST(a AS TIMESTAMP_LTZ)"),
    ("SELECT TIMESTAMP '2024-01-01'", "SELECT CAST('2024-01-01' AS TIMESTAMP_NTZ)"),
])
def test_each_word_has_its_counterpart(translator, ours, theirs):
    assert translator.translate(ours) == theirs


def test_order_by_all_names_each_column(translator):
    assert translator.translate("SELECT a, b FROM t ORDER BY ALL DESC", 2) == (
        "SELECT a, b FROM t ORDER BY 1 DESC, 2 DESC")


@pytest.mark.parametrize("value, rounded", [("fare", "RINT(trips.fare)"), ("paid", "ROUND(trips.paid)"),
                                            ("2.5", "ROUND(2.5)"), ("id", "trips.id"), ("'7'", "'7'")])
def test_numbers_are_rounded_before_they_become_integers(translator, value, rounded):
    assert f"CAST({rounded} AS BIGINT)" in translator.translate(f"SELECT CAST({value} AS BIGINT) AS n FROM trips")


def test_a_value_of_unknown_type_does_not_become_an_integer(translator):
    with pytest.raises(BuildError, match="SOMETHING") as failure:
        translator.translate("SELECT CAST(something(fare) AS INTEGER) FROM trips")
    assert failure.value.code == "not-supported"
    assert "CAST(... AS DOUBLE)" in failure.value.hint


@pytest.mark.parametrize("sql, code", [("SELECT FROM WHERE", "bad-sql"), ("SELECT (1", "bad-sql"),
                                       ("SELECT ST_Point(1)", "not-supported"),
                                       ("SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY a DESC)", "not-supported")])
def test_what_cannot_be_written_is_refused(translator, sql, code):
    with pytest.raises(BuildError) as failure:
        translator.translate(sql)
    assert failure.value.code == code
    assert "\x1b" not in failure.value.message
