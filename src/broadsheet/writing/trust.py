"""What may be believed of a paper: its text without what speaks to a model, and TL;DRs extracted from that alone."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from broadsheet.models import Evidence, Finding, Paper, Summary
from broadsheet.writing.extract import extract_tldr
from broadsheet.writing.form import find_address
from broadsheet.writing.sentences import Sentence, split_sentences
from broadsheet.writing.suspicion import Suspect, find_suspects, speaks_to_a_model
from broadsheet.writing.words import content_stems

ONLY_INSTRUCTIONS = "the abstract holds nothing but instructions to a model"


@dataclass(frozen=True, slots=True)
class Trust:
    """A paper as it may be told to a model and as its TL;DR is checked, and whether it is asked about alone.

    Both keep every sentence at its place in the abstract: what is left out is blank.
    """

    told: Paper
    checked: Paper
    alone: bool = False


def trust(paper: Paper) -> Trust:
    """The paper without what speaks to a model; what only quotes such words may be told, but supports nothing."""
    suspects, titled, alone = _look_at(paper.title, paper.abstract)
    if not alone:
        return Trust(told=paper, checked=paper)
    orders = [suspect.sentence for suspect in suspects if not suspect.quoted]
    title = "" if titled else paper.title
    told = _without(paper, orders, title=paper.title if titled and _is_quoted(paper.title) else title)
    checked = _without(paper, [suspect.sentence for suspect in suspects], title=title)
    return Trust(told=told, checked=checked, alone=True)


def trust_blindly(paper: Paper) -> Trust:
    """The paper as it stands: what a run without this defence does."""
    return Trust(told=paper, checked=paper)


def extract_trusted(paper: Paper) -> Summary:
    """`extract_tldr` on what may be believed, and never a sentence with an address in it, nor a stray one.

    Method `none`, and why, where nothing else is there.
    """
    believed = trust(paper).checked
    sentences = split_sentences(believed.abstract)
    unfit = [sentence for sentence in sentences if find_address(sentence.text) or find_stray(believed, sentence.text)]
    source = _without(believed, unfit, title=believed.title) if unfit else believed
    if not source.abstract.strip():
        # Of sentences that share nothing at all, none is more of a stray than the others.
        addressed = [sentence for sentence in sentences if find_address(sentence.text)]
        source = _without(believed, addressed, title=believed.title)
    if not source.abstract.strip():
        why = ONLY_INSTRUCTIONS if paper.abstract.strip() else ""
        return Summary(paper_key=paper.key, tldr="", method="none", why=why)
    summary = extract_tldr(source)
    if source.abstract == paper.abstract:
        return summary
    return summary.model_copy(update={"evidence": _counted_in(paper.abstract, summary.evidence)})


@functools.lru_cache(maxsize=4096)
def _look_at(title: str, abstract: str) -> tuple[tuple[Suspect, ...], bool, bool]:
    """The suspects of an abstract, whether the title is one, and whether there is any; papers are looked at often."""
    titled, addressed = speaks_to_a_model(title), speaks_to_a_model(abstract)
    return (find_suspects(abstract, about=title) if addressed else ()), titled, titled or addressed


def _is_quoted(title: str) -> bool:
    return all(suspect.quoted for suspect in find_suspects(title))


def _without(paper: Paper, sentences: Iterable[Sentence], *, title: str) -> Paper:
    abstract = paper.abstract
    for sentence in sentences:
        blank = re.sub(r"\S", " ", sentence.text)
        abstract = abstract[: sentence.start] + blank + abstract[sentence.end :]
    return paper.model_copy(update={"abstract": abstract, "title": title})


def _counted_in(abstract: str, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with the numbers that its sentences have in the whole abstract."""
    starts = [sentence.start for sentence in split_sentences(abstract)]
    return tuple(
        piece.model_copy(update={"sentence": sum(start <= piece.start for start in starts) - 1}) for piece in evidence
    )


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
