"""The document, as the program makes it and as the schema describes it."""

import copy
import json
from pathlib import Path

import jsonschema
import pytest

import rhumb_spark
from rhumb_spark.document import parse_document
from rhumb_spark.errors import BuildError

SCHEMA = json.loads((Path(rhumb_spark.__file__).parent / "document.schema.json").read_text(encoding="utf-8"))
MADE = json.loads((Path(__file__).parent / "data" / "document.json").read_text(encoding="utf-8"))


def test_what_the_program_makes_is_what_the_schema_describes():
    jsonschema.validate(MADE, SCHEMA)


def test_each_value_arrives():
    document = parse_document(json.dumps(MADE))
    assert document.timezone == "Europe/Rome"
    assert document.functions["st_point"].startswith("(x, y) AS ")
    assert [(column.name, column.type, column.srid) for column in document.datasets[0].columns] == [
        ("id", "integer", 0), ("fare", "decimal(10,2)", 0), ("place", "geometry", 4326)]
    assert document.views[0].name == "cheap"
    assert document.output.geometries[0].name == "place"
    assert document.output.covering == "place_bbox"
    assert len(document.output.extent) == 4


def paths(value, so_far=()):
    if isinstance(value, dict):
        for key, inside in value.items():
            yield (*so_far, key)
            yield from paths(inside, (*so_far, key))
    elif isinstance(value, list):
        for i, inside in enumerate(value):
            yield from paths(inside, (*so_far, i))


@pytest.mark.parametrize("path", [path for path in paths(MADE) if path[0] != "functions" or len(path) == 1],
                         ids=lambda path: ".".join(map(str, path)))
def test_a_value_that_is_missing_is_named_as_the_schema_has_it(path):
    broken = copy.deepcopy(MADE)
    holder = broken
    for key in path[:-1]:
        holder = holder[key]
    del holder[path[-1]]
    complaints = list(jsonschema.Draft202012Validator(SCHEMA).iter_errors(broken))
    if not complaints:
        parse_document(json.dumps(broken))
        return
    with pytest.raises(BuildError, match=path[-1]) as failure:
        parse_document(json.dumps(broken))
    assert failure.value.code == "internal"


@pytest.mark.parametrize("text, expected", [("{", "no JSON"), ("[]", "is None"), ('{"rhumb": 2}', "is 2")])
def test_another_document_is_refused(text, expected):
    with pytest.raises(BuildError, match=expected):
        parse_document(text)
