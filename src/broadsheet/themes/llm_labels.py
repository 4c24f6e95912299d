"""Titles and blurbs of themes by a language model, checked; a theme without a valid one keeps its title."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Callable, Collection, Mapping, Sequence

import pydantic

from broadsheet.errors import BackendError
from broadsheet.grounding.check import coverage, roots, tidy_tldr
from broadsheet.grounding.citations import find_misplaced_among
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter, strip_hidden
from broadsheet.injection.output_filter import find_forbidden
from broadsheet.injection.sanitise import SanitisedPaper, find_stray_among
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.answers import find_object
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.llm.tokens import Counter, at_most
from broadsheet.models import Paper, Theme
from broadsheet.text.entities import KnownNames, unknown_names
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.numbers import find_numbers, unknown_number
from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import STOP_WORDS, split_words
from broadsheet.themes.corpus import Corpus
from broadsheet.tldr.summarise import extract_once, is_english

ANSWER_TOKENS = 260
TITLE_TOKENS = 60
"""The same for a title without a blurb."""
TOKENS_AROUND = 20
"""Tokens of a line's punctuation and end."""
LONGEST_LINE = 400
"""The most characters of a title or a sentence in a line."""
LONGEST_TITLE = 8
LONGEST_BLURB = 70
"""The most words of a title and of a blurb; longer ones are rejected."""
TRIES = 2
LEAST_COVERED = 0.4
"""The share of a blurb's content words that its papers must have; lower than for a TL;DR: it covers several papers."""

_AS_A_PAPER = lazy_regex(r"(?:in )?(?:we|our|th(?:is|e) (?:paper|work|article|digest))\b", re.IGNORECASE)
"""Openings in which a single paper speaks of itself; a blurb is about several."""

NEARLY = 0.75
"""The Jaccard similarity of the content words of a title and a paper's title from which it is a copy."""


class ThemeTitle(Answer):
    """A theme's title."""

    title: str


class TitleAndBlurb(ThemeTitle):
    """A theme's title, and two sentences on it."""

    blurb: str


SCHEMA, TITLE_SCHEMA = json_schema(TitleAndBlurb), json_schema(ThemeTitle)


@dataclasses.dataclass(frozen=True)
class Heading:
    """A theme's title, and its blurb, empty if there is no valid one."""

    title: str
    blurb: str


_HEADING = pydantic.TypeAdapter(Heading | None)


async def write_headings(  # noqa: PLR0913 - what is asked about, through whom, how often
    themes: Sequence[Theme],
    corpus: Corpus,
    session: Session,
    *,
    only: Collection[int] | None = None,
    tries: int = TRIES,
    report: Callable[[int], None] = lambda settled: None,
) -> tuple[Theme, ...]:
    """The themes with the model's titles and blurbs, where they are valid and distinct.

    `only` are the positions of the themes to ask about; the others stay as they are. `report` gets the number settled.
    """
    headings: dict[int, Heading] = {}
    tried = 0
    copied = {_form(paper.paper.title) for paper in corpus.papers}

    async def write(position: int, theme: Theme) -> None:
        nonlocal tried
        # Papers whose title gives instructions to a model are left out; where all do, the theme keeps its title.
        members = [corpus.by_key[key] for key in theme.paper_keys]
        members = [paper for paper in members if paper.checked.title.strip()]
        heading = await _heading(members, session, tries) if members else None
        if heading is not None or session.dispatcher.stopped is None:
            tried += 1  # what the end of the run sends home unasked is no progress
            report(tried)
        if heading is not None and _form(heading.title) not in copied:
            headings[position] = Heading(session.readable(heading.title), session.readable(heading.blurb))

    asked = range(len(themes)) if only is None else sorted(only)
    await session.dispatcher.run_all(write(position, themes[position]) for position in asked)
    return _with_headings(themes, headings)


def _with_headings(themes: Sequence[Theme], headings: Mapping[int, Heading]) -> tuple[Theme, ...]:
    taken = {title_form(theme.title) for position, theme in enumerate(themes) if position not in headings}
    named: list[Theme] = []
    for position, theme in enumerate(themes):
        heading = headings.get(position)
        if heading is not None and title_form(heading.title) not in taken:
            theme = theme.model_copy(update={"title": heading.title, "blurb": heading.blurb})  # noqa: PLW2901
        taken.add(title_form(theme.title))
        named.append(theme)
    return tuple(named)


async def _heading(members: Sequence[SanitisedPaper], session: Session, tries: int) -> Heading | None:
    prompt = _prompt(members, session)
    english = is_english(session.settings.language)
    papers = [paper.checked for paper in members]
    first = _heading_key(prompt, session)
    for tried in range(tries):
        if tried:  # the same prompt again would get the same answer again
            prompt = _prompt(members, session, refused=True)
        key = _heading_key(prompt, session)
        text = session.recall(key)
        is_new = text is None
        if text is None:
            try:
                text = await session.ask(key, prompt)
            except BackendError:
                return None
        heading = _check_once(text, papers, session, english=english)
        if is_new:  # a good one is kept under the first prompt, which the next run begins with
            session.keep(key if heading is None else first, text, good=heading is not None)
        if heading is not None:
            return heading
    return None


def _check_once(text: str, papers: Sequence[Paper], session: Session, *, english: bool) -> Heading | None:
    """`read_heading` of an answer, which a run that finds it kept need not check again."""
    told = (part for paper in papers for part in (paper.title, paper.abstract))
    found = session.remember(
        lambda: _HEADING.dump_json(read_heading(text, papers, english=english)).decode(),
        *("heading", str(english), text, *told),
    )
    return _HEADING.validate_json(found)


def _heading_key(prompt: Prompt, session: Session) -> str:
    plain = prompt.unsealed()
    return cache_key(session.identity, plain.system, plain.user, prompt.schema)


def read_heading(text: str, members: Sequence[Paper], *, english: bool = True) -> Heading | None:
    """The heading in an answer; `None` where its title is not valid. An unsupported blurb is left empty."""
    answer = find_object(text) or {}
    title = good_title(answer.get("title"), members, english=english)
    if not title:
        return None
    return Heading(title=title, blurb=good_blurb(answer.get("blurb"), members, english=english))


def good_title(title: object, members: Sequence[Paper], *, english: bool = True) -> str:
    """The title, cleaned for print, or an empty string if it is not valid.

    Not valid: too long, a copy of a paper's title, a list of words, or about one paper only; a colon, a tag, an
    address or an instruction in it.
    """
    if not isinstance(title, str):
        return ""
    title = " ".join(strip_hidden(title).split()).strip("\"'“”.` ")
    if not 1 <= len(title.split()) <= LONGEST_TITLE or ":" in title or "<" in title or _is_copied(title, members):
        return ""
    if find_forbidden(title) or (english and (_is_of_one(title, members) or _is_word_bag(title, members))):
        return ""
    return title[:1].upper() + title[1:]


def good_blurb(blurb: object, members: Sequence[Paper], *, english: bool = True) -> str:
    """The blurb, cleaned for print; empty where a number, a name or most words of it are in none of the papers."""
    if not isinstance(blurb, str) or not 5 <= len(blurb.split()) <= LONGEST_BLURB or "<" in blurb:
        return ""
    blurb = strip_hidden(blurb)
    source = "\n".join(f"{paper.title}\n{paper.abstract}" for paper in members)
    known = find_numbers(f"{source}\n{len(members)}")
    if find_forbidden(blurb) or unknown_number(blurb, known) or next(unknown_names(blurb, KnownNames(source)), None):
        return ""
    if english and (
        coverage(blurb, source) < LEAST_COVERED
        or _is_of_one(blurb, members)
        or _is_spoken(blurb, members)
        or find_stray_among(members, blurb)
        or next(find_misplaced_among(blurb, members), None)
    ):
        return ""
    return tidy_tldr(blurb, max_words=LONGEST_BLURB)


def title_form(title: str) -> tuple[str, ...]:
    """The sorted roots of a title's content words; titles with the same form mean the same."""
    return tuple(sorted(roots(title))) or (_form(title),)


def _is_copied(title: str, members: Sequence[Paper]) -> bool:
    """Whether a title is that of a paper, exactly or nearly (Jaccard similarity of content words)."""
    own = roots(title)
    for paper in members:
        its = roots(paper.title)
        if _form(title) == _form(paper.title) or (len(own) > 2 and len(own & its) >= NEARLY * len(own | its)):
            return True
    return False


def _is_word_bag(title: str, members: Sequence[Paper]) -> bool:
    """Whether a title lists words: with commas or slashes, or four or more words of which no paper has two in a row."""
    words = split_words(title)
    if title.count(",") > 1 or "/" in title or ";" in title or "|" in title:
        return True
    if len(words) < 4 or any(word in STOP_WORDS for word in words) or len(members) < 2:
        return False
    held = [split_words(f"{paper.title} {paper.abstract}") for paper in members]
    joined = {(one[:6], other[:6]) for own in held for one, other in itertools.pairwise(own)}
    return not any((one[:6], other[:6]) in joined for one, other in itertools.pairwise(words))


def _is_spoken(blurb: str, members: Sequence[Paper]) -> bool:
    """Whether a blurb speaks in the first person of a paper, or has a paper's whole title as a sentence."""
    said = [sentence.text for sentence in split_sentences(blurb)]
    titles = {_form(paper.title) for paper in members}
    return any(_AS_A_PAPER.match(one) or _form(one) in titles for one in said)


def _is_of_one(text: str, members: Sequence[Paper]) -> bool:
    """Whether, of three or more papers, no word of a text occurs in two: then it is about a single one."""
    held = [roots(f"{paper.title} {paper.abstract}") for paper in members]
    times = [sum(root in own for own in held) for root in roots(text)]
    return len(members) > 2 and 1 in times and max(times) == 1


def _prompt(members: Sequence[SanitisedPaper], session: Session, *, refused: bool = False) -> Prompt:
    """The prompt with a theme's titles and, for a blurb, extractive TL;DRs, since the written ones may not be ready.

    Of a theme that exceeds the model's context only the first papers, the most typical ones, are in it.
    """
    render, blurbs = session.resources.render, session.blurbs
    system = render("prompts", "name_theme.txt", language=session.settings.language, blurbs=blurbs).strip()
    room = (ANSWER_TOKENS if blurbs else TITLE_TOKENS) + session.backend.thinking
    frame = render("prompts", "name_theme_papers.txt", papers=(), refused=True, seal=make_delimiter(session.secret, ()))
    told: list[dict[str, str]] = []
    for count in (at_most, session.tokens):  # exactly only where it may matter
        left = session.backend.context - room - count(system) - count(frame)
        told = _tell(members, session, left, count)
        if len(told) == len(members):
            break
    delimiter = make_delimiter(session.secret, (text for line in told for text in line.values()))
    user = render("prompts", "name_theme_papers.txt", papers=told, refused=refused, seal=delimiter).strip()
    return Prompt(system=system, user=user, schema=SCHEMA if blurbs else TITLE_SCHEMA, max_tokens=room, seal=delimiter)


def _tell(members: Sequence[SanitisedPaper], session: Session, left: int, count: Counter) -> list[dict[str, str]]:
    """The first papers, as many as so many tokens hold, one at least."""
    told: list[dict[str, str]] = []
    for paper in members:
        tldr = extract_once(paper, session).tldr if session.blurbs else ""
        line = {
            "title": escape_delimiters(paper.checked.title)[:LONGEST_LINE],
            "tldr": escape_delimiters(tldr)[:LONGEST_LINE],
        }
        left -= count(" | ".join(line.values())) + TOKENS_AROUND
        if told and left < 0:
            break
        told.append(line)
    return told


def _form(title: str) -> str:
    return " ".join(split_words(title))
