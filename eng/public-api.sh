#!/usr/bin/env bash
# Writes PublicAPI.Unshipped.txt of every project in src anew: what users can call and PublicAPI.Shipped.txt does not list.
# With names of projects (public-api.sh Microsoft.ML.Diffusion.Core) of these alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if (($# > 0)); then projects=("$@"); else mapfile -t projects < <(ls src | grep -v '\.'props); fi
for project in "${projects[@]}"; do
    for file in Shipped Unshipped; do
        [[ "$file" == Shipped && -f "src/$project/PublicAPI.$file.txt" ]] || echo '#nullable enable' >"src/$project/PublicAPI.$file.txt"
    done
done
dotnet restore -v quiet
for project in "${projects[@]}"; do
    dotnet format analyzers "src/$project" --no-restore --diagnostics RS0016 --severity warn --exclude-diagnostics RS0017
    LC_ALL=C.UTF-8 sort -u -o "src/$project/PublicAPI.Unshipped.txt" "src/$project/PublicAPI.Unshipped.txt"
    echo "$project: $(($(wc -l <"src/$project/PublicAPI.Unshipped.txt") - 1)) public names beside the shipped ones"
done
