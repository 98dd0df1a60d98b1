#!/usr/bin/env bash
# Trains and runs the same networks with the managed engine and with PyTorch, in turn, and prints a line a case:
# CASE OURS PYTORCH RATIO (steps, rows or floating-point operations a second; the ratio is the median over the turns).
# PyTorch is given its best: the better of one and two threads, passive waiting, the BLAS kernels of this processor.
# On Debian: apt-get install -y --no-install-recommends python3-torch libopenblas0-openmp
# Usage: bash eng/benchmarks/against-pytorch.sh [CASE ...]
# RESULTS=NAME writes the ratios to eng/benchmarks/results/NAME.md too, from where eng/paste-results.sh puts them into the documents.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build -c Release -v q --nologo Engine >&2
unset OPENBLAS_CORETYPE
export OMP_WAIT_POLICY=passive
python=python3
[ -x /usr/bin/python3 ] && python=/usr/bin/python3
if [[ -z "${RESULTS:-}" ]]; then
    exec "$python" against_pytorch.py Engine/bin/Release/net10.0/Engine "$@"
fi
printed="$(mktemp)"
trap 'rm -f "$printed"' EXIT
"$python" against_pytorch.py Engine/bin/Release/net10.0/Engine "$@" | tee "$printed"
{
    echo "<!--"
    echo "Measured $(date +%F) on $(nproc) cores, $(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), .NET $(dotnet --version),"
    echo "PyTorch $("$python" -c 'import torch; print(torch.__version__)'), at commit $(git rev-parse --short HEAD)."
    echo "bash eng/benchmarks/against-pytorch.sh $*"
    echo "-->"
    echo "| case | ours, a second | PyTorch, a second | ratio |"
    echo "|---|---|---|---|"
    awk '!/^#/ { printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }' "$printed"
} > "results/$RESULTS.md"
