"""Headings of a digest's sections by a language model, in one call that reads the titles of their themes alone."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.errors import BackendError
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.answers import read_objects
from broadsheet.llm.batch_queries import short_ids
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.models import Theme
from broadsheet.themes.answers import id_form
from broadsheet.themes.corpus import Corpus
from broadsheet.themes.llm_labels import LONGEST_LINE, TITLE_TOKENS, good_title
from broadsheet.themes.sections import Division
from broadsheet.tldr.summarise import is_english

MOST_TITLES = 12
"""The most themes of a section whose titles are in the prompt, the largest first: its heading is about those."""


class SectionHeading(Answer):
    """A section, by its id, and its heading."""

    id: str
    title: str


class SectionHeadings(Answer):
    """The answer: a heading for each section."""

    sections: list[SectionHeading]


SCHEMA = json_schema(SectionHeadings)


async def write_section_headings(
    themes: Sequence[Theme], division: Division, corpus: Corpus, session: Session
) -> tuple[str, ...]:
    """A heading for each section of the division, empty where the model gave no valid one."""
    ids = list(short_ids([min(keys) for keys in division]).values())
    told = [
        {"id": id, "titles": "; ".join(_titles(themes, keys))[:LONGEST_LINE]}
        for id, keys in zip(ids, division, strict=True)
    ]
    delimiter = make_delimiter(session.secret, (text for section in told for text in section.values()))
    render, language = session.resources.render, session.settings.language
    prompt = Prompt(
        system=render("prompts", "name_sections.txt", language=language).strip(),
        user=render("prompts", "name_sections_themes.txt", sections=told, seal=delimiter).strip(),
        schema=SCHEMA,
        max_tokens=len(division) * TITLE_TOKENS + session.backend.thinking,
        seal=delimiter,
    )
    plain = prompt.unsealed()
    key = cache_key(session.identity, plain.system, plain.user, prompt.schema)
    text = session.recall(key)
    is_new = text is None
    if text is None:
        try:
            text = await session.ask(key, prompt)
        except BackendError:
            return ()
    said = {id_form(one["id"]): one.get("title") for one in read_objects(text, field="id")}
    english = is_english(language)
    found = [
        good_title(said.get(id_form(id)), [corpus.by_key[key].checked for key in sorted(keys)], english=english)
        for id, keys in zip(ids, division, strict=True)
    ]
    if is_new:
        session.keep(key, text, good=any(found))
    return tuple(map(session.readable, found))


def _titles(themes: Sequence[Theme], keys: frozenset[str]) -> list[str]:
    own = sorted((theme for theme in themes if theme.paper_keys[0] in keys), key=lambda theme: -len(theme.paper_keys))
    return [" ".join(escape_delimiters(theme.title).split()) for theme in own[:MOST_TITLES]]
