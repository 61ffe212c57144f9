"""Switches a published view many times under concurrent readers and counts what they saw.

    switch_readers.py [--switches 100] [--readers 6]

Every version holds rows that all carry its own number, and a known count of them: a reader that saw
a mix, a part or nothing would notice. Needs RHUMB_TEST_PG, the URL of a database with PostGIS.
"""

import argparse
import collections
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import psycopg2

ROOT = Path(__file__).resolve().parents[1]
ROWS = 2000
READ = "SELECT count(*), min(edition), max(edition) FROM demo_places"

PROJECT = {
    "rhumb.yaml": 'rhumb: 1\nname: switching\nconnections:\n  warehouse: { postgres: { url: "${RHUMB_TEST_PG}" } }\n',
    "sources/places.yaml": "read: { directory: { path: landing, files: places.csv } }\ndecode: { csv: {} }\n"
                           "columns: { id: integer, edition: integer, place: { type: point, crs: 4326, lon: lon, lat: lat } }\n",
    "models/places_now.sql": "-- ---\n-- key: [id]\n-- publish: { to: warehouse, view: demo_places, keep: 0 }\n-- ---\n"
                             "SELECT id, edition, place FROM places\n",
}


class Readers:
    """Counts reads, errors and answers that no single version gives."""

    def __init__(self, count):
        self.stop = threading.Event()
        self.reads = collections.Counter()
        self.problems = []
        self.slowest = 0.0
        self.threads = [threading.Thread(target=self.read, args=(number,)) for number in range(count)]

    def read(self, number):
        connection = psycopg2.connect(os.environ["RHUMB_TEST_PG"])
        connection.autocommit = True
        cursor = connection.cursor()
        while not self.stop.is_set():
            start = time.monotonic()
            try:
                cursor.execute(READ)
                rows, low, high = cursor.fetchone()
                if rows != ROWS or low != high:
                    self.problems.append(f"{rows} rows, editions {low} to {high}")
            except psycopg2.Error as error:
                self.problems.append(str(error).strip())
            self.slowest = max(self.slowest, time.monotonic() - start)
            self.reads[number] += 1
        connection.close()

    def start(self):
        for thread in self.threads:
            thread.start()

    def finish(self):
        self.stop.set()
        for thread in self.threads:
            thread.join()


def write_edition(folder, edition):
    lines = ["id,edition,lon,lat"] + [f"{i},{edition},{i % 360 - 180 + 0.5},{i % 170 - 85 + 0.5}" for i in range(ROWS)]
    (folder / "landing" / "places.csv").write_text("\n".join(lines) + "\n")


def publish(folder):
    program = os.environ.get("RHUMB", str(ROOT / "build/release/rhumb"))
    subprocess.run([program, "run"], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--switches", type=int, default=100)
    parser.add_argument("--readers", type=int, default=6)
    options = parser.parse_args()
    live = sys.stdout.isatty()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, text in PROJECT.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        (folder / "landing").mkdir()
        write_edition(folder, 0)
        publish(folder)
        readers = Readers(options.readers)
        readers.start()
        try:
            for switch in range(1, options.switches + 1):
                write_edition(folder, switch)
                publish(folder)
                line = f"{options.readers} readers  {sum(readers.reads.values()):>9,} reads  {len(readers.problems)} errors  {switch} switches"
                if live or switch % 10 == 0:
                    print(line, end="\r" if live else "\n", flush=True)
        finally:
            readers.finish()
    print(f"\nSlowest read {readers.slowest * 1000:.0f} ms. Wrong or failed reads: {len(readers.problems)}.")
    for problem in readers.problems[:5]:
        print(" ", problem)
    return 1 if readers.problems else 0


if __name__ == "__main__":
    sys.exit(main())
