"""Records in several languages: the reader's is taken first, then English, then the first, in every format."""

from __future__ import annotations

import json

import pytest

from broadsheet.api import read
from broadsheet.reading.listing import read_inputs, read_text
from broadsheet.reading.translations import labelled_field, language_of, told_apart
from broadsheet.settings.loading import load_settings

GOATS = "We counted goats on forty slopes over two winters, and found that most of the herd leaves before it is noon."
ZIEGEN = (
    "Wir zählten Ziegen auf vierzig Hängen in zwei Wintern und fanden, dass die meisten von ihnen den Hang vor dem"
    " Mittag verlassen."
)
CHEVRES = (
    "Nous avons compté les chèvres de quarante pentes pendant deux hivers, et la plupart des animaux quittent la pente"
    " avant midi."
)
ENGLISH, GERMAN = ("Goats on slopes", GOATS), ("Ziegen am Hang", ZIEGEN)


def row(**fields: object) -> str:
    return json.dumps([{"authors": ["Ada Ash"], **fields}], ensure_ascii=False)


BOTH = {
    "objects by language": row(title={"de": GERMAN[0], "en": ENGLISH[0]}, abstract={"de": ZIEGEN, "en": GOATS}),
    "regions": row(title={"de-AT": GERMAN[0], "en_GB": ENGLISH[0]}, abstract={"de-AT": ZIEGEN, "en_GB": GOATS}),
    "parts that say theirs": row(
        title=[{"lang": "ger", "value": GERMAN[0]}, {"lang": "eng", "value": ENGLISH[0]}],
        abstract=[{"@xml:lang": "de", "#text": ZIEGEN}, {"@xml:lang": "en", "#text": GOATS}],
    ),
    "DataCite": row(
        titles=[
            {"title": "Herd report 7", "titleType": "AlternativeTitle", "lang": "en"},
            {"title": GERMAN[0], "lang": "de"},
            {"title": ENGLISH[0], "titleType": "TranslatedTitle", "lang": "en"},
        ],
        descriptions=[
            {"description": "Forty tables of slopes.", "descriptionType": "TableOfContents", "lang": "de"},
            {"description": ZIEGEN, "descriptionType": "Abstract", "lang": "de"},
            {"description": GOATS, "descriptionType": "Abstract", "lang": "en"},
        ],
    ),
    "HAL": row(
        title_s=[GERMAN[0], ENGLISH[0]], de_title_s=[GERMAN[0]], en_title_s=[ENGLISH[0]],
        abstract_s=[ZIEGEN, GOATS], de_abstract_s=[ZIEGEN], en_abstract_s=[GOATS],
    ),
    "names with a language": row(title_de=GERMAN[0], title_en=ENGLISH[0], abstract_de=ZIEGEN, abstract_en=GOATS),
    "JSON Lines": "\n".join(
        [json.dumps({"title_de": GERMAN[0], "title_en": ENGLISH[0], "ab_de": [ZIEGEN], "ab_en": [GOATS]})] * 2
    ),
    "a table": (
        f'title_en;title_de;authors;abstract_en;abstract_de\n{ENGLISH[0]};{GERMAN[0]};"Ash, Ada";"{GOATS}";"{ZIEGEN}"\n'
    ),
    "DSpace": (
        "id,dc.contributor.author,dc.title[de],dc.title[en_US],dc.description.abstract[de_DE],"
        f'dc.description.abstract[en]\n1,"Ash, Ada",{GERMAN[0]},{ENGLISH[0]},"{ZIEGEN}","{GOATS}"\n'
    ),
    "names in brackets": (
        f'Title (English),Title (German),Year,Abstract (English),Abstract (German)\n'
        f'{ENGLISH[0]},{GERMAN[0]},2026,"{GOATS}","{ZIEGEN}"\n'
    ),
    "names in one language": (
        f'Título;Titel;Autoren;Resumen;abstract_en;Zusammenfassung\n'
        f'{ENGLISH[0]};{GERMAN[0]};"Ash, Ada";x;"{GOATS}";"{ZIEGEN}"\n'
    ),
    "names in two languages": f'Title,Titel,Abstract,Zusammenfassung\n{ENGLISH[0]},{GERMAN[0]},"{GOATS}","{ZIEGEN}"\n',
    "BibTeX": (
        f"@article{{ash, author={{Ash, Ada}}, title={{{ENGLISH[0]}}}, title_de={{{GERMAN[0]}}},\n"
        f" abstract={{{GOATS}}}, abstract_de={{{ZIEGEN}}}}}\n"
    ),
    "BibTeX without a plain one": (
        f"@article{{ash, author={{Ash, Ada}}, title-german={{{GERMAN[0]}}}, title-english={{{ENGLISH[0]}}},\n"
        f" title={{{GERMAN[0]}}}, abstract-german={{{ZIEGEN}}}, abstract-english={{{GOATS}}}}}\n"
    ),
    "PubMed XML": (
        '<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>900001</PMID><Article><ArticleTitle>[Goats on slopes].'
        f"</ArticleTitle><Abstract><AbstractText>{GOATS}</AbstractText></Abstract><Language>ger</Language>"
        f"<VernacularTitle>{GERMAN[0]}</VernacularTitle></Article><OtherAbstract Language=\"ger\" Type=\"Publisher\">"
        f"<AbstractText>{ZIEGEN}</AbstractText></OtherAbstract></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    ),
    "MEDLINE": (
        f"PMID- 900001\nTI  - {ENGLISH[0]}\nAB  - {GOATS}\nFAU - Ash, Ada\nLA  - ger\nTT  - {GERMAN[0]}\n"
        f"OABL- ger\nOAB - {ZIEGEN}\n"
    ),
    "Dublin Core": (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>Ash, Ada</dc:creator>'
        f'<dc:title xml:lang="de-DE">{GERMAN[0]}</dc:title><dc:title xml:lang="en-US">{ENGLISH[0]}</dc:title>'
        f'<dc:description xml:lang="de-DE">{ZIEGEN}</dc:description>'
        f'<dc:description xml:lang="en-US">{GOATS}</dc:description></oai_dc:dc>'
    ),
    "a paper's own page": (
        f'<html><head><meta name="citation_title" content="{ENGLISH[0]}" xml:lang="en"/>'
        f'<meta name="DC.Title.Alternative" content="{GERMAN[0]}" xml:lang="de"/>'
        '<meta name="citation_author" content="Ada Ash"/>'
        f'<meta name="DC.Description" content="{GOATS}" xml:lang="en"/>'
        f'<meta name="DC.Description" content="{ZIEGEN}" xml:lang="de"/></head><body></body></html>'
    ),
}  # fmt: skip


@pytest.mark.parametrize("text", BOTH.values(), ids=BOTH)
@pytest.mark.parametrize(
    ("language", "shown"),
    [("English", ENGLISH), ("German", GERMAN), ("de", GERMAN), ("Deutsch", GERMAN), ("Finnish", ENGLISH)],
)
def test_the_readers_language_is_taken_then_english(text, language, shown):
    paper = read_text(text, language=language).papers[0]
    assert (paper.title.strip("."), paper.abstract) == shown


UNLABELLED = {
    "a list": row(title="Goats", abstract=[ZIEGEN, GOATS, CHEVRES]),
    "RIS": f"TY  - JOUR\nTI  - Goats\nAB  - {ZIEGEN}\nAB  - {GOATS}\nN2  - {CHEVRES}\nER  - \n",
    "Dublin Core": (
        '<dc xmlns="http://purl.org/dc/elements/1.1/"><title>Goats</title>'
        f"<description>{ZIEGEN}</description><description>{GOATS}</description>"
        f"<description>{CHEVRES}</description></dc>"
    ),
}


@pytest.mark.parametrize("text", UNLABELLED.values(), ids=UNLABELLED)
@pytest.mark.parametrize(("language", "shown"), [("en", GOATS), ("French", CHEVRES), ("fr-CA", CHEVRES)])
def test_whole_abstracts_that_say_no_language_are_told_apart_by_their_words(text, language, shown):
    assert read_text(text, language=language).papers[0].abstract == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (row(title_fr="Chèvres", title_de="Ziegen", abstract_fr=CHEVRES), ("Chèvres", CHEVRES)),
        (row(title={"eu": "Ahuntzak", "fr": "Chèvres"}, abstract=GOATS), ("Ahuntzak", GOATS)),
        (row(title="Goats", title_de="Ziegen", title_id="G-7", abstract=GOATS, abstract_no=17), ("Goats", GOATS)),
    ],
)
def test_without_english_the_first_is_taken_and_numbers_are_no_titles(text, shown):
    paper = read_text(text).papers[0]
    assert (paper.title, paper.abstract) == shown


def test_sections_in_two_languages_stay_together():
    parts = [
        {"lang": language, "label": label, "text": text}
        for language, label, text in (
            ("de", "Ziel", "Wir zählen."), ("de", "Ergebnis", "Vierzig."), ("en", "Aim", "We count."),
            ("en", "Result", "Forty."),
        )
    ]  # fmt: skip
    text = row(title="Goats", abstract=parts)
    assert read_text(text).papers[0].abstract == "Aim: We count. Result: Forty."
    assert read_text(text, language="de").papers[0].abstract == "Ziel: Wir zählen. Ergebnis: Vierzig."


def test_a_translated_title_has_the_subtitle_of_its_language():
    text = row(
        title={"de": "Steigen Ziegen?", "en": "Do goats climb?"},
        subtitle={"de": "Eine Feldstudie", "en": "A field study"},
    )
    assert read_text(text).papers[0].title == "Do goats climb? A field study"
    assert read_text(text, language="de").papers[0].title == "Steigen Ziegen? Eine Feldstudie"


def test_the_settings_say_the_language_when_python_reads(tmp_path, monkeypatch):
    text = BOTH["names with a language"]
    assert read(text, load_settings(flags={"language": "German"})).papers[0].title == GERMAN[0]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("language: de\n")
    assert read(text).papers[0].title == GERMAN[0]


def test_the_language_is_asked_for_only_where_a_record_has_several(tmp_path):
    asked: list[str] = []

    def language() -> str:
        asked.append("once")
        return "de"

    file = tmp_path / "goats.json"
    file.write_text(row(title="Goats", abstract=GOATS))
    read_inputs([str(file)], language=language)
    assert asked == []
    file.write_text(json.dumps(json.loads(BOTH["regions"]) * 3))
    read_inputs([str(file)], language=language)
    assert asked == ["once"]


@pytest.mark.parametrize("name", ["title", "titles", "subtitle", "titlesort", "abstract", "description", "abs", "tier"])
def test_names_without_a_language_have_none(name):
    assert labelled_field(name) == ("", "")


def test_languages_are_told_by_common_words_and_scripts():
    assert [language_of(text) for text in (GOATS, ZIEGEN, CHEVRES)] == ["en", "de", "fr"]
    assert language_of("我们在两个冬天数了四十个山坡上的山羊。") == "zh"
    assert language_of("xyzzy plugh") == ""
    assert told_apart([GOATS, GOATS.upper()]) == {}
