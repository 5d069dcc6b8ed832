#!/usr/bin/env bash
# Runs inside Colab's own image (.github/workflows/colab-image.yml), the repository at /course.
# Each notebook from an empty folder; git is told that GitHub is the copy at hand.
set -euo pipefail

place=$(sed -nE 's#^Source = "https://github.com/([^/]+/[^/]+)/tree/(.+)"#\1 \2#p' /course/pyproject.toml)
read -r repository branch <<<"$place"
github=$(mktemp -d)
log=$(mktemp)
mkdir -p "$github/$repository"
cp -r /course/. "$github/$repository"
git -C "$github/$repository" checkout -q -B "$branch"
git config --global --add safe.directory '*'
git config --global "url.file://$github/.insteadOf" https://github.com/

failed=0
for notebook in /course/notebooks/{chapters,train,assignments,exercises}/*.ipynb; do
    folder=$(mktemp -d)
    cd "$folder"
    pip uninstall -qqy attention-course || true
    if ATTENTION_COURSE_PRESET=smoke jupyter nbconvert --to notebook --execute --output-dir "$folder" \
        "$notebook" >"$log" 2>&1; then
        echo "passed $notebook"
    else
        echo "FAILED $notebook"
        tail -30 "$log"
        failed=1
    fi
done
exit $failed
