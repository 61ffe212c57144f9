"""Spatial joins keep to memory_limit: what does not fit lies in files."""

import contextlib
import subprocess
import time
from pathlib import Path

import pytest

from tests.harness.program import binary, query, rhumb, write_project

LIMIT_MIB = 160
PROGRAM_MIB = 200  # the program, the engine's own needs, what allocators keep: generously
SETTINGS = "rhumb: 1\nname: memory\ntimezone: UTC\nthreads: 2\n"


@pytest.fixture
def project(tmp_path):
    write_project(tmp_path, {
        "rhumb.yaml": SETTINGS,
        # Some 110 MiB of geometry.
        "models/outlines.sql": "SELECT i AS id, ST_Buffer(ST_Point(i % 1000 * 0.01, i // 1000 * 0.01), 0.006, 8) AS geom FROM range(200000) AS r(i)\n",
        "models/places.sql": "SELECT i AS id, ST_Point(i % 1000 * 0.01, i // 1000 * 0.01) AS geom FROM range(200000) AS r(i)\n",
        "models/squares.sql": "SELECT i AS id, ST_MakeEnvelope(i, 0, i + 0.995, 3) AS geom FROM range(10) AS r(i)\n",
        "models/meeting.sql": "SELECT count(*) AS pairs FROM outlines AS a JOIN outlines AS b ON ST_Intersects(a.geom, b.geom)\n",
        "models/placed.sql": "SELECT s.id, count(*) AS places FROM squares AS s JOIN places AS p ON ST_Contains(s.geom, p.geom) GROUP BY s.id\n",
    })
    rhumb("run", "outlines", "places", "squares", cwd=tmp_path, check=0)
    write_project(tmp_path, {"rhumb.yaml": f"{SETTINGS}memory_limit: {LIMIT_MIB} MiB\n"})
    return tmp_path


def run_measured(folder, model):
    """What was said, and the most memory of its own that the program had, in MiB: pages of files are
    the system's to take back."""
    most = 0
    with subprocess.Popen([binary(), "run", model], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        while process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                status = Path(f"/proc/{process.pid}/status").read_text()
                most = max([most, *(int(line.split()[1]) for line in status.splitlines() if line.startswith("RssAnon"))])
            time.sleep(0.005)
        said = process.stdout.read()
    assert process.returncode == 0, said
    assert most > 0
    return said, most // 1024


def test_an_index_that_does_not_fit_lies_in_files(project):
    _, most = run_measured(project, "meeting")
    assert most < LIMIT_MIB + PROGRAM_MIB
    limited = query("SELECT pairs FROM meeting", cwd=project)
    write_project(project, {"rhumb.yaml": f"{SETTINGS}memory_limit: 2 GiB\n"})
    rhumb("run", "meeting", "--full-refresh", cwd=project, check=0)
    assert limited == query("SELECT pairs FROM meeting", cwd=project)
    assert int(limited[0]["pairs"]) > 200_000
    assert not list((project / ".rhumb").rglob("rhumb-spill-*"))


def test_one_that_fits_is_used(project):
    _, most = run_measured(project, "placed")
    places = query("SELECT places FROM placed", cwd=project)
    assert {int(row["places"]) for row in places} == {99 * 199}
    assert most < LIMIT_MIB + PROGRAM_MIB
