"""What a template sees of a digest: every paper in one section, with its anchors, counts and links."""

from __future__ import annotations

from broadsheet.locale.labels import PageLabels
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
