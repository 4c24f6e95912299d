"""Scores papers against the user's interests, 0 to 1 with a reason, and ranks papers and themes by the scores."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import numpy as np

from broadsheet.digests.stars import rate_by_stars
from broadsheet.locale.reasons import ReasonLabels
from broadsheet.models import Match, Paper, Theme
from broadsheet.store.desk import Star
from broadsheet.text.word_vectors import load_word_vectors, root
from broadsheet.text.words import content_stems, split_words, stem
from broadsheet.themes.background import Background
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.paper_similarity import Matrix, paper_similarities

SAME_THEME = 3
"""The number of best papers whose scores add up to that of a theme."""
NEAREST = 5
"""The number of nearest liked papers that count for a paper: a library covers several fields."""
FAINT = 0.1
"""The score below which the order would be random; such papers are not sorted."""
MATCH = 0.5
"""The score from which a paper counts as a match and gets a reason."""
PHRASE = (0.56, 0.14)
"""The midpoint and the width of the logistic function from similarity to score, for a phrase: at the midpoint one paper
in two is relevant. Fitted by benchmarks/interests_quality.py on every other track in alphabetical order, as are the
next two, for one liked paper and for several."""
ONE_LIKED = (0.68, 0.16)
SEVERAL_LIKED = (0.50, 0.10)
IN_TITLE, IN_ABSTRACT = 0.85, 0.6
"""The least score of a paper that has the phrase itself in its title or in its abstract."""
LONGEST_SHOWN = 80
WORDS_SHOWN = 3
NEAR_WORD = 0.4
"""The least cosine between a word's vector and those of the phrase for the word to be part of a reason."""
TITLES_TOLD = 5


Stems = list[str]
Found = tuple[float, Callable[[], str]]
"""A score, and a function that makes its reason, called only for the reasons that are shown."""


@dataclasses.dataclass(frozen=True)
class Liked:
    """Papers that the user likes, and the name of their file."""

    name: str
    papers: tuple[Paper, ...]


@dataclasses.dataclass(frozen=True)
class Interests:
    """The user's interests: phrases (a paper's title may be one) and files of liked papers."""

    phrases: tuple[str, ...] = ()
    liked: tuple[Liked, ...] = ()
    stars: tuple[Star, ...] = ()
    """What the reader starred and dismissed on the desk, the newest first."""

    def __bool__(self) -> bool:
        return bool(self.phrases or self.liked or self.stars)

    @property
    def told(self) -> tuple[str, ...]:
        """The interests for a prompt: the phrases, and some titles of each file."""
        titles = (paper.title for liked in self.liked for paper in liked.papers[:TITLES_TOLD])
        starred = [star.paper.title for star in self.stars if star.verdict > 0][:TITLES_TOLD]
        return (*self.phrases, *(_shown(title) for title in (*titles, *starred)))


@dataclasses.dataclass(frozen=True)
class ReaderProfile:
    """The user's interests, and how well the papers match them."""

    interests: tuple[str, ...] = ()
    matches: tuple[Match, ...] = ()

    @property
    def scores(self) -> dict[str, float]:
        """How well each paper matches, by its key; empty without interests."""
        return {match.paper_key: match.score for match in self.matches}

    def without(self, keys: Collection[str]) -> ReaderProfile:
        """The profile without the matches of these papers."""
        return dataclasses.replace(self, matches=tuple(one for one in self.matches if one.paper_key not in keys))


ANYBODY = ReaderProfile()


def explain_match(match: Match) -> str:
    """The reason of a match, which always starts with "matches"."""
    return match.reason if match.reason.startswith("matches") else ReasonLabels.interests.format(clause=match.reason)


def match_papers(corpus: Corpus, interests: Interests) -> tuple[Match, ...]:
    """A match for each paper, in the papers' order, by its best interest; empty without papers or interests.

    The score estimates the probability that the paper is relevant. From `MATCH` on it has a reason that can be checked:
    where the phrase occurs, or which words are near it.
    """
    if not corpus.papers or not interests:
        return ()
    best: list[Found] = [(0.0, _silent)] * len(corpus.papers)
    for found in _find(corpus, interests):
        best = [max(old, new, key=lambda one: one[0]) for old, new in zip(best, found, strict=True)]
    return tuple(
        Match(paper_key=paper.key, score=round(score, 3), reason=say() if score >= MATCH else "")
        for paper, (score, say) in zip(corpus.papers, best, strict=True)
    )


def best_keys(matches: Sequence[Match], most: int, *, always: frozenset[str] = frozenset()) -> frozenset[str]:
    """The keys of the `most` best matches; of equal scores, the first ones; those in `always` before all others."""
    ranked = sorted(matches, key=lambda match: (match.paper_key not in always, -match.score))
    return always | {match.paper_key for match in ranked[:most]}


def rank_themes(themes: Sequence[Theme], matches: Sequence[Match]) -> tuple[Theme, ...]:
    """Sorts themes by their best `SAME_THEME` papers, and papers by score; without matches nothing changes.

    Scores are rounded to two decimals, and those below `FAINT` count as 0; equal ones keep their order. "Other papers"
    stays last.
    """
    if not matches:
        return tuple(themes)
    scores = {match.paper_key: round(match.score, 2) for match in matches if match.score >= FAINT}

    def worth(theme: Theme) -> float:
        return sum(sorted((scores.get(key, 0.0) for key in theme.paper_keys), reverse=True)[:SAME_THEME])

    ranked = (
        theme.model_copy(update={"paper_keys": tuple(sorted(theme.paper_keys, key=lambda key: -scores.get(key, 0.0)))})
        for theme in themes
    )
    return tuple(sorted(ranked, key=lambda theme: (theme.other, -worth(theme))))


def _find(corpus: Corpus, interests: Interests) -> Iterator[list[Found]]:
    """Yields for each interest a score and a reason for each paper, in the papers' order."""
    phrases = [Paper(key=f"interest:{number}", title=phrase) for number, phrase in enumerate(interests.phrases)]
    papers = corpus.checked
    wanted = [*phrases, *(paper for liked in interests.liked for paper in liked.papers)]
    alike = paper_similarities(papers, wanted, corpus.background)
    texts = [(_stems(paper.title), _stems(paper.abstract)) for paper in papers] if phrases else []
    for column, phrase in enumerate(phrases):
        scores = [_likely(likeness, PHRASE) for likeness in alike[:, column].tolist()]
        yield [_match_phrase(*one, phrase) for one in zip(papers, texts, scores, strict=True)]
    start = len(phrases)
    for liked in interests.liked:
        end = start + len(liked.papers)
        if liked.papers:
            yield _match_liked(papers, liked, alike[:, start:end])
        start = end
    if interests.stars:
        yield _match_stars(papers, interests.stars, corpus.background)


def _match_phrase(paper: Paper, texts: tuple[Stems, Stems], score: float, wanted: Paper) -> Found:
    """The score of a paper for a phrase, with the reason; higher where its title or abstract has the phrase."""
    asked, phrase = _stems(wanted.title), _shown(wanted.title)
    # An occurrence maps the score from 0..1 to IN_TITLE..1 or IN_ABSTRACT..1, so the order within each class stays.
    title, abstract = (_has_run(text, asked) for text in texts)
    if title:
        return IN_TITLE + (1 - IN_TITLE) * score, lambda: ReasonLabels.in_title.format(phrase=phrase)
    if abstract:
        return IN_ABSTRACT + (1 - IN_ABSTRACT) * score, lambda: ReasonLabels.in_abstract.format(phrase=phrase)

    def say() -> str:
        words = _words_near(paper, wanted)
        said = ReasonLabels.speaks if words else ReasonLabels.interest
        return said.format(phrase=phrase, words=_listed(words))

    return score, say


def _match_liked(papers: Sequence[Paper], liked: Liked, alike: Matrix) -> list[Found]:
    """The scores of papers by the most similar ones of a file; papers of the file itself have 1."""
    keys = {paper.key for paper in liked.papers}
    scale = ONE_LIKED if len(liked.papers) == 1 else SEVERAL_LIKED
    scores = [_likely(likeness, scale) for likeness in _nearest(alike).tolist()]
    nearest = [liked.papers[at] for at in alike.argmax(axis=1).tolist()]
    return [
        (1.0, lambda: ReasonLabels.liked.format(name=liked.name))
        if paper.key in keys
        else (score, functools.partial(_say_like, paper, near, liked.name))
        for paper, score, near in zip(papers, scores, nearest, strict=True)
    ]


def _match_stars(papers: Sequence[Paper], stars: Sequence[Star], background: Background) -> list[Found]:
    """The scores of papers by the stars, each with the starred paper that it is most like."""
    starred = [star.paper for star in stars if star.verdict > 0]
    chances = rate_by_stars(papers, stars, background)
    if not starred:
        return [(0.0, _silent)] * len(papers)
    nearest = paper_similarities(papers, starred, background).argmax(axis=1).tolist()
    return [
        (chance, functools.partial(_say_like, paper, starred[near], ReasonLabels.your_stars))
        for paper, chance, near in zip(papers, chances, nearest, strict=True)
    ]


def _silent() -> str:
    return ""


def _nearest(alike: Matrix) -> Matrix:
    """The mean similarity of each paper (row) to its `NEAREST` most similar liked papers (columns): shape (papers,)."""

    few = min(NEAREST, alike.shape[1])
    # A k-nearest-neighbour score; a partial sort finds the k largest of each row.
    mean: Matrix = -np.partition(-alike, few - 1, axis=1)[:, :few].mean(axis=1)
    return mean


def _say_like(paper: Paper, liked: Paper, name: str) -> str:
    words = _words_shared(paper, liked)
    said = ReasonLabels.both_speak if words else ReasonLabels.like
    return said.format(title=_shown(liked.title), name=name, words=_listed(words))


def names_phrase(phrase: str, text: str) -> bool:
    """Whether a text has the words of a phrase in a row, in the singular or plural."""
    return _has_run(_stems(text), _stems(phrase))


def _has_run(held: Stems, asked: Stems) -> bool:
    if not asked or asked[0] not in held:
        return False
    return any(held[at : at + len(asked)] == asked for at in range(len(held) - len(asked) + 1))


def _stems(text: str) -> Stems:
    return [stem(word) for word in split_words(text)]


def _likely(likeness: float, scale: tuple[float, float]) -> float:
    # The logistic function, 1 / (1 + exp(-(s - middle) / width)); the bound keeps exp() from overflowing.
    middle, width = scale
    return 1 / (1 + math.exp(-max(-40.0, (likeness - middle) / width)))


def _words_near(paper: Paper, wanted: Paper) -> list[str]:
    """The words of a paper for the reason of a match: words of the phrase first, then words with similar vectors."""

    lexicon = load_word_vectors()
    asked = set(content_stems(wanted.title))
    spelled = _spelled(paper)
    roots = {root(word) for word in asked}
    own = [stemmed for stemmed in spelled if stemmed in asked]
    others = [stemmed for stemmed in spelled if stemmed not in asked and root(stemmed) not in roots]
    if len(own) >= WORDS_SHOWN or not others:
        return [spelled[stemmed] for stemmed in own][:WORDS_SHOWN]
    # Word vectors are unit vectors, so the dot product with the normalised sum is the cosine to the phrase.
    middle = lexicon.rows(sorted(roots)).sum(axis=0)
    length = float(np.linalg.norm(middle)) or 1.0
    nearness = (lexicon.rows([root(word) for word in others]) @ middle / length).tolist()
    near = [word for value, word in sorted(zip(nearness, others, strict=True), reverse=True) if value > NEAR_WORD]
    return [spelled[stemmed] for stemmed in (*own, *near)][:WORDS_SHOWN]


def _words_shared(paper: Paper, liked: Paper) -> list[str]:
    """The content words that two papers share, those of titles first, then by decreasing rarity."""
    lexicon = load_word_vectors()
    spelled, held = _spelled(paper), _spelled(liked)
    titled = {*content_stems(paper.title), *content_stems(liked.title)}
    shared = [stemmed for stemmed in spelled if stemmed in held]
    shared.sort(key=lambda stemmed: (stemmed not in titled, -lexicon.rarity_of(root(stemmed))))
    return [spelled[stemmed] for stemmed in shared][:WORDS_SHOWN]


def _spelled(paper: Paper) -> Mapping[str, str]:
    """The first spelling of each content word of a paper, by its stem; in lower case except for acronyms."""
    found: dict[str, str] = {}
    for word in f"{paper.title} {paper.abstract}".split():
        bare = word.strip(".,;:!?()[]{}“”\"'‘’")
        for stemmed in content_stems(bare):
            if len(stemmed) > 2 and bare.isalpha():
                found.setdefault(stemmed, bare if bare.isupper() else bare.lower())
    return found


def _shown(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1].rsplit(' ', 1)[0]}…"


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
