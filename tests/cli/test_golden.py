"""Every message, help text and plan as the built program prints it.

A case is a text file of blocks. `@ file NAME` writes a file, `@ run ARGS` runs `rhumb ARGS` in the
project and is followed by what it must print. `RHUMB_BLESS=1` (make bless) writes the present
output into the cases instead.
"""

import os
import re
import shlex
from pathlib import Path

import pytest

from tests.harness.program import ROOT, rhumb, write_project

CASES = sorted((Path(__file__).parent / "cases").glob("*.case"))
BLESS = os.environ.get("RHUMB_BLESS") == "1"

# What differs from run to run and from machine to machine.
VOLATILE = [
    (re.compile(r"\d+ min \d+ s|\d+ h \d+ min|\d+(\.\d+)? (ms|s)\b"), "TIME"),
    (re.compile(r" +\d+(\.\d+)? ?(M|k)?/s"), ""),  # left out for what is over at once
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"), "WHEN"),
    (re.compile(r"\b\d+(\.\d)? (B|KiB|MiB|GiB)\b"), "BYTES"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "ID"),
    (re.compile(re.escape(str(ROOT))), "ROOT"),
    (re.compile(r" +TIME"), " TIME"),
    (re.compile(r" +(SIZE|MADE)\b"), r" \1"),
    (re.compile(r" +BYTES"), " BYTES"),
]


def blocks(text):
    """(head, body) pairs; a head is the line after `@ `."""
    parts = re.split(r"^@ (.*)\n", text, flags=re.M)
    return parts[0], list(zip(parts[1::2], parts[2::2]))


def steady(text, folder):
    text = text.replace(str(folder), "PROJECT").replace(folder.name, "NAME")
    for pattern, name in VOLATILE:
        text = pattern.sub(name, text)
    return text


def play(path, folder):
    """Runs a case; the case's text with the output it has today."""
    intro, parts = blocks(path.read_text(encoding="utf-8"))
    said = intro
    for head, body in parts:
        verb, _, rest = head.partition(" ")
        if verb == "file":
            write_project(folder, {rest: body})
        elif verb == "remove":
            (folder / rest).unlink()
        elif verb == "run":
            outcome = rhumb(*shlex.split(rest), cwd=folder, env={"LC_ALL": "C"})
            body = steady(outcome.out + outcome.err, folder) + f"[exit {outcome.status}]\n"
        else:
            pytest.fail(f"{path.name}: unknown block `@ {head}`")
        said += f"@ {head}\n{body}"
    return said


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_prints_what_it_always_printed(path, tmp_path):
    said = play(path, tmp_path)
    if BLESS:
        path.write_text(said, encoding="utf-8")
    assert said == path.read_text(encoding="utf-8")


def test_there_are_cases():
    assert len(CASES) >= 10
