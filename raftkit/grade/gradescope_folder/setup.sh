#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image. It is the only step that needs the network.
set -euo pipefail
root=${AUTOGRADER:-/autograder}

find_python() {  # one that is new enough, and can make a venv
    for name in python3.14 python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3.11 python3.11-venv ||
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3 python3-venv
    python=$(find_python) || { echo "raftkit needs Python 3.11 or newer: choose a newer base image" >&2; exit 1; }
fi
"$python" -m venv "$root/venv"
"$root/venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$root/source/requirements.txt"
PYTHONPATH="$root/source/package" "$root/venv/bin/python" -m raftkit --version
