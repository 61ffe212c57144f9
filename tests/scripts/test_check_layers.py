"""The layer check, on small source trees written for each test."""

import check_layers
import pytest

CMAKE = """
rhumb_module(base PURE LIBS fmt::fmt)
rhumb_module(io_pg DIR io/pg DEPENDS base LIBS PostgreSQL::PostgreSQL)
rhumb_module(component DEPENDS base)   # a comment (with brackets)
rhumb_module(source DEPENDS base component io_pg)
rhumb_module(decode DEPENDS base
  component)
rhumb_module(run DEPENDS source decode)
"""


@pytest.fixture
def check(tmp_path):
    def run(files, cmake=CMAKE):
        (tmp_path / "CMakeLists.txt").write_text(cmake)
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return list(check_layers.check_tree(tmp_path))

    return run


def test_good_tree_has_no_complaints(check):
    assert not check(
        {
            "base/id.h": "#pragma once\n#include <string>\n",
            "io/pg/connection.h": '#pragma once\n#include <libpq-fe.h>\n#include "base/id.h"\n',
            "source/table.cpp": '#include "io/pg/connection.h"\n#include "rhumb_version.h"\n',
            "run/run.cpp": '#include "source/table.h"\n#include "base/id.h"\n',
            "main.cpp": '#include "run/run.h"\n',
        }
    )


def test_lower_room_must_not_include_an_upper_one(check):
    assert check({"base/id.cpp": '\n#include "source/a.h"\n', "source/a.h": "#pragma once\n"}) == [
        'base/id.cpp:2: "source/a.h": base does not depend on source'
    ]


def test_rooms_beside_each_other_stay_strangers(check):
    assert check({"decode/a.cpp": '#include "source/a.h"\n', "source/a.h": "#pragma once\n"}) == [
        'decode/a.cpp:1: "source/a.h": decode and source meet only in component/ and base/'
    ]


@pytest.mark.parametrize(
    "header, home",
    [
        ("libpq-fe.h", "io/pg"),
        ("duckdb.h", "engine/duckdb"),
        ("sqlite3.h", "io/sqlite"),
        ("yaml.h", "project"),
        ("CLI/CLI.hpp", "cli"),
        ("openssl/evp.h", "io/fs"),
        ("zlib.h", "io/fs"),
        ("zstd.h", "io/fs"),
    ],
)
def test_library_header_has_one_home(check, header, home):
    text = f"#include <{header}>\n"
    assert check({"base/a.cpp": text, f"{home}/a.cpp": text}) == [
        f"base/a.cpp:1: <{header}> belongs into {home}/ only"
    ]


@pytest.mark.parametrize("name", ["util.cpp", "string_utils.cpp", "helper.cpp", "common.cpp"])
def test_vague_file_names_are_refused(check, name):
    assert check({f"base/{name}": ""}) == [
        f"base/{name}:1: the name says nothing; name the file after what it holds"
    ]


def test_header_begins_with_pragma_once(check):
    expected = ["base/a.h:1: a header begins with #pragma once"]
    assert check({"base/a.h": "// text\n#pragma once\n"}) == expected
    assert check({"base/a.h": ""}) == expected


def test_includes_are_written_from_the_source_root(check):
    assert check({"base/a.cpp": '#include "id.h"\n', "base/id.h": "#pragma once\n"}) == [
        'base/a.cpp:1: "id.h": write the path from src/'
    ]


def test_dependencies_are_declared_from_the_lowest_up(check):
    cmake = "rhumb_module(base DEPENDS geo)\nrhumb_module(geo DEPENDS base)\n"
    assert check({}, cmake) == [
        "CMakeLists.txt:1: base depends on geo, which is not declared above it"
    ]
