"""GeoLife's trajectories as they are published, and the real defects of its files."""

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from tests.harness.program import query, rhumb, write_project

USERS, FILES, POINTS = 27, 701, 515_925


def trajectories(folder):
    return sorted(Path(folder).rglob("*.plt"))


def points_of(path):
    return path.read_text(encoding="utf-8").splitlines()[6:]


def read(folder, data, same_bytes):
    write_project(folder, {
        "rhumb.yaml": "rhumb: 1\nname: geolife\n",
        "sources/points.yaml": f'read: {{ directory: {{ path: "{data}", files: "**/*.plt" }} }}\n'
                               f"decode: {{ plt: {{}} }}\nsame_bytes: {same_bytes}\n"})
    rhumb("run", cwd=folder, check=0)


@pytest.fixture(scope="module")
def geolife(shared_data):
    data = shared_data / "geolife" / "Data"
    assert len(trajectories(data)) == FILES
    return data


@pytest.fixture(scope="module")
def taken(tmp_path_factory, geolife):
    folder = tmp_path_factory.mktemp("geolife")
    read(folder, geolife, "take")
    return folder


def test_all_users_files_and_points_are_there(taken, geolife):
    assert query("SELECT count(*) AS points, count(DISTINCT user_id) AS users FROM points", taken) == [{"points": POINTS, "users": USERS}]
    per_file = {row["input"]: row["n"] for row in query("SELECT name AS input, row_count AS n FROM rhumb_inputs", taken)}
    assert per_file == {path.relative_to(geolife).as_posix(): len(points_of(path)) for path in trajectories(geolife)}
    assert query("SELECT count(*) AS n FROM rhumb_quarantine", taken) == [{"n": 0}]


def test_altitudes_are_metres_and_times_are_those_written(taken, geolife):
    first = points_of(trajectories(geolife)[0])[0].split(",")
    user, name = trajectories(geolife)[0].parts[-3], trajectories(geolife)[0].stem
    row = query(f"SELECT altitude_m, strftime(recorded_at AT TIME ZONE 'UTC', '%Y-%m-%d,%H:%M:%S') AS at, ST_X(position) AS x, ST_Y(position) AS y "
                f"FROM points WHERE user_id = '{user}' AND trajectory_id = '{name}' ORDER BY recorded_at LIMIT 1", taken)[0]
    assert row["at"] == ",".join(first[5:7])
    assert [row["x"], row["y"]] == pytest.approx([float(first[1]), float(first[0])], abs=1e-12)
    assert row["altitude_m"] == pytest.approx(float(first[3]) * 0.3048)


def test_modes_come_from_the_labels(taken, geolife):
    labelled = {path.parent.name for path in geolife.rglob("labels.txt")}
    found = {row["user_id"] for row in query("SELECT DISTINCT user_id FROM points WHERE mode IS NOT NULL", taken)}
    assert found and found <= labelled


def test_files_of_two_users_with_the_same_bytes_follow_the_policy(tmp_path, geolife):
    copies = Counter(hashlib.sha256(path.read_bytes()).hexdigest() for path in trajectories(geolife))
    twice = [digest for digest, count in copies.items() if count > 1]
    assert len(twice) == 2
    read(tmp_path, geolife, "skip")
    distinct = {hashlib.sha256(path.read_bytes()).hexdigest(): len(points_of(path)) for path in trajectories(geolife)}
    assert query("SELECT count(*) AS n FROM points", tmp_path) == [{"n": sum(distinct.values())}]


def test_the_latitude_of_400_degrees_and_missing_altitudes(tmp_path, shared_data):
    data = shared_data / "geolife_anomalies" / "Data"
    files = trajectories(data)
    assert len(files) == 10
    lines = [line.split(",") for path in files for line in points_of(path)]
    read(tmp_path, data, "take")
    bad = query("SELECT name, line, reason, field FROM rhumb_quarantine", tmp_path)
    assert bad == [{"name": "020/Trajectory/20110911000506.plt", "line": 6782, "reason": "out-of-range", "field": bad[0]["field"]}]
    assert query("SELECT count(*) AS n, count(altitude_m) AS known FROM points", tmp_path) == [
        {"n": len(lines) - 1, "known": sum(float(line[3]) != -777 for line in lines) - 1}]
