"""Finds the sentences of a title or abstract that speak to a model and not to a reader. Pure, and no proof.

Patterns (`patterns.toml`) on a folded text: hidden characters gone, look-alike letters and spaced-out words made
plain. What they flag is asked about alone and supports no TL;DR: a false alarm costs a call, and what is missed meets
the other checks.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from dataclasses import dataclass

from broadsheet.injection.delimiters import strip_hidden
from broadsheet.injection.patterns import load_patterns
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.words import content_stems

LONGEST = 20_000
"""Characters of a text that are looked at; no abstract is longer."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sentence that speaks to a model; `quoted` where it speaks about such sentences, as papers on attacks do."""

    sentence: Sentence
    quoted: bool


_LETTERS_ALONE = lazy_regex(r"[ .*_·|-][^\W_][ .*_·|-]{1,2}[^\W_][ .*_·|-]")
"""What `_SPACED` and `_SPELLED_OUT` find holds this, which is found in a quarter of the time."""
_SPACED = lazy_regex(r"(?<![^\W_])(?:[^\W_][ .*_·|-]){4,}[^\W_](?![^\W_])")
_SPELLED_OUT = lazy_regex(r"(?<![^\W_])(?:[^\W\d_][ .*_·|-]{1,2}){12,}[^\W\d_](?![^\W_])")
_BLOB = lazy_regex(r"[A-Za-z0-9+/]{32,}={0,2}")
_SMUGGLED = lazy_regex("[\U000e0020-\U000e007f]|[\u202d\u202e]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
_CYRILLIC_OR_GREEK = lazy_regex("[\u0370-\u03ff\u0400-\u04ff]")
_LOOKALIKES = str.maketrans("асеіјорѕухԁһӏԛԝвнкмтгαεικνορτυχѵ", "aceijopsyxdhlqwbhkmtraeiknoptuxv")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEETED = lazy_regex(r"[0134@$](?<=[^\W\d_].)(?=[^\W\d_])")  # begins with what is rare
_DIGIT_IN_WORD = lazy_regex(r"(?<=[^\W\d_])[013457@$!|]|[013457@$](?=[^\W\d_])")
_ROT13_WORDS = ("vtaber", "qvfertneq", "sbetrg", "bireevqr")
_ROT13 = lazy_regex(rf"\b(?:{'|'.join(_ROT13_WORDS)})\b")


def find_suspicions(text: str, *, about: str = "") -> tuple[Suspicion, ...]:
    """The sentences of a text that speak to a model, and those after them that speak of nothing the rest does.

    `about` is the title: what follows an instruction is the author's own again once it shares words with that, or with
    what stood before.
    """
    if not _is_addressed(text[:LONGEST]):
        return ()
    suspects: list[Suspicion] = []
    known = set(content_stems(about))
    tainted = False
    for sentence in split_sentences(text):
        own = set(content_stems(sentence.text[:2000]))
        if _is_addressed(sentence.text):
            quoted = _only_mentions(sentence.text)
            suspects.append(Suspicion(sentence, quoted))
            tainted = tainted or not quoted
        elif tainted and (len(own & known) < 2 or "://" in sentence.text):
            suspects.append(Suspicion(sentence, quoted=False))
        else:
            tainted = False
            known |= own
    return tuple(suspects)


def speaks_to_a_model(text: str) -> bool:
    """Whether a title, an abstract or an answer holds anything meant for a model."""
    return _is_addressed(text[:LONGEST])


def _is_addressed(text: str) -> bool:
    if (_LETTERS_ALONE.search(text) and _SPELLED_OUT.search(text)) or (not text.isascii() and _SMUGGLED.search(text)):
        return True
    return any(map(load_patterns().speak_in, fold(text))) or _holds_code(text)


def fold(text: str) -> tuple[str, ...]:
    """A text as a model may read it: as it stands in lower case, and with what disguises it taken off."""
    plain = strip_hidden(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    plain = " ".join(plain.replace("’", "'").split()).lower()
    forms = [plain]
    if not plain.isascii() and _CYRILLIC_OR_GREEK.search(plain):
        forms.append(plain.translate(_LOOKALIKES))
    if _LETTERS_ALONE.search(plain) and _SPACED.search(plain):
        forms.append(_SPACED.sub(lambda match: re.sub(r"[\W_]", "", match[0]) + " ", plain).replace("  ", " "))
    if _LEETED.search(plain):
        forms.append(_DIGIT_IN_WORD.sub(lambda match: match[0].translate(_LEET), plain))
    if any(map(plain.__contains__, _ROT13_WORDS)) and _ROT13.search(plain):
        forms.append(codecs.decode(plain, "rot13"))
    return tuple(forms)


def _holds_code(text: str) -> bool:
    """Whether a run of letters is base64 of a text: no abstract has a use for one."""
    for match in _BLOB.finditer(text):
        blob = match[0].rstrip("=")
        try:
            decoded = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if decoded and sum(32 <= byte < 127 for byte in decoded) > 0.9 * len(decoded) and b" " in decoded:
            return True
    return False


def _only_mentions(sentence: str) -> bool:
    """Whether a sentence speaks about instructions, as papers on attacks do: it quotes them, or names them so."""
    form, patterns = fold(sentence)[0], load_patterns()
    named = any(pattern.is_in(form) for pattern in patterns.mention)
    return named and not any(pattern.is_in(form) for pattern in patterns.machinery)
