#!/usr/bin/env python3
"""Fills a database with what the materialized view was made from: public.zones, public.trips.

    prepare.py DATABASE_URL --trips 100000 [--seed 1] [--zones zones.csv]

The zones are read from a CSV file (zone_id, geom as WKT). The trips are generated: most of them
from one zone's surroundings to another's, some far outside, the same for the same seed.
"""

import argparse
import csv
import datetime
import io
import random
import re
import sys
from pathlib import Path

import psycopg2

SCHEMA = """
CREATE EXTENSION IF NOT EXISTS postgis;
DROP TABLE IF EXISTS public.trips, public.zones CASCADE;
CREATE TABLE public.zones (zone_id integer PRIMARY KEY, geom geometry(Geometry, 4326) NOT NULL);
CREATE TABLE public.trips (
  id bigint PRIMARY KEY, picked_up_at timestamp NOT NULL, fare double precision,
  pickup geometry(Point, 4326), dropoff geometry(Point, 4326));
"""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def read_zones(path):
    csv.field_size_limit(sys.maxsize)
    with open(path, newline="", encoding="utf-8") as source:
        return [(int(row["zone_id"]), row["geom"]) for row in csv.DictReader(source)]


def middle(wkt):
    """Centre of a geometry's bounding box."""
    numbers = [float(text) for text in NUMBER.findall(wkt)]
    xs, ys = numbers[0::2], numbers[1::2]
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, max(max(xs) - min(xs), max(ys) - min(ys))


def trip_lines(count, zones, seed):
    generator = random.Random(seed)
    places = [middle(wkt) for _, wkt in zones if "EMPTY" not in wkt]
    weights = [generator.paretovariate(1.2) for _ in places]
    picks = generator.choices(places, weights, k=2 * count)
    start = datetime.datetime(2024, 1, 1)

    def point(place):
        x, y, size = place
        return f"SRID=4326;POINT({generator.gauss(x, size / 3):.6f} {generator.gauss(y, size / 3):.6f})"

    for index in range(count):
        when = start + datetime.timedelta(seconds=generator.randrange(8 * 7 * 86400))
        yield (f"{index}\t{when:%Y-%m-%d %H:%M:%S}\t{generator.uniform(3, 80):.2f}"
               f"\t{point(picks[2 * index])}\t{point(picks[2 * index + 1])}\n")


class Lines(io.RawIOBase):
    """Lines as a file that COPY reads, without holding them all."""

    def __init__(self, lines):
        self.lines, self.rest = lines, b""

    def readable(self):
        return True

    def readinto(self, buffer):
        while not self.rest:
            line = next(self.lines, None)
            if line is None:
                return 0
            self.rest = line.encode()
        size = min(len(buffer), len(self.rest))
        buffer[:size], self.rest = self.rest[:size], self.rest[size:]
        return size


def fill(url, count, zones, seed):
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        cursor.executemany("INSERT INTO public.zones VALUES (%s, ST_GeomFromText(%s, 4326))", zones)
        cursor.copy_expert("COPY public.trips FROM STDIN", io.BufferedReader(Lines(trip_lines(count, zones, seed)), 1 << 20))
    connection.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("--trips", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--zones", type=Path, required=True)
    options = parser.parse_args()
    fill(options.url, options.trips, read_zones(options.zones), options.seed)


if __name__ == "__main__":
    main()
