"""Joins what was made with what it does, as one sentence: "On X, Y, a method for Z, halves W"."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import Sentence
from broadsheet.text.words import words
from broadsheet.tldr.extractive.candidates import SHORTEST_WORDS, Candidate, shorten
from broadsheet.tldr.extractive.clauses import FRAME, HEAD, READY_TO_END, SIMULATED, EndsPhrase
from broadsheet.tldr.extractive.compression import drop_lead_in, finish
from broadsheet.tldr.extractive.findings import RESULT_VERB, keep_first_result
from broadsheet.tldr.extractive.glosses import SAYS_NOTHING, list_glosses

LONGEST_FUSED = 32
"""The most words of a fused sentence."""
_LONGEST_PHRASE = 18
_PHRASES = 4
_NOUN = (
    r"(?:method|approach|framework|model|algorithm|system|technique|architecture|pipeline|scheme|solver|strategy"
    r"|estimator|network|tool|agent|protocol|procedure|design|policy|controller|mechanism|module|formulation|solution"
    r"|detector|classifier|loss|objective|optimi[sz]er|platform|engine|paradigm|sensor|device|planner|scheduler"
    r"|sampler|library|simulator|decoder|encoder|predictor|representation|metric|test|theory)"
)
_NOT_A_DOER = lazy_regex(
    r"\b(?:benchmark|data ?set|corpus|survey|review|study|analysis|task|theorem|problem|taxonomy|overview|evaluation"
    r"|comparison|proof|definition|concept|notion|collection|question|perspective|challenge)\b",
    re.IGNORECASE,
)
_PHRASE = lazy_regex(
    r"(?:(?P<named>[^\s,]+(?: [^\s,]+){0,6}(?: \([^()]{2,20}\))?),? (?=an? |the ))?(?:(?! --? | [–—] )[^,;:])+\Z"
)
_ADJECTIVES = lazy_regex(r"\b(an?|the|An?|The) (?:[\w-]+, ){1,3}(?:and )?(?=[\w-])")
_SINGULAR = lazy_regex(r"(?:an?|one|the first)\b", re.IGNORECASE)
_ARTICLE = lazy_regex(r"(?:an?|one|the)\b", re.IGNORECASE)
_ACRONYM = lazy_regex(r"\(([\w-]*[A-Z][\w+-]*)\)")
_TITLED = lazy_regex(r"([\w+*-]*[A-Z0-9][\w+*-]*):\s")
_SCOPE = lazy_regex(
    r"(?:on|across|in|over|for|at|under|with|by|compared (?:to|with)|relative to|unlike"
    r"|(?:test|evaluat|validat|apply|appli|train)(?:ing|ed) (?:on|in|with|across|to)) [^,;:()]{3,90}, (?=\S)",
    re.IGNORECASE,
)
_FRAME_SCOPE = lazy_regex(
    r"\b(?P<scope>(?:on|across|in|over) [^,;:()]{3,80}?) (?:shows?|demonstrates?|reveals?|confirms?|indicates?)\b", re.I
)
_AND_SHOWS = lazy_regex(r",? and (?:we )?(?:show|demonstrate|prove|find) that ", re.IGNORECASE)


_LAST_NOUN = lazy_regex(rf"\b{_NOUN}\Z")
_ARTICLES = words("a an the each every")
_PREPOSITIONS = words("of for in on with from to by across over under between among through via into at")
_RELATIVE = lazy_regex(
    r"(?:(?P<name>[^\s,]+(?: [^\s,]+){0,5}?(?: \([^()]{2,60}\))?)(?:, (?P<noun>(?:an?|the|our) [^;:]{3,110}?))?,?"
    r"|(?P<plain>(?:An?|The) [^,;:]{3,80}?)) (?:that|which) (?P<verb>(?:\w+ly )?(?P<first>[\w-]+)) (?P<rest>.+)\Z"
)
_IS = lazy_regex(r"(?P<name>[^\s,]+(?: [^\s,]+){0,5}(?: \([^()]{2,60}\))?), (?P<noun>an? [^;:]{20,})\Z")
_NO_VERB = words(
    "we i you it they he she this these those the a an our their its his her is are was were can could may might has"
    " have had does do did will would all each every both no any some in on for with from to at of by as not"
)


def tell_of(candidate: Candidate) -> Candidate | None:
    """A phrase with a relative clause as a sentence: "X, a method that halves Y" tells "X halves Y"."""
    found = _RELATIVE.match(candidate.text) if "head" in candidate.kinds else None
    if found is None or found["first"] in _NO_VERB or not found["first"].endswith("s"):
        return None
    subject = found["name"] or found["plain"]
    if found["name"] and not _SINGULAR.match(subject) and (not _is_name(subject) or _PLURAL.search(subject)):
        return None
    if not _belongs_to_first(found["noun"] or (subject if _SINGULAR.match(subject) else "")):
        return None
    text = f"{subject} {found['verb']} {found['rest']}"
    if len(text.split()) < SHORTEST_WORDS:
        return None
    return dataclasses.replace(candidate, text=text, kinds=(*candidate.kinds, "told"))


def _belongs_to_first(phrase: str) -> bool:
    """Whether a relative clause with a singular verb, after this phrase, can only be that of its first noun."""
    phrase = phrase.lower()
    rest = phrase.split()
    if not _PREPOSITIONS.intersection(rest) or (rest[-1].endswith("s") and not rest[-1].endswith("ss")):
        return True
    at = min(place for place, word in enumerate(rest) if word in _PREPOSITIONS)
    return _LAST_NOUN.search(" ".join(rest[:at])) is not None and not _ARTICLES.intersection(rest[at:])


def equate(candidate: Candidate, abstract: str) -> Candidate | None:
    """A name and what it is as a sentence: "X, a method for Y" tells "X is a method for Y"; `None` without an "is"."""
    found = _IS.match(candidate.text) if "head" in candidate.kinds and " is " in abstract else None
    if found is None or not _is_name(found["name"]) or _SINGULAR.match(found["name"]) or found["name"].endswith("s"):
        return None
    return dataclasses.replace(candidate, text=f"{found['name']} is {found['noun']}", kinds=(*candidate.kinds, "told"))


def fuse(
    candidates: Sequence[Candidate], sentences: Sequence[Sentence], title: str, ends_phrase: EndsPhrase
) -> Iterator[Candidate]:
    """What was made, from a candidate, with what it does, from this or a later sentence.

    The phrase that a claim introduces takes the place of its second mention ("our method", "it", its name), so that
    only words of the abstract are used, and the whole is a sentence.
    """
    made: dict[str, Candidate] = {}
    first = min((one.sentences[0].index for one in candidates if "head" in one.kinds), default=0)
    for one in candidates:
        opening = HEAD.match(one.text)
        if "head" in one.kinds or opening:
            phrase = finish(one.text[opening.end() if opening else 0 :].strip()).removesuffix(".")
            shorter = _without_clause(phrase)
            last = shorter.rsplit(" ", 1)[-1].strip("()").lower()
            ends = ends_phrase(last) >= READY_TO_END and not last.endswith(_ADJECTIVE_ENDS) and "-" not in last
            ends = ends and not _ONE_WORD.search(shorter)
            for version in (phrase, shorter) if ends and not SAYS_NOTHING.search(shorter) else (phrase,):
                made.setdefault(version, one)
    made = dict(list(made.items())[: 3 * _PHRASES])
    introduced = frozenset(made)
    for phrase, sentence in list_glosses(tuple(sentences), ends_phrase):
        made.setdefault(phrase, Candidate((sentence,), phrase, ()))
    for phrase, one in made.items():
        if not 2 < len(phrase.split()) <= _LONGEST_PHRASE or not _PHRASE.match(_ADJECTIVES.sub(r"\1 ", phrase)):
            continue
        at = one.sentences[0].index
        # The title's name is that of what is introduced first, and of none of its parts.
        names = _names_of(phrase, title if at == first else "")
        if _TWO.search(phrase) or _PLURAL.match(phrase.split(",", 1)[0]) or not (names or _SINGULAR.match(phrase)):
            continue
        # What an acronym stands for is seldom what the paper is about: "the approach" is another.
        subject = _Subject.of(phrase, names, first=at == first and (phrase in introduced or "," in phrase))
        closing = "," if "," in _ADJECTIVES.sub(r"\1 ", phrase) else ""
        for sentence in sentences[at : at + 9]:
            for scope, rest in _clauses_of(sentence, same=sentence.index == at):
                near = phrase in introduced and (sentence.index <= at + 1 or bool(scope))
                end = subject.find_end(rest, near=near)
                if end is None:
                    continue
                doing = _ADVERB.sub("", rest[end:], count=1).rstrip(".")
                if any(f"the {noun} " in doing for noun in subject.nouns):
                    continue
                opened = phrase if not scope or _is_name(phrase) else phrase[0].lower() + phrase[1:]
                for told in filter(None, (doing, keep_first_result(doing))):
                    text = f"{scope}{opened}{closing} {told}"
                    yield from _shorter(text, f"{opened}{closing} ", one, sentence, ends_phrase)


_ADJECTIVE_ENDS = ("ed", "ive", "ous", "able", "ible", "ful", "ient", "ic", "al", "-looking")
"""Before a comma, a word that may be one of several adjectives: "a rule for sparse, small ropes"."""


def _without_clause(phrase: str) -> str:
    """A phrase without what is added after a comma: "A rule, which halves Y" -> "A rule"; an apposition stays."""
    # "The first rule that halves Y" is not the first rule.
    found = _ADDED.match(phrase) if not _UNIQUE.search(phrase) else None
    return found[1] if found else phrase


_ONE_WORD = lazy_regex(r" (?:for|of|in|with|on|to|from|by|and) [a-z]*[a-rt-z]\Z")
"""What may be cut before a noun: "a loom for small, wet ropes"."""
_ADVERB = lazy_regex(r"\A(?:also|thus|then|therefore|hence|further) ")
_TWO = lazy_regex(r"\A(?:(?! that | which ).)* and (?:an?|the) ")
"""Two things, for which a verb in the singular is none: "a scale and a hook"."""
_UNIQUE = lazy_regex(r"\b(?:first|only|best|largest|smallest|fastest)\b")
_PLURAL = lazy_regex(r"(?!an? |the |one ).*\b[A-Za-z][a-z]+(?<![suic])s(?: \([^()]*\))?\Z", re.IGNORECASE)
"""A subject in the plural, as far as its last word says: "Interacting knots (IK)"."""
_ADDED = lazy_regex(
    r"((?:[^,]{2,50}, (?=an? |the ))?(?:(?:An?|The|an?|the) (?:[\w-]+, ){0,3})?[^,]{4,}?)"
    r"(?:, | -- | – | which | that ).+\Z"
)


def _shorter(text: str, keeps: str, one: Candidate, sentence: Sentence, ends_phrase: EndsPhrase) -> Iterator[Candidate]:
    pseudo = dataclasses.replace(sentence, text=text)
    sources = (*one.sentences, sentence) if sentence.index != one.sentences[0].index else one.sentences
    for shorter in shorten(pseudo, ends_phrase, opening="we"):
        at = shorter.text.lower().find(keeps.lower())
        count = len(shorter.text.split())
        if at < 0 or count > LONGEST_FUSED or len(shorter.text[at + len(keeps) :].split()) < 2:
            continue
        if shorter.kinds and shorter.kinds[0] in ("fronted", "frame", "head"):
            continue
        yield Candidate(sources, shorter.text, (*one.kinds, *shorter.kinds, "joined", "fused"))


def _clauses_of(sentence: Sentence, *, same: bool) -> Iterator[tuple[str, str]]:
    """The scope ("On X, ") and the clause that a sentence states, as (scope, clause)."""
    text = drop_lead_in(sentence.text)
    if same:
        found = _AND_SHOWS.search(text)
        if found:
            yield "", text[found.end() :]
        return
    scope = ""
    framed = FRAME.match(text)
    if framed:
        where = _FRAME_SCOPE.search(framed.group())
        scope = f"{where['scope'][0].upper()}{where['scope'][1:]}, " if where else ""
        if SIMULATED.search(framed.group()) and not SIMULATED.search(scope):
            scope = f"In simulations{' ' + scope[0].lower() + scope[1:] if scope else ', '}"
        text = text[framed.end() :]
    fronted = _SCOPE.match(text)
    if fronted and not scope:
        scope, text = fronted.group()[0].upper() + fronted.group()[1:], text[fronted.end() :]
    yield scope, text


def _is_name(phrase: str) -> bool:
    first = phrase.split(" ", 1)[0].rstrip(",")
    return any(char.isupper() or char.isdigit() for char in first[1:]) or not _ARTICLE.match(phrase)


def _names_of(phrase: str, title: str) -> list[str]:
    """The names that a phrase introduces: what stands before a comma, an acronym in brackets, or the title's."""
    # An acronym further on is that of a part: "a planner that couples a Genetic Algorithm (GA) with …".
    names = _ACRONYM.findall(re.split(r" (?:that|which|with|using|via|by) ", phrase, maxsplit=1)[0])
    opening = phrase.split(",", 1)[0] if "," in phrase else ""
    if opening and len(opening.split()) <= 6 and not _SINGULAR.match(opening):
        names.append(re.sub(r" \([^()]*\)", "", opening))
    titled = _TITLED.match(title)
    if titled and not names:
        names.append(titled[1])
    return names


_ACTS = lazy_regex(rf"(?: {_NOUN})?,? (?={RESULT_VERB}\b)", re.IGNORECASE)
_OWN = lazy_regex(
    r"(?:our|the proposed|the resulting|the new|this) "
    rf"(?P<like>(?:[\w-]+ ){{0,4}}?)(?P<noun>{_NOUN}),? (?={RESULT_VERB}\b)",
    re.IGNORECASE,
)
_IT = lazy_regex(rf"it,? (?={RESULT_VERB}\b)", re.IGNORECASE)
_THE = lazy_regex(rf"the ({_NOUN}),? (?={RESULT_VERB}\b)", re.IGNORECASE)
_NOUNS = lazy_regex(rf"\b{_NOUN}\b")
_WHOLE_WORK = words("method approach framework model algorithm system technique")
"""Nouns by which an abstract speaks of what it introduced first, whatever it called it then."""


@dataclasses.dataclass(frozen=True)
class _Subject:
    """How a later clause may speak of what a phrase introduced: by its names, and by its nouns with "the"."""

    phrase: str
    names: tuple[str, ...]
    nouns: frozenset[str]
    acts: bool
    """Whether it is something that does anything: a method, not a data set."""

    @classmethod
    def of(cls, phrase: str, names: Sequence[str], *, first: bool) -> _Subject:
        nouns = frozenset(noun for noun in _NOUNS.findall(phrase) if phrase.count(noun) == 1)
        acts = not _NOT_A_DOER.search(phrase.split(" that ", maxsplit=1)[0])
        if first and acts:
            nouns |= _WHOLE_WORK
        return cls(phrase.lower(), tuple(name.lower() for name in names), nouns, acts)

    def find_end(self, clause: str, *, near: bool) -> int | None:
        """Where the verb begins in a clause with this subject; "it" counts only `near` what it stands for."""
        lower = clause.lower()
        start = next((len(word) for word in ("our ", "the ") if lower.startswith(word)), 0)
        for name in self.names:
            at = 0 if lower.startswith(name) else start
            if lower.startswith(name, at) and (found := _ACTS.match(clause, at + len(name))):
                return found.end()
        if self.acts and (found := _OWN.match(clause)):
            # "The proposed Hooker system" is not the machine that was introduced before.
            known = all(word in self.phrase for word in found["like"].lower().split())
            return found.end() if known and found["noun"].lower() in self.nouns else None
        if self.acts and near and (found := _IT.match(clause)):
            return found.end()
        found = _THE.match(clause)
        return found.end() if found and found[1].lower() in self.nouns else None
