"""examples/views over generated trips, and what PostGIS itself makes of them."""

import shutil
import subprocess
import sys

import pytest

from tests.harness.ask import ask
from tests.harness.program import ROOT

TRIPS = 20_000

POSTGIS = """
SELECT p.zone_id, d.zone_id, date_trunc('week', t.picked_up_at), extract(hour FROM t.picked_up_at)::int,
       count(*), avg(t.fare), percentile_cont(0.5) WITHIN GROUP (ORDER BY ST_DistanceSphere(t.pickup, t.dropoff))
FROM public.trips t
JOIN public.zones p ON ST_Contains(p.geom, t.pickup)
JOIN public.zones d ON ST_Contains(d.geom, t.dropoff)
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
"""
PUBLISHED = "SELECT * FROM vw_processed_data ORDER BY pickup_zone, dropoff_zone, week, hour"


def copy_project(folder):
    shutil.copytree(ROOT / "examples" / "views", folder, ignore=shutil.ignore_patterns(".rhumb"))


def fill_warehouse(folder, url, zones):
    """The tables that the project reads; `zones` is a CSV of zone_id and geom."""
    subprocess.run([sys.executable, folder / "prepare.py", url, "--trips", str(TRIPS), "--zones", zones], check=True)


def assert_equals_postgis(url, more_than):
    published, expected = ask(url, PUBLISHED), ask(url, POSTGIS)
    assert len(published) == len(expected) > more_than
    for ours, theirs in zip(published, expected):
        assert ours[:5] == theirs[:5]
        assert ours[5] == pytest.approx(theirs[5]) and ours[6] == pytest.approx(theirs[6], rel=1e-9)
