from __future__ import annotations

import base64
import hashlib
import itertools
import json
import math
import operator
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

import catalogues
from broadsheet.errors import TemplateError
from broadsheet.locale.translations import complete_languages
from broadsheet.models import Digest, Strand, Theme
from broadsheet.rendering.pages import Form, render_digest
from broadsheet.settings.resources import Resources, shipped_root
from long_digest import long_digest
from places import DATA
from sample_digest import DIGEST, HOSTILE, TIDES, built_in
from sectioned import sectioned_digest

GOLDEN = DATA / "golden"
REWRITE = "UPDATE_GOLDEN=1 pytest tests/rendering/test_pages.py"
SHIPPED = Resources()
PAGES: tuple[Form, ...] = ("md", "html", "txt")
VOID = {"meta", "br", "link", "img", "hr", "input"}


class Document(HTMLParser):
    """The tags, ids, links and texts of a page, and whether its tags close in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(html)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute))]

    def text_in(self, tag: str) -> list[str]:
        return [text for open_tag, text in self.texts if open_tag == tag]


def html_of(digest: Digest) -> Document:
    return Document(render_digest(digest, "html", resources=SHIPPED))


@pytest.mark.parametrize("form", PAGES)
def test_the_sample_is_rendered_as_its_golden_file(form: Form) -> None:
    file = GOLDEN / f"digest.{form}"
    rendered = render_digest(DIGEST, form, resources=SHIPPED)
    if os.environ.get("UPDATE_GOLDEN"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered, encoding="utf-8", newline="\n")
    expected = file.read_text(encoding="utf-8") if file.exists() else ""
    assert rendered == expected, f"{file.name} has changed; look at it, then rewrite the goldens: {REWRITE}"


def test_json_is_the_digest_itself() -> None:
    text = render_digest(DIGEST, "json", resources=SHIPPED)
    assert text.endswith("}\n")
    assert Digest.model_validate_json(text) == DIGEST
    assert json.loads(text)["summaries"][1]["method"] == "extracted"


@pytest.mark.parametrize("form", PAGES)
def test_every_paper_is_on_the_page_once_even_where_themes_forget_or_repeat_one(form: Form) -> None:
    broken = (Theme(title="Water", paper_keys=(TIDES.key, TIDES.key, "hash:nowhere")), DIGEST.themes[0])
    broken = (broken[0], broken[1].model_copy(update={"see_also": ()}))
    bare = {"themes": broken, "overview": None, "highlights": ()}
    page = render_digest(DIGEST.model_copy(update=bare), form, resources=SHIPPED)
    if form == "html":
        page = "\n".join(re.findall(r"<h[23].*</h[23]>|<li class=\"paper\".*", page))
    for title in ("Counting tides in bathtubs", "A survey of singing kettles", "Moss that keeps time"):
        assert page.count(title) == 1
    assert "Further papers" in page


@pytest.mark.parametrize("form", PAGES)
def test_no_template_syntax_of_a_paper_is_run(form: Form) -> None:
    page = render_digest(DIGEST, form, resources=SHIPPED)
    assert "{{ 7" in page
    assert "49" not in page
    assert "{% raw %}" in page


@pytest.mark.parametrize("form", PAGES)
def test_control_characters_never_reach_a_page(form: Form) -> None:
    page = render_digest(DIGEST, form, resources=SHIPPED)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", page)


@pytest.mark.parametrize("form", PAGES)
def test_where_all_tldrs_are_the_abstracts_words_one_line_says_so_and_none_has_a_mark(form: Form) -> None:
    page = render_digest(built_in(), form, resources=SHIPPED)
    assert page.count("TL;DRs are the abstracts’ own words, shortened.") == 1
    assert "†" not in page
    assert "--backend" not in page  # how a model is plugged in is said on the terminal


def test_who_wrote_the_tldrs_and_when_is_told_once() -> None:
    written = tuple(one.model_copy(update={"method": "written"}) for one in DIGEST.summaries if one.tldr)
    page = render_digest(DIGEST.model_copy(update={"summaries": written}), "html", resources=SHIPPED)
    assert page.count("TL;DRs were written by tiny-kettle:1b, 4 November 2099.") == 1
    assert "†" not in page


@pytest.mark.parametrize("form", PAGES)
def test_a_paper_without_abstract_says_so_in_place_of_a_tldr(form: Form) -> None:
    assert render_digest(DIGEST, form, resources=SHIPPED).count("No abstract in the listing.") == 1


@pytest.mark.parametrize("form", PAGES)
def test_extracted_tldrs_carry_the_mark_and_written_ones_do_not(form: Form) -> None:
    page = re.sub(r"<[^>]+>", "", render_digest(DIGEST, form, resources=SHIPPED))
    assert re.search(r"nine\s+factories\. ?†", page)
    assert re.search(r"less\s+than 2 mm\.(?! ?†)", page)


def test_hostile_text_stays_text_in_html() -> None:
    page = html_of(DIGEST)
    names = {tag for tag, _ in page.tags}
    assert names.isdisjoint({"img", "b", "iframe", "object", "link"})
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert not [key for _, attributes in page.tags for key in attributes if key.startswith("on")]
    assert any("<script>alert(1)</script>" in text for text in page.text_in("a"))
    assert all(re.match(r"https?://|#", href) for href in page.values("href"))


def test_the_html_loads_nothing() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    page = Document(html)
    assert page.values("src") == page.values("srcset") == []
    style = html[html.index("<style>") : html.rindex("</style>")]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


SIGHTS = (
    ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
)
"""What is left of linear red, green and blue to all eyes, without red and without green (Machado et al. 2009)."""


def seen(colour: str, sight: tuple[tuple[float, ...], ...]) -> tuple[float, ...]:
    """A colour in OKLab (Ottosson 2020), as it is seen."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    red, green, blue = (max(0.0, sum(map(operator.mul, row, linear))) for row in sight)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    return (
        0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short,
    )


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"), [("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("ink", "marker")]
)
def test_every_colour_of_text_has_the_contrast_that_wcag_aa_asks(scheme: int, text: str, ground: str) -> None:
    css = SHIPPED.find("templates", "digest.css").read_text(encoding="utf-8")
    pair = [luminance(re.findall(rf"--{name}: (#[0-9a-f]{{6}})", css)[scheme]) for name in (text, ground)]
    assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 4.5


@pytest.mark.parametrize(("scheme", "ground"), [(0, "#fdfcf8"), (1, "#171613")], ids=["light", "dark"])
def test_the_colours_of_themes_stand_out_and_differ_without_red_or_green(scheme: int, ground: str) -> None:
    css = SHIPPED.find("templates", "parts/base.css").read_text(encoding="utf-8")
    hues = [re.findall(rf"--h{number}: (#[0-9a-f]{{6}})", css)[scheme] for number in range(1, 7)]
    for hue in hues:
        pair = luminance(hue), luminance(ground)
        assert (max(pair) + 0.05) / (min(pair) + 0.05) >= 3
    for sight in SIGHTS:
        for one, other in itertools.combinations(hues, 2):
            assert math.dist(seen(one, sight), seen(other, sight)) > 0.05, (one, other)


def test_ids_are_unique_and_every_anchor_leads_to_one() -> None:
    page = html_of(DIGEST)
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    targets = {href[1:] for href in page.values("href") if href.startswith("#")}
    assert targets <= set(ids)
    assert {"theme-water-its-moods", "theme-water-its-moods-2", "paper-arxiv-2699-00001"} <= targets | set(ids)


def test_headings_descend_one_level_at_a_time() -> None:
    levels = [int(tag[1]) for tag, _ in html_of(DIGEST).tags if re.fullmatch(r"h\d", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_the_page_has_landmarks_language_and_a_skip_link() -> None:
    page = html_of(DIGEST)
    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in page.tags}
    assert page.tags[0] == ("html", {"lang": "en"})
    assert next(attributes for tag, attributes in page.tags if tag == "a") == {"class": "skip", "href": "#papers"}


def test_links_are_the_papers_own_or_built_from_its_identifiers() -> None:
    hrefs = html_of(DIGEST).values("href")
    assert "https://arxiv.org/abs/2699.00001" in hrefs
    assert "https://doi.org/10.9999/kettle(7)" in hrefs
    assert "https://moss.example/papers?id=3&lang=en" in hrefs
    searches = [href for href in hrefs if href.startswith("https://www.semanticscholar.org/search?q=")]
    assert len(searches) == 1  # the one paper without an address
    assert not [href for href in hrefs if href not in searches and ("alert" in href or "evil" in href)]


def test_a_title_without_an_address_leads_to_a_search_of_the_readers_choice_and_says_so() -> None:
    index = Resources(search="https://index.example/find/{title}/all")
    html = render_digest(DIGEST, "html", resources=index)
    (link,) = re.findall(r'<a href="https://index.example/find/([^"/]*)/all">(.*)</a>', html)
    assert unquote(link[0]).startswith("<script>alert(1)</script> `tick` | pipe # heading")
    assert link[1].endswith("<small> search</small>")
    assert "<small>" not in render_digest(DIGEST, "html", resources=Resources(search=None))


def test_identifiers_lead_where_they_say() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    assert '<a href="https://arxiv.org/abs/2699.00001">arXiv</a>' in html
    assert '<a href="https://arxiv.org/pdf/2699.00001">PDF</a>' in html
    assert '<a href="https://doi.org/10.9999/kettle(7)">DOI</a>' in html


def test_titles_without_an_abstract_stand_in_a_list_behind_the_others() -> None:
    bare = [TIDES.model_copy(update={"key": f"hash:{n}", "title": f"Tide {n}", "abstract": ""}) for n in range(3)]
    papers = (bare[0], TIDES, *bare[1:])
    theme = Theme(title="Water", paper_keys=tuple(paper.key for paper in papers))
    html = render_digest(DIGEST.model_copy(update={"papers": papers, "themes": (theme,)}), "html", resources=SHIPPED)
    assert re.findall(r'<(\w+) class="paper" id="paper-([^"]+)"', html) == [
        ("article", "arxiv-2699-00001"),
        ("li", "hash-0"),
        ("li", "hash-1"),
        ("li", "hash-2"),
    ]
    assert html.count("No abstract in the listing.") == 1


def test_a_paper_to_read_first_stands_at_the_head_with_tldr_theme_and_reason() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    first = html[html.index('<section class="first"') : html.index("</section>", html.index('<section class="first"'))]
    assert 'href="#paper-arxiv-2699-00001">Counting tides in bathtubs</a>' in first
    assert "Of 40 bathtubs timed, 31 have tides of less than 2 mm." in first
    assert '<a href="#theme-water-its-moods" dir="auto"><i class="dot h1"></i>Water' in first
    assert "first count of tides in tubs" in first
    assert html.index("first count of tides") < html.index('id="contents"') < html.index('<article class="paper"')


def test_a_theme_has_one_colour_in_contents_and_heading_and_more_themes_than_colours_have_shapes() -> None:
    digest = long_digest(60, themes=9)
    html = render_digest(digest, "html", resources=SHIPPED)
    dots = re.findall(r'<i class="dot ([^"]+)"', html)
    assert dots[:9] == dots[9:] == ["h1", "h2", "h3", "h4", "h5", "h6", "h1 s1", "h2 s1", "h3 s1"]


def test_there_is_a_permalink_for_each_theme_and_paper_and_a_way_back_to_the_contents() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    for anchor in re.findall(r'class="(?:paper|theme)" id="([^"]+)"', html):
        assert f'<a href="#{anchor}">Link</a>' in html
    assert html.count('<a href="#contents">In this edition</a>') == 3


def test_the_evidence_is_marked_in_the_abstract() -> None:
    marked = html_of(DIGEST).text_in("mark")
    assert marked == [
        "We timed 40 tubs & found tides < 2 mm in 31 of them.",
        "This survey covers 212 kettles from nine factories.",
        "It claims 3 < 4.",
    ]


def test_each_sentence_of_the_overview_cites_its_papers_by_number() -> None:
    page = re.sub(r"\s+", " ", render_digest(DIGEST, "html", resources=SHIPPED))
    overview = page[page.index('<p class="overview"') : page.index('<p class="citations"')]
    assert re.findall(r">([^<>]+)<|href=\"#([^\"]+)", overview)[:5] == [
        ("Water moves and metal sings.", ""),
        ("", "paper-doi-10-9999-kettle-7"),
        ("1", ""),
        (" ", ""),
        ("", "paper-arxiv-2699-00001"),
    ]
    assert 'aria-label="2: Counting tides in bathtubs">2</a></p>' in overview
    markdown = render_digest(DIGEST, "md", resources=SHIPPED)
    assert r"Water moves and metal sings. \[1\] \[2\] The surprise is how small the tides are. \[2\]" in markdown
    assert r"\[2\] [Counting tides in bathtubs](https://arxiv.org/abs/2699.00001)." in markdown
    text = render_digest(DIGEST, "txt", resources=SHIPPED)
    assert "Water moves and metal sings. [1] [2] The surprise is how small the tides\nare. [2]" in text
    assert "\n[2]  Counting tides in bathtubs\n" in text


def test_an_overview_without_sentences_cites_at_its_end() -> None:
    overview = DIGEST.overview.model_copy(update={"sentences": ()})
    text = render_digest(DIGEST.model_copy(update={"overview": overview}), "txt", resources=SHIPPED)
    assert "how small the tides are. [1] [2] [1] Counting tides" in re.sub(r"\s+", " ", text)


@pytest.mark.parametrize("form", PAGES)
def test_highlights_matches_see_also_and_what_is_new_are_said_in_words(form: Form) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", render_digest(DIGEST, form, resources=SHIPPED)))
    for words in (
        "first count of tides in tubs",
        "Ranked by your interests: tides; ",
        "Gone since the last edition: Teapots",
        "See also",
        "Why it’s here: matches your interest in tides",
        "grown",
    ):
        assert words in page
    assert page.index("Read first") < page.index("first count of tides") < page.index("Why it’s here")


def test_text_is_72_columns_wide_but_for_addresses() -> None:
    lines = render_digest(DIGEST, "txt", resources=SHIPPED).splitlines()
    assert [line for line in lines if len(line) > 72 and "http" not in line and "broadsheet" not in line] == []


def test_markdown_anchors_are_those_of_the_headings() -> None:
    page = render_digest(DIGEST, "md", resources=SHIPPED)
    assert re.findall(r"^- \[.*\]\((#.*)\)", page, re.MULTILINE) == [
        "#water-its-moods",
        "#patient-plants",
        "#water-its-moods-1",
    ]
    assert page.count("## Water\u00a0& its moods") == 2


def test_markdown_holds_no_html_and_no_link_but_the_papers() -> None:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    tokens = [
        inner
        for token in parser.parse(render_digest(DIGEST, "md", resources=SHIPPED))
        for inner in (token, *(token.children or ()))
    ]
    kinds = {token.type for token in tokens}
    assert kinds.isdisjoint({"html_inline", "html_block", "image", "table_open", "fence", "code_block", "s_open"})
    links = [str(token.attrs["href"]) for token in tokens if token.type == "link_open"]
    assert not [link for link in links if re.search("javascript|evil|alert", link)]
    assert "".join(token.content for token in tokens if token.type == "text").count(
        "<script>alert(1)</script> `tick` | pipe # heading ](javascript:alert(2)) {{ 7 * 7 }} {% raw %}"
    )


@pytest.mark.parametrize("form", PAGES)
def test_the_account_stands_at_the_foot(form: Form) -> None:
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", render_digest(DIGEST, form, resources=SHIPPED)))
    foot = page[page.index("How this digest was made") :]
    for words in ("eceived", "uplicate", "1,840 prompt tokens", "$0.0031", "4.2 seconds", "kitchen.txt", "lines 1–3"):
        assert words in foot
    assert "One TL;DR named a number that its abstract does not, and was replaced." in foot
    assert "--backend ollama --model tiny-kettle:1b" in foot


def test_why_a_written_tldr_was_given_up_is_told_beside_its_abstract() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    entry = html[html.index('<article class="paper" id="paper-doi') : html.index('id="paper-hash-moss')]
    assert "Extracted, because the written one named a number that the abstract does not." in entry


@pytest.mark.parametrize("form", PAGES)
def test_an_undefined_name_in_the_users_template_is_named_with_file_and_line(form: Form, tmp_path: Path) -> None:
    file = tmp_path / "templates" / f"digest.{form}"
    file.parent.mkdir()
    file.write_text("{{ page.title }}\n\n{{ page.subtitle }}\n")
    with pytest.raises(TemplateError, match=rf"{re.escape(str(file))}, line 3: .*subtitle"):
        render_digest(DIGEST, form, resources=Resources((tmp_path,)))


def test_the_users_css_replaces_the_shipped_one_alone(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.css").write_text("body { color: teal }\n")
    html = render_digest(DIGEST, "html", resources=Resources((tmp_path,)))
    assert "<style>\nbody { color: teal }\n</style>" in html
    assert "Counting tides" in html


def test_the_users_markdown_template_is_escaped_as_well(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.md").write_text(
        "{% for section in page.sections %}{% for paper in section.papers %}{{ paper.title }}\n{% endfor %}{% endfor %}"
    )
    page = render_digest(DIGEST, "md", resources=Resources((tmp_path,)))
    assert r"\<script>alert(1)\</script>" in page
    assert HOSTILE.title not in page


@pytest.mark.parametrize("form", PAGES)
def test_an_empty_digest_still_has_a_page(form: Form) -> None:
    empty = Digest(
        title="", created=DIGEST.created, themes=(), summaries=(), papers=(), account=DIGEST.account.model_copy()
    )
    page = render_digest(empty, form, resources=SHIPPED)
    assert "4 November 2099" in page
    assert "How this digest was made" in page
    assert "0 papers in" not in page
    assert "min read" not in page


@pytest.mark.parametrize(
    ("language", "said"), [("German", "Satz aus dem Abstract"), ("pt-br", "Frase tirada do resumo")]
)
def test_the_label_of_an_extracted_line_follows_the_language(language: str, said: str) -> None:
    for form in PAGES:
        page = render_digest(DIGEST.model_copy(update={"language": language}), form, resources=SHIPPED)
        assert said in page
        assert "own sentence" not in page


@pytest.mark.parametrize("code", [code for code in complete_languages() if code != "en"])
@pytest.mark.parametrize("digest", [DIGEST, built_in()], ids=["model", "built-in"])
def test_nothing_that_has_a_translation_stands_there_in_english(code: str, digest: Digest) -> None:
    words = complete_languages()[code].translations
    english = {
        message.id for message in catalogues.said() if isinstance(message.id, str) and " " in message.id.strip(" .")
    }
    ours = [one for one in english if "{" not in one and words.gettext(one) != one]
    assert len(ours) > 50
    for form in PAGES:
        page = render_digest(digest.model_copy(update={"language": code}), form, resources=SHIPPED)
        page = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
        assert [one for one in ours if re.search(rf"(?<![\w]){re.escape(one)}(?![\w])", page)] == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("German", ("Nr. 7", "4. November 2099", "4 Arbeiten in 3 Themen", "28. Oktober 2099", "Siehe auch")),
        ("Japanese", ("第7号", "2099年11月4日", "3テーマ、論文4本", "2099年10月28日", "読了まで約1分", "関連")),
        ("Chinese", ("第7期", "2099年11月4日", "3个主题，4篇论文", "2099年10月28日", "阅读约1分钟", "另见")),
    ],
)
def test_a_page_speaks_its_language(language: str, words: tuple[str, ...]) -> None:
    for form in PAGES:
        page = render_digest(DIGEST.model_copy(update={"language": language, "number": 7}), form, resources=SHIPPED)
        for said in words:
            assert said in page.replace("\\", "")  # in Markdown a number before a dot is escaped


def test_letters_without_spaces_take_time_to_read_as_well() -> None:
    (first, *others) = DIGEST.summaries
    spoken = DIGEST.model_copy(update={"summaries": (first.model_copy(update={"tldr": "湯が沸く。" * 150}), *others)})
    assert "2 min read" in render_digest(spoken, "html", resources=SHIPPED)


def test_a_language_with_one_word_of_its_own_has_english_dates() -> None:
    for form in PAGES:
        page = render_digest(DIGEST.model_copy(update={"language": "Hebrew"}), form, resources=SHIPPED)
        assert "28 October – 3 November 2099" in page


def test_a_language_without_a_label_has_the_english_one() -> None:
    assert "own sentence" in render_digest(DIGEST.model_copy(update={"language": "Klingon"}), "md", resources=SHIPPED)


# Styles.


def test_a_style_of_the_users_comes_before_all_other_files(tmp_path: Path) -> None:
    for folder, colour in (("templates", "teal"), ("templates/styles/mine", "plum")):
        (tmp_path / folder).mkdir(exist_ok=True, parents=True)
        (tmp_path / folder / "digest.css").write_text(f"body {{ color: {colour} }}\n")
    part = tmp_path / "templates/styles/mine/parts/masthead.html"
    part.parent.mkdir()
    part.write_text("<h1>{{ page.title }}, by hand</h1>\n")
    resources = Resources((tmp_path,), style="mine")
    html = render_digest(DIGEST, "html", resources=resources)
    assert "color: plum" in html
    assert "teal" not in html
    assert "<h1>The Kitchen Physicist, by hand</h1>" in html
    assert "Counting tides" in html
    assert [path.name for path in resources.own_files("templates")] == ["digest.css", "masthead.html", "digest.css"]


def test_the_shipped_styles_differ_in_their_looks_and_in_nothing_they_say() -> None:
    pages = [html_of(DIGEST), Document(render_digest(DIGEST, "html", resources=Resources(style="journal")))]
    said = [[text for tag, text in page.texts if tag != "style"] for page in pages]
    assert said[0] == said[1]
    assert pages[0].text_in("style") != pages[1].text_in("style")


def test_an_unknown_style_names_the_known_ones() -> None:
    with pytest.raises(TemplateError, match=r"no style 'jurnal': known are broadsheet, journal; yours would be"):
        render_digest(DIGEST, "html", resources=Resources(style="jurnal"))


def test_a_mistake_in_a_part_is_named_by_the_part(tmp_path: Path) -> None:
    part = tmp_path / "templates/parts/paper.html"
    part.parent.mkdir(parents=True)
    part.write_text("<p>\n{{ paper.subtitle }}</p>\n")
    with pytest.raises(TemplateError, match=rf"{re.escape(str(part))}, line 2: .*subtitle"):
        render_digest(DIGEST, "html", resources=Resources((tmp_path,)))


# The script.


def test_the_policy_names_the_script_by_its_hash() -> None:
    html = render_digest(DIGEST, "html", resources=SHIPPED)
    script = html[html.index("<script>") + 8 : html.index("</script>", html.index("<script>") + 8)]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in html


def test_a_script_of_ones_own_stays_as_it_is(tmp_path: Path) -> None:
    script = "if (true) {\n  const text = `one\n    ${`two\n  three`}`;\n}"
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.js").write_text(script)
    assert script in render_digest(DIGEST, "html", resources=Resources((tmp_path,)))


def test_no_string_of_a_shipped_script_goes_over_lines() -> None:
    for script in (shipped_root() / "templates").glob("*.js"):
        for line in script.read_text().splitlines():
            assert line.count("`") % 2 == 0, f"{script.name}: {line}"
            assert not line.endswith("\\"), f"{script.name}: {line}"


def test_without_a_script_none_may_run(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.js").write_text("\n")
    html = render_digest(DIGEST, "html", resources=Resources((tmp_path,)))
    assert "script-src 'none'" in html
    assert "<script>" not in html.replace("&lt;", "")


def test_a_script_that_would_end_early_is_refused(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "digest.js").write_text('document.title = "</script>";')
    with pytest.raises(TemplateError, match=r"digest\.js: holds `</script`"):
        render_digest(DIGEST, "html", resources=Resources((tmp_path,)))


def test_sections_head_the_themes_of_a_large_digest_on_every_page() -> None:
    digest = sectioned_digest()
    page = html_of(digest)
    levels = [(tag, text) for tag, text in page.texts if tag in ("h2", "h3") and text.strip()]
    assert [text for tag, text in levels if tag == "h2"][1:-1] == ["Kitchen", "Yard", digest.themes[5].title]
    assert [text for tag, text in levels if tag == "h3"][:3] == [digest.themes[at].title for at in (0, 2, 4)]
    assert len([tag for tag, _ in page.tags if tag == "h4"]) == len(digest.papers) - len(digest.themes[5].paper_keys)
    linked = {link.removeprefix("#") for link in page.values("href") if link.startswith("#section-")}
    assert linked == {"section-kitchen", "section-yard"}
    assert linked <= set(page.values("id"))

    markdown = render_digest(digest, "md", resources=SHIPPED)
    assert "- [Kitchen](#kitchen) · 31\n  - [Kettles at rest](#kettles-at-rest) · " in markdown
    assert "\n## Yard\n\n### Bathtubs at rest\n" in markdown
    text = render_digest(digest, "txt", resources=SHIPPED)
    assert re.search(r"^Kitchen \.+ 31\n  Kettles at rest \.+ \d+$", text, re.MULTILINE)
    assert re.search(r"^Yard\n=+\n\nBathtubs at rest\n-+$", text, re.MULTILINE)


def test_a_digest_file_of_before_sections_has_none() -> None:
    told = json.loads(DIGEST.model_dump_json())
    for theme in told["themes"]:
        del theme["section"]
    assert Digest.model_validate(told) == DIGEST


def test_a_theme_that_returns_after_weeks_is_new_neither_in_the_contents_nor_in_the_strip() -> None:
    """The edition before did not have it, and one before that did."""
    assert DIGEST.themes[1].status == "new"
    for sizes, status, told in (((1, 0, 1), "", 0), ((0, 0, 1), "new", 3)):
        strands = [Strand(title=DIGEST.themes[1].title, sizes=sizes, status=status)]
        page = render_digest(DIGEST, "html", resources=Resources(), strands=strands)
        assert page.count('<span class="status">new</span>') == told
