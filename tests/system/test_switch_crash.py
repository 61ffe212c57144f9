"""kill -9 of PostgreSQL itself while versions are staged and switched."""

import os
import random
import time

import pytest

from tests.harness.postgres import PostgresCluster
from tests.harness.program import query, rhumb
from tests.system.switching import Switching

MANY = 40_000


def kill_often(folder, options, times):
    seed = int(os.environ.get("RHUMB_SEED", time.time_ns() % 1_000_000))
    moments = random.Random(seed)
    with PostgresCluster() as cluster:
        url = cluster.create_database()
        project = Switching(folder, url, ["a.first", "b.second"], options, lease="2 s")
        project.publish()
        survived = 0
        for _ in range(times):
            before = {row[:2] for row in project.visible().values()}
            project.write_edition(rows=MANY)
            child = project.start()
            time.sleep(moments.uniform(0.3, 2.5))
            cluster.kill_server()
            time.sleep(moments.uniform(0, 0.3))
            cluster.restart()
            out, err = child.communicate(timeout=180)
            survived += child.returncode == 0
            # Whatever became of the run: readers see whole versions, and what was loaded together
            # they see together. A model that could not be loaded does not hold up the others.
            seen = {row[:2] for row in project.visible().values()}
            assert seen <= before | {(project.edition, project.edition)}, (seed, out, err)
            assert len(seen) == 1 or out.count(" copy ") < 2, (seed, out, err)
            rhumb("run", cwd=folder, env=project.env, check=0)
            assert set(project.visible().values()) == {(project.edition, project.edition, MANY)}, seed
            assert query("SELECT count(*) AS n FROM places", folder, project.env) == [{"n": MANY}]
            doctor = rhumb("doctor", cwd=folder, env=project.env, check=0)
            assert "left over" not in doctor.out, doctor.out
            tables = project.ask("SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '_v[0-9_]+$'")
            assert tables == [(2,)]
        print(f"\nseed {seed}: the server was killed {times} times, {survived} runs outlived it")


@pytest.mark.parametrize("options", ["", "switch: pointer"], ids=["view", "pointer"])
def test_the_server_is_killed_and_a_plain_run_completes(tmp_path, options):
    kill_often(tmp_path, options, 2)


@pytest.mark.long
@pytest.mark.parametrize("options", ["", "switch: pointer"], ids=["view", "pointer"])
def test_the_server_is_killed_again_and_again(tmp_path, options):
    kill_often(tmp_path, options, 15)
