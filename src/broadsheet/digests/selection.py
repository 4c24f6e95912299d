"""Selects the papers of a digest from a listing, sanitises them, and matches them with the user's interests."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from broadsheet.digests.builtin_themes import Cap, group, within_cap
from broadsheet.digests.exclusions import (
    cap_sources,
    check_exclusions,
    exclude,
    find_always,
    leave_out,
    say_all_excluded,
    say_crowded,
)
from broadsheet.digests.interests import ANYBODY, Interests, Liked, ReaderProfile, best_keys, match_papers
from broadsheet.errors import ConfigError, NoPapers
from broadsheet.injection.sanitise import sanitise
from broadsheet.locale.reasons import AccountLabels
from broadsheet.models import LeftOut, Listing, Paper
from broadsheet.reading.deduplication import without_replacements
from broadsheet.reading.listing import read_inputs
from broadsheet.reading.sources.query import is_live
from broadsheet.settings.loading import Settings
from broadsheet.store.desk import DESK, Star, read_stars
from broadsheet.text.words import words
from broadsheet.themes.background import shipped, with_senses
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.vector_space import count_terms

FILES = words(".bib .bibtex .csv .enw .eml .htm .html .json .jsonl .md .mods .nbib .rdf .ris .tsv .txt .xlsx .xml")
"""Suffixes of files of papers; an interest with one of them is never taken for a phrase."""


@dataclasses.dataclass(frozen=True)
class Selection:
    """The listing of the papers that a digest takes, their corpus in the same order, and what it leaves out and why."""

    listing: Listing
    corpus: Corpus
    reader: ReaderProfile = ANYBODY
    left_out: tuple[LeftOut, ...] = ()
    always: frozenset[str] = frozenset()
    """The keys of the papers that no cap takes away."""

    def without(self, left_out: Sequence[LeftOut]) -> Selection:
        """The selection when these papers of it are left out too."""
        if not left_out:
            return self
        gone = {one.paper_key for one in left_out}
        papers = tuple(paper for paper in self.listing.papers if paper.key not in gone)
        return dataclasses.replace(
            self,
            listing=self.listing.model_copy(update={"papers": papers}),
            corpus=self.corpus.without(gone),
            reader=self.reader.without(gone),
            left_out=(*self.left_out, *left_out),
        )


def select(listing: Listing, settings: Settings, *, seen: Sequence[Paper] = ()) -> Selection:
    """Selects the papers of a digest, in their order: without replacements and what `never` names, then the best.

    Of each source `at_most.source` papers stay, and of those all `top`. It also sanitises the papers and builds the
    vector space in which they are compared; papers `seen` before in the same field improve it. Raises `NoPapers` where
    nothing is left, and what `check_interests` raises.
    """
    check_interests(settings)
    if not settings.reading.replacements:
        listing = without_replacements(listing)
    papers, excluded = exclude(listing.papers, settings)
    if not papers:
        raise NoPapers(say_all_excluded(excluded))
    interests = read_interests(settings)
    corpus = gather_corpus(papers, settings, seen)
    replaced = (leave_out(paper, "replaced", AccountLabels.replaced) for paper in listing.left_out)
    every = Selection(
        listing.model_copy(update={"papers": papers, "left_out": ()}),
        corpus,
        ReaderProfile(interests.told, match_papers(corpus, interests)),
        (*replaced, *excluded),
        find_always(papers, settings),
    )
    capped = every.without(
        cap_sources(papers, settings.at_most.source, always=every.always, scores=every.reader.scores)
    )
    return capped.without(_outranked(capped, settings.top))


def foresee_selection(listing: Listing, settings: Settings) -> Selection:
    """The papers of a digest as `select` takes them, and without those above the cap of their theme.

    The themes are the built-in engine's: a model that groups otherwise may leave out others. Raises what `select` does.
    """
    selection = select(listing, settings)
    cap = Cap.of(settings, selection.always)
    if cap is None:
        return selection
    themes = group(selection.corpus, count=settings.theme_count, named=settings.named_themes)
    themes, crowded = within_cap(cap, themes, selection.reader)
    return selection.without(say_crowded(crowded, themes, selection.listing.papers))


def _outranked(selection: Selection, top: int | None) -> list[LeftOut]:
    """The papers that match the interests less than the `top` best."""
    matches = selection.reader.matches
    if not matches or top is None or top >= len(matches):
        return []
    taken = best_keys(matches, top, always=selection.always)
    better = AccountLabels.one_better if len(taken) == 1 else AccountLabels.better.format(number=f"{len(taken):,}")
    return [leave_out(paper, "outranked", better) for paper in selection.listing.papers if paper.key not in taken]


def gather_corpus(papers: Sequence[Paper], settings: Settings, seen: Sequence[Paper] = ()) -> Corpus:
    """The corpus of the papers, with the shipped background, the papers `seen`, and the user's encoder if any.

    Raises `ConfigError` where `embeddings` names no encoder.
    """
    own = {paper.key for paper in papers}
    field = shipped().grow([count_terms(sanitise(paper).checked) for paper in seen if paper.key not in own])
    return Corpus.of(papers, with_senses(field, settings))


def check_interests(settings: Settings) -> None:
    """Raises `ConfigError` for a file of interests that does not exist, for `top` without interests, and what
    `check_exclusions` raises."""
    if settings.interests_from is not None and not desk_file(settings).is_file():
        raise ConfigError(
            f"{desk_file(settings)}: there is no desk yet whose stars could be taken; `broadsheet desk` makes one, or "
            "correct `interests_from`."
        )
    if settings.top is not None and not (settings.interests or settings.interests_from):
        raise ConfigError(
            "`top` takes the best matches of your interests, and there are none: name some with --interest TEXT, or "
            "under `interests:` in config.yaml."
        )
    check_exclusions(settings)
    for _ in _sort(settings):
        pass


def read_interests(settings: Settings) -> Interests:
    """Reads the interests: phrases, and papers of files; raises `ConfigError` or `ReadingError` for a faulty file."""
    found = list(_sort(settings))
    return Interests(
        phrases=tuple(one for one in found if isinstance(one, str)),
        liked=tuple(Liked(one.name, _liked(one, settings.language)) for one in found if isinstance(one, Path)),
        stars=_stars(settings),
    )


def desk_file(settings: Settings) -> Path:
    """The file of the desk whose stars count; `desk` is the one that `broadsheet desk` opens by itself."""
    named = settings.interests_from
    return DESK if named in (None, Path("desk")) else Path(named).expanduser()


def _stars(settings: Settings) -> tuple[Star, ...]:
    return () if settings.interests_from is None else tuple(read_stars(desk_file(settings)))


def _liked(path: Path, language: str) -> tuple[Paper, ...]:
    told = path.stat()
    return _papers(path, (told.st_mtime_ns, told.st_size), language)


@functools.lru_cache(maxsize=16)  # the preflight of a run and the run itself want the same
def _papers(path: Path, stamp: tuple[int, int], language: str) -> tuple[Paper, ...]:
    """The papers of a file as it is since the moment and with the size of the stamp."""
    papers = read_inputs([str(path)], language=language).papers
    if not papers:
        raise ConfigError(f"{path}: there is no paper in it to be interested in; correct `interests`.")
    return papers


def _sort(settings: Settings) -> Iterator[str | Path]:
    """Yields each interest as a phrase or as the path of the file that it names."""
    for interest in settings.interests:
        text = " ".join(interest.split())
        path = _find(text, settings)
        if path is not None:
            yield path
        elif is_live(text):
            raise ConfigError(f"{text}: an interest is a phrase or a file of papers; save what is there to a file.")
        elif Path(text).suffix.lower() in FILES and " " not in text:
            raise ConfigError(f"{text}: there is no such file; correct `interests`, or --interest.")
        else:
            yield text


def _find(text: str, settings: Settings) -> Path | None:
    """The file of that name in the current folder or in that of the configuration; `None` where there is none."""
    try:
        named = Path(text).expanduser()
        for path in (named, *([settings.folder / named] if settings.folder else [])):
            if path.is_file():
                return path
    except (OSError, RuntimeError, ValueError):
        pass  # too long for a name, or a user nobody knows
    return None
