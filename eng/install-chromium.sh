#!/usr/bin/env bash
# Installs Chromium from Debian where it is missing and can be installed; says so where not. The tests that need it are then skipped.
set -euo pipefail

# The places where EvaluationReportBrowserTests looks.
if [[ -x /usr/bin/chromium || -x /usr/bin/chromium-browser || -x /usr/bin/google-chrome ]]; then
    echo "Chromium is here."
elif [[ "$(id -u)" != 0 ]] || ! command -v apt-get >/dev/null; then
    echo "Chromium is not here, and only root can install it, with apt-get: its tests will be skipped."
else
    log="$(mktemp)"
    trap 'rm -f "$log"' EXIT
    install='apt-get -q update && apt-get -q install -y --no-install-recommends chromium'
    if DEBIAN_FRONTEND=noninteractive timeout 300 bash -c "$install" >"$log" 2>&1; then
        echo "Chromium is installed: $(chromium --version 2>/dev/null || true)"
    else
        echo "Chromium cannot be installed ($(tail -n 1 "$log")): its tests will be skipped."
    fi
fi
