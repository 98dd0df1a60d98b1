#!/usr/bin/env bash
# coverage.sh SECONDS: the share of lines and branches of each project that its own tests run, one line a project.
# Numerical code that counts its lines is several times slower, so that the tests run a second time for it, and only as long as there
# is time: a project that is not reached in SECONDS is named.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
deadline=$((SECONDS + ${1:-1200}))
results=artifacts/coverage
rm -rf "$results"

# The quick ones first.
for name in Core Tensors Series Vision Tool '' Evaluation Models; do
    project="Microsoft.ML.Diffusion${name:+.$name}"
    [[ -d "test/$project.Tests" ]] || continue
    left=$((deadline - SECONDS))
    if ((left < 10)); then
        printf '%-36s not measured: no time left\n' "$project"
        continue
    fi
    status=0
    timeout "$left" dotnet test "test/$project.Tests" -c Release --no-build -p:Coverage=true --filter 'Category!=RealData' \
        >"/tmp/coverage-$$.log" 2>&1 || status=$?
    # The times of these runs are not those of the code, and a test about times may fail: the tests are judged elsewhere.
    case $status in
        0) note= ;;
        124) note=', not measured to the end: no time left' ;;
        *) note=", with failures: $(grep -m 1 -E 'Failed!|error' "/tmp/coverage-$$.log" || true)" ;;
    esac
    rm -f "/tmp/coverage-$$.log"
    report="$(find "$results/$project.Tests" -name coverage.cobertura.xml 2>/dev/null | head -n 1)"
    if [[ -z "$report" ]]; then
        printf '%-36s no result%s\n' "$project" "$note"
        continue
    fi
    grep -m 1 '<coverage ' "$report" | sed -E 's/.*line-rate="([^"]*)" branch-rate="([^"]*)".*/\1 \2/' |
        awk -v project="$project" -v note="$note" \
            '{ printf "%-36s lines %5.1f %%   branches %5.1f %%%s\n", project, 100 * $1, 100 * $2, note }'
done
