"""How well papers find the themes that a reader named, and how good a see-also is: names of a conference's tracks.

    python benchmarks/assigning_quality.py ../shared/quality/emnlp2020_tracks_dev500.jsonl

The data has one paper a line: `title`, `abstract`, `track`. The names are those of the tracks, without descriptions.
"All named": every track is a theme; a paper is right in its own. "Half hidden": ten of the tracks, drawn by ten seeds,
are no theme, and their papers are right in the last one, of what fits none. The sharpness and the threshold were chosen
on the papers of the even lines; the figures are those of the odd ones. TF-IDF is that of the listing alone, cosine, and
has no threshold.

See also, over 30 weeks of 60 papers grouped without names: of the papers of a theme, the share that has the track of a
paper that the theme refers to, beside the same for any paper of other themes.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from broadsheet.models import Paper
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.assign import find_places
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.vector_space import dense, weigh_terms

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
WEEK, WEEKS = 60, 30
SEEDS = 10


def by_words(papers: Sequence[Paper], names: Sequence[str]) -> list[int | None]:
    """The theme nearest by TF-IDF; papers that share no word with any go to the first."""
    rows = weigh_terms([*papers, *(Paper(key=name, title=name) for name in names)])
    nearest = dense(rows[: len(papers)] @ rows[len(papers) :].T).argmax(axis=1)
    return [int(at) for at in nearest]


def by_places(papers: Sequence[Paper], names: Sequence[str]) -> list[int | None]:
    """Broadsheet's own."""
    return [
        place.theme for place in find_places(Corpus.of(papers, shipped()), [NamedTheme(name=name) for name in names])
    ]


def accuracy(found: Sequence[int | None], names: Sequence[str], tracks: Sequence[str]) -> tuple[float, float, float]:
    """Right of all; of those put into a theme the share that is right; the share put into one."""
    said = [None if at is None else names[at] for at in found]
    truth = [track if track in names else None for track in tracks]
    right = statistics.mean(one == other for one, other in zip(said, truth, strict=True))
    placed = [one == other for one, other in zip(said, truth, strict=True) if one is not None]
    return right, statistics.mean(placed), len(placed) / len(said)


def print_places(papers: Sequence[Paper], tracks: Sequence[str]) -> None:
    """The table of places."""
    names = sorted(set(tracks))
    print("| | by | right | right where placed | placed |\n|---|---|---|---|---|")
    hidden = [set(random.Random(seed).sample(names, len(names) // 2)) for seed in range(SEEDS)]
    most = max(Counter(tracks).values()) / len(tracks)
    print(f"| all named | the largest track | {most:.3f} | {most:.3f} | 1.00 |")
    for case, gone in (("all named", [set[str]()]), ("half hidden", hidden)):
        for way, place in (("TF-IDF", by_words), ("Broadsheet", by_places)):
            figures = []
            for some in gone:
                kept = [name for name in names if name not in some]
                figures.append(accuracy(place(papers, kept), kept, tracks))
            right, sure, placed = (statistics.mean(column) for column in zip(*figures, strict=True))
            print(f"| {case} | {way} | {right:.3f} | {sure:.3f} | {placed:.2f} |")


def print_confidence(papers: Sequence[Paper], tracks: Sequence[str]) -> None:
    """Whether a confidence means what it says."""
    names = sorted(set(tracks))
    places = find_places(Corpus.of(papers, shipped()), [NamedTheme(name=name) for name in names])
    print("\n| confidence | papers | right |\n|---|---|---|")
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 0.8), (0.8, 1.01)):
        own = [
            names[place.theme] == track
            for place, track in zip(places, tracks, strict=True)
            if place.theme is not None and low <= place.confidence < high
        ]
        if own:
            print(f"| {low:.1f} to {min(high, 1.0):.1f} | {len(own)} | {statistics.mean(own):.2f} |")


def print_besides(papers: Sequence[Paper], tracks: Sequence[str]) -> None:
    """How many papers themes refer to, and how well those fit."""
    themes = 0
    named: list[float] = []
    any_other: list[float] = []
    for seed in range(WEEKS):
        week = sorted(random.Random(seed).sample(range(len(papers)), WEEK))
        track = {papers[at].key: tracks[at] for at in week}
        for theme in group_papers(Corpus.of([papers[at] for at in week], shipped())):
            if theme.other:
                continue
            themes += 1
            share = {name: n / len(theme.paper_keys) for name, n in Counter(map(track.get, theme.paper_keys)).items()}
            named += [share.get(track[key], 0.0) for key in theme.see_also]
            any_other += [share.get(track[key], 0.0) for key in track if key not in theme.paper_keys]
    print(f"\nSee also: {len(named) / themes:.2f} papers a theme, ", end="")
    print(f"{statistics.mean(named):.3f} of the theme of their track, any other paper {statistics.mean(any_other):.3f}")


def main(path: Path) -> None:
    """Print the tables."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title`, `abstract` and `track`.")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = [Paper(key=str(at), title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows)]
    tracks = [row["track"] for row in rows]
    print(f"{path.name}: {len(papers[1::2])} of {len(papers)} papers, {len(set(tracks))} tracks\n")
    print_places(papers[1::2], tracks[1::2])
    print_confidence(papers[1::2], tracks[1::2])
    print_besides(papers, tracks)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED / "emnlp2020_tracks_dev500.jsonl")
