#!/usr/bin/env python3
"""Writes trees.jsonl: the engine's syntax tree of every R"sql(...)sql" in the tests of the folder above.

Run it after adding a statement to a test. Needs the duckdb module of the version the program is built
with.
"""
import json
import pathlib
import re

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
TREE = "SELECT json_serialize_sql(?::VARCHAR, skip_null := true)"


def statements():
    found = set()
    for test in sorted(HERE.parent.glob("*_test.cpp")):
        found.update(re.findall(r'R"sql\((.*?)\)sql"', test.read_text(), re.DOTALL))
    return sorted(found)


def main():
    engine = duckdb.connect()
    with open(HERE / "trees.jsonl", "w", encoding="utf-8") as out:
        for sql in statements():
            tree = json.loads(engine.execute(TREE, [sql]).fetchone()[0])
            line = {"sql": sql, "tree": tree}
            out.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
