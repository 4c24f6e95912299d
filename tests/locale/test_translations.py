"""The catalogues: each fits the words of the program, and a language is found by its code or left to English."""

from __future__ import annotations

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Message
from babel.messages.checkers import num_plurals

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.translations import ENGLISH, complete_languages, load_complete, load_language
from catalogues import TEMPLATE, UPDATE, forms, paths, read, said
from places import EXAMPLES

WORDS = [message.id for message in said() if message.id]


def blanks(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def translated(path: Path) -> list[Message]:
    return [message for message in read(path) if message.id and any(forms(message))]


def test_the_template_holds_the_words_of_the_program() -> None:
    shipped, now = ([(each.id, each.auto_comments) for each in found if each.id] for found in (read(TEMPLATE), said()))
    unwrapped = [(message, [" ".join(comments)] if comments else []) for message, comments in shipped]
    assert unwrapped == now, f"{TEMPLATE.name} is old; run: {UPDATE}"


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_catalogue_has_the_words_of_the_program_and_no_others(path: Path) -> None:
    words = [message.id for message in read(path) if message.id]
    assert set(words) <= set(WORDS), f"{path.name} translates what is no longer said; run: {UPDATE}"
    if path.stem in complete_languages():
        assert words == WORDS, f"{path.name} lacks words; run: {UPDATE}"


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_a_translation_has_the_same_blanks_and_the_plurals_of_its_language(path: Path) -> None:
    catalogue = read(path)
    Locale.parse(path.stem)
    for message in translated(path):
        english = message.id[-1] if isinstance(message.id, tuple) else message.id
        assert [blanks(form) for form in forms(message)] == [blanks(english)] * len(forms(message)), message.id
        num_plurals(catalogue, message)
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("code", [code for code in complete_languages() if code != "en"])
def test_a_language_with_a_name_of_its_own_has_every_word(code: str) -> None:
    there = {message.id for message in translated(next(path for path in paths() if path.stem == code))}
    assert sorted(map(str, set(WORDS) - there)) == []


def test_six_languages_are_complete() -> None:
    names = {code: language.own_name for code, language in complete_languages().items()}
    ours = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "ja": "日本語", "zh": "中文"}
    assert names.items() >= ours.items()


@pytest.mark.parametrize("code", ["ja", "zh"])
def test_chinese_and_japanese_have_one_plural_and_their_own_punctuation(code: str) -> None:
    path = next(path for path in paths() if path.stem == code)
    assert read(path).num_plurals == 1
    half_width = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff}] ?[,.:;?!](?:\s|$)")
    said_so = [form for message in translated(path) for form in forms(message)]
    assert [form for form in said_so if half_width.search(form)] == []


def test_a_language_is_found_by_the_first_part_of_its_code() -> None:
    assert load_language("de-at") is load_language("DE") is load_complete("de-AT")
    assert load_language("de").code == "de"
    assert [load_language(code) for code in ("", "en-gb", "xx", "../de", "broadsheet")] == [ENGLISH] * 5
    assert [load_language("de").tag(code) for code in ("de-at", "de", "nl")] == ["de-at", "de", "de"]


def test_what_a_catalogue_lacks_is_said_in_english() -> None:
    italian = PageLabels(load_language("it"))
    assert italian.own_sentence == "Frase tratta dall’abstract originale"
    assert italian.some_extracted.startswith("Frase tratta dall’abstract originale. The other TL;DRs")
    assert italian.skip == "Skip to the papers"
    assert italian.papers.format(number=2) == "2 papers"


def test_a_language_that_is_not_complete_leaves_dates_and_mails_to_english() -> None:
    assert load_language("it").code == "en"
    assert load_complete("it") is ENGLISH


def test_every_catalogue_says_what_the_mark_of_an_extracted_tldr_means() -> None:
    assert len(paths()) >= 27
    said_by = {path.stem: PageLabels(load_language(path.stem)).own_sentence for path in paths()}
    assert [code for code, mark in said_by.items() if mark == PageLabels.own_sentence] == []


def test_neither_reading_nor_english_loads_babel() -> None:
    code = (
        "import sys, datetime; from broadsheet.cli.main import main; "
        "from broadsheet.locale.labels import PageLabels; from broadsheet.locale.translations import load_language; "
        "labels = PageLabels(load_language('en')); labels.format_period(datetime.date(2099, 1, 2), "
        "datetime.date(2099, 3, 4)); labels.papers.format(number=2000); "
        f"sys.argv[1:] = ['read', {str(EXAMPLES / 'listing.txt')!r}]\n"
        "try: main()\nexcept SystemExit: print([name for name in sys.modules if name.startswith('babel')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert re.search(r"^\[\]$", done.stdout, re.MULTILINE), done.stdout[-300:]
