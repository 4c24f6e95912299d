#!/usr/bin/env bash
# nh3 0.3.x (ammonia) on JATS, 2026-11-28.
# Guess: an element that is not on the list of allowed tags goes, and its text stays, as for <jats:sec> or <article>.
# Seen: <sec> and <math> without a prefix go with all their text, since their names are those of MathML, whose content
# is dropped whole; the same markup with its prefix keeps every word. An abstract in sections is empty by it.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"; "$folder/venv/bin/pip" install -q nh3==0.3.2
"$folder/venv/bin/python" - <<'PY'
import nh3

plain = nh3.clean("<article>Kettles boil sooner on a ridge.</article>", tags=set())
sections = nh3.clean("<sec>Kettles boil sooner on a ridge.</sec>", tags=set())
prefixed = nh3.clean("<jats:sec>Kettles boil sooner on a ridge.</jats:sec>", tags=set())
print(nh3.__version__ if hasattr(nh3, "__version__") else "nh3", repr(plain), repr(sections), repr(prefixed))
assert plain == prefixed == "Kettles boil sooner on a ridge."
assert sections == ""
PY
