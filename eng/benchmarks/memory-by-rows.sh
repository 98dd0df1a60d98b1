#!/usr/bin/env bash
# Peak memory (VmHWM) and time of mldiffusion by the number of rows: impute --model, synthesize and others on rows like those of a table.
#   eng/benchmarks/memory-by-rows.sh TABLE.csv[.gz] FOLDER [TOOL.dll]
# FOLDER takes some GB of files. With another TOOL.dll (an older build) its figures come out; a model is trained once, by the first.
# RESULTS=NAME writes the table to eng/benchmarks/results/NAME.md too, from where eng/paste-results.sh puts it into the documents.
# ROWS="200000 1000000" and COMMANDS="impute synthesize ampute describe train-impute train-synthesize" choose what is measured.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
table="$1" folder="$2" tool="${3:-$here/../../src/Microsoft.ML.Diffusion.Tool/bin/Release/net10.0/mldiffusion.dll}"
mkdir -p "$folder"
results="${RESULTS:+$here/results/$RESULTS.md}"
if [[ -n "$results" ]]; then
    {
        echo "<!--"
        echo "Measured $(date +%F) on $(nproc) cores, $(awk -F': ' '/^model name/ { print $2; exit }' /proc/cpuinfo), .NET $(dotnet --version), at commit $(git -C "$here" rev-parse --short HEAD)."
        echo "Rows like those of Census: 15 columns, 100 bytes a row, a tenth of the cells empty."
        echo "eng/benchmarks/memory-by-rows.sh $(basename "$table") FOLDER"
        echo "-->"
    } > "$results"
fi

say() {
    if [[ -n "$results" ]]; then echo "$1" | tee -a "$results"; else echo "$1"; fi
}

# The kernel keeps the peak of a process as long as it runs, so the last look before its end counts.
measure() {
    local label="$1" started peak=0 now
    shift
    started=$(date +%s.%N)
    dotnet "$tool" "$@" --quiet > "$folder/printed.txt" &
    local process=$!
    while now=$(awk '/VmHWM/ { print $2 }' "/proc/$process/status" 2> /dev/null) && [[ -n "$now" ]]; do
        peak=$now
        sleep 0.05
    done
    wait "$process"
    say "$(awk -v l="$label" -v p="$peak" -v s="$started" -v e="$(date +%s.%N)" 'BEGIN { printf "| %s | %.0f MB | %.1f s |", l, p / 1024, e - s }')"
}

if [[ ! -f "$folder/impute.zip" ]]; then
    python3 "$here/rows_like.py" "$table" 20000 --seed 9 > "$folder/train.csv"
    dotnet "$tool" train "$folder/train.csv" --model "$folder/impute.zip" --quiet
    dotnet "$tool" train "$folder/train.csv" --model "$folder/synthesize.zip" --for synthesize --quiet
fi

say "| | peak memory | time |"
say "|---|---|---|"
for command in ${COMMANDS:-impute synthesize ampute describe}; do
    for rows in ${ROWS:-200000 1000000}; do
        input="$folder/rows-$rows.csv"
        [[ -f "$input" ]] || python3 "$here/rows_like.py" "$table" "$rows" > "$input"
        case "$command" in
            impute) measure "impute --model, $rows rows" impute "$input" --model "$folder/impute.zip" -o "$folder/out.csv" ;;
            synthesize) measure "synthesize --model, $rows rows" synthesize "$folder/train.csv" --model "$folder/synthesize.zip" --rows "$rows" -o "$folder/out.csv" ;;
            ampute) measure "ampute --mechanism mar, $rows rows" ampute "$input" --mechanism mar --rate 0.2 -o "$folder/out.csv" ;;
            describe) measure "describe, $rows rows" describe "$input" ;;
            train-impute)
                # As many rows to learn from as there are, and few steps.
                echo "{\"maxTrainingRows\":$rows,\"networks\":1,\"epochs\":1,\"maxTrainingTime\":\"00:00:10\"}" > "$folder/config.json"
                measure "impute, $rows rows" impute "$input" --config "$folder/config.json" -o "$folder/out.csv"
                ;;
            train-synthesize)
                echo '{"maxTrainingRows":20000,"steps":5}' > "$folder/config.json"
                measure "synthesize, $rows rows" synthesize "$input" --config "$folder/config.json" --rows 1000 -o "$folder/out.csv"
                ;;
        esac
    done
done
