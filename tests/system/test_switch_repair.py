"""What dead runs leave in a target is listed by doctor and removed by doctor --repair."""

import json
import signal

from tests.harness.program import rhumb
from tests.system.switching import Switching
from tests.system.test_switch_lease import publishing


def test_litter_is_named_first_and_then_removed(tmp_path, pg_database):
    project = Switching(tmp_path, pg_database, ["demo"], lease="2 s")
    project.publish()
    child = publishing(project)
    child.send_signal(signal.SIGKILL)
    child.communicate()
    # A run that died after loading: its table is there and recorded, but never switched to.
    project.ask("CREATE TABLE public.demo_v99 (id bigint); INSERT INTO rhumb.publications (view, version, run, \"table\")"
                " VALUES ('public.demo', 99, 'dead', 'public.demo_v99')")
    doctor = rhumb("doctor", cwd=tmp_path, env=project.env, check=0)
    assert "left over" in doctor.out and "public.demo_v99" in doctor.out and "run dead staged version 99" in doctor.out
    assert project.ask("SELECT to_regclass('demo_v99') IS NOT NULL") == [(True,)]
    repaired = json.loads(rhumb("doctor", "--repair", "--json", cwd=tmp_path, env=project.env, check=0).out)
    assert repaired["complete"]
    assert "public.demo_v99" in [entry["name"] for entry in repaired["repaired"]]
    assert project.ask("SELECT to_regclass('demo_v99') IS NULL") == [(True,)]
    assert "nothing to repair" in rhumb("doctor", "--repair", cwd=tmp_path, env=project.env, check=0).out
    assert project.visible()["demo"][0] == 1
