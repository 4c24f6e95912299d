#!/usr/bin/env bash
# ray 2.60.0, 2026-11-29.
# Guess: ray.init(log_to_driver=False) leaves the driver's standard output to the driver; if a worker is lost and its
# task is run again, that is told on standard error, or in Ray's own logs.
# Seen: the raylet's notices go to standard output, among what the driver prints, with the marks of colours though it
# is a file; standard error stays empty. A driver whose output others read has to put another stream in its place.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q ray==2.60.0
cat > "$folder/driver.py" <<'PY'
import logging
import os
import sys
import time

import ray

ray.init(address="local", num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR)


@ray.remote(max_retries=-1)
def boil(mark):
    if not os.path.exists(mark):
        open(mark, "w").close()
        os._exit(1)
    return "boiled"


print(ray.get(boil.remote(sys.argv[1])))
time.sleep(5)
ray.shutdown()
PY
RAY_AUTH_MODE=disabled "$folder/venv/bin/python" "$folder/driver.py" "$folder/mark" >"$folder/out" 2>"$folder/err"
echo "lines on stdout: $(wc -l <"$folder/out"), on stderr: $(wc -l <"$folder/err")"
grep -qx boiled "$folder/out"
grep -q 'raylet' "$folder/out"
grep -q $'\033' "$folder/out"
! grep -q 'raylet' "$folder/err"
