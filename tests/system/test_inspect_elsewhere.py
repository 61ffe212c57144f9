"""`rhumb inspect` of what is no file yet: an address, and a table of a connection."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg2
import pytest

from tests.harness.program import query, rhumb, write_project

TRIPS = "id,lon,lat,fare\n" + "".join(f"{i},{7 + i / 100},{45 + i / 100},{i / 2}\n" for i in range(50))


class Site(BaseHTTPRequestHandler):
    def do_GET(self):  # noqa: N802 (the library's name)
        path = self.path.split("?")[0]
        moved = {"/moved": "/data/trips.csv", "/loop": "/loop", "/to-a-file": "file:///etc/hostname"}
        if path == "/data/trips.csv":
            self.answer(200, TRIPS.encode())
        elif path in moved:
            self.answer(302, b"", {"Location": moved[path]})
        elif path == "/large.csv":
            self.answer(200, b"", {"Content-Length": str(10_000_000)})
        elif path == "/endless.csv":
            self.endless()
        elif path == "/cut.csv":
            self.answer(200, TRIPS.encode()[:100], {"Content-Length": "1000"})
        else:
            self.answer(403 if path == "/private.csv" else 404, b"no")

    def answer(self, status, body, headers=None):
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def endless(self):
        self.send_response(200)
        self.end_headers()
        try:
            while True:
                self.wfile.write(TRIPS.encode())
        except OSError:
            pass

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_an_address_is_looked_at_and_kept_only_when_asked(site, tmp_path):
    said = rhumb("inspect", f"{site}/data/trips.csv?key=hidden", "--json", cwd=tmp_path, check=0)
    report = said.json()
    assert (report["format"], report["rows"], report["file"]) == ("csv", 50, "trips.csv")
    assert f"From {site}/data/trips.csv" in report["source"] and "hidden" not in said.out + said.err
    assert list(tmp_path.iterdir()) == []
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: far\n"})
    asked = rhumb("inspect", f"{site}/moved", "--save", "landing", "--source", cwd=tmp_path, check=0)
    assert "Written to landing/moved" in asked.err
    text = asked.out
    assert (tmp_path / "landing" / "moved").read_text() == TRIPS
    assert [path.name for path in (tmp_path / "landing").iterdir()] == ["moved"]
    write_project(tmp_path, {"sources/trips.yaml": text})
    rhumb("check", cwd=tmp_path, check=0)
    rhumb("run", cwd=tmp_path, check=0)
    assert query("SELECT count(*) AS n FROM trips", tmp_path) == [{"n": 50}]
    again = rhumb("inspect", f"{site}/moved", "--save", "landing", cwd=tmp_path, check=1)
    assert "moved is there already" in again.err


def test_a_file_url_is_the_file(tmp_path):
    (tmp_path / "my trips.csv").write_text(TRIPS)
    report = rhumb("inspect", f"file://{tmp_path}/my%20trips.csv", "--json", cwd=tmp_path, check=0).json()
    assert (report["file"], report["rows"]) == ("my trips.csv", 50)


@pytest.mark.parametrize(("path", "status", "words"), [
    ("/missing.csv", 1, "the server answers 404"),
    ("/private.csv?key=hidden", 1, "the server answers 403"),
    ("/loop", 1, "cannot be fetched"),
    ("/to-a-file", 1, "cannot be fetched"),
    ("/large.csv", 1, "is larger than 1.0 MiB"),
    ("/endless.csv", 1, "is larger than 1.0 MiB"),
    ("/cut.csv", 1, "cannot be fetched"),
])
def test_what_cannot_be_fetched_is_said_and_leaves_nothing(site, tmp_path, path, status, words):
    refused = rhumb("inspect", site + path, "--most", "1 MiB", "--save", "landing", cwd=tmp_path, check=status)
    assert words in refused.err and path.split("?")[0] in refused.err
    assert "hidden" not in refused.err
    assert list((tmp_path / "landing").iterdir()) == []


def test_addresses_that_are_none(tmp_path):
    assert "s3:// are not read" in rhumb("inspect", "s3://bucket/a.csv", cwd=tmp_path, check=2).err
    assert "cannot be fetched" in rhumb("inspect", "http://127.0.0.1:1/a.csv", cwd=tmp_path, check=1).err
    assert "--save is for" in rhumb("inspect", "a.csv", "--save", "x", cwd=tmp_path, check=2).err
    assert "--most takes a size" in rhumb("inspect", "http://127.0.0.1:1/a.csv", "--most", "lots", cwd=tmp_path, check=2).err


def test_a_table_of_a_connection(pg_database, tmp_path):
    with psycopg2.connect(pg_database) as connection, connection.cursor() as cursor:
        cursor.execute('CREATE TABLE "My stops" AS SELECT i AS id, \'stop \' || i AS name, '
                       "ST_SetSRID(ST_MakePoint(7 + i / 10.0, 45), 4326)::geometry(Point, 4326) AS at FROM generate_series(1, 40) i")
    connection.close()
    write_project(tmp_path, {"rhumb.yaml": 'rhumb: 1\nname: db\nconnections:\n  warehouse: { postgres: { url: "${URL}" } }\n'})
    env = {"URL": pg_database}
    report = rhumb("inspect", '"My stops"', "--connection", "warehouse", "--json", cwd=tmp_path, env=env, check=0).json()
    assert (report["format"], report["rows"], report["complete"]) == ("postgres", 40, True)
    place = next(column for column in report["columns"] if column["name"] == "at")
    assert (place["type"], place["crs"], place["extent"]) == ("point", 4326, [7.1, 45, 11, 45])
    shown = rhumb("inspect", '"My stops"', "--connection", "warehouse", "--rows", "10", cwd=tmp_path, env=env, check=0).out
    assert "a table of PostgreSQL, the first 10 rows" in shown.splitlines()[0]
    text = rhumb("inspect", '"My stops"', "--connection", "warehouse", "--source", cwd=tmp_path, env=env, check=0).out
    write_project(tmp_path, {"sources/stops.yaml": text})
    rhumb("check", cwd=tmp_path, env=env, check=0)
    rhumb("run", cwd=tmp_path, env=env, check=0)
    assert query("SELECT count(*) AS n FROM stops", tmp_path, env=env) == [{"n": 40}]


def test_a_table_that_is_not_there(pg_database, tmp_path):
    write_project(tmp_path, {"rhumb.yaml": 'rhumb: 1\nname: db\nconnections:\n  warehouse: { postgres: { url: "${URL}" } }\n'})
    env = {"URL": pg_database}
    unknown = rhumb("inspect", "public.trips", "--connection", "warhouse", cwd=tmp_path, env=env, check=2)
    assert "there is no connection `warhouse`" in unknown.err and "`warehouse`" in unknown.err
    missing = rhumb("inspect", "public.trips", "--connection", "warehouse", cwd=tmp_path, env=env)
    assert missing.status != 0 and "public.trips" in missing.err
    assert pg_database not in missing.err
    refused = rhumb("inspect", "public.trips", "--connection", "warehouse", "--layer", "x", cwd=tmp_path, env=env, check=2)
    assert "--layer is for files" in refused.err
