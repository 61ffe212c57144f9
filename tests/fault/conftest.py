"""A world that has been published once, copied for each test."""

import itertools
import os

import pytest

from tests.fault.world import World, faulty_binary, rows_of

_numbers = itertools.count(1)


def published_world(folder, pg_cluster, state_in_postgres=False):
    """Two files, read and published, with more old versions than are kept for long."""
    if faulty_binary() is None:
        pytest.skip("rhumb_faulty is not built beside rhumb (make build)")
    world = World.create(folder, pg_cluster.create_database(), state_in_postgres)
    world.land("a.csv", rows_of(1, 40))
    for count in range(19, 31):
        world.land("b.csv", rows_of(2, count))
        world.succeed()
    world.age(days=2)
    world.verify()
    return world


@pytest.fixture(scope="session")
def first_world(tmp_path_factory, pg_cluster):
    return published_world(tmp_path_factory.mktemp("fault") / "first", pg_cluster)


@pytest.fixture
def fresh_world(first_world, tmp_path, pg_database):
    """Files have landed, nothing has run yet."""
    world = World.create(tmp_path / "world", pg_database)
    world.land("a.csv", rows_of(1, 40))
    return world


@pytest.fixture(scope="session")
def first_other_world(first_world, tmp_path_factory, pg_cluster):
    """The same, published by pointers and by rows added in place."""
    world = first_world.twin(tmp_path_factory.mktemp("fault") / "other", pg_cluster)
    world.publish_in_other_ways()
    world.succeed()
    world.land("b.csv", rows_of(2, 31))
    world.succeed()
    world.verify()
    return world


def copy_of(world, folder, pg_cluster):
    """With a database of its own."""
    name = f"fault_{os.getpid()}_{next(_numbers)}"
    url = pg_cluster.create_database(name, template=world.url.rsplit("/", 1)[1])
    yield world.copy(folder, url)
    pg_cluster.drop_database(url)


@pytest.fixture
def world(first_world, tmp_path, pg_cluster):
    yield from copy_of(first_world, tmp_path / "world", pg_cluster)


@pytest.fixture
def other_world(first_other_world, tmp_path, pg_cluster):
    yield from copy_of(first_other_world, tmp_path / "world", pg_cluster)
