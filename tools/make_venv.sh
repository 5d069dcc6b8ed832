#!/bin/sh
# Make the virtual environment $1 with $PYTHON, or with the first Python >= 3.11 that is found.
set -eu

venv=$1
usable='import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))'

if [ -x "$venv/bin/python" ] && "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    exit 0
fi

for python in ${PYTHON:-python3.11 python3 python3.12 python3.13 python}; do
    if "$python" -c "$usable" >/dev/null 2>&1; then
        echo "Making $venv with $("$python" --version) ..."
        exec "$python" -m venv --clear "$venv"
    fi
done

echo "Expected Python 3.11 or newer with its venv module; tried: ${PYTHON:-python3.11 python3" \
     "python3.12 python3.13 python}." >&2
echo "Install one (on Debian and Ubuntu the package is python3-venv)," \
     "or name it: make PYTHON=/path/to/python book" >&2
exit 1
