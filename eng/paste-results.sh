#!/usr/bin/env bash
# Pastes the tables of eng/benchmarks/results into the documents: what stands between <!-- results: NAME --> and <!-- end of results -->
# becomes the table of results/NAME.md. With --verify it changes nothing and fails where a document differs.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
failed=0
while IFS= read -r document; do
    pasted="$(awk -v folder=eng/benchmarks/results '
        /^<!-- results: .* -->$/ {
            name = folder "/" $3 ".md"; print; inside = 1; in_head = 0
            while ((status = (getline line < name)) > 0) {
                if (line == "<!--") in_head = 1
                if (!in_head) print line
                if (line == "-->") in_head = 0
            }
            if (status < 0) { print "There is no " name > "/dev/stderr"; exit 1 }
            close(name)
        }
        /^<!-- end of results -->$/ { inside = 0 }
        !inside { print }
        END { if (inside) { print "A table has no end." > "/dev/stderr"; exit 1 } }' "$document")"
    if [[ "$pasted" != "$(cat "$document")" ]]; then
        if [[ "${1:-}" == --verify ]]; then
            echo "$document does not hold the committed results: run eng/paste-results.sh."
            failed=1
        else
            printf '%s\n' "$pasted" > "$document"
            echo "$document"
        fi
    fi
done < <(git ls-files '*.md' --cached --others --exclude-standard | xargs grep -l '^<!-- results: ' || true)
exit $failed
