"""The overview and the highlights of a digest, written by a model: sentences with citations, and reasons to read.

The prompt has all papers if they fit the context; otherwise the themes with their blurbs and most typical papers. Each
reason is checked against its paper; highlights from the user's interests need no model.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from broadsheet.digests.interests import ANYBODY, MATCH, ReaderProfile, explain_match
from broadsheet.errors import BackendError
from broadsheet.grounding.check import coverage, tidy_tldr
from broadsheet.grounding.citations import find_overclaim, find_unborne, spoken_of
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter, strip_hidden
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.answers import read_objects
from broadsheet.llm.batch_queries import short_ids
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.llm.tokens import at_most
from broadsheet.models import Cited, Finding, Highlight, Match, Overview, Paper, Theme
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import split_words
from broadsheet.themes.answers import id_form, read_ids
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.llm_grouping import PaperLine, count_line_tokens, tell_paper
from broadsheet.themes.llm_labels import TOKENS_AROUND
from broadsheet.tldr.summarise import is_english

HIGHLIGHTS = 3
SHORTEST_REASON, LONGEST_REASON = 3, 18
"""Words of a reason."""
LEAST_COVERED = 0.6
"""The share of a reason's content words that its paper must have."""


def choose_highlights(proposed: Iterable[Highlight], matched: Iterable[Highlight]) -> tuple[Highlight, ...]:
    """At most three, of distinct papers: the best match of interests, the model's, then other matches."""
    matched = list(matched)
    chosen: dict[str, Highlight] = {}
    for one in (*matched[:1], *proposed, *matched):
        chosen.setdefault(one.paper_key, one)
    return tuple(chosen.values())[:HIGHLIGHTS]


def match_highlights(matches: Sequence[Match]) -> list[Highlight]:
    """Highlights of the best matches of the user's interests, which need no model."""
    best = sorted((match for match in matches if match.score >= MATCH), key=lambda match: -match.score)
    return [Highlight(paper_key=match.paper_key, reason=explain_match(match)) for match in best[:HIGHLIGHTS]]


def read_highlights(
    said: Iterable[Mapping[str, Any]], papers: Mapping[str, Paper], *, matches: Sequence[Match] = (), english: bool
) -> list[Highlight]:
    """The highlights in an answer whose reason is supported by the paper; `papers` are by the ids in the prompt.

    A reason about the user's interests is accepted only for a match, and replaced by the reason of that match.
    """
    by_key = {match.paper_key: match for match in matches if match.score >= MATCH}
    found: dict[str, Highlight] = {}
    for one in said:
        paper = papers.get(id_form(one.get("id", "")))
        reason = one.get("reason")
        if paper is None or paper.key in found or not isinstance(reason, str):
            continue
        if "interest" in reason.lower():
            reason = explain_match(by_key[paper.key]) if paper.key in by_key else ""
        elif not _holds(reason := _tidy(reason), paper, english=english):
            reason = ""
        if reason:
            found[paper.key] = Highlight(paper_key=paper.key, reason=reason)
    return list(found.values())[:HIGHLIGHTS]


def _holds(reason: str, paper: Paper, *, english: bool) -> bool:
    """Whether a reason has a valid length, is supported by its paper, and is no copy of the title."""
    if not SHORTEST_REASON <= len(reason.split()) <= LONGEST_REASON or split_words(reason) == split_words(paper.title):
        return False
    if find_unborne(reason, [paper], english=english) is not None:
        return False
    covered = coverage(reason, f"{paper.title}\n{paper.abstract}")
    return not english or (covered >= LEAST_COVERED and find_overclaim(reason, paper) is None)


def _tidy(reason: str) -> str:
    return " ".join(strip_hidden(reason).split()).strip("\"'“”` ").rstrip(".")


LEAST_PAPERS = 8
"""The fewest papers for an overview; fewer TL;DRs are read in a minute."""
FEWEST, ENOUGH, MOST = 2, 3, 5
"""Numbers of sentences: the fewest of an overview, the fewest that need no second call, and the most."""
SHORTEST, LONGEST = 6, 45
"""Words of a sentence."""
MOST_CITED = 8
MOST_READ = 20
"""The most sentences read in an answer; a longer one comes from a model that repeats itself."""
ANSWER_TOKENS = 900
MOST_TOKENS = 8000
"""The most tokens of papers in a prompt, whatever the context: models neglect the middle of a long list."""
MOST_BYTES = 34_000
"""The same where the context leaves so much room that no vocabulary need be loaded: lines have 4.7 bytes a token."""

_IN_BRACKETS = lazy_regex(r"\s*[\[(]([\w#, ;]{2,60})[\])]")


class CitingSentence(Answer):
    """A sentence, and the ids of the papers that it cites."""

    text: str
    ids: list[str]


class PointedOut(Answer):
    """The id of a paper, and a reason to read it first."""

    id: str
    reason: str


class OverviewAnswer(Answer):
    """The answer: sentences of the overview, and highlights."""

    sentences: list[CitingSentence]
    highlights: list[PointedOut]


SCHEMA = json_schema(OverviewAnswer)


@dataclasses.dataclass(frozen=True)
class Lead:
    """The overview and the highlights; `why` says why there is no overview where one was wanted."""

    overview: Overview | None = None
    highlights: tuple[Highlight, ...] = ()
    why: str = ""


@dataclasses.dataclass(frozen=True)
class Material:
    """The content of the prompt: themes with papers; `whole` means that no paper is left out for lack of context."""

    themes: tuple[Mapping[str, Any], ...]
    papers: Mapping[str, Paper]
    """The sanitised papers by their ids in the prompt."""
    counts: frozenset[int]
    whole: bool


def gather_material(corpus: Corpus, themes: Sequence[Theme], session: Session) -> Material:
    """The papers that fit a prompt, by theme: the most typical paper of each theme first, then the second of each."""
    ids, by_key = short_ids([paper.key for paper in corpus.papers]), corpus.by_key
    ranks = sorted(
        (rank, number, key) for number, theme in enumerate(themes) for rank, key in enumerate(theme.paper_keys)
    )
    count, instructions = at_most, _instructions(session, ANYBODY)
    room = session.backend.context - session.backend.thinking - ANSWER_TOKENS
    if room >= MOST_BYTES + at_most(instructions):
        room = MOST_BYTES
    else:
        count, room = session.tokens, min(MOST_TOKENS, room) - session.tokens(instructions)
    told: dict[int, list[PaperLine]] = {}
    whole = True
    for _, number, key in ranks:
        line = tell_paper(by_key[key], ids[key], session)
        if line is None:
            continue
        size = count_line_tokens(line.as_told(), count)
        if number not in told:
            size += count(f"{themes[number].title} {themes[number].blurb}") + TOKENS_AROUND
        if size > room:
            whole = False
            break
        room -= size
        told.setdefault(number, []).append(line)
    return Material(
        themes=tuple(_tell_theme(themes[number], told[number]) for number in sorted(told)),
        papers={line.id: by_key[line.key].checked for own in told.values() for line in own},
        counts=frozenset({len(corpus.papers), *(len(theme.paper_keys) for theme in themes)}),
        whole=whole,
    )


def _tell_theme(theme: Theme, lines: Sequence[PaperLine]) -> Mapping[str, Any]:
    return {
        "title": escape_delimiters(theme.title),
        "blurb": escape_delimiters(theme.blurb),
        "size": len(theme.paper_keys),
        "papers": [line.as_told() for line in lines],
    }


async def write_lead(material: Material, session: Session, *, reader: ReaderProfile = ANYBODY, tries: int = 2) -> Lead:
    """Asks for overview and highlights, at most `tries` times; sentences that fail their check are dropped."""
    kept: list[Cited] = []
    highlights: dict[str, Highlight] = {}
    faults: list[str] = []
    english = is_english(session.settings.language)
    for _ in range(tries):
        try:
            text = await _ask(_prompt(material, faults, session, reader), session, material)
        except BackendError as error:
            if not kept:
                return Lead(why=str(error).rstrip("."))
            break
        good, faults = read_sentences(text, material, english=english)
        for one in good:
            if not _says_again(one, kept):
                kept.append(one.model_copy(update={"text": session.readable(one.text)}))
        said = read_objects(text, field="reason")
        pointed = read_highlights(said, material.papers, matches=reader.matches, english=english)
        highlights = {one.paper_key: one for one in pointed} | highlights
        if len(kept) >= ENOUGH:
            break
    chosen = tuple(highlights.values())
    if len(kept) < FEWEST:
        why = "its sentences were not borne out by the papers they cite" if faults else "the model wrote none"
        return Lead(highlights=chosen, why=why)
    return Lead(overview=_overview(kept[:MOST]), highlights=chosen)


def read_sentences(text: str, material: Material, *, english: bool = True) -> tuple[list[Cited], list[str]]:
    """The sentences of an answer that are supported by the papers they cite, and a line on the fault of each other."""
    good: list[Cited] = []
    faults: list[str] = []
    said = [one for one in read_objects(text, field="text") if isinstance(one["text"], str)]
    for one in said[:MOST_READ]:
        ids, found = _read_sentence(one, material, english)
        if isinstance(found, Cited):
            good.append(found)
        else:
            faults.append(f"{', '.join(ids) or 'one without ids'}: {found.detail}")
    return good, faults[:MOST] if said else ["it held no sentences in the form asked for"]


def _read_sentence(said: Mapping[str, Any], material: Material, english: bool) -> tuple[list[str], Cited | Finding]:
    text, within = _without_ids(strip_hidden(said["text"]), material.papers)
    ids = [id for id in dict.fromkeys([*read_ids(said.get("ids")), *within]) if id in material.papers][:MOST_CITED]
    text = tidy_tldr(text, max_words=LONGEST)
    if not SHORTEST <= len(text.split()) <= LONGEST:
        return ids, Finding(kind="length", detail=f"it must have {SHORTEST} to {LONGEST} words")
    cited = [material.papers[id] for id in ids]
    if english:
        cited = spoken_of(text, cited)
    if not cited:
        return ids, Finding(kind="citation", detail="it says nothing of a paper that its ids name")
    finding = find_unborne(text, cited, counts=material.counts | {len(cited)}, english=english)
    return ids, finding or Cited(text=text, paper_keys=tuple(paper.key for paper in cited))


def _without_ids(text: str, ids: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The sentence without the ids in brackets that a model wrote into it, and these ids."""
    found: list[str] = []

    def take(match: re.Match[str]) -> str:
        named = read_ids(match[1])
        if not named or not all(id in ids for id in named):
            return match[0]
        found.extend(named)
        return ""

    return _IN_BRACKETS.sub(take, text), tuple(found)


def _says_again(sentence: Cited, kept: Sequence[Cited]) -> bool:
    """Whether a kept sentence has the same words, or cites exactly the same papers."""
    return any(
        split_words(one.text) == split_words(sentence.text) or set(one.paper_keys) == set(sentence.paper_keys)
        for one in kept
    )


def _overview(sentences: Sequence[Cited]) -> Overview:
    keys = dict.fromkeys(key for sentence in sentences for key in sentence.paper_keys)
    text = " ".join(sentence.text for sentence in sentences)
    return Overview(text=text, paper_keys=tuple(keys), sentences=tuple(sentences))


def _instructions(session: Session, reader: ReaderProfile) -> str:
    interests = [" ".join(escape_delimiters(one).split()) for one in reader.interests]
    text = session.resources.render("prompts", "overview.txt", language=session.settings.language, interests=interests)
    return text.strip()


def _prompt(material: Material, faults: Sequence[str], session: Session, reader: ReaderProfile) -> Prompt:
    delimiter = make_delimiter(session.secret, _texts(material))
    user = session.resources.render(
        "prompts", "overview_papers.txt", themes=material.themes, faults=faults, seal=delimiter
    ).strip()
    room = ANSWER_TOKENS + session.backend.thinking
    return Prompt(system=_instructions(session, reader), user=user, schema=SCHEMA, max_tokens=room, seal=delimiter)


def _texts(material: Material) -> list[str]:
    return [
        value
        for theme in material.themes
        for value in (theme["title"], theme["blurb"], *(v for line in theme["papers"] for v in line.values()))
    ]


async def _ask(prompt: Prompt, session: Session, material: Material) -> str:
    """The answer, from the cache if possible; a new one is kept there if it has a valid sentence."""
    plain = prompt.unsealed()
    key = cache_key(session.identity, plain.system, plain.user, SCHEMA)
    if (known := session.recall(key)) is not None:
        return known
    text = await session.ask(key, prompt)
    good, _ = read_sentences(text, material, english=is_english(session.settings.language))
    session.keep(key, text, good=bool(good))
    return text
