"""A listing and the settings -> the papers that a digest takes, sanitised, and what its reader is interested in."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from broadsheet.digests.interests import Interests, Liked, best_keys, match_papers
from broadsheet.digests.overview import ANYBODY, ReaderProfile
from broadsheet.errors import ConfigError
from broadsheet.injection.sanitise import sanitise
from broadsheet.models import Listing, Paper
from broadsheet.reading.deduplication import without_replacements
from broadsheet.reading.listing import read_inputs
from broadsheet.reading.sources.query import is_live
from broadsheet.settings.loading import Settings
from broadsheet.text.words import words
from broadsheet.themes.background import shipped, with_senses
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.vector_space import count_terms

FILES = words(".bib .bibtex .csv .enw .eml .htm .html .json .jsonl .md .mods .nbib .rdf .ris .tsv .txt .xlsx .xml")
"""How the name of a file of papers ends; anything else is one where there is such a file."""


@dataclasses.dataclass(frozen=True)
class Selection:
    """The listing with what a digest does not take in `left_out`, of which `outranked` for other papers' sake.

    The corpus holds the papers of the listing, in its order.
    """

    listing: Listing
    corpus: Corpus
    reader: ReaderProfile = ANYBODY
    outranked: int = 0


def select(listing: Listing, settings: Settings, *, seen: Sequence[Paper] = ()) -> Selection:
    """The papers to digest: without replacements, and where `top` says so the best matches alone.

    They stay in the listing's order. Here, at the head of a run, papers are sanitised and get the space in which they
    are compared: papers `seen` before, of the same field, help to tell what is alike. Raises `NoPapers` where nothing
    is left, and what `check_interests` raises.
    """
    check_interests(settings)
    if not settings.reading.replacements:
        listing = without_replacements(listing)
    interests = read_interests(settings)
    corpus = gather_corpus(listing.papers, settings, seen)
    matches = match_papers(corpus, interests)
    if not matches or settings.top is None or settings.top >= len(matches):
        return Selection(listing, corpus, ReaderProfile(interests.told, matches))
    taken = best_keys(matches, settings.top)
    left = tuple(paper for paper in listing.papers if paper.key not in taken)
    kept = {
        "papers": tuple(paper for paper in listing.papers if paper.key in taken),
        "left_out": (*listing.left_out, *left),
    }
    matches = tuple(match for match in matches if match.paper_key in taken)
    reader = ReaderProfile(interests.told, matches)
    return Selection(listing.model_copy(update=kept), corpus.only(taken), reader, outranked=len(left))


def gather_corpus(papers: Sequence[Paper], settings: Settings, seen: Sequence[Paper] = ()) -> Corpus:
    """The papers with what is known of their field: the shipped background, papers seen, the reader's own encoder.

    Raises `ConfigError` where `embeddings` names no encoder.
    """
    own = {paper.key for paper in papers}
    field = shipped().grow([count_terms(sanitise(paper).checked) for paper in seen if paper.key not in own])
    return Corpus.of(papers, with_senses(field, settings))


def check_interests(settings: Settings) -> None:
    """Raises `ConfigError` for a file of interests that is not there, and for a `top` that nothing ranks."""
    if settings.top is not None and not settings.interests:
        raise ConfigError(
            "`top` takes the best matches of your interests, and there are none: name some with --interest TEXT, or "
            "under `interests:` in config.yaml."
        )
    for _ in _sort(settings):
        pass


def read_interests(settings: Settings) -> Interests:
    """The phrases, and the papers of the files; raises `ConfigError` or `ReadingError` for one that cannot be read."""
    found = list(_sort(settings))
    return Interests(
        phrases=tuple(one for one in found if isinstance(one, str)),
        liked=tuple(Liked(one.name, _papers(one)) for one in found if isinstance(one, Path)),
    )


def _papers(path: Path) -> tuple[Paper, ...]:
    papers = read_inputs([str(path)]).papers
    if not papers:
        raise ConfigError(f"{path}: there is no paper in it to be interested in; correct `interests`.")
    return papers


def _sort(settings: Settings) -> Iterator[str | Path]:
    """Each interest, as a phrase or as the file that it names."""
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
    """The file of that name here or beside the configuration."""
    try:
        named = Path(text).expanduser()
        for path in (named, *([settings.folder / named] if settings.folder else [])):
            if path.is_file():
                return path
    except (OSError, RuntimeError, ValueError):
        pass  # too long for a name, or a user nobody knows
    return None
