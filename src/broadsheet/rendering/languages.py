"""What the mark beside an extracted TL;DR means, in the language of the digest: the one line of a page a reader of
another language needs, for the sentence itself stays in the abstract's own. The other labels are English as yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from broadsheet.rendering.labels import ENGLISH, Labels

_EXTRACTED: Mapping[str, str] = {
    "ar": "جملة من الملخص الأصلي",
    "cs": "Věta převzatá z abstraktu",
    "da": "Sætning fra artiklens eget abstract",
    "de": "Satz aus dem Abstract, im Wortlaut",
    "el": "Πρόταση από την περίληψη του άρθρου",
    "en": "The abstract’s own sentence",
    "es": "Frase tomada del resumen original",
    "fa": "جمله‌ای از چکیدهٔ اصلی",
    "fi": "Lause tiivistelmästä sellaisenaan",
    "fr": "Phrase tirée du résumé d’origine",
    "he": "משפט מתוך התקציר המקורי",
    "hi": "मूल सारांश का वाक्य",
    "hu": "Mondat az eredeti absztraktból",
    "id": "Kalimat dari abstrak aslinya",
    "it": "Frase tratta dall’abstract originale",
    "ja": "要旨からの原文",
    "ko": "초록의 원문 문장",
    "nl": "Zin uit het abstract zelf",
    "no": "Setning fra artikkelens eget sammendrag",
    "pl": "Zdanie z oryginalnego streszczenia",
    "pt": "Frase tirada do resumo original",
    "ro": "Propoziție din rezumatul original",
    "ru": "Предложение из аннотации",
    "sv": "Mening ur artikelns eget abstract",
    "tr": "Özetin kendi cümlesi",
    "uk": "Речення з анотації",
    "vi": "Câu trích từ tóm tắt gốc",
    "zh": "摘要原句",
}


def labels_in(code: str) -> Labels:
    """The labels for a language code such as `de` or `pt-br`; English ones where we have no others."""
    own = _EXTRACTED.get(code.partition("-")[0])
    if own is None:
        return ENGLISH
    rest = ENGLISH.some_extracted.removeprefix(ENGLISH.own_sentence)
    return dataclasses.replace(ENGLISH, own_sentence=own, some_extracted=own + rest)
