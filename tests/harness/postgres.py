#!/usr/bin/env python3
"""A private PostgreSQL with PostGIS, started in a temporary folder and always stopped.

As a command:

    python3 tests/harness/postgres.py run [--set wal_level=replica] -- CMD...

starts a cluster, exports RHUMB_TEST_PG (the libpq URL of a database with PostGIS), runs CMD and
exits with its status. In Python:

    with PostgresCluster() as cluster:
        url = cluster.create_database()

and in pytest, `from tests.harness.postgres import pg_cluster, pg_database` in a conftest.py gives one
cluster per session and a fresh database with PostGIS per test.

initdb refuses root, so root runs the server as the user `postgres`. Nothing is synced to disk
unless `durable=True`; `wal_level=minimal`, as a warehouse that only Rhumb fills would have it.
Needs the Debian packages postgresql-15 and postgresql-15-postgis-3 (or newer).
"""

import argparse
import contextlib
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

try:
    import pytest
except ImportError:  # the command line works without it
    pytest = None

SERVER_USER = "postgres"
SUPERUSER = "postgres"
TEMPLATE = "rhumb_template"  # a database with PostGIS; copying it is faster than CREATE EXTENSION
START_SECONDS = 60
OLDEST_VERSION = 15


class PostgresError(RuntimeError):
    """The server could not be started or asked; the message holds its log."""


def server_programs():
    """The folder with initdb and postgres: RHUMB_PG_BIN, or the newest Debian has."""
    wanted = os.environ.get("RHUMB_PG_BIN")
    if wanted:
        return Path(wanted)
    found = [
        (float(path.parents[1].name), path.parent)
        for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
    ]
    found = [entry for entry in found if entry[0] >= OLDEST_VERSION]
    if not found:
        raise PostgresError(
            f"no PostgreSQL {OLDEST_VERSION} or newer found; install postgresql-15-postgis-3"
        )
    return max(found)[1]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostgresCluster:
    """One server on a free loopback port. Not thread-safe; its databases are."""

    def __init__(self, settings=None, durable=False):
        self.programs = server_programs()
        self.settings = self._default_settings(durable) | (settings or {})
        self.password = "pw-" + secrets.token_hex(8)
        self.port = 0
        self.folder = None
        self.process = None
        self._names = itertools.count(1)

    @staticmethod
    def _default_settings(durable):
        settings = {
            "listen_addresses": "127.0.0.1",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_connections": "60",
            "shared_buffers": "128MB",
            "max_wal_size": "2GB",
            "timezone": "UTC",
            "log_timezone": "UTC",
        }
        if not durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        return settings

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rhumb-pg-"))
        (self.folder / "password").write_text(self.password)
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVER_USER)
            for path in (self.folder, self.folder / "password"):
                os.chown(path, user.pw_uid, user.pw_gid)
        self._initdb()
        self._start_server()
        self._sql("postgres", f"CREATE DATABASE {TEMPLATE}")
        self._sql(TEMPLATE, "CREATE EXTENSION postgis")

    def stop(self):
        """Ends the server and removes its folder. May be called twice."""
        if self.process is not None:
            self._end_server(signal.SIGINT)
            self.process = None
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None

    def kill(self):
        """Ends the server as a power cut would; `restart` brings it back with what was durable."""
        self._end_server(signal.SIGQUIT)

    def kill_server(self):
        """SIGKILL to the postmaster: its backends find out and end, nothing is written or released."""
        self.process.kill()
        self.process.wait()
        deadline = time.monotonic() + START_SECONDS
        lock = self.folder / "data" / "postmaster.pid"
        while time.monotonic() < deadline and self._backends_of(lock):
            time.sleep(0.02)
        lock.unlink(missing_ok=True)

    @staticmethod
    def _backends_of(lock):
        """Processes that still use the shared memory of the killed server."""
        if not lock.exists():
            return []
        folder = str(lock.parent)
        users = []
        for path in Path("/proc").glob("[0-9]*"):
            try:
                if os.readlink(path / "cwd") == folder:
                    users.append(path.name)
            except OSError:
                continue
        return users

    def restart(self):
        if self.process is not None and self.process.poll() is None:
            self._end_server(signal.SIGINT)
        self._launch()

    def url(self, database="postgres"):
        return f"postgresql://{SUPERUSER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def create_database(self, name=None, template=TEMPLATE):
        """A fresh database with PostGIS, or a copy of `template`; returns its URL."""
        name = name or f"test_{os.getpid()}_{next(self._names)}"
        self._sql("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, url):
        name = url.rsplit("/", 1)[1]
        self._sql("postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def log(self):
        return (self.folder / "log").read_text(errors="replace")

    def _as_server_user(self):
        """Prefix that runs a command as the server's user, ended together with this process."""
        prefix = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:
            prefix += [f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--init-groups"]
        return prefix + ["--"]

    def _initdb(self):
        command = [
            self.programs / "initdb",
            f"--pgdata={self.folder / 'data'}",
            f"--username={SUPERUSER}",
            f"--pwfile={self.folder / 'password'}",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ]
        done = subprocess.run(
            self._as_server_user() + command, cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise PostgresError(f"initdb failed:\n{done.stdout}{done.stderr}")

    def _start_server(self):
        """A port that was free may be taken a moment later, so more than one is tried."""
        for attempt in range(5):
            self.port = free_port()
            try:
                self._launch()
                return
            except PostgresError as error:
                if attempt == 4 or "in use" not in str(error):
                    raise

    def _launch(self):
        command = [self.programs / "postgres", "-D", self.folder / "data", "-p", str(self.port)]
        command += ["-c", f"unix_socket_directories={self.folder}"]
        for name, value in self.settings.items():
            command += ["-c", f"{name}={value}"]
        with open(self.folder / "log", "ab") as log:
            # A session of its own: Ctrl-C on the terminal is for us, we then stop the server.
            self.process = subprocess.Popen(
                self._as_server_user() + command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._wait_until_ready()

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        command = [self.programs / "pg_isready", "-q", "-h", self.folder, "-p", str(self.port)]
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise PostgresError(f"the server did not start:\n{self.log()}")
            if subprocess.run(command).returncode == 0:
                return
            time.sleep(0.05)
        raise PostgresError(f"the server was not ready within {START_SECONDS} s:\n{self.log()}")

    def _end_server(self, how):
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _sql(self, database, statement):
        """Through the socket, where no password is asked, so that none stands in a process list."""
        command = [self.programs / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"]
        command += ["-h", self.folder, "-p", str(self.port), "-U", SUPERUSER, "-d", database]
        done = subprocess.run([*command, "-c", statement], capture_output=True, text=True)
        if done.returncode != 0:
            raise PostgresError(f"{statement}: {done.stderr}")


class StandbyCluster(PostgresCluster):
    """A physical copy that follows `primary` and answers reading sessions.

    The primary needs wal_level=replica and max_wal_senders of 2 or more."""

    def __init__(self, primary, settings=None):
        super().__init__(settings)
        self.primary = primary
        self.password = primary.password
        self.settings = primary.settings | (settings or {})

    def start(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rhumb-pg-standby-"))
        if os.geteuid() == 0:
            user = pwd.getpwnam(SERVER_USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        command = [self.programs / "pg_basebackup", "-R", "-X", "stream", "--checkpoint=fast", "--no-sync"]
        command += ["-D", self.folder / "data", "-h", self.primary.folder, "-p", str(self.primary.port)]
        command += ["-U", SUPERUSER]
        done = subprocess.run(
            self._as_server_user() + command, cwd=self.folder, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise PostgresError(f"pg_basebackup failed:\n{done.stdout}{done.stderr}")
        self._start_server()


if pytest is not None:

    @pytest.fixture(scope="session")
    def pg_cluster():
        with PostgresCluster() as cluster:
            yield cluster

    @pytest.fixture
    def pg_database(pg_cluster):
        """URL of a database with PostGIS that this test has to itself."""
        url = pg_cluster.create_database()
        yield url
        pg_cluster.drop_database(url)


def run(command, settings):
    """Runs `command` beside a cluster; returns its exit status."""
    with contextlib.ExitStack() as stack:
        # Being told to end must not leave the server behind.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        cluster = stack.enter_context(PostgresCluster(settings))
        environment = os.environ | {"RHUMB_TEST_PG": cluster.create_database("rhumb_test")}
        child = subprocess.Popen(command, env=environment)
        try:
            return child.wait()
        except BaseException:
            child.terminate()
            child.wait()
            raise


def main(argv):
    parser = argparse.ArgumentParser(
        prog="postgres.py", description="A private PostgreSQL with PostGIS for a command."
    )
    subcommands = parser.add_subparsers(dest="subcommand", required=True)
    runner = subcommands.add_parser("run", help="run CMD with RHUMB_TEST_PG set")
    runner.add_argument(
        "--set", action="append", default=[], metavar="NAME=VALUE", help="a server setting"
    )
    runner.add_argument("command", nargs="+", metavar="CMD")
    arguments = parser.parse_args(argv)
    settings = dict(pair.split("=", 1) for pair in arguments.set)
    try:
        return run(arguments.command, settings)
    except KeyboardInterrupt:
        return 130
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 127
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
