#!/usr/bin/env bash
# The tests of the TorchSharp engine on libtorch itself, for the processor.
#
# libtorch 2.10 needs GLIBCXX 3.4.32, which Debian 12 does not have. On an older Debian, the four system libraries of Debian 13 are
# unpacked into a temporary folder, and the tests alone see them: in a mount namespace of their own, laid over the library folder.
# Nothing is installed. Where that is not possible, the script says why and ends without an error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

project=Microsoft.ML.Diffusion.TorchSharp.Tests
symbols=GLIBCXX_3.4.32
newer=trixie
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
libraries=/usr/lib/x86_64-linux-gnu
packages=(libc6 libstdc++6 libgcc-s1 libgomp1)

# In the repository, so that the tests find its data; not in bin and obj, which the other tests use.
output="$PWD/artifacts/torchsharp"
temporary="$(mktemp -d)"
trap 'rm -rf "$temporary" "$output"' EXIT

skip() {
    echo "eng/test-torchsharp.sh: skipped: $*"
    exit 0
}

has_new_libraries() {
    local library
    library="$(ldconfig -p 2>/dev/null | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }')"
    [[ -n "$library" ]] && grep -q -a -w "$symbols" "$library"
}

# The address from which this machine takes its own Debian release: a line of sources.list, or a paragraph of a .sources file.
debian_address() {
    local release="$1"
    { cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true; } |
        sed -E 's/\[[^]]*\]//' | awk -v release="$release" '$1 == "deb" && $3 == release { print $2; exit }'
    { cat /etc/apt/sources.list.d/*.sources 2>/dev/null || true; } |
        awk -v release="$release" -v RS= '{
            address = ""; found = 0
            count = split($0, lines, "\n")
            for (i = 1; i <= count; i++) {
                words = split(lines[i], word, " ")
                if (word[1] == "URIs:") address = word[2]
                if (word[1] == "Suites:") for (j = 2; j <= words; j++) if (word[j] == release) found = 1
            }
            if (found && address != "") { print address; exit }
        }'
}

unpack_new_libraries() {
    local address="$1" folder="$temporary/apt"
    mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/packages" "$temporary/new"
    touch "$folder/status"
    echo "deb [signed-by=$keyring] $address $newer main" > "$folder/sources.list"
    local apt=(apt-get -q -o Dir::Etc::SourceList="$folder/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o Dir::State="$folder/state" -o Dir::State::status="$folder/status" -o Dir::Cache="$folder/cache"
        -o Acquire::AllowInsecureRepositories=false -o Acquire::Retries=2 -o Acquire::http::Timeout=30
        -o APT::Get::AllowUnauthenticated=false -o APT::Sandbox::User=root)
    "${apt[@]}" -o APT::Update::Error-Mode=any update >"$folder/log" 2>&1 || return 1
    (cd "$folder/packages" && "${apt[@]}" download "${packages[@]}") >>"$folder/log" 2>&1 || return 1
    local package
    for package in "$folder"/packages/*.deb; do
        echo "  unpacking $(basename "$package")"
        dpkg-deb -x "$package" "$temporary/new"
    done
}

overlaid() {
    unshare --mount bash -c '
        mount -t overlay overlay -o "lowerdir=$1:$2" "$2" || exit 99
        shift 2
        "$@"' overlaid "$temporary/new$libraries" "$libraries" "$@"
}

[[ "$(uname -s) $(uname -m)" == "Linux x86_64" ]] || skip "libtorch is tested on Linux with an x86-64 processor only"

run=()
if has_new_libraries; then
    echo "This machine's libstdc++ has $symbols."
else
    . /etc/os-release
    [[ "${ID:-}" == debian ]] || skip "libstdc++ is older than $symbols, and this is not Debian"
    [[ "$(id -u)" == 0 ]] || skip "libstdc++ is older than $symbols, and only root can lay newer libraries over it"
    for command in unshare apt-get dpkg-deb; do
        command -v "$command" >/dev/null || skip "there is no $command"
    done
    [[ -f "$keyring" ]] || skip "Debian's keyring is not installed ($keyring)"
    unshare --mount true 2>/dev/null || skip "this machine does not allow a mount namespace"
    address="$(debian_address "$VERSION_CODENAME" | head -n 1)"
    [[ -n "$address" ]] || skip "no source of apt names $VERSION_CODENAME"

    echo "This machine's libstdc++ is older than $symbols: getting ${packages[*]} of Debian $newer for these tests alone."
    unpack_new_libraries "$address" || skip "the packages of Debian $newer do not load: $(tail -n 1 "$temporary/apt/log")"
    overlaid true 2>/dev/null || skip "this machine does not allow an overlay on $libraries"
    run=(overlaid)
fi

echo "Restoring TorchSharp-cpu (about 600 MB unpacked where it is new) ..."
options=(-p:TorchSharpNative=TorchSharp-cpu --artifacts-path "$output")
dotnet restore "test/$project" "${options[@]}" >"$temporary/restore" 2>&1 || {
    grep -q NU1301 "$temporary/restore" && skip "TorchSharp-cpu does not restore: $(grep -m 1 NU1301 "$temporary/restore")"
    cat "$temporary/restore"
    exit 1
}
echo "Building $project ..."
dotnet build "test/$project" -c Release --no-restore -v quiet --nologo "${options[@]}"
echo "Testing $project on libtorch ..."
# The assembly, not the project: a build server outside the namespace would run the tests there.
"${run[@]}" dotnet test "$output/bin/$project/release/$project.dll" --nologo
