"""Which language a page of the door comes in."""

from __future__ import annotations

import pytest

from broadsheet.web.pages import language_for


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("en;q=0.4, de;q=0.8", "de"),
        ("de;q=0, en", "en"),
        ("xx, yy", "nl"),
        ("", "nl"),
        (",;q=,;;" * 50, "nl"),
    ],
)
def test_the_language_a_browser_asks_for(wanted, code):
    assert language_for(wanted, "nl") == code
