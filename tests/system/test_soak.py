"""Minutes of work: many switches under readers, many kills."""

import subprocess

import pytest

from tests.harness.program import ROOT
from tests.system import test_interruption
from tests.system.test_interruption import project  # noqa: F401

pytestmark = pytest.mark.long


def test_a_hundred_switches_show_every_reader_whole_versions():
    done = subprocess.run([ROOT / "scripts/demo-switch", "--switches", "100"], cwd=ROOT, capture_output=True, text=True, timeout=1200)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "100 switches" in done.stdout and "Wrong or failed reads: 0." in done.stdout


@pytest.mark.parametrize("turn", range(5))
def test_killed_again_and_again(turn, project):  # noqa: F811
    test_interruption.test_killed_anywhere_a_repeated_run_ends_with_every_row_once(project)
