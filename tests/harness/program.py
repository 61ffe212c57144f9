"""Drives the built program, as a user would."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def binary() -> str:
    """The program under test: $RHUMB, or the newest build."""
    named = os.environ.get("RHUMB")
    if named and Path(named).exists():
        return named
    built = sorted(ROOT.glob("build/*/rhumb"), key=lambda path: path.stat().st_mtime)
    if not built:
        raise RuntimeError("there is no built program; run `make build` first")
    return str(built[-1])


@dataclass
class Outcome:
    status: int
    out: str
    err: str

    def json(self):
        """The last line of standard output as JSON; events come before it."""
        return json.loads(self.out.strip().splitlines()[-1])


def rhumb(*args, cwd, env=None, timeout=300, check=None, program=None) -> Outcome:
    """Runs `rhumb ARGS`. `check`, when given, is the exit status it must have; `program` is another
    than the one under test."""
    full = {**os.environ, "NO_COLOR": "1", **(env or {})}
    done = subprocess.run([str(program or binary()), *map(str, args)], cwd=cwd, env=full, timeout=timeout,
                          capture_output=True, text=True, stdin=subprocess.DEVNULL)
    outcome = Outcome(done.returncode, done.stdout, done.stderr)
    if check is not None:
        assert outcome.status == check, f"exit {outcome.status}\n{outcome.out}\n{outcome.err}"
    return outcome


def query(sql, cwd, env=None):
    """Rows of `rhumb query` as a list of dicts."""
    return json.loads(rhumb("query", sql, "--json", cwd=cwd, env=env, check=0).out)


def write_project(folder: Path, files: dict) -> Path:
    """Writes {name: text} below `folder`."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text, encoding="utf-8")
    return folder
