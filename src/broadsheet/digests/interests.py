"""Papers and a reader's interests -> how well each matches, 0 to 1, and why; then papers and themes in that order."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from broadsheet.models import Match, Paper, Theme
from broadsheet.text.word_vectors import load_word_vectors, root
from broadsheet.text.words import content_stems, split_words, stem
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.paper_similarity import Matrix, liken

SAME_THEME = 3
"""Papers of a theme that speak for it: its best ones, for a theme is opened for these."""
NEAREST = 5
"""Of the liked papers those that speak for one: a library is of several fields."""
FAINT = 0.1
"""Below it an order by score would be one by chance."""
MATCH = 0.5
"""The score from which a paper is said to match, and why."""
PHRASE = (0.56, 0.14)
"""The likeness to a phrase at which one paper in two is of its field, and how fast that changes (logistic). Fitted by
benchmarks/interests_quality.py on the tracks that stand at odd places in the alphabet, and so are the next two."""
ONE_LIKED = (0.68, 0.16)
SEVERAL_LIKED = (0.50, 0.10)
IN_TITLE, IN_ABSTRACT = 0.85, 0.6
"""The least that a paper scores that names the interest itself."""
LONGEST_SHOWN = 80
WORDS_SHOWN = 3
NEAR_WORD = 0.4
"""How alike the company of two words must be for one to speak for the other."""
TITLES_TOLD = 5


Stems = list[str]
Found = tuple[float, Callable[[], str]]
"""A score, and what says why: words are looked for only where they are shown."""


@dataclasses.dataclass(frozen=True)
class Liked:
    """Papers that the reader likes, and the name of the file in which they stand."""

    name: str
    papers: tuple[Paper, ...]


@dataclasses.dataclass(frozen=True)
class Interests:
    """What the reader said: phrases, of which a paper's title is one, and files of papers."""

    phrases: tuple[str, ...] = ()
    liked: tuple[Liked, ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """As a model is told them: a file by some of its titles."""
        titles = (paper.title for liked in self.liked for paper in liked.papers[:TITLES_TOLD])
        return (*self.phrases, *(_shown(title) for title in titles))


def match_papers(corpus: Corpus, interests: Interests) -> tuple[Match, ...]:
    """A match for each paper, in their order, by the interest that it meets best; a low score has no reason.

    The score is a guess of how likely one is to call the paper a match. A reason says what can be checked: where
    the interest is named, or which words of the paper speak for it.
    """
    if not corpus.papers or not (interests.phrases or interests.liked):
        return ()
    best: list[Found] = [(0.0, _silent)] * len(corpus.papers)
    for found in _find(corpus, interests):
        best = [max(old, new, key=lambda one: one[0]) for old, new in zip(best, found, strict=True)]
    return tuple(
        Match(paper_key=paper.key, score=round(score, 3), reason=say() if score >= MATCH else "")
        for paper, (score, say) in zip(corpus.papers, best, strict=True)
    )


def best_keys(matches: Sequence[Match], most: int) -> frozenset[str]:
    """The papers that match best; of equals, those that come first."""
    ranked = sorted(matches, key=lambda match: -match.score)
    return frozenset(match.paper_key for match in ranked[:most])


def rank_themes(themes: Sequence[Theme], matches: Sequence[Match]) -> tuple[Theme, ...]:
    """The themes by their best three papers, and their papers, best first; as they were where nothing was asked for.

    What scores alike to the hundredth keeps its order, as does what hardly scores. What fits nowhere stays last.
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
    """For each interest what it finds in each paper."""
    phrases = [Paper(key=f"interest:{number}", title=phrase) for number, phrase in enumerate(interests.phrases)]
    papers = corpus.checked
    wanted = [*phrases, *(paper for liked in interests.liked for paper in liked.papers)]
    alike = liken(papers, wanted, corpus.background)
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


def _match_phrase(paper: Paper, texts: tuple[Stems, Stems], score: float, wanted: Paper) -> Found:
    """The score of a paper for a phrase, which is raised where its title or abstract names that, and the reason."""
    asked, said = _stems(wanted.title), f"matches your interest in {_shown(wanted.title)}"
    title, abstract = (_has_run(text, asked) for text in texts)
    if title:
        return IN_TITLE + (1 - IN_TITLE) * score, lambda: f"{said}, which its title names"
    if abstract:
        return IN_ABSTRACT + (1 - IN_ABSTRACT) * score, lambda: f"{said}, which its abstract names"

    def say() -> str:
        words = _words_near(paper, wanted)
        return f"{said}: it speaks of {_listed(words)}" if words else said

    return score, say


def _match_liked(papers: Sequence[Paper], liked: Liked, alike: Matrix) -> list[Found]:
    """The scores of papers by those of a file that they are most like; what stands there itself has the full one."""
    keys = {paper.key for paper in liked.papers}
    scale = ONE_LIKED if len(liked.papers) == 1 else SEVERAL_LIKED
    scores = [_likely(likeness, scale) for likeness in _nearest(alike).tolist()]
    nearest = [liked.papers[at] for at in alike.argmax(axis=1).tolist()]
    return [
        (1.0, lambda: f"stands in {liked.name}, among the papers you like")
        if paper.key in keys
        else (score, functools.partial(_say_like, paper, near, liked.name))
        for paper, score, near in zip(papers, scores, nearest, strict=True)
    ]


def _silent() -> str:
    return ""


def _nearest(alike: Matrix) -> Matrix:
    """For each paper the mean of its likeness to the few that it is most like."""

    few = min(NEAREST, alike.shape[1])
    mean: Matrix = -np.partition(-alike, few - 1, axis=1)[:, :few].mean(axis=1)
    return mean


def _say_like(paper: Paper, liked: Paper, name: str) -> str:
    said = f"like “{_shown(liked.title)}” in {name}"
    words = _words_shared(paper, liked)
    return f"{said}: both speak of {_listed(words)}" if words else said


def names_phrase(phrase: str, text: str) -> bool:
    """Whether a text has the words of a phrase one behind the other, singular or plural."""
    return _has_run(_stems(text), _stems(phrase))


def _has_run(held: Stems, asked: Stems) -> bool:
    if not asked or asked[0] not in held:
        return False
    return any(held[at : at + len(asked)] == asked for at in range(len(held) - len(asked) + 1))


def _stems(text: str) -> Stems:
    return [stem(word) for word in split_words(text)]


def _likely(likeness: float, scale: tuple[float, float]) -> float:
    middle, width = scale
    return 1 / (1 + math.exp(-max(-40.0, (likeness - middle) / width)))


def _words_near(paper: Paper, wanted: Paper) -> list[str]:
    """The paper's own words that speak for the wanted phrase: its very words first, then those of like company."""

    lexicon = load_word_vectors()
    asked = set(content_stems(wanted.title))
    spelled = _spelled(paper)
    roots = {root(word) for word in asked}
    own = [stemmed for stemmed in spelled if stemmed in asked]
    others = [stemmed for stemmed in spelled if stemmed not in asked and root(stemmed) not in roots]
    if len(own) >= WORDS_SHOWN or not others:
        return [spelled[stemmed] for stemmed in own][:WORDS_SHOWN]
    middle = lexicon.rows(sorted(roots)).sum(axis=0)
    length = float(np.linalg.norm(middle)) or 1.0
    nearness = (lexicon.rows([root(word) for word in others]) @ middle / length).tolist()
    near = [word for value, word in sorted(zip(nearness, others, strict=True), reverse=True) if value > NEAR_WORD]
    return [spelled[stemmed] for stemmed in (*own, *near)][:WORDS_SHOWN]


def _words_shared(paper: Paper, liked: Paper) -> list[str]:
    """The rarest words that two papers share, those of titles first."""
    lexicon = load_word_vectors()
    spelled, held = _spelled(paper), _spelled(liked)
    titled = {*content_stems(paper.title), *content_stems(liked.title)}
    shared = [stemmed for stemmed in spelled if stemmed in held]
    shared.sort(key=lambda stemmed: (stemmed not in titled, -lexicon.rarity_of(root(stemmed))))
    return [spelled[stemmed] for stemmed in shared][:WORDS_SHOWN]


def _spelled(paper: Paper) -> Mapping[str, str]:
    """The words of a paper that carry meaning, by their stems, as it spells them first (an acronym in capitals)."""
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
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
