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
        # Each command, and the files that it writes.
        commands = [
            (["ampute", table, "--mechanism", "mar", "--rate", "0.2", "-o"], ["ampute.csv"]),
            (["impute", holes, "--method", "ridge", "-o"], ["impute.csv"]),
            (["train", holes, "--method", "ridge", "--model"], ["train.zip"]),
            (["synthesize", table, "--rows", "60", "--label", arguments.label, "--method", "smote", "-o"], ["synthesize.csv"]),
            (["augment", table, "--rows", "60", "--label", arguments.label, "--method", "smote", "-o"], ["augment.csv"]),
            (["describe", holes, "--report", at("describe.html"), "--json"], ["describe.json", "describe.html"]),
            (["evaluate", "--real", table, "--synthetic", made, "--test", table, "--label", arguments.label, "--report", at("evaluate.html"), "--json"],
             ["evaluate.json", "evaluate.html"]),
        ]
        whole = {}
        for index, (command, outputs) in enumerate(commands):
            started = time.time()
            result = run(*command, at(outputs[0]))
            if result.returncode:
                raise SystemExit(f"{command[0]}: {result.stderr}")
            whole[index] = time.time() - started, {name: open(at(name), "rb").read() for name in outputs}
        rows = {}
        for kill in range(arguments.kills):
            index = kill % len(commands)
            command, outputs = commands[index]
            seconds, complete = whole[index]
            for name in outputs:
                open(at(name), "wb").write(OLD)
            process = subprocess.Popen(["dotnet", arguments.tool, *command, at(outputs[0]), "--quiet"],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            # The last moments, in which files are written, are tried more often.
            time.sleep(seconds * (draw.random() if draw.random() < 0.5 else draw.uniform(0.8, 1.05)))
            ended = process.poll() is not None
            process.kill()
            process.wait()
            found = {name: open(at(name), "rb").read() for name in outputs}
            damaged = [name for name in outputs if found[name] not in (OLD, complete[name])
                       and (name.endswith(".csv") or not reads(at(name)))]
            counts = rows.setdefault(command[0], [0, 0, 0, 0])
            counts[0] += not ended
            counts[1] += len(damaged)
        for index, (command, outputs) in enumerate(commands):
            left = lambda: sum(len(glob.glob(at("." + name + "*"))) for name in outputs)
            rows[command[0]][2] = left()
            run(*command, at(outputs[0]))
            rows[command[0]][3] = left()
    print("| command | killed | damaged outputs | files left behind | after the next run |")
    print("| -- | --: | --: | --: | --: |")
    for name, counts in rows.items():
        print(f"| {name} | " + " | ".join(map(str, counts)) + " |")


main()
