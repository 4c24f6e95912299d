"""Exclusions and caps: which papers a digest leaves out by the reader's own rules, each with the reason. Pure.

Papers of the authors in `always` stay whatever the other rules say, and take their places under a cap first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath

from broadsheet.errors import ConfigError
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import Digest, Kind, LeftOut, Paper, Theme
from broadsheet.reading.cleaning.authors import is_called
from broadsheet.reading.cleaning.identifiers import normal_title
from broadsheet.rendering.formatting import count
from broadsheet.rendering.published import file_name
from broadsheet.rendering.text import truncate
from broadsheet.settings.loading import Settings
from broadsheet.text.words import split_words, stem

Reason = Callable[[Paper], str | None]
"""Why a rule leaves a paper out, or `None` where it does not."""


def check_exclusions(settings: Settings) -> None:
    """Raises `ConfigError` for an author who is both never and always digested."""
    for name in settings.always.authors:
        if any(is_called(name, other) and is_called(other, name) for other in settings.never.authors):
            raise ConfigError(f"{name} stands in `always.authors` and in `never.authors`: take one of the two away.")


def find_always(papers: Sequence[Paper], settings: Settings) -> frozenset[str]:
    """The keys of the papers by an author who is always digested."""
    names = settings.always.authors
    return frozenset(paper.key for paper in papers if _names_any(paper, names))


def exclude(papers: Sequence[Paper], settings: Settings) -> tuple[tuple[Paper, ...], tuple[LeftOut, ...]]:
    """The papers without those that `never` names, and those, with the first rule that names each."""
    never = settings.never
    rules: list[Reason] = []
    rules += [_word_rule(never.words)] if never.words else []
    rules += [_author_rule(never.authors)] if never.authors else []
    rules += [_source_rule(never.sources)] if never.sources else []
    if not rules:
        return tuple(papers), ()
    always = find_always(papers, settings)
    why = {
        paper.key: reason
        for paper in papers
        if paper.key not in always and (reason := next(filter(None, (rule(paper) for rule in rules)), None))
    }
    left = tuple(leave_out(paper, "excluded", why[paper.key]) for paper in papers if paper.key in why)
    return tuple(paper for paper in papers if paper.key not in why), left


def hidden_keys(papers: Sequence[Paper], rules: Iterable[Settings]) -> frozenset[str]:
    """The keys of the papers that `never` names in any of the settings."""
    return frozenset(one.paper_key for settings in rules for one in exclude(papers, settings)[1])


def hide(digest: Digest, keys: Collection[str]) -> Digest:
    """A digest that was made before, without these papers and without themes that have no other; its account stays."""
    if not keys:
        return digest
    return digest.model_copy(
        update={
            "papers": tuple(paper for paper in digest.papers if paper.key not in keys),
            "themes": tuple(
                theme.model_copy(update={"paper_keys": own})
                for theme in digest.themes
                if (own := tuple(key for key in theme.paper_keys if key not in keys))
            ),
        }
    )


def cap_sources(
    papers: Sequence[Paper], most: int | None, *, always: Collection[str] = (), scores: Mapping[str, float]
) -> tuple[LeftOut, ...]:
    """The papers above what one source may give: of each source the best by score stay, of equal ones the first."""
    if most is None:
        return ()
    by_source: dict[str, list[str]] = {}
    for paper in papers:
        by_source.setdefault(paper.source, []).append(paper.key)
    above = {key for keys in by_source.values() for key in _above(keys, most, always, scores)}
    return tuple(
        leave_out(
            paper,
            "capped",
            (AccountLabels.one_of_source if most == 1 else AccountLabels.of_source).format(
                source=_shown(paper.source), number=f"{most:,}"
            ),
        )
        for paper in papers
        if paper.key in above
    )


def cap_themes(
    themes: Sequence[Theme], most: int, *, always: Collection[str] = (), scores: Mapping[str, float]
) -> tuple[tuple[Theme, ...], dict[str, str]]:
    """The themes with at most so many papers each, in the same order, and the papers that go.

    Each of these is mapped to a paper of its theme that stays. The best by score stay, of equal ones the first, which
    are the most typical.
    """
    gone: dict[str, str] = {}
    for theme in themes:
        above = _above(theme.paper_keys, most, always, scores)
        stays = next((key for key in theme.paper_keys if key not in above), "")
        gone |= {key: stays for key in theme.paper_keys if key in above}
    return tuple(_without(theme, gone) for theme in themes), gone


def say_crowded(gone: Mapping[str, str], themes: Sequence[Theme], papers: Sequence[Paper]) -> list[LeftOut]:
    """The papers that `cap_themes` took away, with the themes by the titles that they have in the end."""
    homes = {key: theme for theme in themes for key in theme.paper_keys}
    said = {
        key: (AccountLabels.in_theme if (size := len(theme.paper_keys)) > 1 else AccountLabels.one_in_theme).format(
            theme=theme.title, number=f"{size:,}"
        )
        for key, theme in homes.items()
    }
    return [leave_out(paper, "capped", said[gone[paper.key]]) for paper in papers if paper.key in gone]


def leave_out(paper: Paper, kind: Kind, why: str) -> LeftOut:
    """The record of a paper that is left out."""
    return LeftOut(paper_key=paper.key, title=paper.title, url=paper.url, why=why, kind=kind)


def say_all_excluded(excluded: Sequence[LeftOut]) -> str:
    """The sentence where `never` leaves nothing to digest, with its commonest reason."""
    (why, number), *_ = Counter(one.why for one in excluded).most_common()
    return (
        f"`never` leaves out all {count(len(excluded), 'paper')}, {number:,} of them because {why}: nothing is left to "
        "digest; correct `never` in config.yaml, or the flags --never, --never-author and --never-source."
    )


def count_kinds(left_out: Sequence[LeftOut]) -> Counter[str]:
    """How many papers were left out, by kind."""
    return Counter(one.kind for one in left_out)


def _above(keys: Sequence[str], most: int, always: Collection[str], scores: Mapping[str, float]) -> set[str]:
    """The keys beyond the `most` best; those in `always` come first, and all of them stay."""
    ranked = sorted(keys, key=lambda key: (key not in always, -scores.get(key, 0.0)))
    return {key for key in ranked[most:] if key not in always}


def _without(theme: Theme, gone: Mapping[str, str]) -> Theme:
    if gone.keys().isdisjoint((*theme.paper_keys, *theme.see_also)):
        return theme
    blurb = theme.blurb if gone.keys().isdisjoint(theme.paper_keys) else ""  # it may speak of what has gone
    return theme.model_copy(
        update={
            "blurb": blurb,
            "paper_keys": tuple(key for key in theme.paper_keys if key not in gone),
            "see_also": tuple(key for key in theme.see_also if key not in gone),
            "confidence": {key: sure for key, sure in theme.confidence.items() if key not in gone},
        }
    )


def _word_rule(words: Sequence[str]) -> Reason:
    asked = {word: _folded(word) for word in words}

    def rule(paper: Paper) -> str | None:
        held = f"{_folded(paper.title)}|{_folded(paper.abstract)}"
        found = next((word for word, run in asked.items() if run in held), None)
        return None if found is None else AccountLabels.never_word.format(word=_shown(found))

    return rule


def _author_rule(names: Sequence[str]) -> Reason:
    def rule(paper: Paper) -> str | None:
        # Editions are read by others, so nobody is named here; the paper is.
        return AccountLabels.never_author if _names_any(paper, names) else None

    return rule


def _source_rule(names: Sequence[str]) -> Reason:
    asked = {normal_title(name): name for name in names}

    def rule(paper: Paper) -> str | None:
        found = next((asked[place] for place in _places(paper) if place in asked), None)
        return None if found is None else AccountLabels.never_source.format(source=_shown(found))

    return rule


def _places(paper: Paper) -> Iterator[str]:
    """Where a paper comes from, folded: its source and venue, its categories and their fields."""
    yield normal_title(paper.source)
    yield normal_title(PurePath(paper.source).name)
    yield normal_title(paper.venue or "")
    for category in paper.categories:
        yield normal_title(category)
        yield normal_title(category.partition(".")[0])  # `math` is the field of `math.AG`


def _names_any(paper: Paper, names: Sequence[str]) -> bool:
    return bool(names) and any(is_called(author, name) for author in paper.authors for name in names)


def _folded(text: str) -> str:
    """The words of a text as they are compared, without case and accents and in the singular, between blanks."""
    return f" {' '.join(map(stem, split_words(normal_title(text))))} "


def _shown(name: str) -> str:
    """A word or the name of a source as a reason has it; a file's without its folders."""
    return "standard input" if name in ("-", "") else truncate(file_name(name), 80)
