#!/usr/bin/env python3
"""Kills mldiffusion (SIGKILL) at random moments of every command that writes, and looks at what is left.

    python3 eng/fuzz/kills.py TABLE.csv LABEL [--tool TOOL.dll] [--kills 40] [--seed 1]

After each kill the output must be what it was before or what the whole run writes: the same bytes where the command writes the same
bytes each time, a file that can be read to its end otherwise (a report, a JSON file, a model). The next run that ends must sweep what killed
runs left behind.
"""
import argparse, glob, json, os, random, subprocess, tempfile, time, zipfile

OLD = b"what was there before"


def reads(path):
    """Whether a file that differs from run to run is whole."""
    try:
        if path.endswith(".json"):
            json.load(open(path))
        elif path.endswith(".zip"):
            return zipfile.ZipFile(path).testzip() is None
        elif path.endswith(".html"):
            return open(path).read().rstrip().endswith("</html>")
        return True
    except (ValueError, OSError, zipfile.BadZipFile):
        return False


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser()
    parser.add_argument("table")
    parser.add_argument("label")
    parser.add_argument("--tool", default=os.path.join(here, "../../src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll"))
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    draw = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        run = lambda *command: subprocess.run(["dotnet", arguments.tool, *command, "--quiet"], capture_output=True, text=True)
        table, holes, made = arguments.table, at("holes.csv"), at("made.csv")
        for command in (["ampute", table, "--mechanism", "mcar", "--rate", "0.2", "-o", holes],
                        ["synthesize", table, "-o", made, "--rows", "60", "--label", arguments.label, "--method", "smote"]):
            result = run(*command)
            if result.returncode:
                raise SystemExit(result.stderr)
        label = ["--label", arguments.label, "--method", "smote"]
        # Each command, the file that its last option names, and the files that it writes.
        commands = {
            "ampute": (["ampute", table, "--mechanism", "mar", "--rate", "0.2", "-o"], "ampute.csv", ["ampute.csv"]),
            "impute": (["impute", holes, "--method", "ridge", "-o"], "impute.csv", ["impute.csv"]),
            "impute --draws": (["impute", holes, "--method", "ridge", "--draws", "2", "-o"], "draws.csv", ["draws-1.csv", "draws-2.csv"]),
            "train": (["train", holes, "--method", "ridge", "--model"], "model.zip", ["model.zip"]),
            "impute --model": (["impute", holes, "--model", at("trained.zip"), "-o"], "filled.csv", ["filled.csv"]),
            "synthesize": (["synthesize", table, "--rows", "60", *label, "-o"], "synthesize.csv", ["synthesize.csv"]),
            "augment": (["augment", table, "--rows", "60", *label, "-o"], "augment.csv", ["augment.csv"]),
            "describe --report": (["describe", holes, "--report", at("describe.html"), "--json"],
                                  "describe.json", ["describe.json", "describe.html"]),
            "evaluate --report": (["evaluate", "--real", table, "--synthetic", made, "--test", table, "--label", arguments.label,
                                   "--report", at("evaluate.html"), "--json"], "evaluate.json", ["evaluate.json", "evaluate.html"]),
        }
        # Series of twenty steps, with columns of their own.
        steps, gaps, filled = at("steps.csv"), at("gaps.csv"), at("steps-filled.csv")
        with open(steps, "w") as file:
            file.write("series,time,x,y\n")
            for i in range(400):
                file.write(f"s{i // 20},{i % 20},{10 + i * 7 % 19 / 4:.2f},{i * 3 % 17 / 2:.2f}\n")
        series = ["--group", "series", "--order", "time"]
        for command in (["ampute", steps, "--mechanism", "points", "--rate", "0.2", *series, "-o", gaps],
                        ["impute-series", gaps, "--method", "smoother", "--intervals", *series, "-o", filled]):
            result = run(*command)
            if result.returncode:
                raise SystemExit(result.stderr)
        commands["ampute --mechanism points"] = (
            ["ampute", steps, "--mechanism", "points", "--rate", "0.2", *series, "-o"], "points.csv", ["points.csv"])
        commands["impute-series --save"] = (
            ["impute-series", gaps, "--method", "smoother", *series, "--save", at("series.zip"), "-o"],
            "series.csv", ["series.csv", "series.zip"])
        commands["impute-series --draws"] = (
            ["impute-series", gaps, "--method", "smoother", "--draws", "2", *series, "-o"],
            "paths.csv", ["paths-1.csv", "paths-2.csv"])
        commands["evaluate --order"] = (
            ["evaluate", "--imputed", filled, "--truth", steps, "--holes", gaps, *series, "--report", at("curves.html"), "--json"],
            "curves.json", ["curves.json", "curves.html"])
        result = run("train", holes, "--method", "ridge", "--model", at("trained.zip"))
        if result.returncode:
            raise SystemExit(result.stderr)
        whole = {}
        for name, (command, target, outputs) in commands.items():
            started = time.time()
            result = run(*command, at(target))
            if result.returncode:
                raise SystemExit(f"{name}: {result.stderr}")
            whole[name] = time.time() - started, {output: open(at(output), "rb").read() for output in outputs}
        left = lambda name: sum(len(glob.glob(glob.escape(at("." + output)) + "*")) for output in commands[name][2])
        rows = {name: [0] * 6 for name in commands}
        for kill in range(arguments.kills):
            name = list(commands)[kill % len(commands)]
            command, target, outputs = commands[name]
            seconds, complete = whole[name]
            for output in outputs:
                open(at(output), "wb").write(OLD)
            process = subprocess.Popen(["dotnet", arguments.tool, *command, at(target), "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The last moments, in which files are written, are tried more often.
            time.sleep(seconds * (draw.random() if draw.random() < 0.5 else draw.uniform(0.8, 1.05)))
            ended = process.poll() is not None
            process.kill()
            process.wait()
            counts = rows[name]
            counts[0] += not ended
            for output in outputs:
                found = open(at(output), "rb").read()
                isold = found == OLD
                isnew = not isold and (found == complete[output] or (not output.endswith(".csv") and reads(at(output))))
                counts[1] += isold
                counts[2] += isnew
                counts[3] += not (isold or isnew)
        for name, (command, target, outputs) in commands.items():
            rows[name][4] = left(name)
            if run(*command, at(target)).returncode:
                raise SystemExit(f"{name} does not run any more")
            rows[name][5] = left(name)
    print("| Command | Killed | Outputs as before | New and whole | Damaged | Left behind | After the next run |")
    print("| -- | --: | --: | --: | --: | --: | --: |")
    for name, counts in rows.items():
        print(f"| {name} | " + " | ".join(map(str, counts)) + " |")
    raise SystemExit(1 if any(counts[3] or counts[5] for counts in rows.values()) else 0)


main()
