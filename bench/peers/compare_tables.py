"""Whether Parquet files hold the same rows in the same order: equal, or what differs.  compare_tables.py OURS PEER...

OURS may be `-`, no rows. Columns are compared by position; numbers to 9 digits, since engines add in
different orders.
"""

import sys

import duckdb
import numpy as np


def columns(path):
    """Geometry columns and covering boxes of other writers are not part of an answer."""
    described = duckdb.execute(f"DESCRIBE FROM read_parquet('{path}')").fetchall()
    return [name for name, kind, *_ in described if not kind.startswith("STRUCT")]


def load(path):
    names = ", ".join(f'"{name}"' for name in columns(path))
    return duckdb.execute(f"SELECT {names} FROM read_parquet('{path}')").fetchnumpy()


def same(left, right):
    if left.dtype == object or np.issubdtype(left.dtype, np.datetime64):
        return np.array_equal(np.ma.filled(left.astype(object), None), np.ma.filled(right.astype(object), None))
    left, right = (np.ma.filled(values.astype(float), np.nan) for values in (np.ma.asarray(left), np.ma.asarray(right)))
    return np.allclose(left, right, rtol=1e-9, atol=1e-12, equal_nan=True)


ours = load(sys.argv[1]) if sys.argv[1] != "-" else None
for path in sys.argv[2:]:
    theirs = load(path)
    if ours is None:
        ours = {name: values[:0] for name, values in theirs.items()}
    for (name, left), right in zip(ours.items(), theirs.values(), strict=True):
        if len(left) != len(right):
            sys.exit(print(f"{path}: {len(right)} rows, not {len(left)}"))
        if not same(left, right):
            sys.exit(print(f"{path}: column {name} differs"))
print("equal")
