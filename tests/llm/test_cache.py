"""The key of an answer: everything it depends on, and nothing else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from broadsheet.llm.cache import NoCache, cache_key, code_key


def test_a_key_hangs_on_every_part_and_not_on_the_order_of_fields():
    key = cache_key(("http://here", "m"), {"a": 1, "b": [2]}, "text")
    assert key == cache_key(("http://here", "m"), {"b": [2], "a": 1}, "text")
    others = [
        cache_key(("http://here", "n"), {"a": 1, "b": [2]}, "text"),
        cache_key(("http://here", "m"), {"a": 1, "b": [3]}, "text"),
        cache_key(("http://here", "m"), {"a": 1, "b": [2]}, "text "),
        cache_key(("http://here", "m"), {"a": 1, "b": [2]}),
    ]
    assert len({key, *others}) == 5


def test_another_code_has_another_key_and_the_same_code_the_same(tmp_path: Path):
    before = tmp_path / "before"
    (before / "check").mkdir(parents=True)
    (before / "check" / "rules.py").write_text("LIMIT = 1\n")
    (before / "notes.md").write_text("not read\n")
    same = shutil.copytree(before, tmp_path / "same")
    edited = shutil.copytree(before, tmp_path / "edited")
    (same / "notes.md").write_text("other words\n")
    os.utime(edited / "check" / "rules.py", ns=(0, 0))
    assert code_key(before) == code_key(same) != code_key(edited)
    assert code_key() == code_key()


def test_two_parts_are_not_their_joined_text():
    assert cache_key("a", "b") != cache_key("ab")


def test_without_a_cache_everything_is_forgotten():
    cache = NoCache()
    cache.keep("key", "One.")
    assert cache.recall(["key"]) == {}
