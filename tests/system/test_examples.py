"""The examples' own tests, the demo from start to end, and the versions' files in other tools' hands."""

import os
import shutil
import subprocess

import pyarrow.parquet
import pytest

from tests.harness.program import ROOT, binary, rhumb


@pytest.fixture
def airports(tmp_path):
    folder = tmp_path / "airports"
    rhumb("init", folder, "--example", "airports", cwd=tmp_path, check=0)
    subprocess.run(["python3", ROOT / "scripts/demo_data.py", ROOT / ".deps", folder / "data"], check=True, capture_output=True)
    return folder


@pytest.mark.parametrize("example", ["airports", "trips", "views"])
def test_its_own_tests_pass_without_any_data(example, tmp_path):
    folder = tmp_path / example
    rhumb("init", folder, "--example", example, cwd=tmp_path, check=0)
    outcome = rhumb("test", cwd=folder, check=0)
    assert ", 0 failed" in outcome.out and not outcome.out.startswith("0 passed")


def test_the_demo_publishes_behind_a_postgis_view():
    done = subprocess.run([ROOT / "scripts/demo"], cwd=ROOT, capture_output=True, text=True, timeout=300,
                          env={**os.environ, "RHUMB": binary()})
    assert done.returncode == 0, done.stdout + done.stderr
    assert "county_traffic v1" in done.stdout and "Cook" in done.stdout and "4326" in done.stdout


def test_versions_are_geoparquet_that_others_accept(airports):
    rhumb("run", "--store-only", cwd=airports, check=0)
    files = sorted((airports / ".rhumb/prod/data").rglob("*.parquet"))
    assert len(files) >= 5
    validator = shutil.which("geoparquet-validator", path=str(ROOT / ".deps/venv/bin"))
    for path in files:
        metadata = pyarrow.parquet.read_schema(path).metadata or {}
        assert pyarrow.parquet.read_table(path).num_rows > 0
        if b"geo" in metadata:
            done = subprocess.run([validator, "check", str(path)], capture_output=True, text=True)
            assert done.returncode == 0, f"{path.name}: {done.stdout}{done.stderr}"
