"""How steadily themes go on from week to week: simulated pairs of weeks of labelled papers without a paper in common.

    python benchmarks/steady_themes.py ../shared/quality/emnlp2020_tracks_dev500.jsonl
    python benchmarks/steady_themes.py ../shared/quality/abstracts_background.jsonl --choose

The data has one paper a line: `title`, `abstract`, and its group as `track`. Two weeks are 60 papers each, drawn by a
seed. A theme's matter is the track of most of its papers. Of the themes said to go on: how many have the matter of the
theme they go on from. Of the pairs of themes with one matter, counting each matter once: how many were found. A name
is kept where a theme goes on; the baseline goes on with a theme where the built-in names of both weeks are equal.

`--choose` prints the same for several thresholds, on papers without tracks: a group of their words alone (TF-IDF and
average linkage over some hundreds of papers of one venue) stands in for the track. The threshold was chosen there.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from broadsheet.models import Account, Digest, Paper, Theme
from broadsheet.themes import tracking as steady
from broadsheet.themes.background import shipped
from broadsheet.themes.clustering import cluster
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import group_papers
from broadsheet.themes.tracking import PreviousEdition
from broadsheet.themes.vector_space import Space, weigh_terms

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "quality"
WEEK, PAIRS = 60, 30
POOL, GROUPS = 500, 18
NOW = dt.datetime(2026, 1, 2, tzinfo=dt.UTC)
Week = tuple[list[Paper], tuple[Theme, ...]]


def read_rows(path: Path) -> list[tuple[Paper, str, str]]:
    """Each paper with its track and its venue, empty where it has none."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    papers = (Paper(key=str(at), title=row["title"], abstract=row["abstract"]) for at, row in enumerate(rows))
    return [(paper, row.get("track", ""), row.get("venue", "")) for paper, row in zip(papers, rows, strict=True)]


def track_by_words(rows: Sequence[tuple[Paper, str, str]]) -> Iterator[dict[str, str]]:
    """For each venue some papers with a group of their words as their track."""
    for venue in sorted({venue for _, _, venue in rows}):
        own = [paper for paper, _, of in rows if of == venue]
        if len(own) >= POOL:
            pool = random.Random(0).sample(own, POOL)
            grouping = cluster(Space.of(weigh_terms(pool)), count=GROUPS)
            yield {pool[at].key: f"{venue} {number}" for number, group in enumerate(grouping.groups) for at in group}


def draw_pairs(papers: Sequence[Paper], count: int) -> Iterator[tuple[Week, Week]]:
    """Pairs of weeks with their built-in themes, no paper in both."""
    for seed in range(count):
        drawn = random.Random(seed).sample(list(papers), 2 * WEEK)
        weeks = [(week, group_papers(Corpus.of(week, shipped()))) for week in (drawn[:WEEK], drawn[WEEK:])]
        yield weeks[0], weeks[1]


def matter(theme: Theme, tracks: dict[str, str]) -> str:
    """The track of most of a theme's papers."""
    counts = Counter(tracks[key] for key in theme.paper_keys)
    return min(counts, key=lambda track: (-counts[track], track))


def as_digest(week: Week) -> Digest:
    """A week as the edition before."""
    papers, themes = week
    return Digest(title="W", created=NOW, themes=themes, summaries=(), papers=tuple(papers), account=Account())


def go_on(before: Week, now: Week) -> tuple[dict[str, Theme], bool]:
    """The themes that go on, by the old name, and whether all names are distinct."""
    papers, themes = now
    made = steady.continue_themes(themes, Corpus.of(papers, shipped()), PreviousEdition.of(as_digest(before))).themes
    found = {theme.title: theme for theme in made if theme.status in ("continued", "grown")}
    return found, len({theme.title.lower() for theme in made}) == len(made)


def by_name(before: Week, now: Week) -> tuple[dict[str, Theme], bool]:
    """The baseline: a theme goes on where its built-in name is the same."""
    names = {theme.title for theme in before[1] if not theme.other}
    return {theme.title: theme for theme in now[1] if theme.title in names}, True


def measure(pairs: Sequence[tuple[Week, Week, dict[str, str]]], way) -> list[float]:
    """Themes that go on a week, the share of them that is right, the share of those to find that was found."""
    said = right = to_find = found = themes = 0
    for before, now, tracks in pairs:
        old = {theme.title: matter(theme, tracks) for theme in before[1] if not theme.other}
        going_on, distinct = way(before, now)
        assert distinct, "two themes have one name"
        matters = {name: matter(theme, tracks) for name, theme in going_on.items()}
        hits = {matters[name] for name in going_on if matters[name] == old[name]}
        both = set(old.values()) & {matter(theme, tracks) for theme in now[1] if not theme.other}
        said, right = said + len(going_on), right + sum(matters[name] == old[name] for name in going_on)
        to_find, found = to_find + len(both), found + len(hits)
        themes += sum(not theme.other for theme in now[1])
    return [said / len(pairs), right / max(1, said), found / max(1, to_find), said / themes]


def remembering(compare):
    """The same comparison, made once for each pair of weeks: thresholds differ, likeness does not."""
    known = {}

    def compare_once(groups):
        key = tuple(tuple(paper.key for paper in group) for group in groups)
        if key not in known:
            known[key] = compare(groups)
        return known[key].copy()

    return compare_once


def show(name: str, figures: Sequence[float]) -> None:
    a_week, right, found, share = figures
    print(f"| {name} | {a_week:.1f} | {share:.0%} | {right:.2f} | {found:.2f} |", flush=True)


def main(path: Path, *, choose: bool) -> None:
    """Print the table for one file."""
    if not path.is_file():
        sys.exit(f"{path} is missing: name a JSON Lines file of papers with `title`, `abstract` and `track`.")
    rows = read_rows(path)
    pools = [{paper.key: track for paper, track, _ in rows}]
    if choose:
        pools = list(track_by_words(rows))
    papers = {paper.key: paper for paper, _, _ in rows}
    count = 1 if choose else PAIRS
    steady.compare_groups = remembering(steady.compare_groups)
    pairs = [
        (before, now, tracks) for tracks in pools for before, now in draw_pairs([papers[key] for key in tracks], count)
    ]
    number = statistics.mean(sum(not theme.other for theme in now[1]) for _, now, _ in pairs)
    print(f"{path.name}: {len(pairs)} pairs of weeks of {WEEK} papers, {number:.1f} themes a week\n")
    print("| | go on a week | of all, names kept | right of those | found of those to find |\n|---|---|---|---|---|")
    show("equal names", measure(pairs, by_name))
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5) if choose else (steady.CONTINUES,):
        steady.CONTINUES = threshold
        show(f"by content, {threshold:g}", measure(pairs, go_on))


if __name__ == "__main__":
    named = [word for word in sys.argv[1:] if not word.startswith("-")]
    main(Path(named[0]) if named else SHARED / "emnlp2020_tracks_dev500.jsonl", choose="--choose" in sys.argv)
