#!/usr/bin/env python3
"""Runs mldiffusion describe, impute, synthesize and evaluate on tables as they are, and counts what is wrong in what comes out.

    python3 eng/benchmarks/real_tables.py FOLDER [TABLE:LABEL ...] [--tool TOOL.dll] [--work FOLDER] [--rows N] [--max-time SECONDS] [--no-evaluate]

What holds in all real rows is found here by a search of its own, which shares nothing with the library's: a <= b for columns of numbers and
dates whose ranges overlap, a decides b for columns of categories, whole numbers, decimals, codes, numbers that are never negative. --rows takes the
first rows alone, as many as are made. A tenth of the cells is hidden before the imputation, in keys too.
"""
import argparse, csv, datetime, gzip, itertools, json, os, re, subprocess, sys

TABLES = ["churn_modelling:Exited", "buddy:breed_category", "california_housing_ocean:median_house_value", "beijing_pm25:pm2.5",
          "adult_train:income", "online_shoppers:Revenue"]
DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d")


def number(text):
    """The number that a cell spells, a date as its seconds; None for text."""
    try:
        return float(text)
    except ValueError:
        pass
    for layout in DATES:
        try:
            return datetime.datetime.strptime(text, layout).timestamp()
        except ValueError:
            pass
    return None


def read(path):
    with (gzip.open(path, "rt") if path.endswith(".gz") else open(path, newline="")) as file:
        rows = list(csv.reader(file))
    return rows[0], rows[1:]


class Column:
    def __init__(self, name, cells):
        self.name = name
        self.present = [cell for cell in cells if cell != ""]
        self.different = set(self.present)
        self.role = ""
        self.is_key = len(self.present) > 20 and len(self.different) > 0.99 * len(self.present) and not any("." in c for c in self.different)
        sample = self.present[:2000]
        self.is_number = bool(sample) and all(number(cell) is not None for cell in sample)
        self.is_date = self.is_number and any(re.search(r"\d[-/]\d", cell) for cell in sample)
        self.is_text = not self.is_number
        if self.is_number and not self.is_date:
            self.decimals = max(len(cell.partition(".")[2]) for cell in self.present)
            self.ends_in_zero = all(cell.endswith(".0") for cell in self.present)
            self.low, self.high = min(map(float, self.present)), max(map(float, self.present))

    def wrong(self, cell):
        """What a made cell has that no real cell of the column has."""
        if self.is_key:
            return None
        if self.is_date:
            return None if number(cell) is not None and len(cell) in {len(c) for c in self.present[:200]} else "no date"
        if self.is_number:
            if number(cell) is None:
                return "no number"
            if len(cell.partition(".")[2]) > self.decimals or (self.ends_in_zero and not cell.endswith(".0")):
                return "a fraction or another spelling"
            return "beyond the real range" if not self.low <= float(cell) <= self.high else None
        # Names and free text are made anew.
        return "a new category" if cell not in self.different and self.role not in ("name", "text", "email", "phone") else None


def relations(header, rows, columns):
    """Orders and dependences that hold in all rows and are not a matter of course."""
    found = []
    values = {c: [number(row[i]) if row[i] != "" else None for row in rows] for i, c in enumerate(header) if columns[i].is_number and not columns[i].is_key}
    for a, b in itertools.permutations(values, 2):
        pairs = [(x, y) for x, y in zip(values[a], values[b]) if x is not None and y is not None]
        if len(pairs) < 100:
            continue
        highest, lowest = max(x for x, _ in pairs), min(y for _, y in pairs)
        # Only where values of a lie above values of b elsewhere in the table, often.
        overlap = sum(x > lowest for x, _ in pairs) / len(pairs), sum(y < highest for _, y in pairs) / len(pairs)
        if min(overlap) > 0.05 and all(x <= y for x, y in pairs) and any(x < y for x, y in pairs):
            found.append((f"{a} <= {b}", lambda row, i=header.index(a), j=header.index(b): number(row[i]) <= number(row[j]), (header.index(a), header.index(b))))
    groups = [i for i, column in enumerate(columns) if 2 <= len(column.different) <= 60 and not column.is_date]
    for i, j in itertools.permutations(groups, 2):
        decided = {}
        pairs = [(row[i], row[j]) for row in rows if row[i] != "" and row[j] != ""]
        if len(columns[i].different) < 3 or len(columns[j].different) < 3 or len(pairs) < 100:
            continue
        if all(decided.setdefault(x, y) == y for x, y in pairs):
            found.append((f"{header[i]} -> {header[j]}", lambda row, i=i, j=j, decided=decided: decided.get(row[i], row[j]) == row[j], (i, j)))
    return found


def calendar(header):
    """year, month and day in columns of their own must be a day that there is."""
    names = [name.lower() for name in header]
    if not {"year", "month", "day"} <= set(names):
        return []
    at = [names.index(name) for name in ("year", "month", "day")]

    def holds(row):
        try:
            datetime.date(*(int(float(row[i])) for i in at))
            return True
        except ValueError:
            return False
    return [("year, month, day are a date", holds, tuple(at))]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("data")
    parser.add_argument("tables", nargs="*", default=TABLES)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--tool", default=os.path.join(here, "../../src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll"))
    parser.add_argument("--work", default="/tmp/real-tables")
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--max-time", default="", help="of each training; what is counted here does not hang on how well a model has learnt")
    parser.add_argument("--no-evaluate", action="store_true", help="leave out the evaluation, which takes longest")
    arguments = parser.parse_args()
    os.makedirs(arguments.work, exist_ok=True)
    print("| table | relations that hold | filled cells | left empty | wrong cells | relations broken | made rows | real keys | wrong cells | relations broken | evaluate |")
    print("|" + "---|" * 11)
    notes = []
    for table in arguments.tables or TABLES:
        name, label = table.split(":")
        notes += measure(arguments, name, label)
    for note in notes:
        print(note)


def measure(arguments, name, label):
    source = os.path.join(arguments.data, name + ".csv")
    source = source if os.path.exists(source) else source + ".gz"
    header, rows = read(source)
    rows = rows[:arguments.rows] if arguments.rows else rows
    work = lambda kind: os.path.join(arguments.work, f"{name}.{kind}")
    training, test = rows[:len(rows) * 4 // 5], rows[len(rows) * 4 // 5:]
    for kind, part in (("all.csv", rows), ("training.csv", training), ("test.csv", test)):
        with open(work(kind), "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *part])
    notes = []

    def run(*command):
        result = subprocess.run(["dotnet", arguments.tool, *command], capture_output=True, text=True)
        if result.returncode:
            notes.append(f"{name}: {command[0]} ended with {result.returncode}: {result.stderr.strip()[-300:]}")
        return result.stdout + result.stderr

    limit = ["--max-time", arguments.max_time] if arguments.max_time else []
    columns = [Column(c, [row[i] for row in rows]) for i, c in enumerate(header)]
    held = relations(header, rows, columns) + calendar(header)
    run("describe", work("all.csv"), "--json", work("columns.json"))
    roles = json.load(open(work("columns.json")))
    for column, each in zip(columns, roles["columns"]):
        column.role = each["role"]
    notes.append(f"{name}: " + "; ".join(f"{each['name']} {each['role']}" for each in roles["columns"]))
    run("ampute", work("all.csv"), "-o", work("holes.csv"), "--mechanism", "mcar", "--rate", "0.1", "--seed", "7")
    holes = read(work("holes.csv"))[1]
    run("impute", work("holes.csv"), "-o", work("filled.csv"), *limit)
    filled = read(work("filled.csv"))[1]
    places = [(r, c) for r, row in enumerate(holes) for c, cell in enumerate(row) if cell == ""]
    # Keys and names are not guessed.
    guessed = [(r, c) for r, c in places if not columns[c].is_key and columns[c].role not in ("name", "text", "email", "phone")]
    empty = sum(filled[r][c] == "" for r, c in guessed)
    wrong, broken = judge(columns, held, filled, guessed, notes, name + ", impute")
    made_count = str(len(training))
    run("synthesize", work("training.csv"), "-o", work("made.csv"), "--rows", made_count, "--label", label, *limit)
    made = read(work("made.csv"))[1]
    cells = [(r, c) for r in range(len(made)) for c in range(len(header))]
    known = [{row[c] for row in training} for c in range(len(header))]
    keys = sum(made[r][c] in known[c] for r, c in cells if columns[c].is_key and made[r][c] != "")
    made_wrong, made_broken = judge(columns, held, made, [p for p in cells if not columns[p[1]].is_key], notes, name + ", synthesize")
    printed = "" if arguments.no_evaluate else run("evaluate", "--real", work("training.csv"), "--synthetic", work("made.csv"), "--test", work("test.csv"), "--label", label,
                  "--json", work("metrics.json"), "--report", work("report.html"))
    open(work("evaluate.txt"), "w").write(printed)
    print(f"| {name} | {len(held)} | {len(guessed) - empty:,} | {empty:,} | {wrong} | {broken} | {len(made):,} | {keys} | {made_wrong} | {made_broken} | "
          f"{'left out' if arguments.no_evaluate else 'ran' if os.path.exists(work('metrics.json')) else 'FAILED'} |", flush=True)
    return notes


def judge(columns, held, rows, places, notes, where):
    """How many of the made cells are wrong, and how many rows with one break a relation."""
    wrong = {}
    for r, c in places:
        cell = rows[r][c]
        what = columns[c].wrong(cell) if cell != "" else None
        if what:
            wrong.setdefault((columns[c].name, what), []).append(cell)
    broken = 0
    touched = set(places)
    for text, holds, (*at,) in held:
        bad = [r for r, row in enumerate(rows) if any((r, c) in touched for c in at) and all(row[c] != "" for c in at) and not holds(row)]
        broken += len(bad)
        if bad:
            notes.append(f"{where}: {text} broken in {len(bad)} rows, for instance {[rows[bad[0]][c] for c in at]}")
    for (column, what), cells in wrong.items():
        notes.append(f"{where}: {column} has {what}: {len(cells)} times, for instance {cells[:3]}")
    return sum(map(len, wrong.values())), broken


main()
