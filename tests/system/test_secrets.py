"""A password reaches the server and nobody else.

A project reads from PostgreSQL and publishes there, in every way that goes well or wrong. Then
everything that others could see is searched: what the commands said, the store, the process list
while they worked, the server's log and its list of sessions.
"""

import os
import subprocess
import threading
import time
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest

from tests.harness.postgres import PostgresCluster
from tests.harness.program import binary, write_project

PASSWORD = "pass:w0rd/ @%&?'\""  # whatever a URL, a shell or SQL could trip over
WRONG = "never-the-right-one"
FORMS = (PASSWORD, quote(PASSWORD, safe=""), "pass:w0rd", "pass%3Aw0rd", WRONG)

PROJECT = {
    "rhumb.yaml": """rhumb: 1
name: secrets
connections:
  from_variable: { postgres: { url: "${WAREHOUSE_URL}" } }
  from_file: { postgres: { url: "file:url.txt" } }
""",
    "sources/places.yaml": """read: { postgres: { connection: from_file, table: public.places } }
""",
    "models/shown.sql": """-- ---
-- key: [id]
-- publish: { to: from_variable, view: shown, switch_within: 2 s }
-- ---
SELECT id, name FROM places
""",
}


class ProcessList:
    """Command lines of processes and texts of sessions, looked at again and again."""

    def __init__(self, url):
        self.url = url
        self.seen = set()
        self.looks = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _work(self):
        with psycopg2.connect(self.url, application_name="the test") as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                while not self._stop.is_set():
                    for path in Path("/proc").glob("[0-9]*/cmdline"):
                        try:
                            self.seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                        except OSError:
                            continue
                    cursor.execute("SELECT application_name, query FROM pg_stat_activity WHERE application_name <> 'the test'")
                    self.seen.update(f"session {name}: {query}" for name, query in cursor)
                    self.looks += 1
                    time.sleep(0.005)


@pytest.fixture(scope="module")
def server():
    with PostgresCluster({"log_statement": "all", "log_connections": "on"}) as cluster:
        url = cluster.create_database()
        with psycopg2.connect(url) as connection, connection.cursor() as cursor:
            # The server is told a hash, so that its log holds the password only if we put it there.
            cursor.execute("CREATE ROLE publisher LOGIN; GRANT ALL ON SCHEMA public TO publisher;"
                           "CREATE TABLE places AS SELECT g AS id, 'place ' || g AS name FROM generate_series(1, 500) AS g;"
                           "GRANT SELECT ON places TO publisher;")
            cursor.execute(f"GRANT CREATE ON DATABASE {url.rsplit('/', 1)[1]} TO publisher")
            hashed = psycopg2.extensions.encrypt_password(PASSWORD, "publisher", scope=connection, algorithm="scram-sha-256")
            cursor.execute("ALTER ROLE publisher PASSWORD %s", (hashed,))
        yield cluster, url


def url_for(server_url, password=PASSWORD):
    return f"postgresql://publisher:{quote(password, safe='')}@{server_url.split('@', 1)[1]}"


def say(folder, url, *arguments):
    """Exit status and everything a command says."""
    done = subprocess.run([binary(), *arguments], cwd=folder, capture_output=True, text=True, timeout=120,
                          stdin=subprocess.DEVNULL, env={**os.environ, "NO_COLOR": "1", "WAREHOUSE_URL": url})
    return done.returncode, done.stdout + done.stderr


def leaks(text):
    return [form for form in FORMS if form in text]


def wrong_ways(url):
    """URLs that do not work, each in its own way, and with a password in each."""
    host, database = url.split("@", 1)[1].split("/", 1)
    good = quote(PASSWORD, safe="")
    yield "another password", f"postgresql://publisher:{WRONG}@{host}/{database}"
    yield "nobody listens", f"postgresql://publisher:{good}@127.0.0.1:1/{database}"
    yield "no such database", f"postgresql://publisher:{good}@{host}/nowhere"
    yield "no such host", f"postgresql://publisher:{good}@no-such-host.invalid/{database}"
    yield "no such setting", f"postgresql://publisher:{good}@{host}/{database}?no_such_setting=1"
    yield "encryption wanted", f"postgresql://publisher:{good}@{host}/{database}?sslmode=require"
    yield "not percent-encoded", f"postgresql://publisher:{PASSWORD}@{host}/{database}"
    yield "words that libpq reads", f"host=127.0.0.1 port=1 user=publisher password={WRONG} dbname={database}"
    yield "a stray quote", f"host=127.0.0.1 user=publisher password='{WRONG} dbname={database}"


COMMANDS = [("check",), ("plan",), ("plan", "--json"), ("run",), ("run", "--json"), ("status",), ("status", "--json"),
            ("doctor",), ("doctor", "--json"), ("doctor", "--grants", "reader"), ("lineage",),
            ("query", "SELECT * FROM rhumb_runs"), ("query", "SELECT * FROM rhumb_steps", "--json"),
            ("query", "SELECT * FROM rhumb_publications"), ("query", "SELECT getenv('WAREHOUSE_URL')"),
            ("query", "SELECT * FROM read_text('../url.txt')"), ("rollback", "shown"), ("run", "--full-refresh")]


def test_a_password_reaches_the_server_and_nobody_else(server, tmp_path):
    cluster, url = server
    folder = tmp_path / "project"
    write_project(folder, PROJECT | {"url.txt": url_for(url) + "\n"})
    said = {}
    with ProcessList(url) as processes:
        for arguments in COMMANDS:
            said[arguments] = say(folder, url_for(url), *arguments)
        for name, wrong in wrong_ways(url):
            for arguments in (("doctor",), ("run", "--full-refresh"), ("run", "--full-refresh", "--json")):
                said[(name, *arguments)] = say(folder, wrong, *arguments)
                assert said[(name, *arguments)][0] != 0, f"{name}: {said[(name, *arguments)][1]}"
            (folder / "url.txt").write_text(wrong + "\n")
            said[(name, "source")] = say(folder, url_for(url), "plan")
            assert said[(name, "source")][0] != 0, f"{name}: {said[(name, 'source')][1]}"
            (folder / "url.txt").write_text(url_for(url) + "\n")
    assert said[("run",)][0] == 0, said[("run",)][1]
    assert said[("doctor",)][0] == 0, said[("doctor",)][1]
    assert {what: found for what, (_, text) in said.items() if (found := leaks(text))} == {}
    assert processes.looks > 20 and any("rhumb" in line for line in processes.seen)
    assert [line for line in processes.seen if leaks(line)] == []
    assert "user=publisher" in cluster.log()
    assert leaks(cluster.log()) == []


def test_nothing_of_it_is_kept(server, tmp_path):
    _, url = server
    write_project(tmp_path, PROJECT | {"url.txt": url_for(url) + "\n"})
    reports = ("--report", "report.json", "--report", "report.html")
    # Another store has published to that view before.
    assert say(tmp_path, url_for(url), "run", "--accept-breaking", *reports)[0] == 0
    assert (tmp_path / "report.html").is_file()
    assert say(tmp_path, url_for(url, WRONG), "run", "--full-refresh")[0] != 0
    assert say(tmp_path, url_for(url), "status", "--run", "last", "--report", "last.json")[0] == 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path.name != "url.txt"]
    assert any(path.name == "state.db" for path in kept)
    assert [(path, found) for path in kept if (found := leaks(path.read_bytes().decode("latin-1")))] == []


def test_the_search_finds_what_it_looks_for(server):
    """A test that cannot fail shows nothing: a process that does show its password is noticed."""
    _, url = server
    with ProcessList(url) as processes:
        subprocess.run(["sh", "-c", "sleep 1 # " + PASSWORD], check=True)
    assert any(leaks(line) for line in processes.seen)
    assert leaks(f"connect to {url_for(url)} failed") != []
