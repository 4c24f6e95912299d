"""The codes of languages: by their English names, and from the longer codes that libraries use."""

from __future__ import annotations

import re

_LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "czech": "cs", "danish": "da", "dutch": "nl", "english": "en",
    "finnish": "fi", "french": "fr", "german": "de", "greek": "el", "hebrew": "he", "hindi": "hi",
    "hungarian": "hu", "indonesian": "id", "italian": "it", "japanese": "ja", "korean": "ko",
    "norwegian": "no", "persian": "fa", "polish": "pl", "portuguese": "pt", "romanian": "ro",
    "russian": "ru", "spanish": "es", "swedish": "sv", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip
_LIBRARIES = {
    "ara": "ar", "chi": "zh", "zho": "zh", "cze": "cs", "ces": "cs", "dan": "da", "dut": "nl", "nld": "nl", "eng": "en",
    "fin": "fi", "fre": "fr", "fra": "fr", "ger": "de", "deu": "de", "gre": "el", "ell": "el", "heb": "he", "hin": "hi",
    "hun": "hu", "ind": "id", "ita": "it", "jpn": "ja", "kor": "ko", "nor": "no", "per": "fa", "fas": "fa", "pol": "pl",
    "por": "pt", "rum": "ro", "ron": "ro", "rus": "ru", "spa": "es", "swe": "sv", "tur": "tr", "ukr": "uk", "vie": "vi",
}  # fmt: skip
"""ISO 639-2, which PubMed and library catalogues write."""


def language_code(language: str) -> str:
    """A code for `lang`, given a code or the English name of a common language; else empty, for unknown."""
    name = language.strip().lower()
    if re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", name):
        return name
    return _LANGUAGES.get(name, "")


def same_language(said: str, code: str) -> bool:
    """Whether what a record says of a text, such as `ger`, `de-AT` or `German`, is the language of a code."""
    name = said.strip().lower()
    own = _LIBRARIES.get(name) or language_code(name).partition("-")[0]
    return bool(own) and own == code.partition("-")[0]
