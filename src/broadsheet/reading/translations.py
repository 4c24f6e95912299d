"""Titles and abstracts in several languages: how a field says which one it is in, and which one a reader gets."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from broadsheet.locale.language_codes import primary_language
from broadsheet.reading.record import Record
from broadsheet.text.lazy_regex import lazy_regex

Texts = Mapping[str, str]
"""One text by the codes of its languages (`de`), the empty one where a language is not said."""

_STEMS = {
    **dict.fromkeys(("dcdescriptionabstract", "abstracttext", "abstracts", "abstract", "summary", "ab"), "abstract"),
    **dict.fromkeys(("documenttitle", "articletitle", "papertitle", "dctitle", "titles", "title", "ti"), "title"),
}
_OWN_NAMES = {
    **dict.fromkeys(("zusammenfassung", "kurzfassung"), ("abstract", "de")), "titel": ("title", "de"),
    "résumé": ("abstract", "fr"), "titre": ("title", "fr"), "resumen": ("abstract", "es"), "resumo": ("abstract", "pt"),
    **dict.fromkeys(("título", "titulo"), ("title", "")), "riassunto": ("abstract", "it"), "titolo": ("title", "it"),
    **dict.fromkeys(("摘要", "中文摘要"), ("abstract", "zh")), "英文摘要": ("abstract", "en"),
    "要旨": ("abstract", "ja"), **dict.fromkeys(("标题", "题名"), ("title", "zh")), "英文标题": ("title", "en"),
}  # fmt: skip
"""Fields that are called in the language which they are in."""
_SEPARATORS = lazy_regex(r"[_.:-]+")
_COUNTRY = lazy_regex(r"(?:us|gb|uk|ca|au|de|at|ch|fr|be|es|mx|cl|co|br|pt|it|nl|cn|tw|hk|jp|kr|ru|se|dk|pl|tr)?$")
_COMMON: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "the of and to we that is for with are this by from was",
        "de": "der die das und ist nicht mit wir ein eine von den dem des wird werden für auf im zu",
        "fr": "le la les des et est une dans nous que pour sur du un par en",
        "es": "el la los las de y en que una un con para por se del",
        "pt": "o a os as de e em que uma um com para por do da no na não",
        "it": "il la di e che un una per con del della in i le non",
        "nl": "de het een en van is dat met voor in op te zijn wij",
    }.items()
}
_SCRIPTS = {
    "ja": lazy_regex("[ぁ-ヿ]"), "ko": lazy_regex("[가-힣]"), "zh": lazy_regex("[一-鿿]"), "ru": lazy_regex("[а-я]"),
    "ar": lazy_regex("[ء-ي]"), "el": lazy_regex("[α-ω]"),
}  # fmt: skip
_WHOLE = 100
"""Characters of a text that may be an abstract by itself."""
_SHARE = 0.1


@functools.lru_cache(maxsize=4096)
def labelled_field(name: str) -> tuple[str, str]:
    """The field and the language that a name in small letters stands for, both empty where it says no language.

    >>> [labelled_field(name) for name in ("abstract_de", "dctitle[ptbr]", "fr_abstract_s", "titlelength")]
    [('abstract', 'de'), ('title', 'pt'), ('abstract', 'fr'), ('', '')]
    """
    name = _SEPARATORS.sub("", name)
    if name in _OWN_NAMES:
        return _OWN_NAMES[name]
    for stem, field in _STEMS.items():
        if name.startswith(stem) and (language := _language_at(name[len(stem) :].strip("[]"))):
            return field, language
        if name.endswith(stem) and (language := primary_language(name[: -len(stem)])):
            return field, language
    return "", ""


@functools.lru_cache(maxsize=256)
def labelled_fields(names: tuple[str, ...]) -> tuple[tuple[str, str, str], ...]:
    """The names of a row that say a language, each with its field and its language: one look for all rows alike."""
    return tuple((name, field, language) for name in names for field, language in [labelled_field(name)] if field)


def _language_at(rest: str) -> str:
    """The language of what stands behind a name: `de`, `german`, `ptbr`."""
    return primary_language(rest) or (primary_language(rest[:2]) if _COUNTRY.fullmatch(rest[2:]) else "")


def language_of(text: str) -> str:
    """The language that a text of some length is in, by its script or its most common words; empty in doubt."""
    sample = text[:2000].lower()
    for language, script in _SCRIPTS.items():
        if len(script.findall(sample)) > len(sample) / 10:
            return language
    words = sample.split()
    counts = {language: sum(word in common for word in words) for language, common in _COMMON.items()}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > _SHARE * len(words) else ""


def told_apart(texts: Sequence[str]) -> Texts:
    """Whole texts in several languages by these; nothing where the texts are parts of one."""
    if len(texts) < 2 or min(map(len, texts)) < _WHOLE:
        return {}
    found: dict[str, list[str]] = {}
    for text in texts:
        found.setdefault(language_of(text), []).append(text)
    return {language: "\n".join(parts) for language, parts in found.items()} if len(found) > 1 else {}


def preferred(texts: Texts, language: str = "en") -> str:
    """The text in a language, else in English, else the first; empty where there is none."""
    if len(texts) == 1:  # as nearly all are
        (only,) = texts.values()
        return only
    return texts.get(language) or texts.get("en") or next(filter(None, texts.values()), "")


def in_language(record: Record, language: str) -> Record:
    """The record with title and abstract in a reader's language, each where it has them in it."""
    title, abstract = (record.titles or {}).get(language), (record.abstracts or {}).get(language)
    if not title and not abstract:
        return record
    return replace(record, title=title or record.title, abstract=abstract or record.abstract)
