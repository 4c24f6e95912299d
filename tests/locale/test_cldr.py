"""What babel knows, as pages need it: ranges by their largest difference, thousands, catalogues that are whole."""

from __future__ import annotations

import datetime as dt
import gettext
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from broadsheet.locale.cldr import compiled, long_date, number, period

DAY = dt.date(2099, 11, 3)


@pytest.mark.parametrize(
    ("differs", "last", "said"),
    [
        ("d", dt.date(2099, 11, 9), "3.–9. November 2099"),
        ("M", dt.date(2099, 12, 9), "3. November – 9. Dezember 2099"),
        ("y", dt.date(2100, 1, 9), "3. November 2099 – 9. Januar 2100"),
    ],
)
def test_a_range_says_each_part_once_that_both_ends_share(differs: str, last: dt.date, said: str) -> None:
    assert period(DAY, last, differs, "de") == said


def test_a_date_and_a_count_are_written_as_the_language_does() -> None:
    assert (long_date(DAY, "fr"), long_date(DAY, "de")) == ("3 novembre 2099", "3. November 2099")
    assert (number(1204, "de"), number(1204, "fr")) == ("1.204", "1\u202f204")


def test_a_catalogue_is_read_by_gettext_and_a_broken_one_is_refused(tmp_path: Path) -> None:
    whole, broken = tmp_path / "whole.po", tmp_path / "broken.po"
    whole.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8"\n\nmsgid "tea"\nmsgstr "Tee"\n')
    broken.write_text('msgid "tea"\nwhat is this\n')
    assert gettext.GNUTranslations(compiled(whole, "de")).gettext("tea") == "Tee"
    with pytest.raises(PoFileError):
        compiled(broken, "de")
