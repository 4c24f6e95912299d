#!/usr/bin/env bash
# numpy 2.4.6, 2026-11-30.
# Guess: the distinct numbers of an array are had without numpy.ma, which numpy loads on demand: the array is none of
# its masked ones, and nothing asks for them by name.
# Seen: "np.unique(x)" loads numpy.ma with its 8,000 lines, since it looks whether x is masked before it takes its quick
# way; so do "np.isin" and the other functions on sets that call it. With "return_counts=True" the same numbers come
# without. A command line with a short start pays for it: 10 to 50 ms of CPU, by how busy the machine is.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q numpy==2.4.6
"$folder/venv/bin/python" - <<'PY'
import subprocess
import sys

SAID = "import sys, time, numpy as np; x = np.arange(99, dtype=np.uint64) << np.uint64(50); began = time.process_time(); {}"
AND = "; print('numpy.ma.core' in sys.modules, round(1000 * (time.process_time() - began)))"


def loads_masked_arrays(call: str) -> bool:
    done = subprocess.run([sys.executable, "-c", SAID.format(call) + AND], capture_output=True, text=True, check=True)
    loaded, milliseconds = done.stdout.split()
    print(f"{call:40} {'loads' if loaded == 'True' else 'does without'} numpy.ma, {milliseconds} ms")
    return loaded == "True"


assert loads_masked_arrays("np.unique(x)")
assert loads_masked_arrays("np.isin(x, x)")
assert not loads_masked_arrays("np.unique(x, return_counts=True)")
assert not loads_masked_arrays("np.sort(x)")
PY
