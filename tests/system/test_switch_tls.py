"""TLS to PostgreSQL with verification: what is refused, and how the refusal helps."""

import shutil
import subprocess

import pytest

from tests.harness.postgres import PostgresCluster
from tests.harness.program import rhumb
from tests.system.switching import Switching


def openssl(*arguments, cwd):
    subprocess.run(["openssl", *arguments], cwd=cwd, check=True, capture_output=True)


def authority(folder, name):
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.crt", cwd=folder)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Two authorities, and a certificate of the first for `localhost`."""
    folder = tmp_path_factory.mktemp("certificates")
    for name in ("known", "stranger"):
        authority(folder, name)
    openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
            "-keyout", "server.key", "-out", "server.csr", cwd=folder)
    (folder / "names").write_text("subjectAltName=DNS:localhost")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "known.crt", "-CAkey", "known.key", "-CAcreateserial",
            "-days", "2", "-extfile", "names", "-out", "server.crt", cwd=folder)
    return folder


@pytest.fixture(scope="module")
def server(certificates):
    with PostgresCluster() as cluster:
        for name in ("server.key", "server.crt"):
            path = cluster.folder / name
            shutil.copy(certificates / name, path)
            shutil.chown(path, *[(cluster.folder / "data").stat().st_uid] * 2)
            path.chmod(0o600)
        cluster.settings |= {"ssl": "on", "ssl_cert_file": str(cluster.folder / "server.crt"),
                             "ssl_key_file": str(cluster.folder / "server.key")}
        cluster.restart()
        yield cluster


def url_of(server, host, **parameters):
    query = "&".join(f"{key}={value}" for key, value in parameters.items())
    return server.create_database().replace("127.0.0.1", host) + "?" + query


def test_with_the_right_authority_it_publishes_and_doctor_says_so(server, certificates, tmp_path):
    url = url_of(server, "localhost", sslmode="verify-full", sslrootcert=certificates / "known.crt")
    project = Switching(tmp_path, url, ["demo"])
    project.publish()
    doctor = rhumb("doctor", cwd=tmp_path, env=project.env, check=0)
    assert "TLSv1.3 (verify-full)" in doctor.out


@pytest.mark.parametrize("host, parameters, message, hint", [
    ("localhost", {"sslmode": "verify-full", "sslrootcert": "stranger.crt"}, "certificate verify failed", "sslrootcert=FILE"),
    ("127.0.0.1", {"sslmode": "verify-full", "sslrootcert": "known.crt"}, "does not match host name", "host name that stands in"),
    ("localhost", {"sslmode": "verify-full", "sslrootcert": "missing.crt"}, "root certificate file", "is not there"),
])
def test_a_certificate_that_proves_nothing_is_refused(server, certificates, tmp_path, host, parameters, message, hint):
    parameters = parameters | {"sslrootcert": certificates / parameters["sslrootcert"]}
    project = Switching(tmp_path, url_of(server, host, **parameters), ["demo"])
    project.write_edition()
    outcome = rhumb("run", cwd=tmp_path, env=project.env)
    assert outcome.status == 1
    assert "error[connect]" in outcome.err and message in outcome.err and hint in outcome.err
    assert server.password not in outcome.out + outcome.err
    doctor = rhumb("doctor", cwd=tmp_path, env=project.env)
    assert doctor.status == 1 and hint in doctor.out


def test_a_server_without_tls_is_named(pg_cluster, tmp_path):
    project = Switching(tmp_path, url_of(pg_cluster, "localhost", sslmode="require"), ["demo"])
    project.write_edition()
    outcome = rhumb("run", cwd=tmp_path, env=project.env)
    assert outcome.status == 1 and "does not support SSL" in outcome.err and "ssl = on" in outcome.err
