"""That the rules for misplaced words leave true sentences alone, and stay quick on any text."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.grounding.misplaced import SourceWording, find_misplaced

ABSTRACT = (
    "We propose TideNet, which may not help in most storms. It outperforms MoonNet by 12.5% on BucketBench and 3 other "
    "sets, reduces cost, and is associated with lower error. Some buckets often leak; more rain leads to less salt."
)
SENTENCES = ABSTRACT.split(". ")


def test_a_sentence_of_the_abstract_is_never_at_fault():
    source = SourceWording.of("Tides", ABSTRACT)
    assert [found for sentence in SENTENCES for found in find_misplaced(sentence, source)] == []


@settings(deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_looked_at(tldr, abstract):
    list(find_misplaced(tldr, SourceWording.of("", abstract)))


def test_a_text_of_nothing_but_such_words_takes_no_longer_than_its_square():
    hostile = "all may not reduces 12% TideNet improves than some by 40 ms associated with " * 60
    source = SourceWording.of("", hostile[:8000])
    started = time.process_time()
    list(find_misplaced(hostile[:600], source))
    assert time.process_time() - started < 5
