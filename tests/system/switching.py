"""Versions that can be told apart, and readers that check what they see, for the tests of switching.

Version N of every view holds 200 + N % 50 rows that all carry the edition N, so that a reader that
sees nothing, a part or a mix of versions notices.
"""

import multiprocessing
import os
import random
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from tests.harness.ask import ask
from tests.harness.program import binary, write_project

ROWS = 200

PROJECT = """rhumb: 1
name: switching
connections:
  warehouse: { postgres: { url: "${WAREHOUSE_URL}", lease: LEASE } }
"""
SOURCE = """read: { directory: { path: landing, files: places.csv } }
decode: { csv: {} }
columns: { id: integer, edition: integer, place: { type: point, crs: 4326, lon: lon, lat: lat } }
"""
MODEL = """-- ---
-- key: [id]
-- publish: { to: warehouse, view: VIEW, keep: 0OPTIONS }
-- ---
SELECT id, edition, place FROM places
"""


def rows_of(edition):
    return ROWS + edition % 50


class Switching:
    """A project whose models all show one file, and the editions of that file."""

    def __init__(self, folder, url, views, options="", lease="60 s"):
        self.folder = Path(folder)
        self.url = url
        self.views = views
        self.env = {"WAREHOUSE_URL": url}
        self.edition = 0
        files = {"rhumb.yaml": PROJECT.replace("LEASE", lease), "sources/places.yaml": SOURCE}
        write_project(self.folder, files)
        self.set_options(options)

    def set_options(self, options):
        files = {}
        for view in self.views:
            name = view.replace(".", "_")
            text = MODEL.replace("VIEW", view).replace("OPTIONS", f", {options}" if options else "")
            files[f"models/{name}_model.sql"] = text
        write_project(self.folder, files)

    def write_edition(self, rows=None):
        self.edition += 1
        lines = ["id,edition,lon,lat"]
        for i in range(rows or rows_of(self.edition)):
            lines.append(f"{i},{self.edition},{i % 360 - 179.5},{i % 170 - 84.5}")
        write_project(self.folder, {"landing/places.csv": "\n".join(lines) + "\n"})

    def start(self, *arguments):
        return subprocess.Popen([binary(), "run", *arguments], cwd=self.folder, stdin=subprocess.DEVNULL,
                                env={**os.environ, "NO_COLOR": "1", **self.env},
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def publish(self, *arguments, check=True, timeout=300):
        """A new edition, whole in every view; the run's output."""
        self.write_edition()
        child = self.start(*arguments)
        out, err = child.communicate(timeout=timeout)
        assert not check or child.returncode == 0, f"exit {child.returncode}\n{out}\n{err}"
        return out + err

    def ask(self, sql, *parameters):
        return ask(self.url, sql, *parameters)

    def visible(self):
        return {view: self.ask(f"SELECT min(edition), max(edition), count(*) FROM {view}")[0] for view in self.views}


def whole(row):
    """One edition with all of its rows."""
    count, low, high = row
    return count > 0 and low == high and count == rows_of(low)


def count_sql(view):
    return f"SELECT count(*), min(edition), max(edition) FROM {view}"


def join_sql(views):
    """Rows of all views with the same id; they are one edition's when the views are."""
    first, *others = views
    joins = "".join(f" JOIN {view} USING (id)" for view in others)
    low = ", ".join(f"{view}.edition" for view in views)
    return f"SELECT count(*), min(least({low})), max(greatest({low})) FROM {first}{joins}"


class Checks:
    """What one reader found; runs in a process of its own."""

    def __init__(self, url):
        self.connection = psycopg2.connect(url)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.latencies = []
        self.problems = []

    def read(self, sql):
        start = time.monotonic()
        row = None
        try:
            self.cursor.execute(sql)
            row = self.cursor.fetchone()[:3]
            if not whole(row):
                self.problems.append(f"{sql}: {row}")
        except psycopg2.Error as error:
            self.problems.append(f"{sql}: {str(error).strip()}")
        self.latencies.append((start, time.monotonic() - start))
        return row


def simple(checks, sqls, turn):
    checks.read(sqls[turn % len(sqls)])


def prepared(checks, sqls, turn):
    if turn == 0:
        for number, sql in enumerate(sqls):
            checks.cursor.execute(f"PREPARE reader{number} AS {sql}")
    if turn % 50 == 0:
        mode = ("auto", "force_generic_plan", "force_custom_plan")[turn // 50 % 3]
        checks.cursor.execute(f"SET plan_cache_mode = {mode}")
    checks.read(f"EXECUTE reader{turn % len(sqls)}")


def old_snapshot(checks, sqls, turn):
    """A snapshot that may be older than the switch; all that it reads is one version."""
    checks.cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
    checks.cursor.execute("SELECT 1")
    time.sleep(random.uniform(0, 0.3))
    first = checks.read(sqls[turn % len(sqls)])
    time.sleep(random.uniform(0, 0.1))
    second = checks.read(sqls[(turn + 1) % len(sqls)])
    if first != second:
        checks.problems.append(f"one snapshot, two versions: {first} and {second}")
    checks.cursor.execute("COMMIT")


def several_statements(checks, sqls, turn):
    """READ COMMITTED: each statement may see a newer version, none an older one."""
    checks.cursor.execute("BEGIN")
    first = checks.read(sqls[turn % len(sqls)])
    second = checks.read(sqls[(turn + 1) % len(sqls)])
    if first and second and second[1] is not None and second[1] < first[1]:
        checks.problems.append(f"went back from {first} to {second}")
    checks.cursor.execute("COMMIT")


def run_reader(url, way, sqls, pause, stop, answers):
    checks = Checks(url)
    turn = 0
    while not stop.is_set():
        way(checks, sqls, turn)
        turn += 1
        if pause:
            time.sleep(random.uniform(*pause))
    answers.put((way.__name__, checks.latencies, checks.problems))


class Readers:
    """Processes that read until stopped."""

    def __init__(self, ways, pause=(0.002, 0.02)):
        """`ways`: (url, way, [sql]) of each reader."""
        self.context = multiprocessing.get_context("fork")
        self.stop = self.context.Event()
        self.answers = self.context.Queue()
        self.processes = [self.context.Process(target=run_reader, args=(url, way, sqls, pause, self.stop, self.answers),
                                               daemon=True)
                          for url, way, sqls in ways]
        self.latencies = []
        self.problems = []
        self.kinds = {}

    def __enter__(self):
        for process in self.processes:
            process.start()
        return self

    def __exit__(self, *_):
        self.stop.set()
        for _ in self.processes:
            kind, latencies, problems = self.answers.get(timeout=120)
            self.latencies += latencies
            self.problems += problems
            self.kinds[kind] = self.kinds.get(kind, 0) + len(latencies)
        for process in self.processes:
            process.join(timeout=30)

    def between(self, start, end):
        return sorted(seconds for at, seconds in self.latencies if start <= at < end)


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))] if values else 0.0


@contextmanager
def transaction(url, *statements, application="long reader"):
    """Holds what the statements lock until the block ends."""
    connection = psycopg2.connect(url, application_name=application)
    try:
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield connection
    finally:
        connection.rollback()
        connection.close()
