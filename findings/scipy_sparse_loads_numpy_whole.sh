#!/usr/bin/env bash
# scipy 1.17.1 with numpy 2.4.6, 2026-11-29.
# Guess: numpy loads its larger parts on demand (numpy.f2py, numpy.testing, numpy.random …), so that
# "import scipy.sparse", which asks for none of them by name, leaves them unloaded.
# Seen: all of them are loaded, the wrapper of Fortran compilers and the test helpers among them, since the array API
# layer that scipy.sparse brings copies numpy's names into a module of its own and touches each. A quarter of the
# modules that come with the import are these, which a command line with a short start pays for.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q numpy==2.4.6 scipy==1.17.1
"$folder/venv/bin/python" - <<'PY'
import sys

import numpy

on_demand = ("numpy.f2py", "numpy.testing", "numpy.random", "numpy.fft", "numpy.polynomial")
before = set(sys.modules)
assert not before.intersection(on_demand), before.intersection(on_demand)

import scipy.sparse

brought = set(sys.modules) - before
from_numpy = [name for name in brought if name.startswith("numpy.")]
print(f"{len(brought)} modules, {len(from_numpy)} of them numpy's: {', '.join(n for n in on_demand if n in brought)}")
assert brought.issuperset(on_demand), set(on_demand) - brought
PY
