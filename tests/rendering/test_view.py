"""What a template sees of a digest: every paper in one section, with its anchors, counts and links."""

from __future__ import annotations

import pytest

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.reasons import say_reason
from broadsheet.locale.translations import load_language
from broadsheet.models import Highlight
from broadsheet.rendering.view import view
from sample_digest import DIGEST
from sectioned import sectioned_digest


def test_the_theme_of_others_stands_last_and_a_share_is_of_the_largest() -> None:
    themes = (DIGEST.themes[1].model_copy(update={"other": True}), DIGEST.themes[0])
    page = view(DIGEST.model_copy(update={"themes": themes}), PageLabels())
    assert [section.title for section in page.sections][:2] == ["Water\u00a0& its moods", "Patient plants"]
    assert [section.share for section in page.sections] == [100, 50, 50]


def test_the_themes_of_a_section_stand_together_and_those_of_none_by_themselves() -> None:
    page = view(sectioned_digest(), PageLabels())
    assert [(division.title, division.size) for division in page.divisions] == [("Kitchen", 31), ("Yard", 18), ("", 11)]
    assert [section for division in page.divisions for section in division.sections] == list(page.sections)
    assert [section.number for section in page.sections] == [1, 2, 3, 4, 5, 6]
    assert sum(division.size for division in page.divisions) == sum(len(section.papers) for section in page.sections)


def test_a_digest_without_sections_is_one_division_without_a_title() -> None:
    (division,) = view(DIGEST, PageLabels()).divisions
    assert (division.title, division.anchor) == ("", "")


def test_a_section_and_a_theme_of_one_name_have_anchors_of_their_own() -> None:
    themes = [theme.model_copy(update={"title": "Kitchen"}) for theme in sectioned_digest().themes]
    page = view(sectioned_digest().model_copy(update={"themes": tuple(themes)}), PageLabels())
    places = [part for division in page.divisions for part in (division, *division.sections) if part.anchor]
    assert len({part.anchor for part in places}) == len({part.heading_anchor for part in places}) == len(places)


@pytest.mark.parametrize(
    ("code", "title", "gone", "gap"),
    [
        ("en", "One other paper", "Tea; Lids", " "),
        ("de", "Eine weitere Arbeit", "Tea; Lids", " "),
        ("fr", "Un autre article", "Tea\u00a0; Lids", " "),
        ("ja", "その他の論文", "Tea、Lids", ""),
        ("zh", "其他论文", "Tea、Lids", ""),
    ],
)
def test_what_the_program_names_and_joins_is_in_the_language_of_the_page(
    code: str, title: str, gone: str, gap: str
) -> None:
    labels = PageLabels(load_language(code))
    other = DIGEST.themes[1].model_copy(update={"other": True, "title": "One other paper"})
    digest = DIGEST.model_copy(update={"themes": (DIGEST.themes[0], other), "vanished": ("Tea", "Lids")})
    page = view(digest, labels)
    assert title in [section.title for section in page.sections]
    assert (page.vanished, labels.gap) == (gone, gap)


@pytest.mark.parametrize("code", ["en", "ja", "zh"])
def test_a_reason_beside_its_theme_does_not_name_it_again(code: str) -> None:
    key = DIGEST.themes[1].paper_keys[0]
    reason = "closest to the middle of a theme of 9 papers"
    now = Highlight(paper_key=key, reason=reason, theme="as it was called once")
    old = Highlight(paper_key=key, reason=f"{reason}, {DIGEST.themes[1].title}")  # as older digests have it
    labels = PageLabels(load_language(code))
    for highlight in (now, old):
        digest = DIGEST.model_copy(update={"highlights": (highlight,)})
        (first,) = view(digest, labels).highlights
        assert first.theme == DIGEST.themes[1].title
        assert first.theme in first.reason
        assert first.theme not in first.bare_reason
        assert first.bare_reason == say_reason(reason, labels)
        (beside_an_author,) = view(digest, labels, by="author").highlights
        assert beside_an_author.bare_reason == first.reason


def test_a_reason_that_speaks_of_no_theme_has_none_added() -> None:
    first, _ = view(DIGEST, PageLabels()).highlights
    assert (first.reason, first.bare_reason) == ("first count of tides in tubs",) * 2
