"""SQL of the program's dialect (DuckDB's grammar, PostGIS's names) in Spark's.

sqlglot knows both grammars. Functions that it does not know, or that mean something else there, are
written as the document says; what cannot be told from the text is settled by types.
"""

from __future__ import annotations

import re
from typing import Callable, Sequence

import sqlglot
from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.dialects.spark import Spark
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

from .document import Column
from .errors import BuildError

OVERLOAD = re.compile(r"^\(([\w\s,]*)\) AS (.*)$", re.S)

# How types of the program are called by the parser that finds out the types of expressions.
PARSED_TYPES = {"integer": "BIGINT", "text": "TEXT", "bytes": "BLOB", "json": "TEXT", "geometry": "GEOMETRY"}


class SparkWithZones(Spark):
    """TIMESTAMP without more has no zone in the driver's session."""

    class Generator(Spark.Generator):
        TYPE_MAPPING = {**Spark.Generator.TYPE_MAPPING, exp.DataType.Type.TIMESTAMP: "TIMESTAMP_NTZ",
                        exp.DataType.Type.TIMESTAMPTZ: "TIMESTAMP_LTZ"}


class Translator:
    """Translates statements that read tables whose columns are known.

    `functions` is the document's table. Not thread-safe. BuildError `bad-sql` for what cannot be parsed,
    `not-supported` for what has no counterpart.
    """

    def __init__(self, functions: dict[str, str], tables: dict[str, Sequence[Column]] | None = None) -> None:
        self._functions = {name.lower(): Function(name, written) for name, written in functions.items()}
        self._dialect = _dialect_that_keeps(self._functions)
        self._tables = dict(tables or {})

    def add_table(self, name: str, columns: Sequence[Column]) -> None:
        self._tables[name] = columns

    def translate(self, sql: str, columns: int = 0) -> str:
        """The statement in Spark SQL. `columns` says how many its result has, for ORDER BY ALL."""
        try:
            tree = sqlglot.parse_one(sql, read=self._dialect)
            tree = self._round_casts(_order_by_all(tree, columns))
            return tree.transform(_exact).transform(self._rewritten).sql(dialect=SparkWithZones)
        except SqlglotError as error:
            raise BuildError("bad-sql", f"the statement cannot be translated for Spark: {_first_line(error)}",
                             "rhumb check --portable says what Spark does not know") from error

    def _rewritten(self, node: exp.Expression) -> exp.Expression:
        function = self._functions.get(node.name.lower()) if isinstance(node, exp.Anonymous) else None
        if function is None:
            return node
        # Arguments are calls themselves, and what is put in must not be looked at again.
        return function.call([argument.transform(self._rewritten) for argument in node.expressions])

    def _round_casts(self, tree: exp.Expression) -> exp.Expression:
        """A number becomes an integer by rounding here and by cutting there."""
        if not any(_to_integer(cast) for cast in tree.find_all(exp.Cast)):
            return tree
        schema = {name: {column.name: _parsed_type(column.type) for column in columns}
                  for name, columns in self._tables.items()}
        tree = annotate_types(qualify(tree, schema=schema, dialect="duckdb", validate_qualify_columns=False,
                                      quote_identifiers=False), schema=schema, dialect="duckdb")
        for cast in list(tree.find_all(exp.Cast)):
            if _to_integer(cast):
                cast.set("this", _rounded(cast.this))
        return tree


class Function:
    """A row of the document's table."""

    def __init__(self, name: str, written: str) -> None:
        self._name = name
        self._other_name = "" if written.startswith("(") else written
        self._overloads: dict[int, tuple[list[str], exp.Expression]] = {}
        for match in map(OVERLOAD.match, written.splitlines()):
            if match:
                parameters = [word.strip() for word in match.group(1).split(",")]
                self._overloads[len(parameters)] = (parameters, sqlglot.parse_one(match.group(2), read=SparkWithZones))

    def call(self, arguments: list[exp.Expression]) -> exp.Expression:
        """The call in Spark's words."""
        if self._other_name:
            return exp.Anonymous(this=self._other_name, expressions=arguments)
        if len(arguments) not in self._overloads:
            raise BuildError("not-supported", f"`{self._name}` of {len(arguments)} arguments cannot be written on Spark",
                             "docs/reference/portability.md lists what can")
        parameters, body = self._overloads[len(arguments)]
        values = dict(zip(parameters, arguments))

        def value(node: exp.Expression) -> exp.Expression:
            if isinstance(node, exp.Column) and not node.table and node.name in values:
                return exp.paren(values[node.name].copy(), copy=False)
            return node

        return body.transform(value)


def _dialect_that_keeps(functions: dict[str, Function]) -> type[DuckDB]:
    """DuckDB's grammar in which calls of these functions stay as they are written."""
    builders = {name.upper(): _keeping(name) for name in functions}

    class Rhumb(DuckDB):
        class Parser(DuckDB.Parser):
            FUNCTIONS = {**DuckDB.Parser.FUNCTIONS, **builders}
            # Words with a grammar of their own would not ask the table.
            FUNCTION_PARSERS = {name: parser for name, parser in DuckDB.Parser.FUNCTION_PARSERS.items()
                                if name not in builders}

    return Rhumb


def _keeping(name: str) -> Callable[[list[exp.Expression]], exp.Expression]:
    return lambda arguments: exp.Anonymous(this=name, expressions=arguments)


def _exact(node: exp.Expression) -> exp.Expression:
    """What sqlglot leaves to Spark's own meaning, or to an approximation."""
    if isinstance(node, (exp.IntDiv, exp.Mod)):  # by zero they are NULL here and an error there
        node.set("expression", exp.func("NULLIF", node.expression, exp.Literal.number(0)))
        return node
    return _exact_percentile(node)


def _exact_percentile(node: exp.Expression) -> exp.Expression:
    if not (isinstance(node, exp.WithinGroup) and isinstance(node.this, exp.PercentileCont)):
        return node
    [order] = node.expression.expressions
    if order.args.get("desc"):
        raise BuildError("not-supported", "percentile_cont over a descending order cannot be written on Spark",
                         "take 1 - fraction over the ascending one")
    return exp.Anonymous(this="PERCENTILE", expressions=[order.this, node.this.this])


def _order_by_all(tree: exp.Expression, columns: int) -> exp.Expression:
    order = tree.args.get("order")
    if order is None or len(order.expressions) != 1 or columns == 0:
        return tree
    [term] = order.expressions
    if not (isinstance(term.this, (exp.Column, exp.Var)) and term.this.name.upper() == "ALL"):
        return tree
    order.set("expressions", [_ordered(exp.Literal.number(i + 1), term) for i in range(columns)])
    return tree


def _ordered(value: exp.Expression, like: exp.Expression) -> exp.Expression:
    copy = like.copy()
    copy.set("this", value)
    return copy


def _to_integer(cast: exp.Cast) -> bool:
    return cast.to.is_type(*exp.DataType.INTEGER_TYPES)


def _rounded(value: exp.Expression) -> exp.Expression:
    inner = value.unnest()
    if inner.is_type("decimal") or (isinstance(inner, exp.Literal) and "." in inner.name and "e" not in inner.name.lower()):
        return exp.Anonymous(this="ROUND", expressions=[value])
    if inner.is_type(*exp.DataType.FLOAT_TYPES):
        return exp.Anonymous(this="RINT", expressions=[value])
    if inner.type is None or inner.is_type("unknown"):
        raise BuildError("not-supported",
                         f"the type of `{inner.sql(dialect='duckdb')}`, which becomes an integer, cannot be told",
                         "Spark cuts where the embedded engine rounds: say the type with CAST(... AS DOUBLE) inside")
    return value


def _parsed_type(name: str) -> str:
    return PARSED_TYPES.get(name, name.upper())


def _first_line(error: Exception) -> str:
    return re.sub(r"\x1b\[\d+m", "", str(error)).strip().splitlines()[0]
