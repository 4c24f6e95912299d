"""Of several abstracts the reader's is read, in every format that has several."""

from __future__ import annotations

import json

import pytest

import broadsheet
from broadsheet.locale.codes import same_language
from broadsheet.reading.cleaning.languages import choose_text, reading_for

GOATS = "Goats climb trees for the fruit of the argan. We watched forty of them for a year and counted what they ate."
ZIEGEN = "Ziegen klettern für die Früchte der Arganie auf Bäume. Wir haben vierzig ein Jahr lang gezählt und gewogen."
CHEVRES = "Les chèvres montent aux arbres pour les fruits de l'arganier. Nous en avons observé quarante pendant un an."


@pytest.mark.parametrize(
    ("reader", "chosen"),
    [
        ("German", "b"),
        ("de-AT", "b"),
        ("English", "a"),
        ("French", "c"),
        ("Japanese", "a"),
        (None, "a"),
        ("Klingon", "a"),
    ],
)
def test_the_readers_language_comes_first_then_english(reader: str | None, chosen: str) -> None:
    with reading_for(reader):
        assert choose_text([("fre", "c"), ("ger", "b"), ("eng", "a")]) == chosen
    assert choose_text([("fre", "c"), ("ger", "b")]) == "c"
    assert choose_text([]) is None


@pytest.mark.parametrize("said", ["de", "DE-at", "ger", "deu", "German"])
def test_a_language_is_known_by_its_codes_and_its_name(said: str) -> None:
    assert same_language(said, "de")
    assert not same_language(said, "da")


RECORDS = [
    {"title": "Goats", "abstract": [{"lang": "en", "text": GOATS}, {"lang": "de", "text": ZIEGEN}]},
    {"title": "Goats", "abstract": {"en": GOATS, "de": ZIEGEN, "fr": CHEVRES}},
    {"title": [{"lang": "en", "title": "Goats"}, {"lang": "de", "title": "Ziegen"}], "abstract": {"de": ZIEGEN}},
    {
        "title": "Goats",
        "descriptions": [
            {"descriptionType": "Abstract", "lang": "en", "description": GOATS},
            {"descriptionType": "Abstract", "lang": "de", "description": ZIEGEN},
        ],
    },
]


@pytest.mark.parametrize("record", RECORDS)
def test_a_german_reader_gets_the_german_abstract_of_json(record: dict) -> None:
    settings = broadsheet.load_settings(flags={"language": "German"})
    paper = broadsheet.read(json.dumps([record]), settings).papers[0]
    assert paper.abstract == ZIEGEN
    assert paper.title == ("Ziegen" if isinstance(record["title"], list) else "Goats")


def test_an_english_abstract_of_datacite_stays_the_first_choice() -> None:
    assert broadsheet.read(json.dumps([RECORDS[3]])).papers[0].abstract == GOATS


PUBMED = f"""<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID>
<Article><ArticleTitle>Goats in trees</ArticleTitle><Abstract><AbstractText>{GOATS}</AbstractText></Abstract></Article>
<OtherAbstract Type="Publisher" Language="fre"><AbstractText>{CHEVRES}</AbstractText></OtherAbstract>
<OtherAbstract Type="Publisher" Language="ger"><AbstractText>{ZIEGEN}</AbstractText></OtherAbstract>
</MedlineCitation></PubmedArticle></PubmedArticleSet>"""


@pytest.mark.parametrize(
    ("language", "abstract"), [("English", GOATS), ("French", CHEVRES), ("de", ZIEGEN), ("it", GOATS)]
)
def test_pubmeds_other_abstracts_are_for_whoever_reads_them(language: str, abstract: str) -> None:
    settings = broadsheet.load_settings(flags={"language": language})
    assert broadsheet.read(PUBMED, settings).papers[0].abstract == abstract
