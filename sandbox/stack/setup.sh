#!/bin/sh
# Makes .venv and installs requirements.lock into it, only when one of them changed.
set -eu
cd "$(dirname "$0")/../.."
python=${PYTHON:-python3}
stamp=.venv/installed.sha256

say() { printf '%s\n' "$*" >&2; }

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
    say "Python 3.11 or newer is needed: install python3, or name one with PYTHON=/path/to/python3."
    exit 1
}

make_environment() {
    "$python" -m venv .venv >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        say "Installing python3-venv ..."
        apt-get -qq update >/dev/null && apt-get -qq install --yes python3-venv >/dev/null
        rm -rf .venv
        "$python" -m venv .venv >/dev/null 2>&1 && return
    fi
    rm -rf .venv
    say "$python can't make a virtual environment: install its venv module (apt-get install python3-venv)."
    exit 1
}

[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || make_environment
wanted=$({ .venv/bin/python --version; cat requirements.lock; } | sha256sum)
[ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

say "Installing the pinned packages; this takes a minute or two the first time ..."
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input \
    --root-user-action=ignore --require-hashes --requirement requirements.lock || {
    say "The packages could not be installed: check the network and the free disk space, then try again."
    exit 1
}
printf '%s' "$wanted" >"$stamp"
