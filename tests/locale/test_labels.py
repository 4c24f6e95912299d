"""The words by the names under which templates find them."""

from __future__ import annotations

import re

import pytest

from broadsheet.locale.labels import ComparisonLabels, Labels, MailLabels, PageLabels, WebLabels
from broadsheet.locale.translations import load_complete
from places import ROOT

GERMAN, FRENCH = load_complete("de"), load_complete("fr")


@pytest.mark.parametrize(
    ("templates", "name", "labels"),
    [
        ("digest.* archive.html parts/*", "labels", PageLabels()),
        ("comparison*", "labels", ComparisonLabels()),
        ("email.*", "labels", MailLabels()),
        ("door/*", "words", WebLabels()),
    ],
)
def test_every_word_that_a_template_asks_for_is_there(templates: str, name: str, labels: Labels) -> None:
    files = [path for pattern in templates.split() for path in (ROOT / "templates").glob(pattern)]
    asked = {word for path in files for word in re.findall(rf"\b{name}\.(\w+)", path.read_text(encoding="utf-8"))}
    assert len(asked) > 10
    assert [word for word in asked if word not in {"py", "length"} and not hasattr(labels, word)] == []


def test_a_count_has_the_form_of_its_number() -> None:
    assert [PageLabels().papers.format(number=number) for number in (0, 1, 1204)] == [
        "0 papers",
        "1 paper",
        "1,204 papers",
    ]
    assert [PageLabels(GERMAN).papers.format(number=number) for number in (1, 1204)] == ["1 Arbeit", "1.204 Arbeiten"]
    more = [PageLabels(FRENCH).more_authors.format(number=number) for number in (1, 2)]
    assert more == ["et 1 autre", "et 2 autres"]


def test_a_mail_knows_the_words_of_the_page_in_its_language() -> None:
    german = MailLabels(GERMAN)
    assert (german.code, german.page.code, german.own_sentence) == ("de", "Code", "Satz aus dem Abstract, im Wortlaut.")


def test_what_a_theme_became_and_how_often_mails_come_are_words_too() -> None:
    assert PageLabels(FRENCH).statuses == {"new": "nouveau", "grown": "en hausse", "continued": ""}
    assert WebLabels(GERMAN).frequencies["monthly"] == "Einmal im Monat"
