"""Assigns papers to themes that the user named, by a language model; invalid or missing answers are asked for again."""

from __future__ import annotations

import asyncio
import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.errors import BackendError
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.batch_queries import BatchQuery, Item, Reply, short_ids
from broadsheet.llm.batching import Limits
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.models import Finding
from broadsheet.settings.interests import NamedTheme
from broadsheet.themes.answers import id_form
from broadsheet.themes.assign import ThemeAssignment, find_places, to_themes
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.llm_grouping import Proposed, tell_papers
from broadsheet.themes.llm_labels import TOKENS_AROUND, title_form

MOST_PAPERS = 40
"""The most papers in one call."""
ANSWER_A_PAPER = 24
ANSWER_AROUND = 64
REPAIRS = 1
"""How often a paper is asked about again; after that the built-in engine assigns it."""
NONE = "none"
SURE, UNSURE = 0.9, 0.5
"""The confidence of a model's assignment, without a question mark behind the id and with one."""


class PaperTheme(Answer):
    """The id of a paper and that of its theme, or `none`."""

    id: str
    theme: str


class PaperThemes(Answer):
    """The answer: an assignment for each paper."""

    papers: list[PaperTheme]


SCHEMA = json_schema(PaperThemes)


class PlaceQuestion:
    """The query for the theme of each paper; valid answers are the themes' ids, their names, and `none`."""

    field = "theme"
    distinct = False
    examines = False

    def __init__(self, named: Sequence[NamedTheme], session: Session) -> None:
        ids = short_ids([f"{number} {theme.name}" for number, theme in enumerate(named)]).values()
        self._numbers = {id_form(id): number for number, id in enumerate(ids)}
        self._names = {title_form(theme.name): number for number, theme in enumerate(named)}
        self._session = session
        told = [
            {
                "id": id,
                "name": " ".join(escape_delimiters(theme.name).split()),
                "about": " ".join(escape_delimiters(theme.about).split()),
            }
            for id, theme in zip(ids, named, strict=True)
        ]
        self.instructions = session.resources.render("prompts", "assign.txt", themes=told, none=NONE).strip()
        self.fingerprint = self.rules = cache_key(session.identity, self.instructions, SCHEMA, self.field)

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch of papers, with the faults of earlier answers."""
        wrong = [{"id": item.id, "fault": faults[item.key].detail} for item in batch if item.key in faults]
        delimiter = make_delimiter(self._session.secret, [item.text for item in batch])
        told = [{"id": item.id, "text": item.text} for item in batch]
        user = self._session.resources.render("prompts", "assign_papers.txt", papers=told, faults=wrong, seal=delimiter)
        room = ANSWER_AROUND + len(batch) * ANSWER_A_PAPER + self._session.backend.thinking
        return Prompt(system=self.instructions, user=user.strip(), schema=SCHEMA, max_tokens=room, seal=delimiter)

    def prepare(self, item: Item) -> None:
        """Nothing: an answer is an id."""

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Iterator[tuple[str, Finding | None]]:
        """Of each answer its paper's key, and a finding where it names no theme."""
        unknown = Finding(kind="theme", detail=f"a theme is one of the ids above, or {NONE}")
        for key, text in texts.items():
            yield key, (unknown if self.read(text) is None else None)

    async def examine(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """No findings: an id needs no check by a model."""
        return {}

    def read(self, text: str) -> ThemeAssignment | None:
        """The assignment in an answer, by a theme's id or name; `None` where it is neither."""
        said = text.strip().rstrip(".")
        confidence = UNSURE if said.endswith("?") else SURE
        said = said.rstrip("? ")
        if id_form(said) == NONE:
            return ThemeAssignment(None, confidence)
        number = self._numbers.get(id_form(said), self._names.get(title_form(said)))
        return None if number is None else ThemeAssignment(number, confidence)


async def place_papers(corpus: Corpus, named: Sequence[NamedTheme], session: Session) -> Proposed:
    """The themes of the papers by the model's answers; without a valid answer, by the built-in similarities."""
    builtin = await asyncio.to_thread(find_places, corpus, named)
    question = PlaceQuestion(named, session)
    lines = await asyncio.to_thread(tell_papers, corpus.papers, session)
    items = [Item(key=line.key, id=line.id, text=f"{line.title} | {line.tldr}") for line in lines]
    room = session.backend.context - session.backend.thinking - ANSWER_AROUND - session.count(question.instructions)
    asking = BatchQuery(
        question,
        session.dispatcher,
        limits=lambda: Limits(items=MOST_PAPERS, tokens=max(room, 256), at_once=session.at_once),
        count=lambda item: session.count(item.text) + TOKENS_AROUND + ANSWER_A_PAPER,
        repairs=REPAIRS,
        retry=session.settings.llm.retry,
    )
    try:
        replies = await asking.run(items)
    except BackendError as error:
        replies = {item.key: Reply(text=None, asked=1, why=str(error)) for item in items}
    said = {key: question.read(reply.text) for key, reply in replies.items() if reply.text is not None}
    places = [_settle(said.get(paper.key), own) for paper, own in zip(corpus.papers, builtin, strict=True)]
    return Proposed(to_themes(corpus.checked, named, places), frozenset(), rounds=1 + REPAIRS, why=_why(replies))


def _settle(said: ThemeAssignment | None, builtin: ThemeAssignment) -> ThemeAssignment:
    """Combines the assignments of one paper by the model and by the built-in engine.

    Where both agree, the higher confidence counts. Where they differ, the model decides, and the paper nearly belongs
    to the theme of the built-in engine. Without an answer (`None`) the built-in assignment stands.
    """
    if said is None:
        return builtin
    if said.theme == builtin.theme:
        return dataclasses.replace(said, confidence=max(said.confidence, builtin.confidence), nearly=builtin.nearly)
    other = () if said.theme is None or builtin.theme is None else (builtin.theme,)
    return dataclasses.replace(said, nearly=other)


def _why(replies: Mapping[str, Reply]) -> str:
    """How many papers the model did not assign, with the most frequent reason; empty where it assigned all."""
    failed = Counter(reply.why.rstrip(".") for reply in replies.values() if reply.text is None)
    if not failed:
        return ""
    count = failed.total()
    return f"{count:,} of {len(replies):,} papers: {failed.most_common(1)[0][0]}"
