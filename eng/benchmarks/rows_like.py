"""Writes many rows like those of a table: each is one of its rows with noise in the numbers and some cells empty.

    python3 rows_like.py TABLE.csv[.gz] ROWS [--holes 0.1] [--seed 1] > rows.csv

Rows are written as they are made. Numbers get normal noise of a tenth of their column's deviation and stay whole where the column is whole
and within its range; ten in a hundred cells are empty.
"""
import argparse
import csv
import gzip
import random
import statistics
import sys


def numbers(column):
    try:
        return [float(cell) for cell in column if cell]
    except ValueError:
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("rows", type=int)
    parser.add_argument("--holes", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    opened = gzip.open if args.table.endswith(".gz") else open
    with opened(args.table, "rt", newline="") as file:
        header, *rows = csv.reader(file)
    noise = []
    for column in zip(*rows):
        values = numbers(column)
        if values:
            decimals = max(len(cell.partition(".")[2]) for cell in column)
            noise.append((statistics.pstdev(values) / 10, decimals, min(values), max(values)))
        else:
            noise.append(None)
    chance = random.Random(args.seed)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(header)
    for _ in range(args.rows):
        row = list(rows[int(chance.random() * len(rows))])
        for i, of in enumerate(noise):
            if chance.random() < args.holes:
                row[i] = ""
            elif of and row[i]:
                deviation, decimals, least, most = of
                value = min(max(float(row[i]) + chance.gauss(0, deviation), least), most)
                row[i] = f"{value:.{decimals}f}"
        out.writerow(row)


main()
