"""What a template sees of a digest: every paper in one section, with its anchors, counts and links."""

from __future__ import annotations

from broadsheet.locale.labels import PageLabels
from broadsheet.rendering.view import view
from sample_digest import DIGEST


def test_the_theme_of_others_stands_last_and_a_share_is_of_the_largest() -> None:
    themes = (DIGEST.themes[1].model_copy(update={"other": True}), DIGEST.themes[0])
    page = view(DIGEST.model_copy(update={"themes": themes}), PageLabels())
    assert [section.title for section in page.sections][:2] == ["Water\u00a0& its moods", "Patient plants"]
    assert [section.share for section in page.sections] == [100, 50, 50]
