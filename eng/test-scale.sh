#!/usr/bin/env bash
# Runs shards under real schedulers: an array job of Slurm of which one node is killed, and GNU parallel of which jobs fail at first.
# The parts put together must be the bytes of one run. Usage (as root, on Debian or Ubuntu): eng/test-scale.sh [ROWS] [TIMES]
set -euo pipefail
cd "$(dirname "$0")/.."
rows=${1:-400000}
times=${2:-1}
shards=8

if ! command -v slurmctld > /dev/null || ! command -v munged > /dev/null || ! command -v parallel > /dev/null; then
    apt-get install -y --no-install-recommends slurm-wlm munge parallel > /dev/null
fi

work=$(mktemp -d)
tool=$PWD/src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll
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
dotnet "$tool" train "$work/in.csv" --model "$work/m.zip" --for synthesize --max-time 20 --quiet
echo "model trained; $rows rows in one run"
time dotnet "$tool" synthesize "$work/in.csv" --model "$work/m.zip" --rows "$rows" -o "$work/whole.csv" --quiet
expected=$(sha256sum < "$work/whole.csv")

check() {
    dotnet "$tool" gather "$1" -o "$work/gathered.csv" --quiet
    if [ "$(sha256sum < "$work/gathered.csv")" != "$expected" ]; then
        echo "$2: the parts put together differ from one run" >&2
        exit 1
    fi
    echo "$2: the parts put together are the bytes of one run"
}

# GNU parallel: the first try of every third part is killed; --resume-failed runs what failed again.
cat > "$work/part.sh" <<PART
#!/bin/sh
if [ \$(( \$2 % 3 )) -eq 0 ] && [ ! -e "\$1.tried-\$2" ]; then
    touch "\$1.tried-\$2"
    timeout -s KILL 3 dotnet "$tool" synthesize "$work/in.csv" --model "$work/m.zip" --rows $rows --shard \$2/$shards -o "\$1" --quiet
    exit 1
fi
exec dotnet "$tool" synthesize "$work/in.csv" --model "$work/m.zip" --rows $rows --shard \$2/$shards -o "\$1" --quiet
PART
chmod +x "$work/part.sh"
for run in $(seq "$times"); do
    parts=$work/parallel-$run
    parallel --jobs 2 --joblog "$parts.log" "$work/part.sh" "$parts" {} ::: $(seq $shards) && exit 1
    parallel --jobs 2 --joblog "$parts.log" --resume-failed "$work/part.sh" "$parts" {} ::: $(seq $shards)
    check "$parts" "GNU parallel $run"
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
exec dotnet "$tool" synthesize "$work/in.csv" --model "$work/m.zip" --rows $rows --shard auto -o "\$1" --quiet
JOB
for run in $(seq "$times"); do
    parts=$work/slurm-$run
    job=$(sbatch --parsable --array="1-$shards" --requeue --open-mode=append --output="$work/slurm-$run-%a.txt" "$work/job.sh" "$parts")
    # Once work has begun on the second node, that node and all that runs on it are killed.
    until [ "$(squeue -h -j "$job" -w node2 -t R | wc -l)" -gt 0 ]; do sleep 1; done
    sleep 3
    kill -KILL "$(cat "$work/node2.pid")"
    # First what watches over the tasks of the node, so that nothing tells of their end.
    tasks=$(grep -lsz '^SLURMD_NODENAME=node2$' /proc/[0-9]*/environ | cut -d/ -f3 || true)
    for task in $tasks; do
        watcher=$(ps -o ppid= -p "$task" | tr -d ' ')
        [ "$(ps -o comm= -p "${watcher:-0}")" = slurmstepd ] && kill -KILL "$watcher"
    done
    kill -KILL $tasks || true
    sleep 20
    slurmd -f "$SLURM_CONF" -N node2
    scontrol update NodeName=node2 State=RESUME 2> /dev/null || true
    while [ "$(squeue -h -j "$job" | wc -l)" -gt 0 ]; do sleep 2; done
    grep -h requeue "$work/slurmctld.log" | tail -2 || true
    check "$parts" "Slurm $run, one node killed"
done
