"""How well papers are ranked by an interest: the papers of a conference's track against all others.

    python benchmarks/interests_quality.py ../shared/quality/emnlp2020_tracks_dev500.jsonl
    python benchmarks/interests_quality.py DATA --fit
    python benchmarks/interests_quality.py DATA --fit --encoder FOLDER      # with a sentence encoder, as `embeddings:`

The data has one paper a line: `title`, `abstract`, `track`. An interest is the name of a track as it stands, or some
of its papers, drawn by five seeds, which then are not ranked. AP is the average precision, AUC the area under the ROC
curve, both a mean over the tracks; chance has the share of the track as AP and an AUC of .5. "First 10" is how many of
the first ten are of the track. TF-IDF is that of the listing alone, cosine, for several papers the mean over them.

Score 0.5 and above is what a page calls a match: its precision stands below. `--fit` prints the logistic curves behind
the scores, fitted on every other track by the alphabet; the figures stand for those tracks and the others apart.
"""

from __future__ import annotations

import argparse
import functools
import json
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from broadsheet.digests.interests import MATCH, Interests, Liked, match_papers
from broadsheet.models import Paper
from broadsheet.settings.loading import load_settings
from broadsheet.themes.background import Background, shipped, with_senses
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.paper_similarity import paper_similarities
from broadsheet.themes.vector_space import dense, weigh_terms

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
SEEDS = 5
Scores = Sequence[float]
ENCODER: list[Path] = []
"""The folder of the encoder, where one is named."""


@functools.cache
def field() -> Background:
    """The shipped background, with the encoder that was named."""
    return with_senses(shipped(), load_settings(flags={"embeddings": str(ENCODER[0])})) if ENCODER else shipped()


def precision_and_area(scores: Scores, relevant: Sequence[bool]) -> tuple[float, float, float]:
    """Average precision, area under the ROC curve, relevant ones among the first ten."""
    order = np.argsort(-np.array(scores), kind="stable")
    hits = np.array(relevant)[order]
    found = np.cumsum(hits)
    ranks = np.arange(1, len(hits) + 1)
    above = (ranks - found)[hits].sum()
    area = 1 - above / (hits.sum() * (len(hits) - hits.sum()))
    return float((found / ranks)[hits].mean()), float(area), float(hits[:10].sum())


def by_words(papers: Sequence[Paper], wanted: Sequence[Paper]) -> Scores:
    """TF-IDF of the listing alone."""
    rows = weigh_terms([*papers, *wanted])
    alike = dense(rows[: len(papers)] @ rows[len(papers) :].T).mean(axis=1)
    return list(map(float, alike))


def by_interests(papers: Sequence[Paper], wanted: Sequence[Paper]) -> Scores:
    """Broadsheet's own, for a phrase (which has no abstract) or for papers."""
    one = len(wanted) == 1 and not wanted[0].abstract
    interests = Interests(phrases=(wanted[0].title,)) if one else Interests(liked=(Liked("liked", tuple(wanted)),))
    return [match.score for match in match_papers(Corpus.of(papers, field()), interests)]


WAYS: dict[str, Callable[[Sequence[Paper], Sequence[Paper]], Scores]] = {"TF-IDF": by_words, "Broadsheet": by_interests}


def draw(papers: Sequence[Paper], tracks: Sequence[str], track: str, liked: int) -> list[tuple[list[int], list[Paper]]]:
    """What is ranked and what is wanted: once by name, or five times by so many papers of the track."""
    own = [at for at, one in enumerate(tracks) if one == track]
    if liked == 0:
        return [(list(range(len(papers))), [Paper(key="name", title=track)])]
    if len(own) < liked + 3:
        return []
    drawn = [set(random.Random(seed).sample(own, liked)) for seed in range(SEEDS)]
    return [
        ([at for at in range(len(papers)) if at not in some], [papers[at] for at in sorted(some)]) for some in drawn
    ]


def main(path: Path, *, fit: bool) -> None:
    """Print the table."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title`, `abstract` and `track`.")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [Paper(key=str(at), title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows)]
    tracks = [row["track"] for row in rows]
    names = sorted(set(tracks))
    print(f"{path.name}: {len(papers)} papers, {len(names)} tracks\n")
    print("| interest | by | tracks | AP | AUC | first 10 | base |\n|---|---|---|---|---|---|---|")
    for liked, told in ((0, "a track's name"), (1, "1 paper"), (5, "5 papers"), (10, "10 papers")):
        for way, rank in WAYS.items():
            for part, some in (("fitted", names[::2]), ("others", names[1::2])):
                found, bases = [], []
                for track in some:
                    for chosen, wanted in draw(papers, tracks, track, liked):
                        relevant = [tracks[at] == track for at in chosen]
                        found.append(precision_and_area(rank([papers[at] for at in chosen], wanted), relevant))
                        bases.append(statistics.mean(relevant))
                ap, area, first = (statistics.mean(column) for column in zip(*found, strict=True))
                print(
                    f"| {told} | {way} | {part} | {ap:.3f} | {area:.3f} | {first:.1f} | {statistics.mean(bases):.3f} |"
                )
    said = [
        (score >= MATCH, tracks[at] == track)
        for track in names[1::2]
        for at, score in enumerate(by_interests(papers, [Paper(key="name", title=track)]))
    ]
    hits = [right for match, right in said if match]
    recall = sum(hits) / sum(right for _, right in said)
    precise = f"{statistics.mean(hits):.2f}"
    print(f"\nMatches by the names of the other tracks: {len(hits)}, precision {precise}, recall {recall:.2f}")
    if fit:
        print_curves(papers, tracks, names[::2])


def print_curves(papers: Sequence[Paper], tracks: Sequence[str], names: Sequence[str]) -> None:
    """The middle and the width of the logistic curve of being of the track, by likeness."""
    for liked in (0, 1, 3, 5, 10):
        scores: list[float] = []
        right: list[float] = []
        for track in names:
            for chosen, wanted in draw(papers, tracks, track, liked):
                alike = paper_similarities([papers[at] for at in chosen], wanted, field())
                alike = np.sort(alike, axis=1)[:, -5:].mean(axis=1)
                scores += alike.tolist()
                right += [float(tracks[at] == track) for at in chosen]
        print(f"{liked or 'name'}: middle {fit_curve(scores, right)[0]:.2f}, width {fit_curve(scores, right)[1]:.2f}")


def fit_curve(scores: Scores, right: Scores) -> tuple[float, float]:
    """The logistic curve of most likelihood."""
    from scipy.optimize import minimize

    at, signs = np.array(scores), 2 * np.array(right) - 1

    def loss(curve: np.ndarray) -> float:
        return float(np.logaddexp(0, -signs * (at - curve[0]) / abs(curve[1])).mean())

    middle, width = minimize(loss, [0.5, 0.2], method="Nelder-Mead").x
    return float(middle), abs(float(width))


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("data", nargs="?", type=Path, default=SHARED / "emnlp2020_tracks_dev500.jsonl")
    options.add_argument("--fit", action="store_true")
    options.add_argument("--encoder", type=Path)
    asked = options.parse_args()
    ENCODER.extend([asked.encoder] if asked.encoder else [])
    main(asked.data, fit=asked.fit)
