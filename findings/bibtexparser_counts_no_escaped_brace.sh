#!/usr/bin/env bash
# bibtexparser 2.0.0b9, 2026-11-28.
# Guess: a brace behind a backslash counts, as it does for BibTeX itself: {396$\{2}$ ridge} is a whole value.
# Seen: it does not, so that the value goes on to the entry's last brace and takes the fields below along: the DOI
# is lost, and no block is reported as failed in its place with that name.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q --pre bibtexparser==2.0.0b9
"$folder/venv/bin/python" - <<'PY'
import bibtexparser

text = r"""@article{kettle,
  title = {Boiling at altitude},
  abstract = {The 396$\{2}$ ridge kettle boiled at 88 degrees.},
  doi = {10.5555/kettle.1}
}
"""
library = bibtexparser.parse_string(text)
fields = {field.key for entry in library.entries for field in entry.fields}
print(len(library.entries), sorted(fields), [type(block).__name__ for block in library.blocks])
assert "doi" not in fields
PY
