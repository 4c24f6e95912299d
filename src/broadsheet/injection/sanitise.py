"""What may be believed of a paper: its text without what speaks to a model, and TL;DRs extracted from that alone."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from broadsheet.injection.detection import Suspicion, find_suspicions, speaks_to_a_model
from broadsheet.models import Finding, Paper
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.words import content_stems


@dataclass(frozen=True, slots=True)
class SanitisedPaper:
    """A paper as it may be told to a model and as its TL;DR is checked, and whether it is asked about alone.

    Both keep every sentence at its place in the abstract: what is left out is blank.
    """

    told: Paper
    checked: Paper
    alone: bool = False


def sanitise(paper: Paper) -> SanitisedPaper:
    """The paper without what speaks to a model; what only quotes such words may be told, but supports nothing."""
    suspects, titled, alone = _look_at(paper.title, paper.abstract)
    if not alone:
        return SanitisedPaper(told=paper, checked=paper)
    orders = [suspect.sentence for suspect in suspects if not suspect.quoted]
    title = "" if titled else paper.title
    told = without_sentences(paper, orders, title=paper.title if titled and _is_quoted(paper.title) else title)
    checked = without_sentences(paper, [suspect.sentence for suspect in suspects], title=title)
    return SanitisedPaper(told=told, checked=checked, alone=True)


def keep_as_is(paper: Paper) -> SanitisedPaper:
    """The paper as it stands: what a run without this defence does."""
    return SanitisedPaper(told=paper, checked=paper)


@functools.lru_cache(maxsize=4096)
def _look_at(title: str, abstract: str) -> tuple[tuple[Suspicion, ...], bool, bool]:
    """The suspects of an abstract, whether the title is one, and whether there is any; papers are looked at often."""
    titled, addressed = speaks_to_a_model(title), speaks_to_a_model(abstract)
    return (find_suspicions(abstract, about=title) if addressed else ()), titled, titled or addressed


def _is_quoted(title: str) -> bool:
    return all(suspect.quoted for suspect in find_suspicions(title))


def without_sentences(paper: Paper, sentences: Iterable[Sentence], *, title: str) -> Paper:
    abstract = paper.abstract
    for sentence in sentences:
        blank = re.sub(r"\S", " ", sentence.text)
        abstract = abstract[: sentence.start] + blank + abstract[sentence.end :]
    return paper.model_copy(update={"abstract": abstract, "title": title})


def find_stray(paper: Paper, tldr: str) -> Finding | None:
    """A finding where a TL;DR rests on one sentence that has nothing to do with the rest of its paper.

    Whatever an attack is worded like, what it wants said is seldom what title and abstract speak about.
    """
    sentences, topics = _topics(paper.title, paper.abstract)
    own = set(content_stems(tldr))
    if sentences < 2 or not own or own & topics:
        return None
    return Finding(kind="stray", detail="it speaks of something that the rest of the abstract does not")


@functools.lru_cache(maxsize=512)
def _topics(title: str, abstract: str) -> tuple[int, frozenset[str]]:
    """How many sentences an abstract has, and the stems of its title and those of several sentences."""
    sentences = split_sentences(abstract)
    spread = Counter(stem for one in sentences for stem in set(content_stems(one.text)))
    return len(sentences), frozenset(content_stems(title)) | {stem for stem, count in spread.items() if count > 1}
