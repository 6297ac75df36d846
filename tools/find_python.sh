#!/bin/sh
# Prints a Python that specc supports and that can make virtual environments, or says why there is none.
# Usage: find_python.sh [PYTHON]. A named one is the only one tried.

supported='import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'

for candidate in ${1:-python3 python3.13 python3.12 python3.11 python}; do
    # It is run, not only looked up: version managers leave launchers for versions that are not active.
    if "$candidate" -c "$supported" >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done

{
    echo "specc needs Python 3.11, 3.12 or 3.13, with the venv module; tried: ${1:-python3 python3.13 python3.12 python3.11 python}"
    echo "Install one (on Debian and Ubuntu: python3 and python3-venv), or name it: make PYTHON=/path/to/python3.12"
} >&2
exit 1
