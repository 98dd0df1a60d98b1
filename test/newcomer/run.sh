#!/usr/bin/env bash
# What a newcomer does, from nothing but the SDK and the packages: a new folder, the packages from a feed, every C# example of README.md as it
# stands, compiled and run, the command line's examples of README.md, and the template. Prints how long each step takes.
#   test/newcomer/run.sh            takes some minutes; CI does not run it
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
version="0.1.0-newcomer.$(date +%s)"
export NUGET_PACKAGES="$work/restored" DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

step() { printf '\n=== %s (%d s since the start)\n' "$*" "$SECONDS"; }

step "Packages of this clone, version $version"
env -u NUGET_PACKAGES dotnet pack "$root/Microsoft.ML.Diffusion.sln" -c Release -o "$work/feed" "-p:MinVerVersionOverride=$version" -v quiet
cat >"$work/nuget.config" <<EOF
<configuration>
  <packageSources><add key="clone" value="$work/feed" /></packageSources>
  <fallbackPackageFolders><add key="machine" value="${HOME}/.nuget/packages" /></fallbackPackageFolders>
</configuration>
EOF
cd "$work"
cp "$root/templates/Microsoft.ML.Diffusion.Templates/Impute/patients.csv" .

step "dotnet new install Microsoft.ML.Diffusion.Templates; dotnet new diffusion-impute; dotnet run"
dotnet new install "$work/feed/Microsoft.ML.Diffusion.Templates.$version.nupkg" --debug:custom-hive "$work/hive"
dotnet new diffusion-impute -o Hospital --debug:custom-hive "$work/hive"
(cd Hospital && dotnet run -c Release)
cp Hospital/model.zip .

step "dotnet tool install Microsoft.ML.Diffusion.Tool"
dotnet tool install Microsoft.ML.Diffusion.Tool --version "$version" --tool-path "$work/tools"
export PATH="$work/tools:$PATH"
# The names that README.md uses for the label and the file that is held back.
sed '1s/Label/outcome/' patients.csv | awk -F, 'NR == 1 || NR <= 180' >rows.csv
sed '1s/Label/outcome/' patients.csv | awk -F, 'NR == 1 || NR > 180' >held-out.csv
mkdir shell && cp rows.csv shell/patients.csv && cp held-out.csv model.zip shell
(
    cd shell
    # Each line of the block of mldiffusion commands, without its remark.
    awk '/^```/ { inside = !inside; next } inside && /^mldiffusion /' "$root/README.md" | sed 's/ *#.*//' >commands
    [[ -s commands ]] || { echo "README.md has no mldiffusion command." >&2; exit 1; }
    while read -r line; do
        step "$line"
        bash -euo pipefail -c "$line" >output.txt 2>&1 || { cat output.txt; exit 1; }
        tail -n 3 output.txt
    done <commands
)

# Each C# block of README.md is a program of its own; what it uses without declaring it comes from Given.cs.
number=0
block=""
inside=false
while IFS= read -r line; do
    if $inside && [[ "$line" == '```' ]]; then
        inside=false
        number=$((number + 1))
        step "C# example $number of README.md"
        folder="$work/Example$number"
        dotnet new console -o "$folder" >/dev/null
        printf '%s' "$block" >"$folder/Program.cs"
        cp "$root/test/newcomer/Given.cs" "$folder"
        cp patients.csv "$folder"
        for package in Microsoft.ML.Diffusion Microsoft.ML.Diffusion.Evaluation; do
            (cd "$folder" && dotnet add package "$package" --version "$version" >/dev/null)
        done
        (cd "$folder" && dotnet run -c Release)
    elif $inside; then
        block+="$line"$'\n'
    elif [[ "$line" == '```csharp' ]]; then
        inside=true
        block=""
    fi
done <"$root/README.md"
((number > 0)) || { echo "README.md has no C# example." >&2; exit 1; }

step "Done: everything ran"
