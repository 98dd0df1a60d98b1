#!/usr/bin/env bash
# What several processes of Open MPI make of a training: TabDDPM's network for Census on one process and on two, each with one core, over shared
# memory and over TCP on this machine. Also counts what eight machines would take, from the exchange that was measured and the speed of a network.
# What is written is the fastest step, which other work on the machine disturbs least.
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

# STEPS NAME COMMAND...: prints the processor time, for all of it.
train() {
    echo "{ \"steps\": $1 }" > "$work/$2.json"
    local name=$2
    shift 2
    TIMEFORMAT='%U %S'
    { time "$@" dotnet "$tool" train "$census" --label income --model "$work/$name.zip" --for synthesize --method tabddpm \
        --config "$work/$name.json" ${mpi---mpi} > /dev/null 2> "$work/$name.log"; } 2> "$work/$name.time"
    grep "a step took" "$work/$name.log" || true
}

# What a step takes beside what comes before and after: the difference between a short training and a long one.
for kind in plain one; do
    command=(taskset -c 0)
    mpi=
    if [ "$kind" = one ]; then
        command=(mpirun "${root[@]}" -q -n 1 --bind-to core)
        unset mpi
    fi
    train 4 "$kind-short" "${command[@]}"
    train $((steps + 4)) "$kind" "${command[@]}"
done
train "$steps" memory mpirun "${root[@]}" -q -n 2 --bind-to core
train "$steps" tcp mpirun "${root[@]}" -q -n 2 --bind-to core --mca pml ob1 --mca btl tcp,self
train $((steps + 4)) many mpirun "${root[@]}" -q -n 2 --bind-to core

python3 - "$work" "$steps" "${RESULTS:-}" <<'PYTHON'
import datetime, hashlib, platform, re, subprocess, sys, zipfile
work, steps, results = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def log(name):
    text = open(f"{work}/{name}.log").read()
    gradients = re.search(r"a step took [\d.]+ ms for gradients \(at best ([\d.]+)\)", text)
    exchange = re.search(r"and [\d.]+ ms \(at best ([\d.]+)\) to exchange (\d+)", text)
    return float(gradients[1]), *([float(exchange[1]), int(exchange[2])] if exchange else [0, 0])

def processor(name):
    return sum(map(float, open(f"{work}/{name}.time").read().split()))

def model(name):
    z = zipfile.ZipFile(f"{work}/{name}.zip")
    return hashlib.sha256(b"".join(n.encode() + z.read(n) for n in sorted(z.namelist()))).hexdigest()[:12]

cpu = {kind: 1000 * (processor(kind) - processor(f"{kind}-short")) / steps for kind in ("plain", "one")}
one = log("one")[0]
table = ["| | gradients, ms | exchange, ms | efficiency |", "|---|---|---|---|",
         f"| 1 process of 1 core | {one:.0f} | | |"]
for name, title in (("memory", "2 processes of 1 core, shared memory"), ("tcp", "2 processes of 1 core, TCP on one machine")):
    gradients, exchange, numbers = log(name)
    table.append(f"| {title} | {gradients:.0f} | {exchange:.1f} | {one / 2 / (gradients + exchange):.0%} |")
# Eight machines: an eighth of the gradients each; 2 x 7/8 of the weights over a wire of 1.25 GB/s in each direction, and 7/4 of the copying and
# adding that two processes do in memory.
_, inside, numbers = log("memory")
exchange = 2 * 7 / 8 * 4 * numbers / 1.25e9 * 1000 + 7 / 4 * inside
for cores in (1, 4, 16):
    gradients = one / 8 / cores
    table.append(f"| counted: 8 machines of {cores} core{'s' if cores > 1 else ''}, 10 Gb/s | {gradients:.0f} | {exchange:.1f} | "
                 f"{gradients / (gradients + exchange):.0%} |")
print("\n".join(table))
notes = [f"Processor time of a step on one core: {cpu['plain']:.0f} ms without --mpi, {cpu['one']:.0f} ms with it.",
         f"Models after {steps + 4} steps: {model('one')} by one process, {model('many')} by two, {model('plain')} without --mpi."]
print("\n".join(notes))
if results:
    commit = subprocess.run(["git", "rev-parse", "--short=9", "HEAD"], capture_output=True, text=True).stdout.strip()
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    system = next(line.split("=")[1].strip().strip('"') for line in open("/etc/os-release") if line.startswith("PRETTY_NAME"))
    runtimes = subprocess.run(["dotnet", "--list-runtimes"], capture_output=True, text=True).stdout
    runtime = re.findall(r"Microsoft\.NETCore\.App ([\d.]+)", runtimes)[-1]
    head = ["<!--", f"Measured {datetime.date.today()} on 2 cores, {cpu}, {system},", f".NET {runtime}, at commit {commit}, beside other work: the",
            f"fastest of {steps} steps.", *notes, f"RESULTS={results} eng/benchmarks/ranks.sh FOLDER/adult_train.csv.gz {steps}", "-->"]
    open(f"eng/benchmarks/results/{results}.md", "w").write("\n".join(head + table) + "\n")
PYTHON
