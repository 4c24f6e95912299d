"""Themes proposed by a language model, checked and repaired to a partition of the papers.

One round of calls where all papers fit the context. Otherwise two: the parts in parallel, then a merge of their groups.
"""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from broadsheet.errors import BackendError
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter
from broadsheet.injection.sanitise import SanitisedPaper
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.batch_queries import short_ids
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.llm.tokens import Counter
from broadsheet.models import Paper, Theme
from broadsheet.text.words import split_words
from broadsheet.themes.answers import Group, Proposal, assign, merge_groups, read_proposals
from broadsheet.themes.clustering import choose_counts
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.group import gather_others
from broadsheet.themes.headings import SharedPhrases
from broadsheet.themes.labels import name_themes
from broadsheet.themes.llm_labels import LONGEST_LINE, TOKENS_AROUND, good_blurb, good_title, title_form
from broadsheet.themes.repair import repair_groups
from broadsheet.tldr.summarise import extract_once, is_english

MOST_PAPERS = 120
"""The most papers in one call: longer lists are grouped worse, and more slowly than two parts in parallel."""
ANSWER_A_PAPER = 28
"""Tokens of the answer a paper: its id, and its part of a title and a blurb."""
ANSWER_AROUND = 400
ENOUGH = 0.5
"""The share of the papers that an answer must place to be accepted."""
EXAMPLES = 3
MOST_NAMES = 20
"""The most theme names of the previous edition in a prompt."""
REST = "Other papers"


class MergedTheme(Answer):
    """A theme that merges the themes with these ids."""

    title: str
    ids: list[str]
    blurb: str


class ProposedTheme(MergedTheme):
    """A theme of the papers with these ids; `cites` are the papers that the blurb is about."""

    cites: list[str]


class MergedThemes(Answer):
    """The answer to a merge: the merged themes."""

    themes: list[MergedTheme]


class ProposedThemes(Answer):
    """The answer to a grouping: themes of papers."""

    themes: list[ProposedTheme]


GROUP_SCHEMA, MERGE_SCHEMA = json_schema(ProposedThemes), json_schema(MergedThemes)


@dataclasses.dataclass(frozen=True)
class Proposed:
    """Themes that partition the papers, and the positions of those that still need a title from the model.

    `rounds` is the number of sequential rounds of calls; `why` says why the built-in engine grouped, if it did.
    """

    themes: tuple[Theme, ...]
    unnamed: frozenset[int]
    rounds: int
    why: str = ""


@dataclasses.dataclass(frozen=True)
class PaperLine:
    """A paper as one line of a prompt."""

    key: str
    id: str
    title: str
    tldr: str

    def as_told(self) -> dict[str, str]:
        return {"id": self.id, "title": self.title, "tldr": self.tldr}


async def propose_themes(
    corpus: Corpus,
    builtin: Sequence[Theme],
    session: Session,
    *,
    count: int | None = None,
    names: Sequence[str] = (),
) -> Proposed:
    """The model's themes, or the `builtin` ones (which must partition the papers) where it places too few papers.

    `names` are the theme names of the previous edition, which the model may use again.
    """
    names = [name for name in (good_title(name, ()) for name in names[:MOST_NAMES]) if name]
    parts = await asyncio.to_thread(plan_parts, corpus.papers, builtin, session, names)
    found: dict[int, Sequence[Group]] = {}

    async def sort(number: int) -> None:
        found[number] = await _sort(parts[number], session, len(corpus.papers), count, names)

    await session.dispatcher.run_all(sort(number) for number in range(len(parts)))
    groups: Sequence[Group] = [group for number in range(len(parts)) for group in found[number]]
    if not groups or not _is_enough(groups, sum(map(len, parts))):
        stopped = session.dispatcher.stopped
        why = str(stopped) if stopped else "the model's answer placed too few papers"
        return Proposed(tuple(builtin), named_by_content(builtin), rounds=1, why=why)
    english = is_english(session.settings.language)
    rounds = 1
    if len(parts) > 1 and len(groups) > 1:
        rounds = 2
        checked = [_checked(group, corpus.checked, english) for group in groups]
        groups = await _merge(checked, corpus.checked, session, count)
    return await asyncio.to_thread(_to_themes, corpus, groups, count, english, rounds)


def plan_parts(
    papers: Sequence[SanitisedPaper], builtin: Sequence[Theme], session: Session, names: Sequence[str] = ()
) -> list[list[PaperLine]]:
    """Splits the papers into parts that fit one call each, with the papers of a built-in theme in one part if possible.

    Greedy, in the order of the built-in themes. Papers whose title gives instructions to a model are left out.
    """
    lines = {line.key: line for line in tell_papers(papers, session)}
    room = _room(session, _instructions("group.txt", session, (2, 2)) + "\n".join(names))
    parts: list[list[PaperLine]] = [[]]
    held = 0
    for theme in builtin:
        own = [lines[key] for key in theme.paper_keys if key in lines]
        sizes = [count_line_tokens(line.as_told(), session.tokens) + ANSWER_A_PAPER for line in own]
        # A theme that does not fit the rest of a part starts a new one.
        if parts[-1] and (held + sum(sizes) > room or len(parts[-1]) + len(own) > MOST_PAPERS):
            parts.append([])
            held = 0
        # A theme larger than a call is cut where the call is full.
        for line, size in zip(own, sizes, strict=True):
            if parts[-1] and (held + size > room or len(parts[-1]) >= MOST_PAPERS):
                parts.append([])
                held = 0
            parts[-1].append(line)
            held += size
    return [part for part in parts if part]


def tell_papers(papers: Sequence[SanitisedPaper], session: Session) -> list[PaperLine]:
    """A prompt line for each paper, except those whose title gives instructions to a model."""
    ids = short_ids([paper.key for paper in papers])
    told = (tell_paper(paper, ids[paper.key], session) for paper in papers)
    return [line for line in told if line is not None]


def tell_paper(paper: SanitisedPaper, id: str, session: Session) -> PaperLine | None:
    """The prompt line of a paper: its title and the extractive TL;DR; `None` where the sanitised title is empty.

    It does not wait for written TL;DRs: the built-in engine needs a few milliseconds for a sentence.
    """
    title = " ".join(escape_delimiters(paper.checked.title).split())[:LONGEST_LINE]
    tldr = " ".join(escape_delimiters(extract_once(paper, session).tldr).split())[:LONGEST_LINE]
    return PaperLine(paper.key, id, title, tldr) if title else None


def count_line_tokens(told: Mapping[str, str], count: Counter) -> int:
    """The number of tokens of a line of a prompt."""
    return count(" | ".join(told.values())) + TOKENS_AROUND


def _room(session: Session, instructions: str) -> int:
    return (
        session.backend.context
        - session.tokens(instructions)
        - session.backend.thinking
        - ANSWER_AROUND
        - TOKENS_AROUND
    )


def _instructions(name: str, session: Session, counts: tuple[int, int]) -> str:
    low, high = counts
    text = session.resources.render("prompts", name, low=low, high=high, language=session.settings.language)
    return text.strip()


def _counts(papers: int, share: float, count: int | None) -> tuple[int, int]:
    """The least and the largest number of themes to ask for, for a share (0 to 1) of all papers."""
    low, high = choose_counts(papers) if count is None else (count, count)
    return max(2, round(low * share)), max(2, round(high * share))


async def _sort(
    part: Sequence[PaperLine], session: Session, papers: int, count: int | None, names: Sequence[str]
) -> Sequence[Group]:
    """The model's groups of a part; empty where its answer is not usable."""
    system = _instructions("group.txt", session, _counts(papers, len(part) / papers, count))
    delimiter = make_delimiter(session.secret, [*(text for line in part for text in (line.title, line.tldr)), *names])
    told = [line.as_told() for line in part]
    user = session.resources.render("prompts", "group_papers.txt", papers=told, names=names, seal=delimiter).strip()
    room = ANSWER_AROUND + len(part) * ANSWER_A_PAPER + session.backend.thinking
    prompt = Prompt(system=system, user=user, schema=GROUP_SCHEMA, max_tokens=room, seal=delimiter)
    keys = {line.id: line.key for line in part}

    said = await _ask(prompt, session, lambda said: _is_enough(assign(said, keys).groups, len(part)))
    return assign(said, keys).groups


def _is_enough(groups: Sequence[Group], papers: int) -> bool:
    """Whether enough papers are in groups of two or more, the group of the rest left out."""
    placed = sum(len(group.keys) for group in groups if not group.rest and len(group.keys) > 1)
    return placed >= ENOUGH * papers


async def _ask(prompt: Prompt, session: Session, is_enough: Callable[[Sequence[Proposal]], bool]) -> Sequence[Proposal]:
    """The model's proposals, from the cache if possible, kept there if usable; empty where the call fails."""
    plain = prompt.unsealed()
    key = cache_key(session.identity, plain.system, plain.user, prompt.schema)
    if (known := session.recall(key)) is not None:
        return said if is_enough(said := read_proposals(known)) else ()
    try:
        text = await session.ask(key, prompt)
    except BackendError:
        return ()
    good = is_enough(said := read_proposals(text))
    session.keep(key, text, good=good)
    return said if good else ()


async def _merge(
    groups: Sequence[Group], papers: Sequence[Paper], session: Session, count: int | None
) -> Sequence[Group]:
    """Merges the groups of all parts by the model; where it gives no answer, they stay as they are."""
    by_key = {paper.key: paper for paper in papers}
    ids = list(short_ids([f"{place} {group.keys[0]}" for place, group in enumerate(groups)]).values())
    told = [_tell_group(id, group, by_key) for id, group in zip(ids, groups, strict=True)]
    sizes = [count_line_tokens(one, session.tokens) + 2 * ANSWER_A_PAPER for one in told]
    room = _room(session, _instructions("merge.txt", session, (2, 2)))
    spans: list[list[int]] = [[]]
    for place, size in enumerate(sizes):
        if spans[-1] and sum(sizes[at] for at in spans[-1]) + size > room:
            spans.append([])
        spans[-1].append(place)
    merged: dict[int, Sequence[Group]] = {}

    async def merge(number: int) -> None:
        span = spans[number]
        system = _instructions("merge.txt", session, _counts(len(papers), len(span) / len(groups), count))
        said = await _ask(_merge_prompt([told[at] for at in span], system, session), session, bool)
        merged[number] = merge_groups([groups[at] for at in span], said, [ids[at] for at in span])

    await session.dispatcher.run_all(merge(number) for number in range(len(spans)))
    return [group for number in range(len(spans)) for group in merged[number]]


def _tell_group(id: str, group: Group, papers: Mapping[str, Paper]) -> dict[str, str]:
    titles = [" ".join(escape_delimiters(papers[key].title).split())[:LONGEST_LINE] for key in group.keys[:EXAMPLES]]
    title = escape_delimiters(group.title) or ("the rest" if group.rest else "without a title")
    return {"id": id, "title": title, "size": str(len(group.keys)), "examples": "; ".join(titles)}


def _merge_prompt(told: Sequence[dict[str, str]], system: str, session: Session) -> Prompt:
    delimiter = make_delimiter(session.secret, [value for theme in told for value in theme.values()])
    user = session.resources.render("prompts", "merge_themes.txt", themes=told, seal=delimiter).strip()
    room = ANSWER_AROUND + len(told) * ANSWER_A_PAPER * 2 + session.backend.thinking
    return Prompt(system=system, user=user, schema=MERGE_SCHEMA, max_tokens=room, seal=delimiter)


def _checked(group: Group, papers: Sequence[Paper], english: bool) -> Group:
    """The group with its title and blurb, each empty if it fails its check; the group of the rest is "Other papers"."""
    if group.rest:
        return dataclasses.replace(group, title=REST, blurb="")
    members = _members(group, papers)
    title = good_title(group.title, members, english=english)
    if any(split_words(title) == split_words(paper.title) for paper in papers):
        title = ""
    cited = len(set(group.cites)) > 1
    blurb = good_blurb(group.blurb, members, english=english) if title and cited else ""
    return dataclasses.replace(group, title=title, blurb=blurb)


def _members(group: Group, papers: Iterable[Paper]) -> list[Paper]:
    own = set(group.keys)
    return [paper for paper in papers if paper.key in own]


def _to_themes(corpus: Corpus, groups: Sequence[Group], count: int | None, english: bool, rounds: int) -> Proposed:
    """The groups as themes that partition the papers, with the model's titles if valid and built-in ones otherwise."""
    repaired, papers = repair_groups(corpus, groups, count=count), corpus.checked
    places = {paper.key: place for place, paper in enumerate(papers)}
    shared = SharedPhrases(papers, corpus.background, places=corpus.place(papers))
    own = name_themes(papers, [[places[key] for key in group.keys] for group in repaired.groups], shared=shared)
    themes: list[Theme] = []
    unnamed: set[int] = set()
    taken = {_form_with_numbers(REST)}
    nameless: set[str] = set()
    for group, title in zip(repaired.groups, own, strict=True):
        checked = _checked(group, papers, english)
        if not checked.title or _form_with_numbers(checked.title) in taken:
            if not title:
                nameless.update(group.keys)
                continue
            unnamed.add(len(themes))
            checked = dataclasses.replace(checked, title=_free(title, taken), blurb="")
        taken.add(_form_with_numbers(checked.title))
        themes.append(_theme(checked))
    others = sorted({*repaired.unassigned, *nameless}, key=places.__getitem__)
    return Proposed((*themes, *gather_others(others)), frozenset(unnamed), rounds)


def _free(title: str, taken: Collection[tuple[str, ...]]) -> str:
    """The title with a number behind it if another theme has it: the model may have used it."""
    number = 2
    free = title
    while _form_with_numbers(free) in taken:
        free, number = f"{title}, part {number}", number + 1
    return free


def _form_with_numbers(title: str) -> tuple[str, ...]:
    """The form of a title and its numbers, without which "part 2" and "part 3" would be the same."""
    return (*title_form(title), *re.findall(r"\d+", title))


def _theme(group: Group) -> Theme:
    return Theme(title=group.title, blurb=group.blurb, paper_keys=group.keys, see_also=group.see_also)


def named_by_content(themes: Sequence[Theme]) -> frozenset[int]:
    """The positions of the themes that can have a title by content: all except "Other papers"."""
    return frozenset(position for position, theme in enumerate(themes) if not theme.other)
