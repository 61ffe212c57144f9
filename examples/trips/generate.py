#!/usr/bin/env python3
"""Writes trips CSV files of any size, the same for the same seed.

    generate.py FOLDER --rows 1000000 [--files 4] [--seed 1] [--weeks 26] [--from 2024-01-01]

Trips cluster around stations of a few cities, so that similar trips exist, and follow the clock:
each file holds the next stretch of time, as files do that land one after the other.
"""

import argparse
import datetime
import math
import random
from pathlib import Path

CITIES = {"Hamburg": (10.0, 53.55), "Prague": (14.44, 50.08), "Turin": (7.68, 45.07),
          "Lisbon": (-9.14, 38.72), "Quito": (-78.47, -0.18)}
SOURCES = ["baba_car", "bad_diesel_vehicles", "cheap_mobile", "funny_car", "pt_search_app"]
HEADER = "region,origin_coord,destination_coord,datetime,datasource\n"


def stations(generator, count):
    """Points of a city as offsets in degrees: dense in the middle."""
    return [(generator.gauss(0, 0.06), generator.gauss(0, 0.04)) for _ in range(count)]


def rows(generator, count, start, seconds, places):
    """`count` rows in the order of time, from `start` on."""
    step = seconds / max(count, 1)
    names = list(CITIES)
    for index in range(count):
        region = names[int(generator.random() * len(names))]
        x, y = CITIES[region]
        a, b = generator.choice(places), generator.choice(places)
        when = start + datetime.timedelta(seconds=int(index * step))
        yield (f"{region},POINT ({x + a[0] + generator.random() * 0.002:.6f} {y + a[1] + generator.random() * 0.002:.6f}),"
               f"POINT ({x + b[0] + generator.random() * 0.002:.6f} {y + b[1] + generator.random() * 0.002:.6f}),"
               f"{when:%Y-%m-%d %H:%M:%S},{generator.choice(SOURCES)}\n")


def write_files(folder, total, files, seed, weeks, first_day):
    folder.mkdir(parents=True, exist_ok=True)
    generator = random.Random(seed)
    places = stations(generator, 60)
    seconds = weeks * 7 * 86400 / files
    for number in range(files):
        count = total * (number + 1) // files - total * number // files
        start = first_day + datetime.timedelta(seconds=math.floor(number * seconds))
        with open(folder / f"trips-{seed}-{number:04}.csv", "w", encoding="utf-8") as out:
            out.write(HEADER)
            out.writelines(rows(generator, count, start, seconds, places))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--weeks", type=int, default=26)
    parser.add_argument("--from", dest="first_day", type=datetime.datetime.fromisoformat, default=datetime.datetime(2024, 1, 1))
    options = parser.parse_args()
    write_files(options.folder, options.rows, options.files, options.seed, options.weeks, options.first_day)


if __name__ == "__main__":
    main()
