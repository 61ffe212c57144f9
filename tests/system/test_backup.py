"""A store that is lost comes back from its backup, and readers never notice more than a pause."""

import random
import shutil
import signal
import subprocess
import time

from tests.harness.program import binary, query, rhumb
from tests.system.switching import Switching


def lose_store(project):
    shutil.rmtree(project.folder / ".rhumb/prod")


def test_a_lost_store_is_restored_and_goes_on(tmp_path, pg_database):
    project = Switching(tmp_path / "project", pg_database, ["demo"])
    folder = tmp_path / "backup"
    project.publish()
    first = rhumb("backup", folder, "--json", cwd=project.folder, env=project.env, check=0).json()
    assert first["copied_files"] == first["files"] > 0
    project.publish()
    second = rhumb("backup", folder, "--json", cwd=project.folder, env=project.env, check=0).json()
    assert 0 < second["copied_files"] < second["files"]
    project.publish()  # after the backup: the target is ahead of it
    told = query("SELECT name, added_in FROM rhumb_inputs ORDER BY added_in", project.folder, project.env)
    lose_store(project)
    refused = rhumb("restore", tmp_path / "elsewhere", cwd=project.folder, env=project.env)
    assert refused.status == 1 and "is not a backup" in refused.err
    restored = rhumb("restore", folder, cwd=project.folder, env=project.env, check=0)
    assert "rhumb run" in restored.out + restored.err
    assert query("SELECT name, added_in FROM rhumb_inputs ORDER BY added_in", project.folder, project.env) == told[:-1]
    rhumb("run", cwd=project.folder, env=project.env, check=0)
    assert project.visible()["demo"][:2] == (3, 3), "the file that came after the backup is read again"
    assert query("SELECT count(*) AS n FROM rhumb_inputs WHERE removed_in IS NULL", project.folder, project.env) == [{"n": 1}]
    project.publish()
    assert project.visible()["demo"][:2] == (4, 4)
    again = rhumb("restore", folder, cwd=project.folder, env=project.env)
    assert again.status == 1 and "there is a store" in again.err and "mv " in again.err


def test_a_backup_beside_runs_and_kills_is_always_whole(tmp_path, pg_database):
    project = Switching(tmp_path / "project", pg_database, ["demo"])
    folder = tmp_path / "backup"
    chance = random.Random(7)
    project.publish()
    rhumb("backup", folder, cwd=project.folder, env=project.env, check=0)
    for _ in range(8):
        project.write_edition()
        run = project.start()
        backup = subprocess.Popen([binary(), "backup", str(folder)], cwd=project.folder, stdin=subprocess.DEVNULL,
                                  env={**project.env, "PATH": "/usr/bin:/bin"}, stdout=subprocess.DEVNULL,
                                  stderr=subprocess.PIPE, text=True)
        time.sleep(chance.uniform(0, 0.15))
        backup.send_signal(signal.SIGKILL)
        backup.communicate()
        assert run.wait() == 0, run.communicate()
        other = tmp_path / "other"
        shutil.copytree(project.folder, other, ignore=shutil.ignore_patterns("prod"))
        rhumb("restore", folder, cwd=other, env=project.env, check=0)
        newest = query("SELECT min(edition) AS low, max(edition) AS high, count(*) AS n FROM places", other, project.env)[0]
        assert newest["low"] == newest["high"] > 0 and newest["n"] == 200 + newest["low"] % 50
        shutil.rmtree(other)
    rhumb("backup", folder, cwd=project.folder, env=project.env, check=0)
    lose_store(project)
    rhumb("restore", folder, cwd=project.folder, env=project.env, check=0)
    assert "not published to since the restore" in rhumb("status", cwd=project.folder, env=project.env, check=0).out
    assert "restored from a backup" in rhumb("plan", cwd=project.folder, env=project.env, check=0).out
    rhumb("run", cwd=project.folder, env=project.env, check=0)
    assert "up to date" in rhumb("run", cwd=project.folder, env=project.env, check=0).out
