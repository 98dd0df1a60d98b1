#!/usr/bin/env bash
# Trains a network on one and on two processes of Open MPI, kills one of the two, and goes on from the checkpoint: the models must be the same bytes.
# Usage: eng/test-mpi.sh [TIMES]; a process is killed TIMES times. Where Open MPI is missing and cannot be installed, it says so and does nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
times=${1:-1}

if ! command -v mpirun > /dev/null && ! apt-get install -y --no-install-recommends openmpi-bin > /dev/null 2>&1; then
    echo "Skipped: there is no Open MPI, and apt-get does not install openmpi-bin."
    exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tool=${MLDIFFUSION:-$PWD/src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll}
[ -f "$tool" ] || dotnet build -c Release src/Microsoft.ML.Diffusion.Tool > "$work/build.log"
root=()
[ "$(id -u)" -ne 0 ] || root=(--allow-run-as-root)

python3 - "$work/in.csv" <<'PYTHON'
import random, sys
random.seed(1)
with open(sys.argv[1], "w") as f:
    f.write("age,income,ward,smoker\n")
    for i in range(3000):
        age = random.randint(18, 90)
        f.write(f"{age},{random.gauss(100 + age, 20):.2f},{random.choice('ABCD')},{random.choice(['yes', 'no'])}\n")
PYTHON
# Steps that are longer than their exchange between two processes that share what cores there are.
echo '{ "steps": 60, "batchSize": 2048, "layers": [256, 512, 512, 256] }' > "$work/network.json"

# RANKS MODEL [OPTIONS]
train() {
    local ranks=$1 model=$2
    shift 2
    mpirun "${root[@]}" --oversubscribe -q -n "$ranks" dotnet "$tool" train "$work/in.csv" --model "$model" --for synthesize --method tabddpm \
        --config "$work/network.json" --mpi --quiet "$@"
}
# The entries of a model, without the times at which they were written.
hash() {
    python3 -c 'import hashlib, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(hashlib.sha256(b"".join(n.encode() + z.read(n) for n in sorted(z.namelist()))).hexdigest()[:16])' "$1"
}

train 1 "$work/one.zip"
train 2 "$work/two.zip"
expected=$(hash "$work/one.zip")
passed=0
failed=0
check() {
    if [ "$(hash "$2")" = "$expected" ]; then
        passed=$((passed + 1))
        echo "$1: the same model as on one process ($expected)"
    else
        failed=$((failed + 1))
        echo "$1: another model than on one process" >&2
    fi
}
check "two processes" "$work/two.zip"

for run in $(seq "$times"); do
    checkpoint=$work/run-$run.checkpoint
    train 2 "$work/killed-$run.zip" --checkpoint "$checkpoint" --checkpoint-every 0 2> "$work/killed.log" &
    job=$!
    until [ -f "$checkpoint" ] || ! kill -0 "$job" 2> /dev/null; do sleep 0.05; done
    sleep 1
    # The process of rank 1: what has this variable and this checkpoint among its arguments.
    victim=$(grep -lsz '^OMPI_COMM_WORLD_RANK=1$' /proc/[0-9]*/environ | cut -d/ -f3 \
        | while read -r pid; do grep -qsz -- "$checkpoint" "/proc/$pid/cmdline" && echo "$pid"; done || true)
    kill -KILL $victim
    if wait "$job" || [ -f "$work/killed-$run.zip" ]; then
        failed=$((failed + 1))
        echo "run $run: the training went on without the process that was killed" >&2
        continue
    fi
    train 2 "$work/killed-$run.zip" --checkpoint "$checkpoint"
    check "run $run, process $victim killed, gone on from the checkpoint" "$work/killed-$run.zip"
    [ ! -e "$checkpoint" ] || { failed=$((failed + 1)) && echo "run $run: the checkpoint stays" >&2; }
done

echo "$passed of $((passed + failed)) tests of Open MPI passed."
[ "$failed" -eq 0 ]
