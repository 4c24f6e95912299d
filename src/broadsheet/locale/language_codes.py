"""What languages are called: codes of two letters (ISO 639-1), of three (639-2), names in English and their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

_CALLED = (
    "ar ara arabic العربية", "ca cat catalan català", "cs cze ces czech čeština", "da dan danish dansk",
    "de ger deu german deutsch", "el gre ell greek ελληνικά", "en eng english", "es spa spanish español castellano",
    "fa per fas persian فارسی", "fi fin finnish suomi", "fr fre fra french français", "he heb hebrew עברית",
    "hi hin hindi हिन्दी", "hu hun hungarian magyar", "id ind indonesian", "it ita italian italiano",
    "ja jpn japanese 日本語", "ko kor korean 한국어", "nl dut nld dutch nederlands", "no nor nob norwegian norsk",
    "pl pol polish polski", "pt por portuguese português", "ro rum ron romanian română", "ru rus russian русский",
    "sv swe swedish svenska", "tr tur turkish türkçe", "uk ukr ukrainian українська", "vi vie vietnamese",
    "zh chi zho chinese 中文", "bg bul bulgarian български", "et est estonian eesti", "eu baq eus basque euskara",
    "gl glg galician galego", "hr hrv croatian hrvatski", "lt lit lithuanian lietuvių", "lv lav latvian latviešu",
    "sk slo slk slovak slovenčina", "sl slv slovenian slovenščina", "sr srp serbian српски", "th tha thai ไทย",
)  # fmt: skip
_CODES: Mapping[str, str] = {name: names.split()[0] for names in _CALLED for name in names.split()}
_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_REGION = re.compile(r"([a-z]{2,3})[-_](?:[a-z]{2,4}|\d{3})(?:[-_].{1,20})?")


def language_code(language: str) -> str:
    """A code for `lang`, given a code or the name of a common language; else empty, for unknown."""
    name = language.strip().lower()
    return name if _CODE.fullmatch(name) else _CODES.get(name, "")


def primary_language(language: str) -> str:
    """The two letters of a common language, whatever its region and however it is called; else empty.

    >>> [primary_language(name) for name in ("pt_BR", "ger", "Deutsch", "EN", "title")]
    ['pt', 'de', 'de', 'en', '']
    """
    name = language.strip().lower()
    region = _REGION.fullmatch(name)
    return _CODES.get(region[1] if region else name, "")
