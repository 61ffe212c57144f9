"""Small files are merged when many have arrived; nobody takes the merged rows for new ones."""

import json

import pytest

from tests.harness.program import query, rhumb, write_project

FILES = 40


@pytest.fixture
def project(tmp_path):
    write_project(tmp_path, {
        "rhumb.yaml": "rhumb: 1\nname: merging\ntimezone: UTC\n",
        "sources/visits.yaml": 'read: { directory: { path: landing, files: "*.csv" } }\ndecode: { csv: {} }\n'
                               "columns: { day: date, n: integer, place: { type: point, crs: 4326, lon: x, lat: y } }\n",
        "models/seen.sql": "-- ---\n-- kind: append\n-- ---\nSELECT day, n, place FROM visits\n",
        "models/daily.sql": "-- ---\n-- kind: partitioned\n-- partition_by: day\n-- ---\n"
                            "SELECT day, sum(n) AS n FROM visits GROUP BY day\n",
        "models/total.sql": "SELECT sum(n) AS n, count(*) AS visits FROM seen\n",
    })
    return tmp_path


def land(folder, number, n=None):
    write_project(folder, {f"landing/{number:03}.csv": "day,n,x,y\n" + "".join(
        f"2024-01-{1 + number % 28:02},{n if n is not None else number * 10 + row},{row},{number + 1}\n" for row in range(3))})


def files_of(folder, dataset):
    [newest] = sorted((folder / ".rhumb").rglob(f"manifests/{dataset}/*.json"))[-1:]
    return json.loads(newest.read_text())["files"]


def total(folder):
    [row] = query("SELECT n, visits FROM total", cwd=folder)
    [day] = query("SELECT sum(n)::BIGINT AS n FROM daily", cwd=folder)
    assert int(row["n"]) == int(day["n"]), "the append and the partitioned model agree"
    return int(row["n"]), row["visits"]


def run(folder):
    return rhumb("run", cwd=folder, check=0)


def expected(numbers):
    return sum(number * 10 + row for number in numbers for row in range(3)), 3 * len(list(numbers))


def test_files_that_arrive_one_by_one(project):
    for number in range(FILES):
        land(project, number)
        said = run(project)
        assert "anew" not in said.out + said.err, "the models go on with new rows only"
        if number % 8 == 0 or number > 30:
            assert total(project) == expected(range(number + 1))
    for dataset in ("visits", "seen"):
        # The 32nd file is new when it comes; with the 33rd it is old enough to be merged.
        assert len(files_of(project, dataset)) == FILES - 32 + 1
        [merged] = [file for file in files_of(project, dataset) if "parts" in file]
        assert len(merged["parts"]) == 32 and merged["rows"] == 96


def test_a_replaced_input_leaves_the_merged_file(project):
    for number in range(FILES):
        land(project, number)
    run(project)
    assert len(files_of(project, "visits")) == 1, "so many new ones are merged at once"
    assert total(project) == expected(range(FILES))
    land(project, 7, n=100_000)
    run(project)
    others = expected([number for number in range(FILES) if number != 7])
    assert total(project) == (others[0] + 300_000, others[1] + 3)
    assert query("SELECT count(*) AS n FROM visits WHERE ST_Y(place) = 8", cwd=project) == [{"n": 3}]
    assert query('SELECT count(*) AS n FROM "visits@1" WHERE n = 100000', cwd=project) == [{"n": 0}]


def test_rows_are_conserved_over_merged_files(project):
    write_project(project, {"models/seen.sql": "-- ---\n-- kind: append\n-- assert:\n--   - conserves: { source: visits }\n"
                                               "-- ---\nSELECT day, n, place FROM visits\n"})
    for number in range(33):
        land(project, number)
    run(project)
    for number in range(33, 36):
        land(project, number)
        run(project)
        assert total(project) == expected(range(number + 1))
