"""Fixtures that every folder of tests shares."""

from pathlib import Path

import pytest

from tests.harness.postgres import pg_cluster, pg_database  # noqa: F401

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data():
    """Real files that are no part of the project; tests that need them say so when they are missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real data of {SHARED_DATA} is not here")
    return SHARED_DATA
