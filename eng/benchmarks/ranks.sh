#!/usr/bin/env bash
# What several processes of Open MPI make of a training: TabDDPM's network for Census on one process and on two, each with one core, over shared
# memory and over TCP on this machine. Also counts what eight machines would take, from the exchange that was measured and the speed of a network.
#   eng/benchmarks/ranks.sh CENSUS.csv.gz [STEPS]
# With RESULTS=NAME it writes eng/benchmarks/results/NAME.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
census=$(realpath "$1")
steps=${2:-24}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build -c Release src/Microsoft.ML.Diffusion.Tool > "$work/build.log"
# A copy, which other builds leave as it is.
cp -r src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0 "$work/tool"
tool=$work/tool/mldiffusion.dll
root=()
[ "$(id -u)" -ne 0 ] || root=(--allow-run-as-root)
export DOTNET_PROCESSOR_COUNT=1

train() { # STEPS NAME COMMAND...
    echo "{ \"steps\": $1 }" > "$work/$2.json"
    local name=$2
    shift 2
    "$@" dotnet "$tool" train "$census" --label income --model "$work/$name.zip" --for synthesize --method tabddpm --config "$work/$name.json" \
        ${mpi---mpi} 2> "$work/$name.log"
    grep "a step took" "$work/$name.log" || true
}

# Without ranks nobody counts the steps: the difference between a short training and a long one.
mpi=
start=$(date +%s.%N)
train 4 short taskset -c 0
middle=$(date +%s.%N)
train $((steps + 4)) plain taskset -c 0
end=$(date +%s.%N)
unset mpi
train "$steps" one mpirun "${root[@]}" -q -n 1 --bind-to core
train "$steps" memory mpirun "${root[@]}" -q -n 2 --bind-to core
train "$steps" tcp mpirun "${root[@]}" -q -n 2 --bind-to core --mca pml ob1 --mca btl tcp,self

python3 - "$work" "$steps" "$start" "$middle" "$end" "${RESULTS:-}" <<'PYTHON'
import datetime, hashlib, platform, re, subprocess, sys, zipfile
work, steps, start, middle, end, results = sys.argv[1:]
steps, start, middle, end = int(steps), float(start), float(middle), float(end)

def log(name):
    text = open(f"{work}/{name}.log").read()
    gradients = re.search(r"a step took ([\d.]+) ms for gradients \(at best ([\d.]+)\)", text)
    exchange = re.search(r"and ([\d.]+) ms \(at best ([\d.]+)\) to exchange (\d+)", text)
    return [float(g) for g in gradients.groups()] + ([float(g) for g in exchange.groups()] if exchange else [0, 0, 0])

def model(name):
    z = zipfile.ZipFile(f"{work}/{name}.zip")
    return hashlib.sha256(b"".join(n.encode() + z.read(n) for n in sorted(z.namelist()))).hexdigest()[:12]

plain = 1000 * ((end - middle) - (middle - start)) / steps
rows = [("one process, without `--mpi`", plain, "", "", "", "another: sums are rounded otherwise")]
one = log("one")
rows.append(("1 rank", one[0], one[1], "", "", f"`{model('one')}`"))
for name, title in (("memory", "2 ranks, shared memory"), ("tcp", "2 ranks, TCP on one machine")):
    mean, least, exchange, least_exchange, numbers = log(name)
    rows.append((title, mean + exchange, least, exchange, f"{one[0] / 2 / (mean + exchange):.0%}", f"`{model(name)}`"))
_, _, _, least_exchange, numbers = log("memory")
# Eight machines: an eighth of the gradients each; 2 x 7/8 of the weights over a wire of 1.25 GB/s in each direction, and 7/4 of the copying and adding
# that two ranks do in memory.
wire, inside = 2 * 7 / 8 * 4 * numbers / 1.25e9 * 1000, 7 / 4 * least_exchange
step = one[0] / 8 + wire + inside
table = ["| | ms a step | gradients at best | exchange | efficiency | model |", "|---|---|---|---|---|---|"]
for title, total, least, exchange, efficiency, name in rows:
    cells = [title, f"{total:.0f}", f"{least:.0f}" if least != "" else "", f"{exchange:.1f}" if exchange != "" else "", efficiency, name]
    table.append("| " + " | ".join(cells) + " |")
table.append(f"| 8 machines at 10 Gb/s, counted | {step:.0f} | {one[0] / 8:.0f} | {wire + inside:.1f} | {one[0] / 8 / step:.0%} | |")
print("\n".join(table))
print(f"counted for 8: wire {wire:.1f} ms, inside {inside:.1f} ms")
if results:
    commit = subprocess.run(["git", "rev-parse", "--short=9", "HEAD"], capture_output=True, text=True).stdout.strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    system = next(line.split("=")[1].strip().strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME"))
    runtime = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True).stdout
    runtime = re.findall(r"Microsoft\.NETCore\.App ([\d.]+)", runtime)[-1]
    head = ["<!--", f"Measured {datetime.date.today()} on 2 cores, {cpu}, {system},", f".NET {runtime}, at commit {commit}.",
            f"RESULTS={results} eng/benchmarks/ranks.sh FOLDER/adult_train.csv.gz {steps}", "-->"]
    open(f"eng/benchmarks/results/{results}.md", "w").write("\n".join(head + table) + "\n")
PYTHON
