"""Chooses the papers to read first where no model does: a few, of different themes, each with a reason. Pure.

A reason is a clause that can be checked: what the TL;DR measures, what the paper introduces, which interest of the
reader it matches, or that it is the most typical paper of its theme.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from broadsheet.digests.interests import MATCH, explain_match
from broadsheet.locale.reasons import ReasonLabels
from broadsheet.models import Highlight, Match, Paper, Summary, Theme
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences
from broadsheet.themes.corpus import Corpus
from broadsheet.tldr.extractive.findings import RESULT_VERB, rate_finding

LEAST_PAPERS = 6
"""The fewest papers of which some are pointed out; fewer are read as they stand."""
FEWEST = 3
MORE = (25, 60)
"""The numbers of papers from which one more leads."""
_MATCHING, _MEASURED, _COLLECTED, _CENTRAL, _NAMED, _BESIDE, _OTHER = 3.0, 1.0, 0.8, 0.6, 0.4, -0.5, -1.5
"""The worth of each kind of reason."""
_TYPICAL, _LARGE, _FOUND = 0.5, 0.5, 0.4
"""The weights of how typical a paper is of its theme, how large that is, and how far the TL;DR tells a finding, all
from 0 to 1."""
_REPEATED = 0.3
"""What a kind of reason loses each time that it is given, so that the reasons differ."""

_FIGURE = lazy_regex(
    r"(?<![\w.,-])(?:(?:up to|over|more than|about|nearly|only|at least) )?\d[\d.,]*(?:\s?(?:%|×|percent\b|per cent\b"
    r"|points?\b|times\b(?! (?:per|an?|each|every)\b))|-?fold\b|x\b)(?: (?:to|of) \d[\d.,]*\s?%)?"
)
_END = lazy_regex(
    r"[,;:.()—–]|\b(?:and|or|but|while|when|where|which|who|that|than|compared|relative|despite|with|without|for|from"
    r"|under|using|via|by|at|as|is|are|was|were|both|outperforming|after|before|if|so|because|to|over|across|against)\b"
)
_AHEAD = lazy_regex(
    r"(?:\b(?:the|an?|its|their|our) )?(?:[\w'’-]+ ){1,5}?(?:(?:reduced|increased|improved|raised|cut) by|of|from) $"
)
_CONDITION = lazy_regex(r"\b(?:with|using|given|at|on|for|in|by \w+ing) (?:only |just |about )?$", re.IGNORECASE)
"""What stands before a figure that is no result but what it was had with: "with 10% of labels", "by hiding 2%"."""
_CERTAINTY = lazy_regex(r" ?(?:C\.?[IL]\b|confidence|credib|significan|level)", re.IGNORECASE)
_TRAILING = lazy_regex(
    r"(?:(?:^| )(?:an?|the|of|in|on|its|their|our|this|these|not|absolute|relative|lower|higher|less|more|fewer"
    r"|faster|slower|better|worse|smaller|larger|\w+(?:ly|ed)))+$"
)
_BROKEN_OFF = lazy_regex(r" (?:of|in|on|at|into|within|among|between)\b.*$")
_OPENING = lazy_regex(
    rf"^(?:(?:with|and|by|in|of|for|that|while|but|or|to|from|at|on|{RESULT_VERB}) )+(?!by |from |of )"
)
_DETERMINED = lazy_regex(r"\b(?:the|an?|its|their|our) .*")
_FEW_WORDS = 5
"""The most words behind a figure that say what it is of."""
_WINDOW = 120
"""Characters ahead of a figure in which the words for it are looked for."""
_INTRODUCES = lazy_regex(
    r"\b(?:introduc|present|releas|construct|build|built|collect|creat|propos|contribut|curat|publish)\w*"
    r"(?: [A-Z][\w-]*,?(?: \([\w-]+\),?)?)? (?:an?|two|three|the (?:first|largest))"
    r"(?: (?!(?:for|of|to|that|in|with|on)\b)[\w'’,-]+){0,6}?"
    r" (?P<what>data ?sets?|benchmarks?|corpus|corpora|test suites?|frameworks?|methods?|models?|algorithms?"
    r"|architectures?|tools?)\b(?:(?:,| called| named|:) (?P<name>[A-Z][\w-]*[A-Z\d][\w-]*))?"
)
_SPEAKS = lazy_regex(r"\b(?:we|this (?:paper|work|study|article)|in this (?:paper|work|study))\b", re.IGNORECASE)
_NAME = lazy_regex(r"([^\W\d_][\w-]{1,24}): ")
_COLLECTIONS = ("data", "bench", "corp", "test")
"""How the words for collections begin; the other things that papers introduce are less rare."""


@dataclasses.dataclass(frozen=True)
class Reason:
    """A reason to read a paper first, its kind, and what it is worth."""

    kind: str
    worth: float
    clause: str
    theme: str = ""
    """The title of the theme that the clause speaks of."""


def choose_first(
    corpus: Corpus,
    themes: Sequence[Theme],
    summaries: Sequence[Summary],
    matches: Sequence[Match] = (),
    *,
    chosen: Sequence[Highlight] = (),
) -> tuple[Highlight, ...]:
    """The papers to read first: those already `chosen`, and of other themes as many as are missing to three to five.

    There is at most one of a theme, unless there are fewer than three themes; none has no abstract, and none holds
    words to a model. Of fewer than six papers there are only those already chosen.
    """
    if len(corpus.papers) < LEAST_PAPERS:
        return tuple(chosen)
    wanted = FEWEST + sum(len(corpus.papers) >= more for more in MORE)
    best = {match.paper_key: match for match in matches if match.score >= MATCH}
    tldrs = {summary.paper_key: summary.tldr for summary in summaries if summary.tldr and summary.method != "none"}
    candidates = [
        one
        for number, theme in enumerate(themes)
        for one in _rate(theme, number, themes, corpus, tldrs=tldrs, matches=best)
    ]
    first, told = list(chosen), Counter[str]()
    met = Counter(number for number, theme in enumerate(themes) for one in first if one.paper_key in theme.paper_keys)
    most = 1 if len(themes) >= FEWEST else FEWEST
    while len(first) < wanted:
        taken = {one.paper_key for one in first}
        open_to = [one for one in candidates if one.paper.key not in taken and met[one.number] < most]
        found = _find_best(open_to, told)
        if found is None:
            break
        one, reason = found
        first.append(Highlight(paper_key=one.paper.key, reason=reason.clause, theme=reason.theme))
        told[reason.kind] += 1
        met[one.number] += 1
    return tuple(first)


@dataclasses.dataclass(frozen=True)
class _Candidate:
    """A paper that may lead, the number of its theme, the worth of its place, and what its reasons are found from."""

    paper: Paper
    number: int
    worth: float
    places: tuple[Reason, ...]
    tldr: str
    match: Match | None

    @functools.cached_property
    def reasons(self) -> tuple[Reason, ...]:
        return (*_reasons(self.paper, self.tldr, self.match), *self.places)

    @property
    def most(self) -> float:
        """No less than its worth with any of its reasons, which are not looked for."""
        return self.worth + max(_MEASURED, _MATCHING * self.match.score if self.match else 0.0)


def _find_best(candidates: Sequence[_Candidate], told: Counter[str]) -> tuple[_Candidate, Reason] | None:
    """The candidate that is worth most, with its reason; reasons are looked for where they may decide."""
    best: tuple[float, int, int] | None = None
    found: tuple[_Candidate, Reason] | None = None
    for order in sorted(range(len(candidates)), key=lambda at: -candidates[at].most):
        one = candidates[order]
        if best is not None and one.most < best[0]:
            break
        for reason in one.reasons:
            value = (one.worth + reason.worth - _REPEATED * told[reason.kind], -one.number, -order)
            if best is None or value > best:
                best, found = value, (one, reason)
    return found


def _rate(  # noqa: PLR0913 - a theme among others, and what its papers are known by
    theme: Theme,
    number: int,
    themes: Sequence[Theme],
    corpus: Corpus,
    *,
    tldrs: Mapping[str, str],
    matches: Mapping[str, Match],
) -> Iterator[_Candidate]:
    """The papers of a theme that may lead."""
    keys = [key for key in theme.paper_keys if key in corpus.rows]
    nearness = corpus.space.project_own([corpus.rows[key] for key in keys]).round(9).tolist() if keys else []
    ranked = sorted(zip((-near for near in nearness), range(len(keys)), keys, strict=True))
    sizes = Counter(len(one.paper_keys) for one in themes if not one.other) or Counter([len(keys)])
    largest = max(sizes)
    for rank, (_, _, key) in enumerate(ranked):
        paper = corpus.by_key[key]
        if key not in tldrs or paper.alone or not paper.checked.abstract.strip():
            continue
        places = tuple(_place(theme, rank, len(keys), largest if sizes[largest] == 1 else None))
        place = 0.0 if theme.other else len(keys) / largest
        worth = _TYPICAL * (1 - rank / len(keys)) + _LARGE * place + _FOUND * rate_finding(tldrs[key])
        yield _Candidate(paper.checked, number, worth, places, tldrs[key], matches.get(key))


def _place(theme: Theme, rank: int, size: int, largest: int | None) -> Iterator[Reason]:
    """Where a paper stands in its theme, counted from the most typical one; only of a few that is a reason.

    `largest` is the size of the largest theme, `None` where several have it.
    """
    if theme.other:
        if rank == 0 or rank < FEWEST < size:
            said = ReasonLabels.central_of_others if rank == 0 else ReasonLabels.beside_of_others
            yield Reason("other", _OTHER, said.format(number=size), theme.title)
    elif size == 1:
        yield Reason("beside", _BESIDE, ReasonLabels.only, theme.title)
    elif rank == 0:
        said = ReasonLabels.central_in_largest if size == largest else ReasonLabels.central
        yield Reason("central", _CENTRAL, said.format(number=size), theme.title)
    elif rank < FEWEST < size:
        said = ReasonLabels.beside_in_largest if size == largest else ReasonLabels.beside
        yield Reason("beside", _BESIDE, said.format(number=size), theme.title)


def _reasons(paper: Paper, tldr: str, match: Match | None) -> Iterator[Reason]:
    if match is not None:
        yield Reason("match", _MATCHING * match.score, explain_match(match))
    if rate_finding(tldr) == 1.0 and (figure := find_figure(tldr)):
        yield Reason("measured", _MEASURED, ReasonLabels.reports.format(figure=figure))
    if (made := _introduced(paper)) is not None:
        what, name = made
        collected = what.startswith(_COLLECTIONS)
        if name or collected:
            said = ReasonLabels.introduces_named if name else ReasonLabels.introduces
            thing = f"{_article(what)} {what}".strip().replace("data set", "dataset")
            yield Reason("introduced", _COLLECTED if collected else _NAMED, said.format(name=name, thing=thing))


def _article(noun: str) -> str:
    if noun == "corpora" or (noun.endswith("s") and noun != "corpus"):
        return ""
    return "an" if noun[0] in "aeiou" else "a"


def find_figure(tldr: str) -> str:
    """What a TL;DR measures, in its own words: "77.5% top-1 accuracy", "an accuracy of 93%"; empty where nothing."""
    for found in _FIGURE.finditer(tldr):
        before = tldr[max(0, found.start() - _WINDOW) : found.start()]
        behind = tldr[found.end() :]
        if _CONDITION.search(before) or _CERTAINTY.match(behind):
            continue
        end = _END.search(behind)
        follows = _TRAILING.sub("", _few_words(behind[: end.start() if end else len(behind)]))
        if before.endswith(" of ") and follows.startswith("of "):
            continue
        ahead = _AHEAD.search(before)
        if ahead and (not follows or follows.startswith(("in ", "on "))):
            words = _DETERMINED.search(ahead[0]) or ahead
            return f"{_OPENING.sub('', words[0])}{found[0]} {follows}".rstrip()
        if follows:
            return f"{found[0]} {follows}"
    return ""


def _few_words(text: str) -> str:
    """The first words; of a phrase that is longer, none of what a preposition begins."""
    words = text.split()
    few = " ".join(words[:_FEW_WORDS])
    return few if len(words) <= _FEW_WORDS else _BROKEN_OFF.sub("", few)


def _introduced(paper: Paper) -> tuple[str, str] | None:
    """What kind of thing a paper says that it introduces, and the name of it where it says one."""
    named = _NAME.match(paper.title)
    for sentence in split_sentences(paper.abstract):
        if _SPEAKS.search(sentence.text) and (found := _INTRODUCES.search(sentence.text)):
            name = named[1] if named and named[1] in sentence.text else found["name"] or ""
            return found["what"].lower(), name
    return None
