"""The key of an answer: everything it depends on, and nothing else."""

from __future__ import annotations

from broadsheet.llm.cache import NoCache, cache_key


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


def test_two_parts_are_not_their_joined_text():
    assert cache_key("a", "b") != cache_key("ab")


def test_without_a_cache_everything_is_forgotten():
    cache = NoCache()
    cache.keep("key", "One.")
    assert cache.recall(["key"]) == {}
