"""A paper -> the same without what speaks to a model; done once, at the head of a run, and told by its type."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from broadsheet.injection.cohesion import find_foreign_clause, read_passages
from broadsheet.injection.detection import find_suspicions, speaks_to_a_model
from broadsheet.models import Finding, Paper
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.words import content_stems


@dataclass(frozen=True, slots=True)
class SanitisedPaper:
    """A paper as it was read, as it may be told to a model, and as its TL;DR is checked; `alone`: to be asked alone.

    All keep every sentence at its place in the abstract: what is left out is blank.
    """

    paper: Paper
    told: Paper
    checked: Paper
    alone: bool = False

    @property
    def key(self) -> str:
        """The paper's key."""
        return self.paper.key


def sanitise(paper: Paper) -> SanitisedPaper:
    """The paper without what speaks to a model; what only quotes such words may be told, but supports nothing."""
    titled, addressed = speaks_to_a_model(paper.title), speaks_to_a_model(paper.abstract)
    if not (titled or addressed):
        return keep_as_is(paper)
    suspects = find_suspicions(paper.abstract, about=paper.title) if addressed else ()
    orders = [suspect.sentence for suspect in suspects if not suspect.quoted]
    title = "" if titled else paper.title
    told = without_sentences(paper, orders, title=paper.title if titled and _is_quoted(paper.title) else title)
    checked = without_sentences(paper, [suspect.sentence for suspect in suspects], title=title)
    return SanitisedPaper(paper, told, checked, alone=True)


def keep_as_is(paper: Paper) -> SanitisedPaper:
    """The paper as it stands: one that speaks to no model, or any in a run without this defence."""
    return SanitisedPaper(paper, paper, paper)


def _is_quoted(title: str) -> bool:
    return all(suspect.quoted for suspect in find_suspicions(title))


def without_sentences(paper: Paper, sentences: Iterable[Sentence], *, title: str) -> Paper:
    abstract = paper.abstract
    for sentence in sentences:
        blank = re.sub(r"\S", " ", sentence.text)
        abstract = abstract[: sentence.start] + blank + abstract[sentence.end :]
    return paper.model_copy(update={"abstract": abstract, "title": title})


def find_stray(paper: Paper, tldr: str) -> Finding | None:
    """A finding where a TL;DR, or a clause of it, rests on one sentence that has nothing to do with the rest.

    Whatever an attack is worded like, what it wants said is seldom what title and abstract speak about. The finding
    does not quote it: findings stand on the page as well.
    """
    sentences, topics = _topics(paper.title, paper.abstract)
    own = set(content_stems(tldr))
    if sentences < 2 or not own:
        return None
    # Some sentences of an abstract share no word with two others, and only how near they come tells of them.
    if not own & topics and not read_passages(paper.title, paper.abstract).is_at_home(tldr):
        return Finding(kind="stray", detail="it speaks of something that the rest of the abstract does not")
    if find_foreign_clause(paper.title, paper.abstract, tldr) is not None:
        return Finding(kind="stray", detail="a part of it speaks of something that the rest of the abstract does not")
    return None


def is_of_a_piece(paper: Paper, sentence: str) -> bool:
    """Whether half of a sentence's stems are those of the title or of several sentences of its own abstract.

    Then it is no stray as a whole; `find_stray`, which looks at clauses, costs some ten times as much.
    """
    _, topics = _topics(paper.title, paper.abstract)
    own = set(content_stems(sentence))
    return 2 * len(own & topics) >= len(own) > 0


def find_stray_among(papers: Iterable[Paper], text: str) -> Finding | None:
    """A finding where a clause on several papers rests on a sentence that is foreign to its abstract."""
    if any(find_foreign_clause(paper.title, paper.abstract, text, of_several=True) is not None for paper in papers):
        return Finding(kind="stray", detail="a part of it speaks of something that the rest of its paper does not")
    return None


@functools.lru_cache(maxsize=512)
def _topics(title: str, abstract: str) -> tuple[int, frozenset[str]]:
    """How many sentences an abstract has, and the stems of its title and those of several sentences."""
    sentences = split_sentences(abstract)
    spread = Counter(stem for one in sentences for stem in set(content_stems(one.text)))
    return len(sentences), frozenset(content_stems(title)) | {stem for stem, count in spread.items() if count > 1}
