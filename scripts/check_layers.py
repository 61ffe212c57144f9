#!/usr/bin/env python3
"""Checks that the rooms of src/ keep to their layers.

    scripts/check_layers.py [SOURCE_DIR]

What a room may include is read from the DEPENDS of src/CMakeLists.txt, the same
declarations the linker obeys: a room may include itself and whatever it depends
on, directly or through others. Prints FILE:LINE: what is wrong, for each.
"""

import re
import sys
from pathlib import Path

# Rooms that meet only in the values of component/ and base/.
STRANGERS = {"source", "decode", "transform", "publish"}

# Third-party headers that have exactly one home, so that a library can be
# replaced by editing one folder.
HOMES = [
    (re.compile(r"^(libpq-fe|libpq/.*|postgres_ext|pg_config.*)\.?h?$"), "io/pg"),
    (re.compile(r"^duckdb(\.h|\.hpp|/.*)$"), "engine/duckdb"),
    (re.compile(r"^sqlite3.*\.h$"), "io/sqlite"),
    (re.compile(r"^yaml\.h$"), "project"),
    (re.compile(r"^CLI/"), "cli"),
    (re.compile(r"^date/.*\.h$"), "io/tz"),
    (re.compile(r"^(proj(_experimental)?|geodesic)\.h$"), "io/proj"),
    (re.compile(r"^(geos_c\.h|geos/.*\.h)$"), "geo/geos"),
    (re.compile(r"^h3api\.h$"), "geo/h3"),
    (re.compile(r"^simdjson\.h$"), "decode/json"),
    (re.compile(r"^zip\.h$"), "io/zip"),
    (re.compile(r"^curl/.*\.h$"), "io/http"),
    (re.compile(r"^expat.*\.h$"), "decode/xml"),
    (re.compile(r"^(openssl/.*|zlib\.h|zstd.*\.h)$"), "io/fs"),
]

VAGUE_NAMES = {"util", "utils", "utility", "helper", "helpers", "common", "misc"}

# Generated into the build tree, open to all.
GENERATED = {"rhumb_version.h"}

SUFFIXES = {".h", ".cpp"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
MODULE = re.compile(r"rhumb_module\(([^()]*)\)")
KEYWORDS = {"DIR", "PURE", "DEPENDS", "LIBS", "DEFINES"}


class Room:
    def __init__(self, name, folder, depends):
        self.name = name
        self.folder = folder
        self.depends = depends


def read_rooms(cmake_text):
    """The rhumb_module() calls as {name: Room}."""
    text = re.sub(r"#.*", "", cmake_text)
    rooms = {}
    for call in MODULE.finditer(text):
        words = call.group(1).split()
        values = {}
        keyword = None
        for word in words[1:]:
            if word in KEYWORDS:
                keyword = word
                values[keyword] = []
            elif keyword:
                values[keyword].append(word)
        name = words[0]
        folder = values.get("DIR", [name])[0]
        rooms[name] = Room(name, folder, values.get("DEPENDS", []))
    return rooms


def allowed_rooms(rooms, name):
    """The room itself and everything it depends on, directly or not."""
    allowed = set()
    pending = [name]
    while pending:
        room = pending.pop()
        if room not in allowed and room in rooms:
            allowed.add(room)
            pending.extend(rooms[room].depends)
    return allowed


def room_of(rooms, path):
    """The room a path below src/ lies in, or None (main.cpp)."""
    for room in rooms.values():
        if path.startswith(room.folder + "/"):
            return room.name
    return None


def check_declarations(rooms):
    """A dependency must be declared above, which also excludes cycles."""
    seen = set()
    for room in rooms.values():
        for other in room.depends:
            if other not in seen:
                yield f"CMakeLists.txt:1: {room.name} depends on {other}, which is not declared above it"
            if room.name in STRANGERS and other in STRANGERS:
                yield f"CMakeLists.txt:1: {room.name} must not depend on {other}"
        seen.add(room.name)


def check_own_include(rooms, src, path, header):
    if header in GENERATED or not (src / header).exists():
        if header not in GENERATED and (src / path).parent.joinpath(header).exists():
            return f'"{header}": write the path from src/'
        return None
    here, there = room_of(rooms, path), room_of(rooms, header)
    if here is None or there is None or there in allowed_rooms(rooms, here):
        return None
    if here in STRANGERS and there in STRANGERS:
        return f'"{header}": {here} and {there} meet only in component/ and base/'
    return f'"{header}": {here} does not depend on {there}'


def check_foreign_include(path, header):
    for pattern, home in HOMES:
        if pattern.match(header) and not path.startswith(home + "/"):
            return f"<{header}> belongs into {home}/ only"
    return None


def check_file(rooms, src, path):
    words = re.split(r"[_.]", Path(path).name.lower())
    if VAGUE_NAMES.intersection(words):
        yield f"{path}:1: the name says nothing; name the file after what it holds"
    lines = (src / path).read_text(encoding="utf-8").splitlines()
    if path.endswith(".h") and (not lines or lines[0] != "#pragma once"):
        yield f"{path}:1: a header begins with #pragma once"
    for number, line in enumerate(lines, start=1):
        include = INCLUDE.match(line)
        if not include:
            continue
        complaints = (
            check_own_include(rooms, src, path, include.group(2)),
            check_foreign_include(path, include.group(2)),
        )
        for complaint in filter(None, complaints):
            yield f"{path}:{number}: {complaint}"


def check_tree(src):
    rooms = read_rooms((src / "CMakeLists.txt").read_text(encoding="utf-8"))
    yield from check_declarations(rooms)
    for file in sorted(src.rglob("*")):
        if file.suffix in SUFFIXES:
            yield from check_file(rooms, src, file.relative_to(src).as_posix())


def main(argv):
    src = Path(argv[1]) if len(argv) > 1 else Path(__file__).resolve().parent.parent / "src"
    complaints = list(check_tree(src))
    for complaint in complaints:
        print(f"{src.name}/{complaint}")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
