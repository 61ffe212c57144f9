"""What `rhumb doctor` says of an installation in which something is missing, and of a damaged store."""

import shutil
from pathlib import Path

import pytest

from tests.harness.program import binary, rhumb, write_project

EXTENSION = "lib/rhumb/spatial.duckdb_extension"


def findings(folder, env=None, program=None, check=0):
    outcome = rhumb("doctor", "--json", cwd=folder, env=env, program=program, check=check).json()
    return outcome["healthy"], {each["what"]: each for each in outcome["findings"]}


@pytest.fixture
def installed(tmp_path):
    """The program as it lies in an installation."""
    for name in ("libduckdb.so", "spatial.duckdb_extension"):
        target = tmp_path / "prefix/lib/rhumb" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to((Path(binary()).parent / "lib/rhumb" / name).resolve())
    (tmp_path / "prefix/bin").mkdir()
    return Path(shutil.copy(binary(), tmp_path / "prefix/bin/rhumb"))


def test_a_whole_installation_needs_no_project(installed, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    healthy, found = findings(tmp_path / "elsewhere", program=installed)
    assert healthy and all(each["ok"] for each in found.values())
    assert str(installed) in found["program"]["detail"]
    assert str(tmp_path / "prefix" / EXTENSION) in found["extension"]["detail"]
    assert found["engine"]["detail"].startswith("DuckDB v") and "spatial loaded" in found["engine"]["detail"]
    assert {"time zones", "coordinate systems", "project"} <= set(found)


def test_each_thing_that_is_missing_is_named_with_what_mends_it(installed, tmp_path):
    (tmp_path / "prefix" / EXTENSION).unlink()
    healthy, found = findings(tmp_path, program=installed, check=1,
                              env={"PROJ_DATA": "/nowhere", "PROJ_LIB": "/nowhere"})
    assert not healthy
    assert not found["extension"]["ok"] and "install the package again" in found["extension"]["hint"]
    assert not found["engine"]["ok"]
    assert not found["coordinate systems"]["ok"] and "apt install proj-data" in found["coordinate systems"]["hint"]
    assert found["time zones"]["ok"]


def test_a_damaged_extension_is_no_engine(installed, tmp_path):
    extension = tmp_path / "prefix" / EXTENSION
    extension.unlink()
    extension.write_bytes(b"\x7fELF nothing")
    _, found = findings(tmp_path, program=installed, check=1)
    assert not found["engine"]["ok"] and "extension does not load" in found["engine"]["detail"]


def test_a_store_that_cannot_be_written(tmp_path):
    write_project(tmp_path, {"rhumb.yaml": "rhumb: 1\nname: p\nstore: /proc/nowhere\n"})
    _, found = findings(tmp_path, check=1)
    assert not found["store"]["ok"] and "store:" in found["store"]["hint"]


@pytest.fixture
def filled(tmp_path):
    project = tmp_path / "project"
    rhumb("init", project, cwd=tmp_path, check=0)
    rhumb("run", cwd=project, check=0)
    return project


def test_every_file_of_the_store_is_compared_with_its_hash(filled):
    assert "all as they were written" in rhumb("doctor", "--verify", cwd=filled, check=0).out
    report = rhumb("doctor", "--verify", "--json", cwd=filled, check=0).json()
    assert report["versions"] == 2 and report["files"] == 2 and report["without_hash"] == 0
    damaged = next(filled.glob(".rhumb/prod/data/places/*/*.parquet"))
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    outcome = rhumb("doctor", "--verify", cwd=filled, check=1)
    assert "1 damaged" in outcome.out and "its SHA-256 differs" in outcome.err and "rhumb restore" in outcome.err
    damaged.write_bytes(content[:-1])
    assert "its manifest says" in rhumb("doctor", "--verify", cwd=filled, check=1).err
    damaged.unlink()
    report = rhumb("doctor", "--verify", "--json", cwd=filled, check=1).json()
    assert [error["code"] for error in report["damaged"]] == ["state"]
    assert "is missing" in report["damaged"][0]["message"]


def test_a_backup_does_not_take_damage_along(filled, tmp_path):
    damaged = next(filled.glob(".rhumb/prod/data/places/*/*.parquet"))
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:-9] + b"?" + whole[-8:])
    outcome = rhumb("backup", tmp_path / "backup", cwd=filled, check=1)
    assert damaged.name in outcome.err and "its SHA-256 differs" in outcome.err
    damaged.write_bytes(whole)
    rhumb("backup", tmp_path / "backup", cwd=filled, check=0)
    copy = next((tmp_path / "backup").glob("data/places/*/*.parquet"))
    copy.write_bytes(whole[:-9] + b"?" + whole[-8:])
    (filled / ".rhumb/prod").rename(tmp_path / "before")
    outcome = rhumb("restore", tmp_path / "backup", cwd=filled, check=1)
    assert str(copy) in outcome.err and not (filled / ".rhumb/prod").exists()
    copy.write_bytes(whole)
    rhumb("restore", tmp_path / "backup", cwd=filled, check=0)
    assert "all as they were written" in rhumb("doctor", "--verify", cwd=filled, check=0).out
    assert (filled / ".rhumb/prod/id").read_text() == (tmp_path / "before/id").read_text()
