"""Messages of the program in another language: gettext catalogues, one `.po` file a language beside this module.

A message is named by its English text. English has no catalogue, and what a catalogue lacks is said in English.
"""

from __future__ import annotations

import dataclasses
import functools
import gettext
from collections.abc import Mapping
from pathlib import Path

OWN_NAME = "English"
"""The message that a catalogue translates by its language's own name once mails and served pages are translated."""


@dataclasses.dataclass(frozen=True, slots=True)
class Language:
    """A language that words are said in.

    `code` is the one of dates and numbers. A catalogue that is not complete has a few words in an English page, and
    so the code of English.
    """

    code: str = "en"
    translations: gettext.NullTranslations = dataclasses.field(default_factory=gettext.NullTranslations)

    @property
    def own_name(self) -> str:
        """`Deutsch` of German; English's where the catalogue is not complete."""
        return self.translations.gettext(OWN_NAME)

    def tag(self, wanted: str) -> str:
        """What an attribute `lang` holds: the code wanted where it is of this language, as `de-at` is of `de`."""
        return wanted if wanted.partition("-")[0] == self.code else self.code


ENGLISH = Language()


def load_language(code: str) -> Language:
    """The language of a code such as `de` or `pt-br`, by its first part; English where there is no catalogue."""
    name = code.partition("-")[0].lower()
    return _read(name) if name in _catalogues() else ENGLISH


def load_complete(code: str) -> Language:
    """The same for mails and served pages, which speak no language by halves."""
    language = load_language(code)
    return language if language.code != ENGLISH.code else ENGLISH


@functools.cache
def complete_languages() -> Mapping[str, Language]:
    """The languages of mails and served pages by their codes, English first."""
    others = {code: _read(code) for code in _catalogues()}
    return {ENGLISH.code: ENGLISH, **{code: each for code, each in others.items() if each.code == code}}


@functools.cache
def _catalogues() -> Mapping[str, Path]:
    return {path.stem: path for path in sorted(Path(__file__).parent.glob("*.po"))}


@functools.cache
def _read(code: str) -> Language:
    """A language by its catalogue."""
    from broadsheet.locale.cldr import compiled  # babel takes 0.1 s to load, and English needs none of it

    translations = gettext.GNUTranslations(compiled(_catalogues()[code], code))
    complete = translations.gettext(OWN_NAME) != OWN_NAME
    return Language(code if complete else ENGLISH.code, translations)
