"""Extracts a TL;DR from an abstract: scores its sentences, then has the best ones shortened and ranked.

The sentence score is linear in cues, position, length and shared words (after Edmundson 1969).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.models import Evidence, Paper, Summary
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.words import content_stems
from broadsheet.tldr.extractive.candidates import Candidate, Opening
from broadsheet.tldr.extractive.compression import count_words, trim_sentence
from broadsheet.tldr.extractive.cue_phrases import CLAIMS, find_cues
from broadsheet.tldr.extractive.introductions import introduce_names
from broadsheet.tldr.extractive.selection import OPENING, choose

# Fitted on SciTLDR's training part (softmax over the sentences of an abstract against their ROUGE) and rounded;
# from "dangling" on set by hand: what reads badly alone must not win by its words.
_WEIGHTS: Mapping[str, float] = {
    "of title": 0.9,
    "in title": 0.65,
    "shared": 0.6,
    "central": 0.3,
    "makes": 0.4,
    "finds": 0.05,
    "we": 0.35,
    "this paper": 0.25,
    "first claim": 0.3,
    "opens": 0.15,
    "before claim": -0.1,
    "late": -0.2,
    "experiments": -0.1,
    "adds": -0.25,
    "contrast": -0.25,
    "background": -0.3,
    "dangling": -0.3,
    "long": -0.15,
    "short": -0.6,
    "habit": -0.2,
    "refers back": -0.1,
    "lists": -0.5,
    "question": -0.6,
    "address": -0.8,
    "unfinished": -0.8,
}


def extract_tldr(paper: Paper, *, opening: Opening = OPENING) -> Summary:
    """The paper's TL;DR in its abstract's own words; method `none` and no words where there is no abstract.

    The evidence is each sentence it came from (one, or two that are joined, and those that say what a name in it is),
    with its place in `paper.abstract`.
    """
    sentences = split_sentences(paper.abstract)
    if not sentences:
        return Summary(paper_key=paper.key, tldr="", method="none")
    cues = list(describe_sentences(paper.title, sentences))
    scores = [rate(found) for found in cues]
    chosen = choose(paper.title, sentences, cues, scores, opening=opening)
    # No English prose, or no sentence with a well-formed version: the best sentence by the rules, only trimmed.
    if chosen is None:
        best = max(sentences, key=lambda sentence: (scores[sentence.index], -sentence.index))
        chosen = Candidate((best,), trim_sentence(best.text), ())
    else:
        chosen = introduce_names(chosen, sentences, paper.title)
    evidence = tuple(
        Evidence(sentence=one.index, start=one.start, end=one.end, text=one.text) for one in chosen.sentences
    )
    return Summary(paper_key=paper.key, tldr=chosen.text, method="extracted", evidence=evidence)


def best_sentences(paper: Paper, k: int) -> list[Sentence]:
    """The `k` sentences of the abstract that say best what the paper does, best first."""
    sentences = split_sentences(paper.abstract)
    scores = score_sentences(paper.title, sentences)
    ranked = sorted(sentences, key=lambda sentence: (-scores[sentence.index], sentence.index))
    return ranked[:k]


def score_sentences(title: str, sentences: Sequence[Sentence]) -> list[float]:
    """A score for each sentence, higher for a better TL;DR: the weighted sum of its features."""
    return [rate(features) for features in describe_sentences(title, sentences)]


def rate(features: Mapping[str, float]) -> float:
    """The score of a sentence with these features; a feature without a weight counts nothing."""
    return sum(_WEIGHTS.get(name, 0.0) * value for name, value in features.items())


def describe_sentences(title: str, sentences: Sequence[Sentence]) -> Iterator[dict[str, float]]:
    """The features of each sentence by name, most of them from 0 to 1: cues, position, length, shared words."""
    titled = set(content_stems(title))
    stems = [content_stems(sentence.text[:2000]) for sentence in sentences]
    # Sentence frequency: in how many sentences of the abstract each stem occurs.
    spread = Counter(stem for one in stems for stem in set(one))
    cues = [find_cues(sentence.text) for sentence in sentences]
    claims = [index for index, found in enumerate(cues) if any(found[claim] for claim in CLAIMS)]
    for sentence, own, found in zip(sentences, stems, cues, strict=True):
        place = _place(sentence.index, len(sentences), claims[0] if claims else None)
        yield found | place | _length(count_words(sentence.text)) | _overlap(set(own), titled, spread)


def _place(index: int, count: int, first_claim: int | None) -> dict[str, float]:
    return {
        "opens": float(index == 0),
        "late": index / count,
        "first claim": float(index == first_claim),
        "before claim": float(first_claim is not None and index < first_claim),
    }


def _length(count: int) -> dict[str, float]:
    return {
        # Linear ramps: from 1 at 0 words to 0 at 12; from 0 at 28 words by 0.1 a word, constant from 60 on.
        "short": max(0, 12 - count) / 12,
        "long": max(0, count - 28) / 10 if count < 60 else 3.2,
    }


def _overlap(own: set[str], titled: set[str], spread: Counter[str]) -> dict[str, float]:
    shared = len(own & titled)
    spreads = [spread[stem] for stem in own]
    return {
        # Recall and precision of the title's stems. "central" is the mean number of other sentences that share a stem,
        # divided by 3: a degree centrality, as in LexRank (Erkan and Radev 2004) without cosines.
        "of title": shared / len(titled) if titled else 0.0,
        "in title": shared / len(own) if own else 0.0,
        "central": (sum(spreads) - len(own)) / len(own) / 3 if own else 0.0,
        "shared": min(1.0, sum([count > 1 for count in spreads]) / 8),
    }
