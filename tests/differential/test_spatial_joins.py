"""Random spatial joins give the rows that all pairs tried one by one give, and those of PostGIS.

Each case is a seed; a failing one is shrunk and printed. RHUMB_SEED starts elsewhere,
RHUMB_CASES runs that many.
"""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

import psycopg2
import pytest

from tests.differential.choices import Choices, shrink
from tests.differential.spatial_queries import by_hand, case, for_postgis, written
from tests.harness.program import ROOT, binary

FIRST_SEED = int(os.environ.get("RHUMB_SEED", "1"))
SHORT = int(os.environ.get("RHUMB_CASES", "150"))
LONG = int(os.environ.get("RHUMB_CASES", "5000"))


class Session:
    """The embedded engine, a statement at a time."""

    def __init__(self, folder):
        program = Path(binary()).parent / "tests" / "differential" / "sql_session"
        if not program.exists():
            program = next(iter(sorted(ROOT.glob("build/*/tests/differential/sql_session"))))
        self.process = subprocess.Popen([program, str(folder)], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True, encoding="utf-8")

    def __call__(self, **command):
        self.process.stdin.write(json.dumps(command) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, f"the engine ended at {command}"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    opened = Session(tmp_path_factory.mktemp("store"))
    yield opened
    opened.close()


def rows_of(answer):
    return Counter(tuple(row) for row in answer["rows"])


def overflows(data, query):
    """The functions of the embedded engine multiply coordinates, which is too much for 1e300."""
    return any("1e+300" in sql for name, sql in data.items() if name in query)


class Comparison:
    """What is wrong with a case, or None."""

    def __init__(self, session, cursor=None):
        self.session = session
        self.cursor = cursor
        self.compiled = Counter()
        self.asked_postgis = 0

    def __call__(self, given):
        data, query = case(Choices(given=given))
        for name, sql in data.items():
            answer = self.session(table=name, sql=sql)
            assert "error" not in answer, (answer, sql)
        expected = self.session(query=by_hand(query))
        if "error" in expected:
            return None  # a name twice where it may stand once, or what the engine cannot do
        for join in self.session(explain=written(query)).get("joins", []):
            self.compiled[join["kind"], join["reason"]] += 1
        got = self.session(query=written(query))
        if "error" in got:
            return f"{got['error']}"
        if got["columns"] != expected["columns"]:
            return f"columns {got['columns']} instead of {expected['columns']}"
        if rows_of(got) != rows_of(expected) and not overflows(data, query):
            return self.difference(expected, got)
        return self.postgis(data, query, got) if self.cursor else None

    @staticmethod
    def difference(expected, got):
        want, have = rows_of(expected), rows_of(got)
        return f"missing {dict(want - have)}, too many {dict(have - want)}"

    def postgis(self, data, query, got):
        text = for_postgis(query)
        if text is None:
            return None
        for name, sql in data.items():
            self.cursor.execute(f"DROP TABLE IF EXISTS {name}")
            self.cursor.execute(f"CREATE TEMP TABLE {name} AS {sql}")
            self.cursor.execute(f"ALTER TABLE {name} ALTER g TYPE geometry USING g::geometry")
        try:
            self.cursor.execute(text)
        except psycopg2.Error:
            return None  # grammar that only one of them has
        self.asked_postgis += 1
        keep = [i for i, column in enumerate(self.cursor.description)
                if not column.name.startswith(("g", "d"))]
        want = Counter(tuple(None if row[i] is None else str(row[i]) for i in keep)
                       for row in self.cursor.fetchall())
        have = Counter(tuple(row[i] for i in keep) for row in got["rows"])
        if want == have:
            return None
        return f"PostGIS: missing {dict(want - have)}, too many {dict(have - want)}"


def check(compare, seeds):
    for seed in seeds:
        choices = Choices(seed=seed)
        case(choices)
        wrong = compare(choices.taken)
        if wrong is None:
            continue
        smallest = shrink(choices.taken, lambda given: compare(given) is not None)
        data, query = case(Choices(given=smallest))
        tables = "\n".join(f"  {name}: {sql}" for name, sql in data.items() if name in query)
        pytest.fail(f"seed {seed}: {wrong}\nsmallest: {compare(smallest)}\n  {written(query)}\n"
                    f"{tables}\ncompiled: {compare.session(explain=written(query))}")


def test_against_all_pairs(session):
    compare = Comparison(session)
    check(compare, range(FIRST_SEED, FIRST_SEED + SHORT))
    kinds = {kind for (kind, reason), count in compare.compiled.items() if not reason}
    assert kinds >= {"INNER", "LEFT", "RIGHT", "FULL", "SEMI", "ANTI", "EXISTS", "COUNT", "NEAREST"}
    done = sum(count for (_, reason), count in compare.compiled.items() if not reason)
    assert done > 0.9 * sum(compare.compiled.values()), compare.compiled


@pytest.fixture
def cursor(pg_database):
    connection = psycopg2.connect(pg_database)
    connection.autocommit = True
    with connection.cursor() as opened:
        yield opened
    connection.close()


def test_against_postgis(session, cursor):
    compare = Comparison(session, cursor)
    check(compare, range(FIRST_SEED, FIRST_SEED + SHORT // 2))
    assert compare.asked_postgis > SHORT // 5, "hardly any query was one that PostGIS takes"


@pytest.mark.long
def test_many_against_postgis(session, cursor):
    check(Comparison(session, cursor), range(FIRST_SEED, FIRST_SEED + LONG))
