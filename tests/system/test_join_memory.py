"""Spatial joins keep to memory_limit: those that do not fit are refused, and say what to do."""

import os
import subprocess

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
    """Exit status, what was said, and the most memory the program had, in MiB."""
    with subprocess.Popen([binary(), "run", model], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, said, usage.ru_maxrss // 1024


def test_an_index_that_does_not_fit_is_refused(project):
    status, said, peak = run_measured(project, "meeting")
    assert status == 1 and "error[out-of-memory]" in said, said
    assert "of a spatial join" in said and "raise `memory_limit` in rhumb.yaml" in said, said
    assert "models/meeting.sql:1:" in said, said
    assert peak < LIMIT_MIB + PROGRAM_MIB


def test_one_that_fits_is_used(project):
    status, said, peak = run_measured(project, "placed")
    assert status == 0, said
    places = query("SELECT places FROM placed", cwd=project)
    assert {int(row["places"]) for row in places} == {99 * 199}
    assert peak < LIMIT_MIB + PROGRAM_MIB
