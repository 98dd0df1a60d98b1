#!/usr/bin/env bash
# Runs shards under real schedulers: an array job of Slurm of which one node is killed, and GNU parallel of which jobs are killed at first.
# Rows are made and cells filled in; the parts put together must be the bytes of one run. Then eng/test-mpi.sh trains on processes of Open MPI.
# Usage (as root, on Debian or Ubuntu): eng/test-scale.sh [ROWS] [TIMES]; every test is run TIMES times, and all failures are counted.
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-60000}
times=${2:-1}
shards=8

if ! command -v slurmctld > /dev/null || ! command -v munged > /dev/null || ! command -v parallel > /dev/null; then
    apt-get install -y --no-install-recommends slurm-wlm munge parallel > /dev/null
fi

work=$(mktemp -d)
tool=${MLDIFFUSION:-$PWD/src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll}
[ -f "$tool" ] || dotnet build -c Release src/Microsoft.ML.Diffusion.Tool > "$work/build.log"

stop() {
    for pid in "$work"/*.pid; do
        [ -f "$pid" ] && kill "$(cat "$pid")" 2> /dev/null
    done
    true
}
trap 'stop; rm -rf "$work" || true' EXIT

# A table of people: numbers, categories and a key.
python3 - "$work/in.csv" <<'PYTHON'
import random, sys
random.seed(1)
with open(sys.argv[1], "w") as f:
    f.write("id,age,income,ward,smoker\n")
    for i in range(2000):
        age = random.randint(18, 90)
        f.write(f"P-{i:05d},{age},{random.gauss(100 + age, 20):.2f},{random.choice('ABCD')},{random.choice(['yes', 'no'])}\n")
PYTHON
cat > "$work/draws.json" <<'JSON'
{ "draws": true }
JSON
dotnet "$tool" train "$work/in.csv" --model "$work/maker.zip" --for synthesize --max-time 20 --quiet
dotnet "$tool" train "$work/in.csv" --model "$work/filler.zip" --config "$work/draws.json" --max-time 20 --quiet
echo "models trained; $rows rows in one run"

# One run of each kind. COMMAND PLACE [--shard K/N] is what both schedulers run.
cat > "$work/synthesize.sh" <<PART
#!/bin/sh
output=\$1
shift
exec dotnet "$tool" synthesize "$work/in.csv" --model "$work/maker.zip" --rows $rows --quiet -o "\$output" "\$@"
PART
cat > "$work/impute.sh" <<PART
#!/bin/sh
output=\$1
shift
exec dotnet "$tool" impute "$work/holes.csv" --model "$work/filler.zip" --mode draw --quiet -o "\$output" "\$@"
PART
chmod +x "$work"/*.sh
time "$work/synthesize.sh" "$work/synthesize.csv"
dotnet "$tool" ampute "$work/synthesize.csv" -o "$work/holes.csv" --mechanism mcar --rate 0.2 --quiet
time "$work/impute.sh" "$work/impute.csv"

passed=0
failed=0
check() {
    if dotnet "$tool" gather "$2" -o "$work/gathered.csv" --quiet && cmp -s "$work/gathered.csv" "$work/$1.csv"; then
        passed=$((passed + 1))
        echo "$3: the parts put together are the bytes of one run ($(sha256sum < "$work/gathered.csv" | cut -c1-16))"
    else
        failed=$((failed + 1))
        echo "$3: the parts put together differ from one run" >&2
    fi
    rm -rf "$2" "$work/gathered.csv"
}

# GNU parallel: the first try of every third part is killed; --resume-failed runs what failed again.
cat > "$work/part.sh" <<PART
#!/bin/sh
if [ \$(( \$3 % 3 )) -eq 0 ] && [ ! -e "\$2.tried-\$3" ]; then
    touch "\$2.tried-\$3"
    timeout -s KILL 1.5 "$work/\$1.sh" "\$2" --shard \$3/$shards
    exit 1
fi
exec "$work/\$1.sh" "\$2" --shard \$3/$shards
PART
chmod +x "$work/part.sh"
for run in $(seq "$times"); do
    for kind in synthesize impute; do
        parts=$work/parallel-$kind-$run
        parallel --jobs 2 --joblog "$parts.log" "$work/part.sh" "$kind" "$parts" {} ::: $(seq $shards) && exit 1
        parallel --jobs 2 --joblog "$parts.log" --resume-failed "$work/part.sh" "$kind" "$parts" {} ::: $(seq $shards)
        check "$kind" "$parts" "GNU parallel $run, $kind, jobs killed"
    done
done

# Slurm: a controller and two nodes on this machine.
mkdir -p "$work/state" /run/munge /etc/munge
[ -f /etc/munge/munge.key ] || { dd if=/dev/urandom of=/etc/munge/munge.key bs=1024 count=1 status=none; }
chown -R munge: /run/munge /etc/munge
chmod 400 /etc/munge/munge.key
pgrep -x munged > /dev/null || runuser -u munge -- munged
cat > "$work/slurm.conf" <<CONF
ClusterName=shards
SlurmctldHost=localhost
SlurmctldPort=17817
AuthType=auth/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
ReturnToService=2
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$work/state
SlurmdSpoolDir=$work/spool-%n
SlurmctldPidFile=$work/slurmctld.pid
SlurmdPidFile=$work/%n.pid
SlurmctldLogFile=$work/slurmctld.log
SlurmdLogFile=$work/%n.log
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdTimeout=15
KillWait=2
JobRequeue=1
SlurmdParameters=config_overrides
NodeName=node[1-2] NodeHostname=localhost NodeAddr=127.0.0.1 Port=[17821-17822] CPUs=1 State=UNKNOWN
PartitionName=all Nodes=node[1-2] Default=YES State=UP
CONF
export SLURM_CONF=$work/slurm.conf
slurmctld -f "$SLURM_CONF"
slurmd -f "$SLURM_CONF" -N node1
slurmd -f "$SLURM_CONF" -N node2
cat > "$work/job.sh" <<JOB
#!/bin/sh
exec "$work/\$1.sh" "\$2" --shard auto
JOB
for run in $(seq "$times"); do
    for kind in synthesize impute; do
        parts=$work/slurm-$kind-$run
        job=$(sbatch --parsable --array="1-$shards" --requeue --open-mode=append --output="$parts-%a.txt" "$work/job.sh" "$kind" "$parts")
        # Once work has begun on the second node, that node and all that runs on it are killed.
        until [ "$(squeue -h -j "$job" -w node2 -t R | wc -l)" -gt 0 ]; do sleep 0.2; done
        sleep 1
        kill -KILL $(pgrep -f "slurmd -f $SLURM_CONF -N node2") || echo "node 2 was down already"
        # First what watches over the tasks of the node, so that nothing tells of their end.
        tasks=$(grep -lsz '^SLURMD_NODENAME=node2$' /proc/[0-9]*/environ | cut -d/ -f3 || true)
        for task in $tasks; do
            # One that has ended meanwhile has none.
            watcher=$(ps -o ppid= -p "$task" | tr -d ' ' || true)
            if [ "$(ps -o comm= -p "${watcher:-0}" || true)" = slurmstepd ]; then kill -KILL "$watcher" || true; fi
        done
        kill -KILL $tasks || true
        sleep 20
        slurmd -f "$SLURM_CONF" -N node2
        scontrol update NodeName=node2 State=RESUME 2> /dev/null || true
        while [ "$(squeue -h -j "$job" | wc -l)" -gt 0 ]; do sleep 1; done
        until [ "$(sinfo -h -N -n node2 -t idle | wc -l)" -gt 0 ]; do sleep 1; done
        requeued=$(grep -c "requeue JobId=${job}_.* due to node failure" "$work/slurmctld.log" || true)
        check "$kind" "$parts" "Slurm $run, $kind, one node killed, $requeued tasks begun anew"
    done
done

echo "$passed of $((passed + failed)) tests of schedulers passed."
MLDIFFUSION=$tool eng/test-mpi.sh "$times" || failed=$((failed + 1))
[ "$failed" -eq 0 ]
