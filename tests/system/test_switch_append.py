"""`mode: direct`: small appends go straight into the visible table."""

import psycopg2

from tests.harness.program import rhumb, write_project

APPENDS = """-- ---
-- kind: append
-- key: [id]
-- publish: { to: warehouse, view: trips, mode: direct }
-- ---
SELECT id, region FROM trips_csv
"""
TRIPS = {
    "rhumb.yaml": "rhumb: 1\nname: appends\nconnections:\n  warehouse: { postgres: \"${WAREHOUSE_URL}\" }\n",
    "sources/trips_csv.yaml": "read: { directory: { path: landing, files: '*.csv' } }\ndecode: { csv: {} }\n"
                              "columns: { id: integer, region: text }\n",
    "models/trips_model.sql": APPENDS,
}


def test_small_appends_go_straight_into_the_visible_table(tmp_path, pg_database):
    env = {"WAREHOUSE_URL": pg_database}
    write_project(tmp_path, TRIPS | {"landing/1.csv": "id,region\n1,a\n2,b\n"})
    rhumb("run", cwd=tmp_path, env=env, check=0)
    connection = psycopg2.connect(pg_database)
    cursor = connection.cursor()
    cursor.execute("SELECT count(*) FROM trips")  # a reader that stays: nothing has to wait for it
    for number in (3, 4):
        write_project(tmp_path, {f"landing/{number}.csv": f"id,region\n{number},c\n"})
        outcome = rhumb("run", cwd=tmp_path, env=env, check=0)
        assert "new rows only" in outcome.out + outcome.err
    cursor.execute("SELECT array_agg(id ORDER BY id), min(tableoid::regclass::text) FROM trips_v1")
    assert cursor.fetchone() == ([1, 2, 3, 4], "trips_v1")
    cursor.execute("SELECT version, \"table\" FROM rhumb.publications")
    assert cursor.fetchall() == [(3, "public.trips_v1")]
    connection.rollback()
    # A key that is there already fails before the store commits; the version before stays.
    write_project(tmp_path, {"landing/5.csv": "id,region\n4,d\n"})
    refused = rhumb("run", cwd=tmp_path, env=env)
    assert refused.status == 1 and "assert-failed" in refused.err
    assert "up to date" in rhumb("plan", cwd=tmp_path, env=env).out or "read" in rhumb("plan", cwd=tmp_path, env=env).out
    cursor.execute("SELECT count(*) FROM trips")
    assert cursor.fetchone() == (4,)
    connection.close()
