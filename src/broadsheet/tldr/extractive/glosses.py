"""Finds what an abstract says that a name is: "Knot9, a loom for rope", "a loom called Knot9", "the Knot Tier (KT)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import Sentence
from broadsheet.text.words import words
from broadsheet.tldr.extractive.clauses import READY_TO_END, EndsPhrase

_LONGEST = 12
"""The most words of a gloss."""
_LONGEST_FORM = 8
"""The most words of what an acronym stands for."""
_MOST_NAMES = 12
_NAME = r"(?:[A-Za-z0-9][\w+*-]*[A-Z][\w+*-]*+|[A-Z][\w+*-]{2,}+)"
"""Possessive at the end (`*+`): no name of which only a part would fit what follows it."""
NAMED = lazy_regex(rf"(?<![\w(-]){_NAME}(?= (?:[a-z]+ly |not only )?[a-z]+(?:s|ed)\b)")
"""A name before what may be its verb: "QuickKnot halves"."""
_STOPS = (
    r"(?=,|\.(?:\s|\Z)|;|:| (?:that|which|who|whose|to|designed|specifically|capable|built|based|aimed"
    r"|consisting|\w+ed (?:in|on|by|from|with|at|over|using)|—|–|--|-) )"
)
_KIND = (
    r"(?:algorithm|method|approach|framework|model|network|system|scheme|technique|task|architecture|mechanism"
    r"|scheduler|strategy|protocol|benchmark|pipeline|tool)"
)
_ADJECTIVE = r"(?:novel|new|simple|unified|general|hybrid|practical|efficient|effective|lightweight|robust)"
SAYS_NOTHING = lazy_regex(rf"(?:\A|, )an? (?:{_ADJECTIVE} )*\w+\Z", re.IGNORECASE)
"""A thing of which nothing is said: "Knotter, a new system"."""
_APPOSED = lazy_regex(
    rf"(?<![\w-])(?P<name>{_NAME})[,:] "
    r"(?P<what>(?:an?|the first) (?:(?:[\w-]+-\w+|\w+(?:ed|ive|ous|able|ible|ful|ient|ic|al)), )*[^,;:.]{4,110}?)"
    rf"{_STOPS}"
)
_CHANGE = lazy_regex(
    r"\A(?:an?|the) \W?\d|\b(?:improvement|increase|decrease|reduction|gain|drop|rise|speed-?up|margin)\b"
)
"""What is told of a result: "74 % on Rope9, a gain of 3 %"."""
_CALLED = lazy_regex(
    r"\b(?P<what>[Aa]n? (?:(?! an? )[^,;:.]){4,100}?),? "
    rf"(?:(?P<called>called|named|termed|dubbed|namely),? |(?<=, ))(?P<name>{_NAME})(?![\w-])"
    # "After a slip of the rope, Knotter ties" names no slip.
    r"(?(called)|(?=[,.;:]| (?:that|which|to|for)\b))"
)
_LONG_FORM = lazy_regex(rf"\b(?P<long>(?:[\w/-]+ ){{2,9}})\((?P<name>{_NAME})\)(?P<kind>(?: {_KIND})?)")
_BRACKETS = lazy_regex(r" \([^()]*\)")
_PREPOSITIONS = words("for in with by from on using via")
_SMALL = words("of for the and in on with by to a an from via as at or")


@lru_cache(maxsize=1 << 4)  # asked for to fuse candidates, then for the names of the one that is chosen
def list_glosses(sentences: tuple[Sentence, ...], ends_phrase: EndsPhrase) -> tuple[tuple[str, Sentence], ...]:
    """Names with what they are, as they are to be written, and the sentence that says so; at most a few names."""
    return tuple(_find_glosses(sentences, ends_phrase))


def _find_glosses(sentences: Sequence[Sentence], ends_phrase: EndsPhrase) -> Iterator[tuple[str, Sentence]]:
    named = dict.fromkeys(found.group() for one in sentences for found in NAMED.finditer(one.text))
    names = frozenset(list(named)[:_MOST_NAMES])
    if not names:
        return
    for sentence in sentences:
        bare = _BRACKETS.sub("", sentence.text)
        if not any(name in bare or name in sentence.text for name in names):
            continue
        for found in (*_APPOSED.finditer(bare), *_CALLED.finditer(bare)):
            if found["name"] in names and not _CHANGE.search(found["what"]):
                opening, rest = found["what"][0].lower(), found["what"][1:]
                for what in _shorten(opening + rest, ends_phrase):
                    yield f"{found['name']}, {what}", sentence
        for found in _LONG_FORM.finditer(sentence.text) if "(" in sentence.text else ():
            if found["name"] in names and (full := _spell_out(found["long"], found["name"])):
                article = "the " if found["kind"] and not full.startswith(("the ", "a ", "an ", "The ", "A ")) else ""
                yield f"{article}{full} ({found['name']}){found['kind']}", sentence


def _spell_out(before: str, name: str) -> str | None:
    """The words that an acronym stands for, with their article."""
    full = find_long_form(before, name)
    if full is None:
        return None
    article = before.rstrip().removesuffix(full).rpartition(" ")[0].rpartition(" ")[2]
    return f"{article} {full}" if article.lower() in ("the", "a", "an") else full


def find_long_form(before: str, acronym: str) -> str | None:
    """The last words of a text that an acronym stands for; `None` where they do not spell it.

    Its letters are the initials, in order, of the words and their parts, of these but for small words, or of whole
    words: "structure and wave preserving ropes (SWPR)", "time-to-first knot (TFK)".
    """
    letters = re.sub(r"[^a-z]", "", acronym.lower())
    said = before.split()[-_LONGEST_FORM:]
    for start in range(len(said) - 1, -1, -1):
        form = said[start:]
        parts = [(word, part[0].lower()) for word in form for part in re.split("[-/]", word) if part]
        spelled = ([initial for _, initial in parts], [initial for word, initial in parts if word not in _SMALL])
        if form[0] not in _SMALL and letters in map("".join, (*spelled, [word[0].lower() for word in form])):
            # Of "Interface Information-Aware Tiers (IAT)" nothing tells where the name begins.
            torn = start > 1 and form[0][0].isupper() and said[start - 1][0] == form[0][0]
            return None if torn or form[-1].endswith("-based") else " ".join(form)
    return None


def _shorten(what: str, ends_phrase: EndsPhrase) -> Iterator[str]:
    """A gloss with and without what follows its noun, where that still says something."""
    said = what.split()
    # "The first loom for hemp" is not the first loom.
    cuts = (
        {len(said)} if said[0] == "the" else {len(said), *(at for at, word in enumerate(said) if word in _PREPOSITIONS)}
    )
    for cut in sorted(cuts, reverse=True):
        short = " ".join(said[:cut])
        last = said[cut - 1].lower()
        # "The first real-time" is cut before "interactive loom", "a loom distilled" before "from hemp".
        ends = ends_phrase(last) >= READY_TO_END and "-" not in last and not last.endswith("ed")
        if 2 < cut <= _LONGEST and ends and not SAYS_NOTHING.match(short):
            yield short
