"""Tokens, stems and stop words of scientific English, shared by the parts of the built-in engine."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from broadsheet.text.lazy_regex import lazy_regex


def words(text: str) -> frozenset[str]:
    """The set of the words in a text separated by blanks."""
    return frozenset(text.split())


STOP_WORDS = words(
    """a about above across after again against all almost along already also although always am among an and
    another any anyone anything are aren't around as at away back be became because become becomes been before
    behind being below between both but by came can can't cannot could did didn't do does doesn't doing don't
    done down during each either else enough etc even ever every everything few first for from further
    get gets getting give given gives go goes had has have haven't having he her here hers him himself his how
    however i if in indeed instead into is isn't it its it's itself just keep least less let lets like likely
    made make makes making many may me might more moreover most much must my near need nearly neither never
    next no nor not nothing now of off often on once one ones only onto or other others otherwise our ours out
    over own per perhaps put quite rather really same seem seems several shall she should since so some
    something soon still such take taken takes than that that's the their theirs them themselves then there
    thereby therefore these they third this those though through throughout thus to together too toward
    towards two three under until up upon us use used uses using usually various very via was wasn't we well
    were what when where whereas wherein whether which while who whole whom whose why will with within without
    won't would yet you your s t e.g i.e al et vs"""
)

PROPER = words(
    """african american arabic asian bayesian boltzmann carlo chinese coulomb czech dutch einstein english euclidean
    european fourier french gaussian german gibbs greek hamiltonian hindi hubble indian italian japanese korean latin
    markov monte newton persian portuguese russian sanskrit spanish swedish turkish vietnamese"""
)
"""Proper names that keep their capital; titles capitalise every word, and an abstract may not have the name."""

BOILERPLATE = words(
    """ability able achieve achieved achieves achieving additional additionally address addresses addressing
    advantage aim aims allow allowing allows analyse analyses analysis analyze analyzing apply applied applies
    application applications approach approaches area author authors available average based baseline
    baselines benchmark benchmarks best better bridge broad capability capable case cases challenge challenges
    challenging code combination combine combines common commonly compare compared comparable comparison
    competitive complex comprehensive conduct conducted consider considerable consist consists current
    currently data dataset datasets demonstrate demonstrated demonstrates demonstrating design designed
    despite detail detailed develop developed developing different difficult directly due effect effective
    effectively effectiveness efficient efficiently employ enable enables enabling especially establish
    evaluate evaluated evaluation evidence example examples exhibit existing experiment experimental
    experiments explore explores extend extensive extensively field find finally findings finding focus
    focuses following framework full fully furthermore future gain gains general github good great high
    higher highly http https idea implement implementation important improve improved improvement improvements
    improves improving include includes including increase increasing inspired introduce introduced introduces
    investigate issue issues key known lack large largely lead leading leads leverage leverages leveraging
    limit limitation limitations limited literature low lower main mainly major manner mean measure method
    methods model models motivated multiple namely nature new novel number observe obtain obtained offer
    outperform outperforming outperforms overall paper papers particular particularly perform performance
    performances performed popular possible potential practical practice present presented presents previous
    previously prior problem problems process produce promising proper properties property propose proposed
    proposes proposing prove provide provided provides providing public publicly purpose range recent recently
    related release releases remain remains report require requires research respect respectively result
    resulting results reveal rely relies scenario scenarios second set sets setting settings show showing
    shown shows significant significantly similar simple simply single small solution solutions solve solved
    solving sota specific specifically standard state state-of-the-art step study studies studied strong
    suffer suggest suggests superior support system systems tackle task tasks technique techniques test
    tested tests textbf textit typically understand understanding underlying useful utilize utilizing
    validate variety verify widely work works world yield yields"""
)


class Numbering(dict[str, int]):
    """Numbers words as they are looked up, from 0 on: `map(numbering.__getitem__, …)` is as quick as a list."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


_DIGITS = frozenset("0123456789")
_EMPTY = STOP_WORDS | BOILERPLATE
_TOKEN = lazy_regex(r"[A-Za-z0-9]+")
_WORD = lazy_regex(r"[^\W_]+(?:['’][^\W_]+)?")
_ASCII = {code: chr(code).lower() if chr(code).isalnum() else " " for code in range(128)}
_UNSPACED = lazy_regex("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")


@lru_cache(maxsize=1 << 16)  # the same words occur in very many texts
def stem(word: str) -> str:
    """The singular of a lower-case English word by rules, a light stem that is still a readable word."""
    if len(word) <= 3 or not word.endswith("s") or word.endswith(("ss", "us", "is", "ics", "ous")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes")):
        return word[:-2]
    return word[:-1]


def split_words(text: str) -> list[str]:
    """The lower-case words of a text without punctuation; words are split at hyphens.

    Text in scripts without blanks between words (Chinese, Japanese) gives overlapping pairs of characters.
    """
    if text.isascii():
        if "'" not in text:
            return text.translate(_ASCII).split()  # what the pattern finds, in half of the time
        return [word.removesuffix("'s") for word in _WORD.findall(text.lower())]
    found: list[str] = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", text).lower()):
        if len(word) > 2 and _UNSPACED.fullmatch(word):
            found.extend(word[at : at + 2] for at in range(len(word) - 1))
        else:
            found.append(word.replace("’", "'").removesuffix("'s"))
    return found


def content_stems(text: str) -> list[str]:
    """The stems of the content words of a text, in order, with repetitions."""
    return [*filter(None, map(_content_stem, split_words(text)))]


@lru_cache(maxsize=1 << 16)
def _content_stem(word: str) -> str:
    return "" if word in _EMPTY or word.isdigit() else stem(word)


def has_digit(text: str) -> bool:
    """Whether a text has a digit of any script, superscripts among them."""
    return not _DIGITS.isdisjoint(text) if text.isascii() else any(map(str.isdigit, text))


@lru_cache(maxsize=1 << 16)
def word_key(token: str) -> str:
    """The key under which a token is counted: its lower-case stem."""
    return stem(token.lower())


@lru_cache(maxsize=1 << 8)
def tokens_of(text: str) -> tuple[str, ...]:
    """The words of a text as ROUGE (Lin 2004) counts them, as written; "state-of-the-art" is four.

    Cached as the keys below are: what is looked at is looked at several times.
    """
    return tuple(_TOKEN.findall(text))


@lru_cache(maxsize=1 << 8)
def keys_of(text: str) -> tuple[str, ...]:
    """The key of each of these words."""
    return tuple(map(word_key, tokens_of(text)))
