"""One publisher at a time: refused or queued, taken over after a crash, fenced when it comes back."""

import json
import signal
import time

import pytest

from tests.system.switching import Switching

MANY = 60_000


@pytest.fixture
def projects(tmp_path, pg_database):
    """Two stores that publish to the same view."""
    pair = [Switching(tmp_path / name, pg_database, ["demo"], lease="5 s") for name in ("one", "two")]
    pair[0].publish()
    # The other store counts its versions from one as well, and its editions from 100.
    pair[1].edition = 100
    return pair


def publishing(project):
    """Starts a run with many rows; returns when it holds the lease."""
    project.write_edition(rows=MANY)
    child = project.start("--json")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if project.ask("SELECT session IS NOT NULL FROM rhumb.leases") == [(True,)]:
            return child
        assert child.poll() is None, child.communicate()
        time.sleep(0.005)
    raise AssertionError("the run never took the lease")


def report(child, timeout=120):
    out, err = child.communicate(timeout=timeout)
    events = [json.loads(line) for line in out.splitlines()]
    assert events, err
    return child.returncode, events[-1], " ".join(event.get("text", "") for event in events)


def test_a_second_run_is_refused_and_told_who_is_at_it(projects):
    first = publishing(projects[0])
    first.send_signal(signal.SIGSTOP)
    try:
        projects[1].write_edition()
        status, end, _ = report(projects[1].start("--json", "--accept-breaking"))
    finally:
        first.send_signal(signal.SIGCONT)
    assert status == 1 and end["errors"][0]["code"] == "busy"
    assert "is publishing to demo in warehouse" in end["errors"][0]["message"]
    assert "--wait" in end["errors"][0]["hint"]
    status, end, _ = report(first)
    assert status == 0, end["errors"]
    assert projects[0].visible() == {"demo": (2, 2, MANY)}


def test_a_second_run_waits_when_asked_to(projects):
    first = publishing(projects[0])
    projects[1].write_edition()
    first.send_signal(signal.SIGSTOP)
    second = projects[1].start("--json", "--accept-breaking", "--wait", "2m")
    time.sleep(1.2)
    first.send_signal(signal.SIGCONT)
    assert report(first)[0] == 0
    status, end, _ = report(second)
    assert status == 0, end["errors"]
    assert projects[1].visible()["demo"][:2] == (101, 101)


def test_a_run_that_was_stopped_is_replaced_and_can_do_no_harm_afterwards(projects):
    first = publishing(projects[0])
    first.send_signal(signal.SIGSTOP)
    try:
        projects[1].write_edition()
        status, end, said = report(projects[1].start("--json", "--accept-breaking", "--wait", "2m"))
        assert status == 0, end["errors"]
        assert "waiting for run" in said
        taken_over = projects[1].visible()
    finally:
        first.send_signal(signal.SIGCONT)
    status, end, _ = report(first)
    assert status == 1, end
    assert projects[1].visible() == taken_over == {"demo": (101, 101, 201)}
    tables = projects[1].ask("SELECT count(*) FROM pg_tables WHERE tablename LIKE 'demo_v%'")
    assert tables == [(1,)], "nothing of the run that was replaced is left"


def test_after_a_crash_the_next_run_takes_over_at_once(projects):
    first = publishing(projects[0])
    first.kill()
    first.communicate()
    start = time.monotonic()
    projects[1].write_edition()
    status, end, _ = report(projects[1].start("--json", "--accept-breaking"))
    assert status == 0, end["errors"]
    assert time.monotonic() - start < 30
    assert projects[1].visible()["demo"][:2] == (101, 101)
