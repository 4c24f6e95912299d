"""Reasons: kept in English, said again in the language of a page, and left alone where somebody else said them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadsheet.locale.labels import Labels, Text
from broadsheet.locale.reasons import AccountLabels, ReasonLabels, say_account, say_reason
from broadsheet.locale.translations import complete_languages, load_language

KINDS = {
    name: (say, each.english)
    for kind, say in ((ReasonLabels, say_reason), (AccountLabels, say_account))
    for name, each in vars(kind).items()
    if isinstance(each, Text)
}
FORMS = {name: english for name, (_, english) in KINDS.items() if " " in english and english != "your stars"}
BLANKS = {
    "number": "12",
    "made": "11",
    "theme": "Knots in Rope",
    "source": "inbox/knots.txt",
    "word": "marling",
    "kept": "A Boiled Kettle",
    "key": "doi:10.9999/k",
    "why": "the run stopped at $0.10",
    "figure": "93% accuracy",
    "thing": "a dataset",
    "name": "KettleNet",
    "phrase": "fern shade",
    "words": "fern, shade and damp",
    "clause": "reports 93% accuracy",
    "title": "A Kettle, Boiled",
}
GERMAN = Labels(load_language("de"))


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("code", [code for code in complete_languages() if code != "en"])
def test_every_reason_is_said_in_every_language_with_what_stood_in_it(code: str, name: str) -> None:
    labels = Labels(load_language(code))
    said = KINDS[name][0](FORMS[name].format(**BLANKS), labels)
    assert said != FORMS[name].format(**BLANKS)
    own = {blank: BLANKS[blank] for blank in BLANKS if f"{{{blank}}}" in FORMS[name]}
    for blank in own.keys() - {"thing", "words", "clause"}:
        assert own[blank] in said
    for word in ("fern", "shade", "damp") if "words" in own else ():
        assert word in said


def test_what_the_program_says_inside_a_reason_is_translated_too() -> None:
    assert say_reason("introduces KettleNet, a dataset", GERMAN) == "stellt KettleNet vor, einen Datensatz"
    assert (
        say_reason("matches your interests: reports 3% of it", GERMAN)
        == "passt zu Ihren Interessen: berichtet 3% of it"
    )
    assert say_reason("like “Knots” in your stars: both speak of fern, shade and damp", GERMAN) == (
        "wie „Knots“ in Ihren Sternen: beide sprechen von fern, shade und damp"
    )


def test_the_longer_form_is_known_before_the_shorter() -> None:
    said = say_reason("matches your interest in fern shade, which its title names", GERMAN)
    assert said == "passt zu Ihrem Interesse an fern shade: der Titel nennt es"


def test_a_clause_of_somebody_elses_stays_as_it_is() -> None:
    assert say_reason("first to boil {0} kettles % at once", GERMAN) == "first to boil {0} kettles % at once"


@given(st.text(max_size=60), st.sampled_from(sorted(FORMS)))
def test_in_english_nothing_changes_whatever_stands_in_a_reason(words: str, name: str) -> None:
    clause = FORMS[name].format(**dict.fromkeys(BLANKS, words))
    assert KINDS[name][0](clause, Labels()) == clause
