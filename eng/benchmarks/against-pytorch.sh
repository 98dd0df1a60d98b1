#!/usr/bin/env bash
# Trains and runs the same networks with the managed engine and with PyTorch, in turn, and prints a line a case:
# CASE OURS PYTORCH RATIO (steps, rows or floating-point operations a second; the ratio is the median over the turns).
# PyTorch is given its best: the better of one and two threads, passive waiting, the BLAS kernels of this processor.
# On Debian: apt-get install -y --no-install-recommends python3-torch libopenblas0-openmp
# Usage: bash eng/benchmarks/against-pytorch.sh [CASE ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
dotnet build -c Release -v q --nologo Engine >&2
unset OPENBLAS_CORETYPE
export OMP_WAIT_POLICY=passive
python=python3
[ -x /usr/bin/python3 ] && python=/usr/bin/python3
exec "$python" against_pytorch.py Engine/bin/Release/net10.0/Engine "$@"
