#!/usr/bin/env bash
# rispy 0.10.0, 2026-11-28.
# Guess: a record of RIS whose ER line is missing is ended by the next TY line, or an error says where it began.
# Seen: the lines of the second record are taken for more of the first, which has its title already: one paper comes
# back, the second's title and abstract are gone, and nothing is raised or logged.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q rispy==0.10.0
"$folder/venv/bin/python" - <<'PY'
import rispy

text = """TY  - JOUR
TI  - Knots in cotton nets
AB  - Cotton knots slip when wet.
TY  - JOUR
TI  - Sails in light wind
AB  - Sails of hemp fill slowly.
ER  - 
"""
found = rispy.loads(text)
print(len(found), [entry.get("title") or entry.get("primary_title") for entry in found])
assert len(found) == 1
assert "Sails" not in str(found)
PY
