"""Makes candidate TL;DRs: shorter versions of an abstract's sentences, by deletion only, kept if well formed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from typing import Literal

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import Sentence
from broadsheet.text.words import words
from broadsheet.tldr.extractive.clauses import (
    FUNCTION_WORDS,
    STARTS_VERB_PHRASE,
    Clauses,
    Cut,
    EndsPhrase,
    find_clauses,
    is_scope_of_result,
    is_verb,
    lacks_complement,
)
from broadsheet.tldr.extractive.compression import drop_lead_in, finish

# Words of a candidate, at least and at most, and candidates kept of one sentence: the last bounds the work of the
# ranker.
SHORTEST_WORDS = 7
LONGEST_WORDS = 45
MOST_OF_A_SENTENCE = 48


Opening = Literal["we", "either", "noun"]
"""How a claim may open: "We propose a method …", "A method …", or whichever of both scores higher."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A candidate TL;DR: one or two sentences of the abstract without some of their parts."""

    sentences: tuple[Sentence, ...]
    text: str
    kinds: tuple[str, ...]
    """The names of the cuts that were made."""


def shorten(sentence: Sentence, ends_phrase: EndsPhrase, *, opening: Opening) -> Iterator[Candidate]:
    """The distinct, well-formed versions of a sentence, the whole one first; at most `MOST_OF_A_SENTENCE`."""
    base = drop_lead_in(sentence.text)
    clauses = find_clauses(base, ends_phrase)
    seen: set[str] = set()
    for kinds, kept in _combine(clauses, opening=opening):
        text = finish(kept)
        if text in seen or not is_well_formed(text):
            continue
        seen.add(text)
        yield Candidate((sentence,), text, kinds)
        if len(seen) >= MOST_OF_A_SENTENCE:
            return


def _combine(clauses: Clauses, *, opening: Opening) -> Iterator[tuple[tuple[str, ...], str]]:
    middles = _middle_choices(clauses.middles)
    kinds_found = {cut.kind for cut in clauses.beginnings}
    # The cut "head" deletes "We propose", the cut "frame" deletes "Experiments show that".
    allowed = kinds_found - {"head"} if opening == "we" else kinds_found
    if opening == "noun" and "head" in kinds_found:
        allowed = {"head", "frame"}
    # Each list begins with the empty cut, so the product begins with the whole sentence.
    for middle, ending, beginning in product(middles, clauses.endings, clauses.beginnings):
        if beginning.kind not in allowed:
            continue
        if ending.start - beginning.end < SHORTEST_WORDS:
            continue
        kept = _keep(clauses.words, beginning, ending, middle)
        if beginning.kind == "head" and (_NAME_ALONE.match(kept) or _goes_on(kept)):
            continue
        # Without the scope of a result or the complement of a verb, the rest would claim more than the abstract, or
        # nothing.
        if ending.kind and (
            _ends_in_a_list(kept)
            or _LISTS_CLAIMS.search(kept)
            or is_scope_of_result(ending.kind, kept)
            or _loses_standard(kept, " ".join(clauses.words[ending.start :]))
            or lacks_complement(kept)
        ):
            continue
        if any(cut.kind == "frame" for cut in (beginning, *middle)):
            if _SHOWN_BY.search(kept):
                continue
            kept = _SECOND_THAT.sub(lambda found: ", and " if found[1] == " and" else f"{found[1]} ", kept)
        kinds = tuple(cut.kind for cut in (beginning, *middle, ending) if cut.kind)
        yield kinds, kept


def _loses_standard(kept: str, cut: str) -> bool:
    """Whether what something is measured against was cut: "82% higher" than what?"""
    if not _STANDARD.search(cut) or not _COMPARES.search(kept):
        return False
    return _STANDARD.match(cut) is not None or not _STANDARD.search(kept)


_COMPARES = lazy_regex(r"\b(?:higher|lower|faster|slower|fewer|better|worse|larger|smaller|more|less|gains?)\b")
_STANDARD = lazy_regex(r"\b(?:compared|relative|in comparison|than|over|versus|vs\.?|against|when compared)\b")
_SECOND_THAT = lazy_regex(
    r"(, and|,| and) that (?=(?:the|they|it|we|this|these|an?)\b|[A-Z]|(?:\w+ ){1,6}?(?:is|are|can|\w+s)\b)"
)
"""The "that" of a further claim, which goes with that of the first: "(we show that) X rises, and that Y falls"."""


_SHOWN_BY = lazy_regex(
    r"\b(?:by|through) (?:exhibiting|constructing|showing|providing|proving|giving|analy[sz]ing"
    r"|deriving|introducing|considering"
    r"|comparing|studying|presenting|establishing|conducting|performing)\b"
    r"|\band(?:, [^,]{3,40},)? (?:make|propose|introduce|develop|discuss|derive|present|offer|release|analy[sz]e"
    r"|investigate|evaluate|study|(?:show|prove|demonstrate|find|observe|argue)(?: \w+)? that)\b"
    r"|, (?:while|whilst) (?:also )?(?:highlighting|showing|demonstrating|revealing|indicating|suggesting)\b"
)
"""What belongs to the "we show" that was cut: how it was shown, and what else "we" do."""


def _goes_on(kept: str) -> bool:
    """Whether a second verb needs the "we" that was cut: "a machine for knots, and show"."""
    plain = [word.strip(",;:.()").lower() for word in kept.split()]
    return any(
        first == "and" and (second in ("we", "then", "address", "opens", "open") or second in STARTS_VERB_PHRASE)
        for first, second in pairwise(plain)
    )


_NAME_ALONE = lazy_regex(r"[A-Z][\w-]*(?: \([\w-]+\))? (?:that|which|to|by|for|with|using)\b")
"""A name that only the verb before it made part of a sentence: "(we propose) NADS that searches …"."""


def _middle_choices(middles: tuple[Cut, ...]) -> list[tuple[Cut, ...]]:
    """Nothing cut; everything cut; the long parentheses alone."""
    choices: list[tuple[Cut, ...]] = [()]
    long = tuple(cut for cut in middles if cut.kind != "short parenthesis")
    for choice in (long, middles):
        if choice not in choices:
            choices.append(choice)
    return choices


def _keep(words: tuple[str, ...], beginning: Cut, ending: Cut, middle: tuple[Cut, ...]) -> str:
    gone = {at for cut in middle for at in range(cut.start, cut.end)}
    kept: list[str] = []
    for at in range(beginning.end, ending.start):
        if at not in gone:
            kept.append(words[at])
        # Punctuation that ends a deleted piece moves to the word before it, if the next word is kept.
        elif kept and words[at][-1] in ",.;:" and kept[-1][-1] not in ",.;:" and at + 1 not in gone:
            kept[-1] += words[at][-1]
    for cut in middle:
        # "X, called Y, does Z": the comma before the name goes too. `at` is the place of that word among the kept ones.
        if cut.kind == "called" and beginning.end < cut.start < ending.start and cut.start - 1 not in gone:
            at = cut.start - 1 - beginning.end - sum(one < cut.start - 1 for one in gone if one >= beginning.end)
            kept[at] = kept[at].rstrip(",")
    return " ".join(kept)


_PAIRS = (("not only", "but"), ("both", "and"), ("between", "and"), ("either", "or"), ("neither", "nor"))
_WHETHER = lazy_regex(r"\b(?:whether|how|what|why)\b")
_BAD_LAST = lazy_regex(
    r"\b(?:a|an|the|of|to|for|with|and|or|in|on|by|from|that|which|as|at|is|are|be|than|into|but|our|its|such|called"
    r"|namely|between|not|also|i\.e|e\.g|including|while|where|when|their|these|this|each|every|both|can|we|only|more"
    r"|most|whose|whether|if|respectively)[.,]*\Z",
)
_LONGEST_LAST = len("respectively")
"""How far from the end such a word may begin."""


def _leaves_a_word_over(text: str) -> bool:
    """Whether a single word follows the last comma and no list precedes it: "a price for each request, set"."""
    *_, before, last = ["", *text.split(",")]
    return "," in text and len(last.split()) == 1 and len(before.split()) > 3


def _ends_in_a_list(kept: str) -> bool:
    """Whether a bare noun follows the last comma: "sorted by size, type" has lost the "and colour" of its list."""
    *_, last = kept.split(", ")
    piece = [word.strip("()").lower() for word in last.split()]
    return 0 < len(piece) <= 5 and last != kept and not any(word in _TIES or is_verb(word) for word in piece)


_LISTS_CLAIMS = lazy_regex(r", that (?!.* and that )")
"""Claims in a row of which the last was cut: "(we show that) X rises, that Y falls"."""
_TIES = FUNCTION_WORDS - words("new novel many several")
"""Words with which a piece after a comma is more than an item of a list: "a", "and", "which", "in"."""


def is_well_formed(text: str) -> bool:
    """Whether length, brackets, quotation marks, paired words ("both … and") and the last word are in order."""
    lower = text.lower()
    if (
        not SHORTEST_WORDS <= len(lower.split()) <= LONGEST_WORDS
        or _BAD_LAST.search(lower, max(0, len(lower.rstrip(".,")) - _LONGEST_LAST))
        or _leaves_a_word_over(text)
    ):
        return False
    if any(text.count(left) != text.count(right) for left, right in ("()", "[]", "{}", "“”")):
        return False
    if text.count('"') % 2 or text.count("$") % 2 or text.count("`") % 2:
        return False
    for opening, closing in _PAIRS:
        at = lower.find(f"{opening} ")
        if at >= 0 and (at == 0 or lower[at - 1] == " ") and f" {closing} " not in lower[at:]:
            return False
    return True


def has_verb(text: str) -> bool:
    """Whether some word may be a finite verb."""
    return any(map(_is_verb_as_written, text.split()[1:]))


@lru_cache(maxsize=1 << 14)
def _is_verb_as_written(word: str) -> bool:
    return is_verb(word.strip(",;:.()").lower())
