"""Joins what was made with what it does, as one sentence: "On X, Y, a method for Z, halves W"."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence

from broadsheet.text.sentences import Sentence
from broadsheet.text.words import words
from broadsheet.tldr.extractive.candidates import SHORTEST_WORDS, Candidate, opens_lower, shorten
from broadsheet.tldr.extractive.clauses import DOCUMENT_NOUN, FRAME, HEAD, READY_TO_END, EndsPhrase
from broadsheet.tldr.extractive.compression import drop_lead_in, finish
from broadsheet.tldr.extractive.findings import RESULT_VERB, rate_finding

LONGEST_FUSED = 32
"""The most words of a fused sentence."""
_LONGEST_PHRASE = 18
_PHRASES = 4
_LONGEST_TOPIC = 14
_NOUN = (
    r"(?:method|approach|framework|model|algorithm|system|technique|architecture|pipeline|scheme|solver|strategy"
    r"|estimator|network|tool|agent|protocol|procedure|design|policy|controller|mechanism|module|formulation|solution"
    r"|detector|classifier|loss|objective|optimi[sz]er|platform|engine|paradigm|sensor|device|planner|scheduler"
    r"|sampler|library|simulator|decoder|encoder|predictor|representation|metric|test|theory)"
)
_NOT_A_DOER = re.compile(
    r"\b(?:benchmark|data ?set|corpus|survey|review|study|analysis|task|theorem|problem|taxonomy|overview|evaluation"
    r"|comparison|proof|definition|concept|notion|collection|question|perspective|challenge)\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(r"(?:(?P<named>[^\s,]+(?: [^\s,]+){0,6}(?: \([^()]{2,20}\))?),? (?=an? |the ))?[^,;:]+\Z")
_ADJECTIVES = re.compile(r"\b(an?|the|An?|The) (?:[\w-]+, ){1,3}(?:and )?(?=[\w-])")
_SINGULAR = re.compile(r"(?:an?|one|the first)\b", re.IGNORECASE)
_ACRONYM = re.compile(r"\(([\w-]*[A-Z][\w+-]*)\)")
_TITLED = re.compile(r"([\w+*-]*[A-Z0-9][\w+*-]*):\s")
_SCOPE = re.compile(
    r"(?:on|across|in|over|for|at|under|with|compared (?:to|with)|relative to|unlike) [^,;:()]{3,90}, (?=\S)",
    re.IGNORECASE,
)
_FRAME_SCOPE = re.compile(
    r"\b(?P<scope>(?:on|across|in|over) [^,;:()]{3,80}?) (?:shows?|demonstrates?|reveals?|confirms?|indicates?)\b", re.I
)
_AND_SHOWS = re.compile(r",? and (?:we )?(?:show|demonstrate|prove|find) that ", re.IGNORECASE)


_LAST_NOUN = re.compile(rf"\b{_NOUN}\Z")
_ARTICLES = words("a an the each every")
_PREPOSITIONS = words("of for in on with from to by across over under between among through via into at")
_RELATIVE = re.compile(
    r"(?:(?P<name>[^\s,]+(?: [^\s,]+){0,5}?(?: \([^()]{2,60}\))?)(?:, (?P<noun>(?:an?|the|our) [^;:]{3,110}?))?,?"
    r"|(?P<plain>(?:An?|The) [^,;:]{3,80}?)) (?:that|which) (?P<verb>(?:\w+ly )?(?P<first>[\w-]+)) (?P<rest>.+)\Z"
)
_IS = re.compile(r"(?P<name>[^\s,]+(?: [^\s,]+){0,5}(?: \([^()]{2,60}\))?), (?P<noun>an? [^;:]{20,})\Z")
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
    if found["name"] and not _SINGULAR.match(subject) and not _is_name(subject):
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
    for one in candidates:
        opening = HEAD.match(one.text)
        if "head" in one.kinds or opening:
            phrase = finish(one.text[opening.end() if opening else 0 :].strip()).removesuffix(".")
            shorter = _without_clause(phrase)
            last = shorter.rsplit(" ", 1)[-1].strip("()").lower()
            for version in (phrase, shorter) if ends_phrase(last) >= READY_TO_END else (phrase,):
                made.setdefault(version, one)
    for phrase, one in list(made.items())[: 3 * _PHRASES]:
        if not 2 < len(phrase.split()) <= _LONGEST_PHRASE or not _PHRASE.match(_ADJECTIVES.sub(r"\1 ", phrase)):
            continue
        names = _names_of(phrase, title)
        if not names and not _SINGULAR.match(phrase):
            continue
        subject, at = _Subject.of(phrase, names), one.sentences[0].index
        closing = "," if "," in _ADJECTIVES.sub(r"\1 ", phrase) else ""
        for sentence in sentences[at : at + 9]:
            for scope, rest in _clauses_of(sentence, same=sentence.index == at):
                near = sentence.index <= at + 1 or bool(scope)
                end = subject.find_end(rest, near=near)
                if end is None:
                    continue
                doing = rest[end:].rstrip(".")
                opened = phrase if not scope or _is_name(phrase) else phrase[0].lower() + phrase[1:]
                text = f"{scope}{opened}{closing} {doing}"
                yield from _shorter(text, f"{opened}{closing} ", one, sentence, ends_phrase)


_NO_CLAUSE = re.compile(r"(?:we|our|this|the (?:proposed|method|model)|in|on|for|\w+ly,|[\w-]+,) ", re.IGNORECASE)
_TOPIC = re.compile(
    rf"(?:we|this {DOCUMENT_NOUN}|i) (?:\w+ly )?(?:study|studies|investigate|investigates|examine|examines"
    rf"|analy[sz]e|analy[sz]es"
    r"|consider|considers|explore|explores|revisit|revisits|address|addresses|tackle|tackles)"
    r" (?:(?:the )?problem of |the question of )?(?P<topic>(?!(?:how|whether|what|why|when|which|if"
    r"|that|this|these)\b)[^,;:()]+)",
    re.IGNORECASE,
)


def lead_with_topic(candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """A topic and what was found about it: "(We study) X: Y falls when Z rises"."""
    topics: dict[str, Candidate] = {}
    small = {word for one in candidates for word in one.text.split()[1:] if word.islower()}
    for one in candidates:
        found = _TOPIC.match(one.text)
        topic = found["topic"].rstrip(".") if found and found.end() >= len(one.text.rstrip(".")) else ""
        if 2 <= len(topic.split()) <= _LONGEST_TOPIC:
            topics.setdefault(topic, one)
    for topic, one in list(topics.items())[:_PHRASES]:
        for two in candidates:
            if (
                two.sentences[0].index <= one.sentences[0].index
                or "head" in two.kinds
                or not rate_finding(two.text, two.kinds)
            ):
                continue
            if len(topic.split()) + len(two.text.split()) <= LONGEST_FUSED and not _NO_CLAUSE.match(two.text):
                opened, rest = two.text.split(" ", 1)
                if opens_lower(opened) or opened.lower() in small:
                    opened = opened.lower()
                clause = f"{opened} {rest}"
                kinds = (*one.kinds, *two.kinds, "joined", "fused")
                yield Candidate((*one.sentences, *two.sentences), f"{topic[0].upper()}{topic[1:]}: {clause}", kinds)


def _without_clause(phrase: str) -> str:
    """A phrase without what is added after a comma: "A rule, which halves Y" -> "A rule"; an apposition stays."""
    found = _ADDED.match(phrase)
    return found[1] if found else phrase


_ADDED = re.compile(
    r"((?:[^,]{2,50}, (?=an? |the ))?(?:(?:An?|The|an?|the) (?:[\w-]+, ){0,3})?[^,]{4,}?)(?:, | -- | which ).+\Z"
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
        text = text[framed.end() :]
    fronted = _SCOPE.match(text)
    if fronted and not scope:
        scope, text = fronted.group()[0].upper() + fronted.group()[1:], text[fronted.end() :]
    yield scope, text


def _is_name(phrase: str) -> bool:
    first = phrase.split(" ", 1)[0].rstrip(",")
    return any(char.isupper() or char.isdigit() for char in first[1:]) or not _SINGULAR.match(phrase)


def _names_of(phrase: str, title: str) -> list[str]:
    """The names that a phrase introduces: what stands before a comma, an acronym in brackets, or the title's."""
    names = _ACRONYM.findall(phrase)
    opening = phrase.split(",", 1)[0] if "," in phrase else ""
    if opening and len(opening.split()) <= 6 and not _SINGULAR.match(opening):
        names.append(re.sub(r" \([^()]*\)", "", opening))
    titled = _TITLED.match(title)
    if titled and not names:
        names.append(titled[1])
    return names


_ACTS = re.compile(rf"(?: {_NOUN})?,? (?={RESULT_VERB}\b)", re.IGNORECASE)
_OWN = re.compile(
    rf"(?:our|the proposed|the resulting|the new|this) (?:[\w-]+ ){{0,4}}?{_NOUN},? (?={RESULT_VERB}\b)", re.IGNORECASE
)
_IT = re.compile(rf"it,? (?={RESULT_VERB}\b)", re.IGNORECASE)
_THE = re.compile(rf"the ({_NOUN}),? (?={RESULT_VERB}\b)", re.IGNORECASE)
_NOUNS = re.compile(rf"\b{_NOUN}\b")


@dataclasses.dataclass(frozen=True)
class _Subject:
    """How a later clause may speak of what a phrase introduced: by its names, and by its nouns with "the"."""

    names: tuple[str, ...]
    nouns: frozenset[str]
    acts: bool
    """Whether it is something that does anything: a method, not a data set."""

    @classmethod
    def of(cls, phrase: str, names: Sequence[str]) -> _Subject:
        nouns = frozenset(noun for noun in _NOUNS.findall(phrase) if phrase.count(noun) == 1)
        acts = not _NOT_A_DOER.search(phrase.split(" that ", maxsplit=1)[0])
        return cls(tuple(name.lower() for name in names), nouns, acts)

    def find_end(self, clause: str, *, near: bool) -> int | None:
        """Where the verb begins in a clause with this subject; "it" counts only `near` what it stands for."""
        lower = clause.lower()
        start = next((len(word) for word in ("our ", "the ") if lower.startswith(word)), 0)
        for name in self.names:
            at = 0 if lower.startswith(name) else start
            if lower.startswith(name, at) and (found := _ACTS.match(clause, at + len(name))):
                return found.end()
        for pattern in (_OWN, _IT) if self.acts and near else (_OWN,) if self.acts else ():
            if found := pattern.match(clause):
                return found.end()
        found = _THE.match(clause)
        return found.end() if found and found[1].lower() in self.nouns else None
