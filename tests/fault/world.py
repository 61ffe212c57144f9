"""A small project, and what must be true of it whatever has happened.

The model knows the files that have landed, and from them every row that the store and the warehouse
must hold. `World.verify` compares: ledger, versions, manifests, data files and their rows, tables
and rows in PostgreSQL, and that nothing is left over. It raises Damage and says what is wrong.
"""

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg2
import pyarrow.parquet

from tests.fault.postgres_state import PostgresState
from tests.harness.program import binary, write_project

PROJECT = {
    "rhumb.yaml": """
rhumb: 1
name: faults
connections:
  warehouse: { postgres: { url: "${WAREHOUSE_URL}" } }
""",
    "sources/landed.yaml": """
read: { directory: { path: landing, files: "*.csv" } }
decode: { csv: {} }
columns:
  id: { type: bigint, nullable: false }
  day: { type: date, nullable: false }
  place: { type: point, crs: 4326, from: place, nullable: false }
  amount: { type: bigint, nullable: false }
bad_rows: { stop_above: 50% }
""",
    "models/points.sql": """-- ---
-- kind: append
-- key: [id]
-- assert:
--   - not_null: [id]
-- publish: { to: warehouse, view: fault.points, keep: 0 }
-- ---
SELECT id, day, place, amount FROM landed
""",
    "models/days.sql": """-- ---
-- kind: partitioned
-- partition_by: day
-- key: [day]
-- publish: { to: warehouse, view: fault.days, keep: 1 }
-- ---
SELECT day, count(*) AS points, CAST(sum(amount) AS BIGINT) AS amount FROM landed GROUP BY day
""",
    "models/total.sql": """-- ---
-- publish: { to: warehouse, view: fault.total, keep: 0 }
-- ---
SELECT CAST(sum(points) AS BIGINT) AS points, CAST(sum(amount) AS BIGINT) AS amount FROM days
""",
}
# The other ways to publish: rows added in place, and pointers in the place of views that change.
OTHER_WAYS = {
    "models/points.sql": PROJECT["models/points.sql"].replace("keep: 0", "keep: 0, mode: direct"),
    "models/days.sql": PROJECT["models/days.sql"].replace("keep: 1", "keep: 1, switch: pointer"),
    "models/total.sql": PROJECT["models/total.sql"].replace("keep: 0", "keep: 0, switch: pointer"),
}
# The state beside the targets, in the same database: a copy of that is a copy of both.
STATE_IN_POSTGRES = {"rhumb.yaml": PROJECT["rhumb.yaml"] + "store: { state: warehouse, schema: fault_state }\n"}
DATASETS = ("landed", "points", "days", "total")
KEPT_TABLES = {"points": 0, "days": 1, "total": 0}  # old tables beside the visible one, at most
BAD_ROWS = 2  # in each file


class Damage(AssertionError):
    """Something is not as it must be."""


def demand(condition, what):
    if not condition:
        raise Damage(what)


def equal(what, found, expected):
    demand(found == expected, f"{what}: found {found!r}, expected {expected!r}")


def faulty_binary():
    """The program that can be made to fail, beside the one under test."""
    named = os.environ.get("RHUMB_FAULTY")
    path = Path(named) if named else Path(binary()).with_name("rhumb_faulty")
    return path if path.exists() else None


def known_points():
    """(kind, name) of every fault point that the program has."""
    program = faulty_binary()
    if program is None:
        return []
    listed = subprocess.run([program, "faults"], capture_output=True, text=True, check=True)
    return [tuple(line.split(" ")) for line in listed.stdout.splitlines()]


def rows_of(number, count):
    """(id, day, amount) of a file; days overlap with those of other files."""
    return [(number * 1000 + i, f"2024-01-{(number + i) % 7 + 1:02}", number * 7 + i) for i in range(count)]


def csv_of(rows):
    lines = ["id,day,place,amount"]
    lines += [f'{i},{day},"POINT({i % 90 + 0.5} {amount % 45})",{amount}' for i, day, amount in rows]
    lines += [f'{-i},never,"POINT(0 0)",1' for i in range(BAD_ROWS)]
    return "\n".join(lines) + "\n"


class World:
    def __init__(self, folder: Path, url: str, state_in_postgres=False):
        self.folder = folder
        self.url = url
        self.state_in_postgres = state_in_postgres
        self.landed = {}  # name -> rows
        self.pointers = 0  # views that read one

    # What happens

    @classmethod
    def create(cls, folder, url, state_in_postgres=False):
        world = cls(folder, url, state_in_postgres)
        write_project(folder, PROJECT | (STATE_IN_POSTGRES if state_in_postgres else {}))
        (folder / "landing").mkdir()
        return world

    def copy(self, folder, url):
        """The same world at another place."""
        shutil.copytree(self.folder, folder, copy_function=_copy_with_times)
        other = World(folder, url, self.state_in_postgres)
        other.landed = dict(self.landed)
        other.pointers = self.pointers
        return other

    def publish_in_other_ways(self):
        """From the next run on."""
        write_project(self.folder, OTHER_WAYS)
        self.pointers = 2

    def twin(self, folder, cluster):
        """A copy with a database of its own, which goes with the cluster."""
        return self.copy(folder, cluster.create_database(template=self.url.rsplit("/", 1)[1]))

    def land(self, name, rows):
        """A file arrives, or gets new content, whole at once."""
        hidden = self.folder / f"landing/.{name}"
        hidden.write_text(csv_of(rows))
        hidden.rename(self.folder / f"landing/{name}")
        self.landed[name] = rows

    def environment(self, fault="", **more):
        return {**os.environ, "NO_COLOR": "1", "WAREHOUSE_URL": self.url, "RHUMB_FAULT": fault, **more}

    def start(self, *arguments, fault="", **more):
        program = faulty_binary() if fault or more else binary()
        return subprocess.Popen([program, *(arguments or ("run",))], cwd=self.folder, text=True,
                                env=self.environment(fault, **more), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def run(self, *arguments, fault="", timeout=120, **more):
        child = self.start(*arguments, fault=fault, **more)
        try:
            out, err = child.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            child.kill()
            out, err = child.communicate()
            raise Damage(f"no end after {timeout} s: {' '.join(arguments) or 'run'} {fault}\n{out}{err}") from None
        return child.returncode, out + err

    def succeed(self, *arguments):
        status, said = self.run(*arguments)
        demand(status == 0, f"rhumb {' '.join(arguments) or 'run'} failed:\n{said}")
        return said

    def counts(self, file):
        """How often a run passes each point; it does what there is to do."""
        status, said = self.run("run", RHUMB_FAULT_COUNTS=str(file))
        demand(status == 0, said)
        return {name: int(times) for name, times in (line.split(" ") for line in file.read_text().splitlines())}

    def expire_leases(self):
        """As if nobody had renewed them for an hour."""
        self._change_state("UPDATE leases SET renewed_at = renewed_at - 3600000000")

    def age(self, days):
        """Every version was made that much earlier."""
        self._change_state("UPDATE versions SET created_at = created_at - ?", (days * 86_400_000_000,))

    def _change_state(self, sql, values=()):
        if self.state_in_postgres:
            with contextlib.closing(self.state()) as state:
                state.execute(sql, values)
            return
        with contextlib.closing(sqlite3.connect(self.store / "state.db")) as state, state:
            state.execute(sql, values)

    # What must be there

    def expected(self):
        rows = [row for each in self.landed.values() for row in each]
        days = {}
        for _, day, amount in rows:
            count, total = days.get(day, (0, 0))
            days[day] = (count + 1, total + amount)
        return {
            "points": Counter(rows),
            "days": Counter((day, *sums) for day, sums in days.items()),
            "total": Counter([(len(rows), sum(row[2] for row in rows))]),
        }

    def verify(self, settled=True, swept=True):
        """All of it, after a run that has succeeded. A table that readers held, or that a run which
        died could not drop, goes with the next publication: not `settled` until then. Files that a
        clean-up could not remove go with the dataset's next one: not `swept` until then."""
        with contextlib.closing(self.state()) as state:
            self.verify_ledger(state)
            self.verify_store(state, swept)
        self.verify_warehouse(settled)

    def state(self):
        if self.state_in_postgres:
            return PostgresState(self.url)
        connection = sqlite3.connect(f"file:{self.store}/state.db?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row
        return connection

    @property
    def store(self):
        return self.folder / ".rhumb/prod"

    def verify_ledger(self, state):
        visible = state.execute("SELECT id, name, rows, rejected, content_hash FROM inputs WHERE removed_in IS NULL").fetchall()
        equal("inputs in the ledger", Counter(row["name"] for row in visible), Counter(self.landed.keys()))
        for row in visible:
            equal(f"rows of {row['name']}", row["rows"], len(self.landed[row["name"]]))
            equal(f"bad rows of {row['name']}", row["rejected"], BAD_ROWS)
            content = (self.folder / "landing" / row["name"]).read_bytes()
            equal(f"hash of {row['name']}", row["content_hash"], hashlib.sha256(content).hexdigest())
            quarantined = state.execute("SELECT count(*) FROM quarantine WHERE input_id = ?", (row["id"],)).fetchone()[0]
            equal(f"records of {row['name']} in the quarantine", quarantined, BAD_ROWS)
        running = state.execute("SELECT id FROM runs WHERE status = 'running'").fetchall()
        equal("runs that are said to go on", len(running), 0)

    def verify_store(self, state, swept):
        named = set()
        for dataset in DATASETS:
            rows = state.execute("SELECT * FROM versions WHERE dataset = ? ORDER BY version", (dataset,)).fetchall()
            demand(rows, f"no version of {dataset}")
            for row in rows:
                manifest = self._manifest(row)
                named.add(row["manifest"])
                named.update(file["path"] for file in manifest["files"])
            self._verify_rows(dataset, manifest)
            if dataset == "landed":
                equal("inputs of the newest manifest", {i["name"] for i in manifest["inputs"]}, set(self.landed))
        lying = {str(path.relative_to(self.store)) for folder in ("data", "manifests")
                 for path in (self.store / folder).rglob("*") if path.is_file() and path.name != "newest"}
        if swept:
            equal("files in the store that no version names", lying - named, set())
        staged = [path.name for path in (self.store / "staging").glob("*")]
        equal("folders left in staging", staged, [])

    def _manifest(self, row):
        path = self.store / row["manifest"]
        demand(path.exists(), f"{row['manifest']} is missing")
        equal(f"hash of {row['manifest']}", hashlib.sha256(path.read_bytes()).hexdigest(), row["manifest_sha256"])
        manifest = json.loads(path.read_text())
        for file in manifest["files"]:
            data = self.store / file["path"]
            demand(data.exists(), f"{file['path']} of {row['manifest']} is missing")
            equal(f"size of {file['path']}", data.stat().st_size, file["bytes"])
        return manifest

    def _verify_rows(self, dataset, manifest):
        columns = {"landed": ["id", "day", "amount"], "points": ["id", "day", "amount"],
                   "days": ["day", "points", "amount"], "total": ["points", "amount"]}[dataset]
        rows = Counter()
        for file in manifest["files"]:
            try:
                table = pyarrow.parquet.ParquetFile(self.store / file["path"]).read(columns=columns)
            except Exception as error:
                raise Damage(f"{file['path']} cannot be read: {error}") from error
            rows.update(tuple(str(v) if c == "day" else v for c, v in zip(columns, row.values()))
                        for row in table.to_pylist())
        expected = self.expected()["points" if dataset == "landed" else dataset]
        demand(rows == expected, f"rows of {dataset} in the store: too many {rows - expected}, missing {expected - rows}")

    def verify_warehouse(self, settled):
        expected = self.expected()
        with contextlib.closing(psycopg2.connect(self.url)) as connection, connection.cursor() as cursor:
            for name in expected:
                rows = Counter(read_view(cursor, name))
                demand(rows == expected[name],
                       f"rows of fault.{name}: too many {rows - expected[name]}, missing {expected[name] - rows}")
            cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'fault'::regnamespace AND relkind = 'r'")
            tables = [row[0] for row in cursor]
            for name, kept in KEPT_TABLES.items():
                of_it = [table for table in tables if table.startswith(name)]
                demand(len(of_it) >= 1 and (len(of_it) <= 1 + kept or not settled), f"tables behind fault.{name}: {of_it}")
            cursor.execute('SELECT split_part("table", \'.\', 2) FROM rhumb.publications')
            recorded = [row[0].strip('"') for row in cursor]
            equal("tables that the commit record names", sorted(recorded), sorted(tables))
            cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'rhumb'::regnamespace AND relkind IN ('r', 'p')"
                           " AND relname NOT IN ('publications', 'leases', 'seats')")
            parts = sorted(row[0] for row in cursor)
            demand(len(parts) == 3 * self.pointers or not settled, f"pointers and slots: {parts}")


def _copy_with_times(source, target):
    return shutil.copy2(source, target)


COLUMNS = {"points": "id, day::text, amount", "days": "day::text, points, amount", "total": "points, amount"}


def read_view(cursor, name):
    cursor.execute(f"SELECT {COLUMNS[name]} FROM fault.{name}")
    return cursor.fetchall()


def fail_then_mend(world, fault, change, swept=True):
    """A run with the fault, another without; what must hold after each. `change` lets files land and
    returns the versions that readers may see. Returns the failed run's exit status and words."""
    with Readers(world.url, change(world)):
        failed = world.run(fault=fault)
        world.succeed()
    world.verify(settled=False, swept=swept)
    demand("up to date" in world.succeed(), "there is still something to do")
    world.land("d.csv", rows_of(5, 20))
    world.succeed()
    world.verify()
    return failed


class Readers:
    """Reads every view again and again; each answer must be one of the whole versions allowed.

        with Readers(world.url, [before, after]): ...
    """

    def __init__(self, url, versions):
        self.url = url
        self.versions = versions
        self.reads = 0
        self.damage = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, kind, *_):
        self._stop.set()
        self._thread.join()
        if kind is None and self.damage is not None:
            raise self.damage
        demand(kind is not None or self.reads > 0, "no reader has read anything")

    def _work(self):
        try:
            with contextlib.closing(psycopg2.connect(self.url)) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    while not self._stop.is_set():
                        for name in COLUMNS:
                            rows = Counter(read_view(cursor, name))
                            demand(any(rows == version[name] for version in self.versions),
                                   f"a reader of fault.{name} saw {sum(rows.values())} rows of no version: {rows}")
                            self.reads += 1
                        time.sleep(0.002)
        except Damage as damage:
            self.damage = damage
        except psycopg2.Error as error:
            self.damage = Damage(f"a reader got an error: {error}")
