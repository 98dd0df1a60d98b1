#!/usr/bin/env bash
# What a newcomer does, from nothing but the SDK and the packages: a new folder, the packages of this clone from a feed, the template, and the
# examples of README.md and docs/ as they stand. Each command of a shell block and each C# block is run; a block is a program of its own, and
# what it uses without declaring it comes from given/. Prints how long each step takes.
#   test/newcomer/run.sh                    packs this clone first; takes some minutes, and CI does not run it
#   test/newcomer/run.sh FOLDER VERSION     takes packages that are there already
# Not run, and why: blocks that only show part of a program (segmentation and roles in C#, an engine that answers row by row), 20 models for
# an analysis of one's own (uncertainty), and what needs a cluster (scale). Tests compile all of them. The training of pictures, which takes ten
# minutes, is given ten seconds.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
here="$root/test/newcomer"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
version="${2:-0.1.0-newcomer.$(date +%s)}"
feed="${1:-$work/feed}"
machine="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

step() { printf '\n=== %s (%d s since the start)\n' "$*" "$SECONDS"; }

step "Packages of this clone, version $version"
[[ -n "${1:-}" ]] || dotnet pack "$root/Microsoft.ML.Diffusion.sln" -c Release -o "$feed" "-p:MinVerVersionOverride=$version" -v quiet
export NUGET_PACKAGES="$work/restored"
cat >"$work/nuget.config" <<EOF
<configuration>
  <packageSources><add key="clone" value="$feed" /></packageSources>
  <fallbackPackageFolders><add key="machine" value="$machine" /></fallbackPackageFolders>
</configuration>
EOF
cd "$work"

step "dotnet new install Microsoft.ML.Diffusion.Templates; dotnet new diffusion-impute; dotnet run"
dotnet new install "$feed/Microsoft.ML.Diffusion.Templates.$version.nupkg" --debug:custom-hive "$work/hive"
dotnet new diffusion-impute -o Hospital --debug:custom-hive "$work/hive"
(cd Hospital && dotnet run -c Release)

step "dotnet tool install Microsoft.ML.Diffusion.Tool"
dotnet tool install Microsoft.ML.Diffusion.Tool --version "$version" --tool-path "$work/tools"
export PATH="$work/tools:$PATH"

# The files that the examples name.
mkdir shell
cp Hospital/patients.csv Hospital/model.zip shell
(
    cd shell
    # README.md calls the label outcome.
    sed -i '1s/Label/outcome/' patients.csv
    cp patients.csv IN.csv
    cp -r "$root/samples/Segment/nuclei/images" images
    cp -r images pictures
    cp -r images new-images
    cp -r "$root/samples/Segment/nuclei/masks" masks
    cp -r "$root/samples/Segment/nuclei/test" test
    cp -r "$root/samples/Segment/nuclei/truth" test-masks
    printf 'term,estimate,std.error\nslope,1.1,0.2\nslope,0.9,0.2\nslope,1.2,0.3\n' >ESTIMATES.csv
)
series() {
    awk 'BEGIN { print "Patient,Hour,HR,Lactate,Age,Sex"
        for (p = 1; p <= 12; p++) for (h = 0; h < 24; h++)
            printf "%d,%d,%s,%s,%d,%s\n", p, h, (h * 7 + p) % 9 ? 70 + p + 10 * sin(h / 4) : "", (h * 5 + p) % 8 ? 2 + sin(h / 6) : "", 40 + p, p % 2 ? "f" : "m" }'
}

# Each command of the shell blocks of a page, without its remark.
commands() {
    local page="$1" line
    while read -r line; do
        [[ "$line" =~ ^mldiffusion\ +segment\ +train ]] && line+=" --max-time 10"
        step "$page: $line"
        (cd shell && bash -euo pipefail -c "$line" >output.txt 2>&1) || { cat shell/output.txt; exit 1; }
        tail -n 2 shell/output.txt
    done < <(awk '/^```/ { inside = !inside; next } inside && /^mldiffusion /' "$root/$page" | sed 's/ *#.*//')
}

# Each C# block of a page, save those of the numbers that follow the files that are given.
blocks() {
    local page="$1" given="$2" skipped=" ${*:3} " number=0 inside=false block="" line folder package
    while IFS= read -r line; do
        if $inside && [[ "$line" == '```' ]]; then
            inside=false
            number=$((number + 1))
            [[ "$skipped" == *" $number "* ]] && continue
            step "C# example $number of $page"
            folder="$work/$(basename "$page" .md)-$number"
            dotnet new console -o "$folder" >/dev/null
            printf '%s' "$block" >"$folder/Program.cs"
            cp "$here/given/Usings.cs" "$here/given/$given" "$folder"
            cp Hospital/patients.csv "$folder"
            for package in Microsoft.ML.Diffusion Microsoft.ML.Diffusion.Evaluation Microsoft.ML.Diffusion.Series; do
                (cd "$folder" && dotnet add package "$package" --version "$version" >/dev/null)
            done
            (cd "$folder" && dotnet run -c Release)
        elif $inside; then
            block+="$line"$'\n'
        elif [[ "$line" == '```csharp' ]]; then
            inside=true
            block=""
        fi
    done <"$root/$page"
    ((number > 0)) || { echo "$page has no C# example." >&2; exit 1; }
}

commands README.md
commands docs/quick-start.md
commands docs/uncertainty.md
commands docs/segmentation.md
series >shell/IN.csv
commands docs/series.md
blocks README.md Patients.cs
blocks docs/quick-start.md Patients.cs
blocks docs/imputation.md Patients.cs 2
blocks docs/methods.md Patients.cs
blocks docs/synthesis.md Patients.cs
blocks docs/evaluation.md Patients.cs 2
blocks docs/series.md Steps.cs 3

step "Done: everything ran"
