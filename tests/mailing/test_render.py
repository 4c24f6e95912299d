"""A digest as a mail: its size, what is left out and from whom, its words, and that nothing in it is loaded or run."""

from __future__ import annotations

import quopri
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from broadsheet.locale.translations import complete_languages
from broadsheet.mailing.render import (
    LEAVE,
    LIMIT,
    PREFERENCES,
    Frame,
    RenderedMail,
    encoded_size,
    render_letter,
    shares,
)
from broadsheet.models import Digest, Highlight, LeftOut, Match, Theme
from broadsheet.settings.resources import Resources
from long_digest import long_digest
from sample_digest import DIGEST, built_in
from sectioned import sectioned_digest

ARCHIVE = "https://archive.example/12.html"
FRAME = Frame(number=12, archive=ARCHIVE, can_choose=True)
RESOURCES = Resources()


def letter(digest: Digest = DIGEST, frame: Frame = FRAME, **limits: int):
    return render_letter(digest, frame, resources=RESOURCES, **limits)


def titles(html: str) -> list[str]:
    return [item.text_content() for item in lxml_html.fromstring(html).cssselect("h3")]


def test_a_letter_says_the_whole_digest_twice() -> None:
    made = letter()
    assert (made.shown, made.papers) == (4, 4)
    for form in (made.html, made.text):
        text = re.sub(r"(?:\s|&nbsp;)+", " ", form)
        for word in (
            "The Kitchen Physicist",
            "No. 12",
            "31 have tides of less than 2 mm",
            "†",
            "Patient plants",
            "new",
        ):
            assert word in text
        assert {LEAVE, PREFERENCES, ARCHIVE} <= set(re.findall(r"(?:urn|https):[^\s\"<]+", form))


def test_where_all_tldrs_are_extracted_one_line_says_so_and_none_has_a_mark() -> None:
    made = letter(built_in())
    for form in (made.html, made.text):
        assert form.count("TL;DRs are the abstracts’ own words, shortened.") == 1
        assert "†" not in form


def test_a_mail_begins_with_three_papers_to_read_first_each_with_tldr_theme_and_reason() -> None:
    theme, summaries = DIGEST.themes[0], {one.paper_key: one for one in DIGEST.summaries}
    chosen = [Highlight(paper_key=paper.key, reason=f"reason {at}") for at, paper in enumerate(DIGEST.papers[:4])]
    made = letter(DIGEST.model_copy(update={"highlights": chosen}))
    page = lxml_html.fromstring(made.html)
    first = page.cssselect(".first")
    assert [one.cssselect(".reason")[0].text for one in first] == ["reason 0", "reason 1", "reason 2"]
    assert first[0].cssselect(".t")[0].text == summaries[DIGEST.papers[0].key].tldr
    assert theme.title in first[0].text_content().replace("\xa0", " ")
    assert made.html.index('class="first"') < made.html.index('class="lead"') < made.html.index('class="contents"')
    text = re.sub(r"\s+", " ", made.text)
    assert text.index("reason 2") < text.index(DIGEST.overview.sentences[0].text[:20])
    assert "reason 3" not in text


def test_a_mail_without_papers_to_read_first_has_no_place_for_them() -> None:
    made = letter(DIGEST.model_copy(update={"highlights": ()}))
    assert 'class="first"' not in made.html
    assert "Highlights" not in made.html + made.text


def test_nothing_in_a_mail_is_loaded_run_or_followed_behind_the_readers_back() -> None:
    page = lxml_html.fromstring(letter().html)
    assert page.xpath("//script|//img|//link|//iframe|//object|//form|//@onclick|//@onerror|//@src") == []
    assert "url(" not in letter().html
    assert "@import" not in letter().html
    links = set(page.xpath("//a/@href"))
    assert not any(link.startswith(("javascript:", "data:")) for link in links)
    assert "https://evil.example" not in links


def test_every_element_carries_its_own_looks_and_the_dark_ones_stay_in_a_sheet() -> None:
    page = lxml_html.fromstring(letter().html)
    assert all(item.get("style") for item in page.cssselect("h1, h2, h3, p.t, p.m, h3 a"))
    assert "prefers-color-scheme: dark" in page.cssselect("style")[0].text
    assert page.xpath("//meta[@name='color-scheme']/@content") == ["light dark"]


def sent_size(made: RenderedMail) -> int:
    """Bytes of both forms as quoted-printable with the line ends of mail."""
    return sum(len(quopri.encodestring(text.encode())) + 2 * text.count("\n") for text in (made.html, made.text))


def test_two_hundred_papers_stay_under_the_limit_and_say_what_is_missing() -> None:
    made = letter(long_digest(200))
    assert sent_size(made) <= LIMIT - 4_000  # the headers, a signature and the reader's own links come on top
    assert 70 < made.shown < 200
    assert f"{made.shown} of 200 papers fit into this mail." in made.html
    page = lxml_html.fromstring(made.html)
    left = [link for link in page.cssselect("p.more a") if link.get("href") == ARCHIVE]
    assert sum(int(re.sub(r"\D", "", link.text)) for link in left) == 200 - made.shown
    assert len(titles(made.html)) == made.shown == made.text.count("\n* ")


def test_without_an_archive_a_mail_says_where_the_rest_is() -> None:
    made = letter(long_digest(200), Frame(number=1))
    assert "For the whole edition, answer this mail." in made.html
    assert "For the whole edition, answer this mail." in " ".join(made.text.split())


def test_small_themes_stay_whole_and_the_large_ones_give_way() -> None:
    digest = long_digest(90)
    page = lxml_html.fromstring(letter(digest).html)
    assert "and" not in page.xpath("string(//h2[last()]/following-sibling::p[@class='more'])")
    shown = letter(digest).shown
    sizes = [len(theme.paper_keys) for theme in digest.themes]
    kept = shares(sizes, shown)
    assert kept[-1] == sizes[-1]
    assert kept[0] < sizes[0]


def test_what_a_reader_is_interested_in_and_what_the_lead_cites_stays_longest() -> None:
    digest = long_digest(60, themes=2)
    wanted, cited = digest.themes[0].paper_keys[-1], digest.papers[-1]
    ranked = digest.model_copy(update={"matches": (Match(paper_key=wanted, score=0.9, reason="kettles"),)})
    made = letter(ranked, limit=16_500)
    assert 2 <= made.shown < 20
    kept = titles(made.html)
    assert next(paper.title for paper in digest.papers if paper.key == wanted) in kept
    assert cited.title in kept


@pytest.mark.parametrize("text", ["水" * 400, "x" * 2000, "é " * 300])
def test_however_long_the_words_are_a_mail_stays_under_the_limit(text: str) -> None:
    digest = long_digest(150)
    themes = tuple(Theme(title=text, blurb=text, paper_keys=(paper.key,)) for paper in digest.papers)
    whys = digest.account.model_copy(update={"why": (text,) * 30})
    update = {"themes": themes, "note": text * 20, "account": whys, "title": text}
    assert sent_size(letter(digest.model_copy(update=update))) <= LIMIT


@given(st.lists(st.integers(min_value=1, max_value=60), max_size=8), st.integers(min_value=0, max_value=300))
def test_shares_are_fair(sizes: list[int], total: int) -> None:
    kept = shares(sizes, total)
    assert sum(kept) == min(total, sum(sizes))
    cut = [count for count, size in zip(kept, sizes, strict=True) if count < size]
    assert all(count <= size for count, size in zip(kept, sizes, strict=True))
    if cut:  # nobody whose papers are left out has two fewer than anybody else
        assert max(kept) - min(cut) <= 1


@given(st.text())
def test_the_size_is_never_underestimated_by_more_than_line_breaks(text: str) -> None:
    real = len(quopri.encodestring(text.encode())) + text.count("\n")
    assert encoded_size(text) + 8 >= real


@pytest.mark.parametrize("code", list(complete_languages()))
def test_a_mail_speaks_each_language_whole(code: str) -> None:
    made = letter(frame=Frame(number=3, language=code, can_choose=True))
    assert f'<html lang="{code}">' in made.html
    if code != "en":
        english = {"In this edition", "Leave this list", "received", "4 papers", "more"}
        assert [word for word in english if word in made.html.partition("</style>")[2]] == []


def test_an_edition_of_nothing_says_so() -> None:
    empty = DIGEST.model_copy(update={"papers": (), "themes": (), "summaries": (), "overview": None, "highlights": ()})
    assert "Nothing new came in." in letter(empty).html
    assert "Nothing new came in." in letter(empty).text


def test_sections_head_the_themes_of_a_mail_and_count_for_its_size() -> None:
    digest = sectioned_digest(600)
    made = letter(digest)
    page = lxml_html.fromstring(made.html)
    assert [item.text_content() for item in page.cssselect("h2")] == ["Kitchen", "Yard", digest.themes[5].title]
    assert [item.text_content() for item in page.cssselect("h3.theme")][:2] == [
        "Kettles at rest",
        "Moss clocks at rest",
    ]
    assert len(page.cssselect("h4")) + len(page.cssselect("h3:not(.theme)")) == made.shown
    assert [item.text_content() for item in page.cssselect("td.section")] == ["Kitchen", "Yard"]
    assert encoded_size(made.html) + encoded_size(made.text) <= LIMIT
    assert "- Kitchen: " in made.text
    assert "\n  - Kettles at rest: " in made.text
    assert f"Yard\n{'=' * 72}\n\nBathtubs at rest\n{'-' * 72}" in made.text


def test_a_mail_names_what_exclusions_and_caps_left_out_and_nothing_else() -> None:
    left = [
        LeftOut(paper_key="a", title="A lid", why="“Lids” has 3 papers already", kind="capped"),
        LeftOut(paper_key="b", title="An old lid", why="a new version of an older paper"),
    ]
    mail = letter(DIGEST.model_copy(update={"left_out": tuple(left)}))
    for text in (mail.html, " ".join(mail.text.split())):
        assert "1 paper left out: “Lids” has 3 papers already (“A lid”)." in text
        assert "An old lid" not in text


def test_the_foot_counts_nothing_that_is_not_there() -> None:
    foot = letter(built_in()).text
    assert "TL;DRs extracted: " in foot
    assert not re.search(r": 0\b", foot)
    assert "TL;DRs written" not in foot
