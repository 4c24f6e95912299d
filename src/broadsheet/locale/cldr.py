"""What babel knows: dates, ranges and numbers by Unicode's CLDR, and catalogues as gettext reads them.

babel takes 0.1 s to load: this module is loaded for languages other than English alone.
"""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
from pathlib import Path

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal


def long_date(date: dt.date, code: str) -> str:
    """`3. November 2026`, `3 de noviembre de 2026`."""
    return format_date(date, "long", locale=code)


def month(date: dt.date, code: str) -> str:
    """`noviembre de 2026`."""
    return format_skeleton("yMMMM", date, locale=code)


def separators(count: int, code: str) -> list[str]:
    """What stands after each item of a list but the last, by CLDR's `listPatterns`."""
    return format_list(["\0"] * count, locale=code).split("\0")[1:-1]


def period(first: dt.date, last: dt.date, differs: str, code: str) -> str:
    """A range by CLDR's `intervalFormats`, in which the largest field that differs chooses the pattern.

    Most languages have the pattern for shortened months alone (`yMMMd`); months are written out in it where they
    are in the language's long date. CLDR's thin spaces become plain ones: mail programs lack them in some fonts.
    """
    locale = Locale.parse(code)
    formats = locale.interval_formats
    patterns = (formats.get("yMMMMd") or formats["yMMMd"])[differs]
    if "MMMM" in locale.date_formats["long"].pattern:
        patterns = [re.sub(r"M{3,4}", "MMMM", pattern) for pattern in patterns]
    dates = zip((first, last), patterns, strict=True)
    return "".join(format_date(date, pattern, locale=locale) for date, pattern in dates).replace("\u2009", " ")


def number(value: float, code: str) -> str:
    """`1.204`, `0,5`."""
    return format_decimal(value if isinstance(value, int) else round(value, 1), locale=code)


def money(dollars: float, digits: int, code: str) -> str:
    """`0,0031 $`, `US$1.20`: US dollars to so many decimals."""
    locale = Locale.parse(code)
    pattern = copy.copy(locale.currency_formats["standard"])
    pattern.frac_prec = (digits, digits)
    return str(pattern.apply(dollars, locale, currency="USD", currency_digits=False))


def compiled(path: Path, code: str) -> io.BytesIO:
    """A catalogue as gettext reads it (.mo), from its `.po` file; raises `PoFileError` for one that is broken."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=code, abort_invalid=True)
    made = io.BytesIO()
    write_mo(made, catalogue)
    made.seek(0)
    return made
