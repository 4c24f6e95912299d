"""TL;DRs made false by rule, for the check to learn on: of each it is known which words are wrong, and in what way."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator, Sequence

from broadsheet.text.entities import is_name
from broadsheet.text.word_vectors import load_word_vectors, root

METRIC, NUMBER, NAME, ENTITY = "invented metric", "number changed", "entity/acronym swapped", "word swapped"
NEAREST, NEAR, SPLICE, SPLICE_ELSEWHERE = "TLDR of nearest paper", "TLDR of a near paper", "40% tail", "other splice"
NEGATION, SENTENCE_TURNED = "negation/antonym", "sentence turned"
AUTHOR, SENTENCE = "author", "sentence of the abstract"
FAMILIES = {
    METRIC: "metric",
    NUMBER: "number",
    NAME: "name",
    ENTITY: "name",
    NEAREST: "nearest",
    NEAR: "nearest",
    SPLICE: "splice",
    SPLICE_ELSEWHERE: "splice",
    NEGATION: "negation",
    SENTENCE_TURNED: "negation",
}
"""Kinds that are left out together when one of them is."""

# Pattern, replacement: what turns a claim round. Some of the results are no good English; nor are a model's slips.
TURNS: Sequence[tuple[str, str]] = (
    (r"\bcan\b(?! ?not)", "cannot"),
    (r"\bis\b(?! not)", "is not"),
    (r"\bare\b(?! not)", "are not"),
    (r"\bis\b(?! not)", "is not"),
    (r"\bare\b(?! not)", "are not"),
    (r"\bdoes not (\w+)", r"does \1"),
    (r"\bdo not\b", "do"),
    (r"\bcannot\b", "can"),
    (r"\b(is|are) not\b", r"\1"),
    (r"\bwithout\b", "with"),
    (r"\bwith\b", "without"),
    (r"\bimproves\b", "degrades"),
    (r"\bimprove\b", "degrade"),
    (r"\bimproves?\b", "degrades"),
    (r"\bimproved\b", "degraded"),
    (r"\bimproving\b", "degrading"),
    (r"\bmore\b", "less"),
    (r"\bless\b", "more"),
    (r"\bfewer\b", "more"),
    (r"\bbetter\b", "worse"),
    (r"\bworse\b", "better"),
    (r"\bhigher\b", "lower"),
    (r"\blower\b", "higher"),
    (r"\bfaster\b", "slower"),
    (r"\bsmaller\b", "larger"),
    (r"\blarger\b", "smaller"),
    (r"\breduces\b", "increases"),
    (r"\breduces?\b", "increasing"),
    (r"\breduce\b", "increase"),
    (r"\breducing\b", "increasing"),
    (r"\bincreases?\b", "reduces"),
    (r"\bincreasing\b", "reducing"),
    (r"\boutperform", "underperform"),
    (r"\bachieves?\b", "fails to achieve"),
    (r"\bachieve\b", "fail to achieve"),
    (r"\bexceeds\b", "falls below"),
    (r"\b(learns|enables|allows|provides|leads|helps|yields|generalizes|works)\b", r"fails to \1"),
    (r"\bwe (show|prove|find|demonstrate)\b", r"we do not \1"),
    (r"\b(supervised|labeled|labelled|stable)\b", r"un\1"),
    (r"\b(?:un)(supervised|labeled|labelled|stable)\b", r"\1"),
    (r"\bnecessary\b", "unnecessary"),
    (r"\beasy\b", "hard"),
    (r"\bpositive\b", "negative"),
)


@dataclasses.dataclass(frozen=True)
class Example:
    """One TL;DR to learn from: its kind, and which of its words (as blanks part them) are wrong."""

    kind: str
    tldr: str
    wrong: frozenset[int] = frozenset()
    turned: bool = False

    @property
    def false(self) -> bool:
        """Whether it says something that its abstract does not."""
        return self.kind not in (AUTHOR, SENTENCE)


@dataclasses.dataclass(frozen=True)
class Near:
    """Other papers of the run, the likest first: their TL;DRs and the text of their abstracts."""

    tldrs: Sequence[str]
    abstracts: Sequence[str]


def make_examples(tldr: str, sentences: Sequence[str], near: Near, rng: random.Random) -> Iterator[Example]:
    """What can be made of one paper, the true ones first."""
    yield Example(AUTHOR, tldr)
    whole = [sentence for sentence in sentences if 6 <= len(sentence.split()) <= 45]
    denying = [sentence for sentence in whole if re.search(r"\b(not|no|cannot|without|fails?)\b", sentence)]
    kept = rng.sample(denying, min(2, len(denying))) + rng.sample(whole, min(1, len(whole)))
    for sentence in kept:
        yield Example(SENTENCE, sentence)
    yield from _whole_ones(near)
    yield from _splices(tldr, near, rng)
    yield from _swaps(tldr, near, rng)
    yield from _figures(tldr, rng)
    yield from _turn(tldr, NEGATION, rng, most=3)
    for sentence in kept[-2:]:
        yield from _turn(sentence, SENTENCE_TURNED, rng, most=1)


def _whole_ones(near: Near) -> Iterator[Example]:
    for kind, other in zip((NEAREST, NEAR), near.tldrs, strict=False):
        yield Example(kind, other, frozenset(range(len(other.split()))))


def _splices(tldr: str, near: Near, rng: random.Random) -> Iterator[Example]:
    own = tldr.split()
    other = near.tldrs[0].split()
    for kind, tail, share in (
        (SPLICE, other, 0.6),
        (SPLICE_ELSEWHERE, other, rng.uniform(0.4, 0.75)),
        (SPLICE_ELSEWHERE, rng.choice(near.tldrs[1:]).split(), 0.6),
    ):
        head = own[: round(share * len(own))]
        rest = tail[-max(2, round((1 - share) * len(tail))) :]
        yield Example(kind, " ".join(head + rest), frozenset(range(len(head), len(head) + len(rest))))


def _swaps(tldr: str, near: Near, rng: random.Random) -> Iterator[Example]:
    own = tldr.split()
    named = [at for at, word in enumerate(own) if is_name(_bare(word)) and len(_bare(word)) > 1]
    there = [_bare(word) for text in near.abstracts for word in text.split()]
    names = sorted({word for word in there if is_name(word) and word not in tldr})
    if named and names:
        yield _swap(own, rng.choice(named), rng.choice(names), NAME)
    lexicon = load_word_vectors()
    rare = [at for at, word in enumerate(own) if lexicon.rarity_of(root(_bare(word).lower())) > 3 and word.islower()]
    words = sorted(
        {word for word in there if word.islower() and lexicon.rarity_of(root(word)) > 3 and word not in tldr}
    )
    if rare and words:
        yield _swap(own, rng.choice(rare), rng.choice(words), ENTITY)


def _swap(own: Sequence[str], at: int, new: str, kind: str) -> Example:
    return Example(kind, " ".join([*own[:at], own[at].replace(_bare(own[at]), new), *own[at + 1 :]]), frozenset([at]))


def _figures(tldr: str, rng: random.Random) -> Iterator[Example]:
    count = len(tldr.split())
    figure = f"{rng.uniform(3, 49):.1f}%"
    claim = rng.choice(
        [
            f"improving accuracy by {figure}",
            f"improving accuracy by {figure}",
            f"reducing the error by {figure}",
            f"reaching {figure} accuracy",
            f"with {rng.randint(2, 9)}x fewer parameters",
            f"and runs {rng.randint(2, 30)} times faster",
        ]
    )
    added = frozenset(range(count, count + len(claim.split())))
    yield Example(METRIC, f"{tldr.rstrip(' .')}, {claim}.", added)
    numbers = list(re.finditer(r"\d+", tldr))
    if numbers:
        found = rng.choice(numbers)
        new = str(int(found.group()) + rng.choice((1, 2, 3, 5, 7, 12)))
        at = len(tldr[: found.start()].split()) - (found.start() > 0 and not tldr[found.start() - 1].isspace())
        yield Example(NUMBER, tldr[: found.start()] + new + tldr[found.end() :], frozenset([at]))


def _turn(text: str, kind: str, rng: random.Random, *, most: int) -> Iterator[Example]:
    found = [(match, new) for pattern, new in TURNS for match in re.finditer(pattern, text)]
    rng.shuffle(found)
    seen = {text}
    for match, new in found[: 2 * most]:
        turned = match.expand(new)
        made = text[: match.start()] + turned + text[match.end() :]
        if made in seen or len(seen) > most:
            continue
        seen.add(made)
        at = len(text[: match.start()].split())
        yield Example(kind, made, frozenset(range(at, at + len(turned.split()) + 1)), turned=True)


def _bare(word: str) -> str:
    return word.strip(".,;:!?()[]\"'")
