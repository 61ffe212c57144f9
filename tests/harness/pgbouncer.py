"""A pgbouncer in transaction mode before a PostgresCluster: readers share a few server sessions."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.harness.postgres import SERVER_USER, SUPERUSER, START_SECONDS, PostgresError, free_port

PROGRAM = "/usr/sbin/pgbouncer"
SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
max_client_conn = 200
logfile = {folder}/log
"""


class PgBouncer:
    def __init__(self, cluster, sessions=4):
        self.cluster = cluster
        self.sessions = sessions
        self.port = 0
        self.folder = None
        self.process = None

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="rhumb-pgbouncer-"))
        self.port = free_port()
        settings = self.folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(server=self.cluster.port, user=SUPERUSER, port=self.port,
                                            password=self.cluster.password, sessions=self.sessions,
                                            folder=self.folder))
        command = ["setpriv", "--pdeathsig", "INT"]
        if os.geteuid() == 0:  # pgbouncer refuses root
            user = pwd.getpwnam(SERVER_USER)
            for path in (self.folder, settings):
                os.chown(path, user.pw_uid, user.pw_gid)
            command += [f"--reuid={SERVER_USER}", f"--regid={SERVER_USER}", "--init-groups"]
        with open(self.folder / "out", "wb") as out:
            self.process = subprocess.Popen([*command, "--", PROGRAM, str(settings)], stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=out, start_new_session=True)
        self._wait_until_ready()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, server_url):
        """The same database, by way of the pool."""
        return f"postgresql://{SUPERUSER}@127.0.0.1:{self.port}/{server_url.rsplit('/', 1)[1]}"

    def _wait_until_ready(self):
        deadline = time.monotonic() + START_SECONDS
        command = [self.cluster.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if subprocess.run(command).returncode == 0:
                return
            time.sleep(0.05)
        raise PostgresError(f"pgbouncer did not start:\n{(self.folder / 'out').read_text()}")
