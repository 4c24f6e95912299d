"""JSON and JSON Lines: objects with a title are papers, everything else is told with its line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.errors import BroadsheetError, NoPapers, ReadingError
from broadsheet.reading.listing import read_text

ROW = {
    "title": "Counting Goats on Steep Dams",
    "abstract": "We count goats.",
    "authors": ["Ilse Varga", {"name": "Rui Andersen"}],
    "published": "2029-03-05T10:00:00Z",
    "doi": "https://doi.org/10.1234/GOAT",
    "arxiv_id": "2911.00003v2",
    "url": "https://lab.example/goats",
    "categories": "cs.RO cs.CV",
}


def test_a_record_is_read_with_all_that_is_plainly_named():
    paper = read_text(json.dumps([ROW])).papers[0]
    assert (paper.title, paper.abstract, paper.authors) == (
        ROW["title"],
        ROW["abstract"],
        ("Ilse Varga", "Rui Andersen"),
    )
    assert paper.identifiers == {"arxiv": "2911.00003", "arxiv_version": "2", "doi": "10.1234/goat"}
    assert (paper.key, paper.url, str(paper.published)) == ("arxiv:2911.00003", ROW["url"], "2029-03-05")
    assert paper.categories == ("cs.RO", "cs.CV")


@pytest.mark.parametrize(
    "document",
    [
        [ROW],
        ROW,
        {"papers": [ROW]},
        {"meta": {"count": 1}, "data": {"results": [ROW]}},
        {"themes": [{"title": "Goats"}, {"title": "Dams"}], "papers": [ROW]},
        [{"TITLE": ROW["title"], "Abstract": ROW["abstract"]}],
        [{"Paper Title": ROW["title"], "Summary": ROW["abstract"]}],
        [{"title": [ROW["title"]], "abstract_inverted_index": {"goats.": [2], "We": [0], "count": [1]}}],
    ],
)
def test_papers_are_found_wherever_the_list_stands(document):
    listing = read_text(json.dumps(document, indent=1))
    assert [(paper.title, paper.abstract) for paper in listing.papers] == [(ROW["title"], ROW["abstract"])]


@pytest.mark.parametrize(
    "authors",
    [
        "Ilse Varga, Rui Andersen",
        "Ilse Varga and Rui Andersen",
        "Ilse Varga; Rui Andersen;",
        [{"given": "Ilse", "family": "Varga"}, {"fullName": "Rui Andersen"}],
    ],
)
def test_authors_are_read_in_their_usual_forms(authors):
    assert read_text(json.dumps([ROW | {"authors": authors}])).papers[0].authors == ("Ilse Varga", "Rui Andersen")


def test_a_broken_line_is_a_fragment_and_the_rest_is_read():
    lines = [
        json.dumps(ROW),
        '{"title": "cut off',
        '{"abstract": "no title"}',
        "",
        json.dumps(ROW | {"title": "B", "doi": "", "arxiv_id": ""}),
    ]
    listing = read_text("\n".join(lines), source="x.jsonl")
    assert [(paper.title, paper.line) for paper in listing.papers] == [(ROW["title"], 1), ("B", 5)]
    assert [(f.first_line, f.last_line) for f in listing.fragments] == [(2, 2), (3, 3)]
    assert "broken" in listing.fragments[0].why
    assert listing.fragments[1].why == "it has no title"


def test_a_record_without_a_title_is_a_fragment_with_its_lines():
    document = (
        '{\n "n": [1, 2],\n "data": {\n  "items": [\n   {"title": "A"},\n   {\n    "abstract": "x"\n   },\n   7\n]}}'
    )
    listing = read_text(document)
    assert [paper.title for paper in listing.papers] == ["A"]
    assert [(f.first_line, f.last_line, f.why) for f in listing.fragments] == [
        (6, 8, "it has no title"),
        (9, 9, "it is no JSON object"),
    ]


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"papers":' * 100_000, '[{"title":' + "[" * 100_000 + "]" * 100_000 + "}]"]
)
def test_deep_nesting_ends_in_a_sentence(text):
    with pytest.raises(ReadingError, match="nested too deeply"):
        read_text(text)


def test_broken_json_names_the_place():
    with pytest.raises(ReadingError, match=r"x\.json: the JSON is broken at line 2, column 12"):
        read_text('[\n {"title": }]', source="x.json")


@pytest.mark.parametrize("text", ["[]", "{}", '[["title"]]', '{"a": {"b": 1}}', '[{"name": "x"}]', "[1, 2]"])
def test_json_without_titles_has_no_papers(text):
    with pytest.raises(NoPapers):
        read_text(text)


def test_what_read_prints_can_be_read_again():
    listing = read_text(json.dumps([ROW, {"title": r"Fr\'echet goats of 5\%", "abstract": "A -- b \\emph{c}."}]))
    again = read_text(listing.model_dump_json(), source="again.json")
    assert [paper.model_copy(update={"source": ""}) for paper in again.papers] == [
        paper.model_copy(update={"source": ""}) for paper in listing.papers
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["title", "abstract", "authors", "doi", "url", "papers", "Date", "ids", "code"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(VALUES, st.booleans())
def test_any_json_is_a_listing_or_one_error(value, as_lines):
    text = json.dumps([value, value] if not as_lines else {"title": value})
    try:
        listing = read_text(f"{text}\n{text}" if as_lines else text)
    except BroadsheetError:
        return
    assert all(paper.title for paper in listing.papers)


GOATS = "We counted goats on forty slopes over two winters, and found that most of the herd leaves before it is noon."
ZIEGEN = "Wir zählten Ziegen auf vierzig Hängen in zwei Wintern und fanden, dass die meisten vor dem Mittag gehen."


def only(**fields):
    return read_text(json.dumps([{"title": "Goats on slopes", "abstract": GOATS} | fields])).papers[0]


@pytest.mark.parametrize(
    "authors",
    [
        {"name": "Ada Ash"},
        {"given": "Ada", "family": "Ash"},
        {"author": {"name": "Ada Ash"}},
        ["Ada Ash", "None"],
        ["Ada Ash", "nan"],
        "Ada Ash",
    ],
)
def test_one_author_need_not_stand_in_a_list(authors):
    assert only(authors=authors).authors == ("Ada Ash",)


def test_names_in_one_text_inside_a_list_are_apart():
    assert only(authors=["Ash, Ada; Birch, Ben"]).authors == ("Ash, Ada", "Birch, Ben")


@pytest.mark.parametrize("nothing", ["nan", "NaN", "None", "null", "N/A"])
def test_the_text_that_programs_write_for_none_is_none(nothing):
    paper = only(
        abstract=nothing, authors=nothing, doi=nothing, venue=nothing, journal="Hills", keywords=[nothing, "goats"]
    )
    assert (paper.abstract, paper.authors, paper.identifiers) == ("", (), {})
    assert (paper.venue, paper.categories) == ("Hills", ("goats",))


@pytest.mark.parametrize(
    "abstract",
    [
        {"de": ZIEGEN, "en": GOATS},
        [{"lang": "de", "value": ZIEGEN}, {"lang": "en", "value": GOATS}],
        [{"language": "ger", "text": ZIEGEN}, {"language": "eng", "text": GOATS}],
        [ZIEGEN, GOATS],
    ],
)
def test_of_abstracts_in_several_languages_the_english_one_is_read(abstract):
    assert only(abstract=abstract).abstract == GOATS


def test_parts_of_one_abstract_stay_together():
    assert only(abstract=[GOATS, GOATS.replace("goats", "lids")]).abstract.count("We counted") == 2


@pytest.mark.parametrize(
    ("title", "subtitle", "shown"),
    [
        ("Goats on slopes.", None, "Goats on slopes"),
        ("Goats of the U.S.", None, "Goats of the U.S."),
        ("Goats by Ash et al.", None, "Goats by Ash et al."),
        ("Goats and more...", None, "Goats and more..."),
        (["Goats on slopes"], ["A field study"], "Goats on slopes: A field study"),
        ("Do goats climb?", "Goats in DKA", "Do goats climb?"),
        ("Do goats climb?", "A field study of slopes", "Do goats climb? A field study of slopes"),
        ("Climb!", ["Forty slopes"], "Climb! Forty slopes"),
        ("¿Trepan las cabras?", "Un estudio de campo", "¿Trepan las cabras? Un estudio de campo"),
        ("Goats that climb wet slopes", "GOATS CLIMB SLOPES", "Goats that climb wet slopes"),
        ("Goats on slopes", "GPT", "Goats on slopes: GPT"),
        ("Goats: a field study", "A Field Study", "Goats: a field study"),
        ("Goats on slopes", "nan", "Goats on slopes"),
        ({"de": "Ziegen", "en": "Goats"}, None, "Goats"),
        ([{"lang": "de", "value": "Ziegen"}, {"lang": "en", "value": "Goats"}], None, "Goats"),
        ({"fr": "Chèvres"}, None, "Chèvres"),
    ],
)
def test_titles_have_their_subtitle_and_no_closing_stop(title, subtitle, shown):
    assert only(title=title, subtitle=subtitle).title == shown


@pytest.mark.parametrize(
    ("words", "title", "abstract"),
    [
        ("Abstract Forty canteens cook soup.", "Soup", "Forty canteens cook soup."),
        ("ABSTRACT We cook soup.", "Soup", "We cook soup."),
        ("Abstract Background: soup is hot.", "Soup", "Background: soup is hot."),
        ("Abstract interpretation is a theory.", "Soup", "Abstract interpretation is a theory."),
        ("Abstract Interpretation is a theory.", "Soup", "Abstract Interpretation is a theory."),
        ("Abstract Soups are no soups.", "On abstract soups", "Abstract Soups are no soups."),
        ("Abstracts of soup were read.", "Soup", "Abstracts of soup were read."),
    ],
)
def test_the_heading_word_of_an_inverted_abstract_goes(words, title, abstract):
    index = {}
    for place, word in enumerate(words.split()):
        index.setdefault(word, []).append(place)
    row = {"id": "https://openalex.org/W9000000001", "display_name": title, "abstract_inverted_index": index}
    assert read_text(json.dumps({"results": [row]})).papers[0].abstract == abstract


def test_exponents_of_jats_keep_their_meaning():
    said = (
        "<jats:p>Dose 10<jats:sup>3</jats:sup>, 5 × 10<jats:sup>−6</jats:sup> M of CO<jats:sub>2</jats:sub>.</jats:p>"
    )
    assert only(abstract=said).abstract == "Dose 10³, 5 × 10⁻⁶ M of CO₂."


@pytest.mark.parametrize(
    "titles",
    [
        [{"title": "Do goats climb?", "subtitle": "A field study"}],
        [{"title": "Do goats climb?"}, {"title": "A field study", "titleType": "Subtitle"}],
    ],
)
def test_a_subtitle_inside_a_list_of_titles_is_joined(titles):
    assert read_text(json.dumps([{"titles": titles, "abstract": GOATS}])).papers[0].title == (
        "Do goats climb? A field study"
    )


@pytest.mark.parametrize(
    ("authors", "names"),
    [("李明、王芳", ("李明", "王芳")), ("李明，王芳", ("李明", "王芳")), ("Ash A, Oak B.", ("Ash A", "Oak B."))],
)
def test_short_names_are_not_taken_for_initials(authors, names):
    assert only(authors=authors).authors == names


@pytest.mark.parametrize("abstract", [{"h1": "Abstract", "p": GOATS}, {"rendered": f"<p>{GOATS}</p>"}])
def test_an_abstract_in_the_names_of_its_markup_is_its_text(abstract):
    paper = only(title={"rendered": "Goats on slopes"}, abstract=abstract)
    assert (paper.title, paper.abstract) == ("Goats on slopes", GOATS)
