"""Every word that a template says of its own accord, in one place, so that a page can speak another language.

Other languages have one line as yet: what the mark beside an extracted TL;DR means.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType


@dataclasses.dataclass(frozen=True, slots=True)
class Labels:
    """The labels of a page under the name `labels`; those with braces are filled in with `format`."""

    skip: str = "Skip to the papers"
    reading_time: str = "{time} read"
    papers_in_themes: str = "{papers} in {themes}"
    number: str = "No. {number}"
    edited_by: str = "Edited by {editor}"
    contents: str = "In this edition"
    vanished: str = "Gone since the last edition"
    returned: str = "Returned in a new version"
    version: str = "version {version}"
    new_version: str = "a new version"
    stood_in: str = "after no. {number}"
    nothing_new: str = "Nothing new since the last edition."
    editions: str = "Editions"
    all_editions: str = "All editions"
    earlier: str = "The one before"
    later: str = "The next one"
    skip_to_editions: str = "Skip to the editions"
    feed: str = "Feed"
    find_all: str = "Find in all editions"
    found_all: str = "{shown} of {all} papers"
    not_found: str = "The search cannot be reached."
    papers_on: str = "{papers} on"
    no_edition: str = "There is no edition yet."
    highlights: str = "Highlights"
    note: str = "From the editor"
    interests: str = "Ranked by your interests"
    cited: str = "Cited above"

    map: str = "A map of this edition"
    map_caption: str = "Each number is a paper, under the number of its theme. Near means alike."
    skip_map: str = "Skip the map"

    find: str = "Find in this edition"
    found: str = "{shown} of {all} papers"
    table: str = "All papers in a table"
    column_paper: str = "Paper"
    column_author: str = "First author"
    column_theme: str = "Theme"
    column_date: str = "Date"
    column_match: str = "Match"

    theme: str = "Theme"
    see_also: str = "See also"
    match: str = "Why it’s here"
    abstract: str = "Abstract"
    code: str = "Code"
    more_authors: str = "and {number} more"
    further: str = "Further papers"
    untitled: str = "Untitled"
    no_abstract: str = "No abstract in the listing."
    no_tldr: str = "No TL;DR was made."
    extracted_because: str = "Extracted, because {why}."
    statuses: Mapping[str, str] = dataclasses.field(
        default_factory=lambda: MappingProxyType({"new": "new", "grown": "grown", "continued": ""})
    )
    """The words for a theme against the edition before; that one goes on as it was is not worth a word."""

    own_sentence: str = "The abstract’s own sentence"
    all_extracted: str = "TL;DRs are the abstracts’ own sentences. A model can write them:"
    or_an_entry: str = "or an entry under backends: in config.yaml."
    some_extracted: str = "The abstract’s own sentence. The other TL;DRs were written by {model}."
    all_written: str = "TL;DRs were written by {model}."
    open_an_abstract: str = "Open an abstract to see what each rests on."

    made: str = "How this digest was made"
    account: str = "What came in and what became of it"
    again: str = "Read from {sources}. To make it again:"
    fragment_where: str = "Where"
    fragment_begins: str = "Begins"
    fragment_why: str = "Why"
    more_fragments: str = "And {number} more; digest.json has them all."


ENGLISH = Labels()


_EXTRACTED: Mapping[str, str] = {
    "ar": "جملة من الملخص الأصلي",
    "cs": "Věta převzatá z abstraktu",
    "da": "Sætning fra artiklens eget abstract",
    "de": "Satz aus dem Abstract, im Wortlaut",
    "el": "Πρόταση από την περίληψη του άρθρου",
    "en": "The abstract’s own sentence",
    "es": "Frase tomada del resumen original",
    "fa": "جمله‌ای از چکیدهٔ اصلی",
    "fi": "Lause tiivistelmästä sellaisenaan",
    "fr": "Phrase tirée du résumé d’origine",
    "he": "משפט מתוך התקציר המקורי",
    "hi": "मूल सारांश का वाक्य",
    "hu": "Mondat az eredeti absztraktból",
    "id": "Kalimat dari abstrak aslinya",
    "it": "Frase tratta dall’abstract originale",
    "ja": "要旨からの原文",
    "ko": "초록의 원문 문장",
    "nl": "Zin uit het abstract zelf",
    "no": "Setning fra artikkelens eget sammendrag",
    "pl": "Zdanie z oryginalnego streszczenia",
    "pt": "Frase tirada do resumo original",
    "ro": "Propoziție din rezumatul original",
    "ru": "Предложение из аннотации",
    "sv": "Mening ur artikelns eget abstract",
    "tr": "Özetin kendi cümlesi",
    "uk": "Речення з анотації",
    "vi": "Câu trích từ tóm tắt gốc",
    "zh": "摘要原句",
}


def labels_in(code: str) -> Labels:
    """The labels for a language code such as `de` or `pt-br`; English ones where we have no others."""
    own = _EXTRACTED.get(code.partition("-")[0])
    if own is None:
        return ENGLISH
    rest = ENGLISH.some_extracted.removeprefix(ENGLISH.own_sentence)
    return dataclasses.replace(ENGLISH, own_sentence=own, some_extracted=own + rest)
