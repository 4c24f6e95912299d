"""Groups of papers -> headings: phrases of their titles that are theirs and not the other groups'.

Where titles share no phrase, the whole noun phrases they speak of.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from broadsheet.models import Paper
from broadsheet.text.words import BOILERPLATE, STOP_WORDS, content_stems, split_words, stem, words
from broadsheet.themes.keyphrases import Phrase, find_phrases, reads_as_noun_phrase

PROPER = words(
    """african american arabic asian bayesian boltzmann carlo chinese coulomb czech dutch einstein english euclidean
    european fourier french gaussian german gibbs greek hamiltonian hindi hubble indian italian japanese korean latin
    markov monte newton persian portuguese russian sanskrit spanish swedish turkish vietnamese"""
)
"""Names that titles spell like any other word and abstracts may not have."""
LONGEST = 5
RARER = 1.6
"""How many times likelier a phrase or a word must be inside its group than outside."""
_CLAUSE = re.compile(r"[:;,.?!()\[\]“”\"–—|/]+|\s-\s")
_BREAKS = STOP_WORDS | words(
    """are be been being can could do does did enable enables has have help helps improve improves is learn may meets
    might need needs should study was were based beyond"""
)


_NUMBERS = words("four five six seven eight nine ten dozen hundred thousand million")


def find_subjects(title: str) -> Iterator[list[str]]:
    """The noun phrases of two to five words of a title, whole: from one preposition, verb or mark to the next.

    What begins a clause with a verb in -ing ("Measuring wet knots") is taken without it; so is what ends badly.
    """
    for clause in _CLAUSE.split(title):
        run: list[str] = []
        for at, word in enumerate([*clause.split(), "the"]):
            bare = word.strip("'‘’`*")
            if bare and bare.lower() not in _BREAKS and bare[0].isalnum():
                run.append(bare)
                continue
            begins = at == len(run)
            if begins and len(run) > 2 and run[0].lower().endswith("ing") and "-" not in run[0]:
                run = run[1:]
            while len(run) > 1 and not reads_as_noun_phrase(run):
                run = run[1:] if reads_as_noun_phrase(run[1:]) or len(run) > LONGEST else run[:-1]
            if 2 <= len(run) <= LONGEST:
                yield run
            run = []


def rank_subjects(papers: Sequence[Paper], group: Sequence[int], spread: Mapping[str, int]) -> list[list[str]]:
    """The subjects of a group's titles, first those whose words its papers share and the others lack.

    `spread` says in how many of all papers a stem stands. A word that no second paper of the group has counts nothing,
    so that what one paper calls its own heads none but its own.
    """
    held = Counter(word for index in group for word in set(content_stems(_text(papers[index]))))
    titled = Counter(word for index in group for word in set(content_stems(papers[index].title)))

    def worth(word: str) -> float:
        if held[word] < 2 or word in BOILERPLATE or word in _NUMBERS:
            return 0.0
        outside = max(0, spread.get(word, 0) - held[word]) / max(1, len(papers) - len(group))
        lift = (held[word] / len(group) + 0.01) / (outside + 0.02)
        return (held[word] + titled[word]) / (2 * len(group)) * (math.log(lift) if lift >= RARER else 0.0)

    scored: list[tuple[float, int, list[str]]] = []
    for index in group:
        for place, subject in enumerate(find_subjects(papers[index].title)):
            told = _without_own_words(subject, worth)
            worths = [worth(word) for word in _stems(told)] or [0.0]
            # The last word is what it is; the ones before say which.
            score = (sum(worths) + 0.5 * worths[-1]) / (len(worths) + 1.0)
            scored.append((-round(score, 9), place, told))
    return [subject for score, _, subject in sorted(scored) if score < 0]


def is_common(subject: Sequence[str], spread: Mapping[str, int], papers: int) -> bool:
    """Whether more than half of all papers have each of its words: it is what everything is about."""
    return all(2 * spread.get(word, 0) > papers for word in _stems(subject))


def _without_own_words(subject: list[str], worth: Callable[[str], float]) -> list[str]:
    """The subject from the first word on that other papers share, two words at least: the rest is its own paper's."""
    while (
        len(subject) > 2
        and subject[0].lower() not in PROPER
        and not any(map(worth, _stems(subject[:1])))
        and reads_as_noun_phrase(subject[1:])
    ):
        subject = subject[1:]
    return subject


def _stems(tokens: Sequence[str]) -> list[str]:
    return [stem(part) for part in split_words(" ".join(tokens))]


def spread_of(papers: Sequence[Paper]) -> Counter[str]:
    """In how many papers each stem stands."""
    return Counter(word for paper in papers for word in set(content_stems(_text(paper))))


def _text(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract[:6000]}"


MOST_WORDS = 6
_ENOUGH = 0.6
"""The share of a group above which one phrase is heading enough."""

_UNCOUNTABLE = ("ing", "tion", "sion", "ment", "ity", "ance", "ence", "sis")


ALL_PAPERS = "All papers"
_UNNAMED = "Unnamed theme"
_SAYING_NOTHING = (ALL_PAPERS.lower(), "other papers", "one other paper", _UNNAMED.lower())


def name_themes(papers: Sequence[Paper], groups: Sequence[Sequence[int]], *, taken: Iterable[str] = ()) -> list[str]:
    """A heading for each group, by index of its papers; no two the same, none a paper's whole title or `taken`.

    The largest group chooses first, and no phrase heads two groups. A group whose titles share nothing is
    headed by the subject its titles share most words with, and one without even that gets a plain number.
    """
    phrases = [phrase for phrase in find_phrases(papers) if not phrase.is_fragment()]
    capitals = find_capitals(papers)
    spread = spread_of(papers)
    taken = {*map(_plain, taken), *(_plain(paper.title) for paper in papers)}
    headings: dict[int, str] = {}
    for number in sorted(range(len(groups)), key=lambda number: (-len(groups[number]), number)):
        heading, used = _head(phrases, groups[number], papers=len(papers), capitals=capitals, taken=taken)
        if len(groups) > 1:
            heading = heading or _head_by_subject(papers, groups[number], spread, capitals, taken)
        headings[number] = heading or _numbered(number, taken)
        taken.add(_plain(headings[number]))
        phrases = [phrase for phrase in phrases if phrase.key not in used]
    return [headings[number] for number in range(len(groups))]


def _head(
    phrases: Sequence[Phrase], group: Sequence[int], *, papers: int, capitals: Mapping[str, str], taken: set[str]
) -> tuple[str, frozenset[str]]:
    """The first heading nobody has yet and the keys of its phrases; asks less of them where it must."""
    for share in (0.2, 0.1):
        ranked = rank_phrases(phrases, group, papers=papers, share=share)
        for chosen in _choose(ranked, group):
            heading = _write(chosen, capitals)
            if 1 < len(heading.split()) <= MOST_WORDS and _plain(heading) not in taken:
                return heading, frozenset(phrase.key for phrase in chosen)
    return "", frozenset()


def _head_by_subject(
    papers: Sequence[Paper],
    group: Sequence[int],
    spread: Mapping[str, int],
    capitals: Mapping[str, str],
    taken: set[str],
) -> str:
    """The subject of one title whose words the group shares most, or, where it shares none, of two titles."""
    subjects = [_lower(subject, capitals) for subject in rank_subjects(papers, group, spread)]
    own = [
        [
            _lower(found, capitals)
            for found in find_subjects(papers[index].title)
            if not is_common(found, spread, len(papers))
        ]
        for index in group[:8]
    ]
    first, *others = [found for found in own if found] or [[]]
    joined = [f"{one} and {other}" for one in first for found in others[:1] for other in found if one != other]
    for heading in (*subjects, *joined, *itertools.chain(first, *others)):
        if 1 < len(heading.split()) <= MOST_WORDS and _plain(heading) not in taken:
            return heading[0].upper() + heading[1:]
    return ""


def _lower(tokens: Sequence[str], capitals: Mapping[str, str]) -> str:
    """Words of a title as they stand inside a sentence."""
    return " ".join(
        word if _is_acronym(word) or word.lower() in PROPER else capitals.get(word.lower(), word.lower())
        for word in tokens
    )


def rank_phrases(
    phrases: Iterable[Phrase], group: Sequence[int], *, papers: int, share: float = 0.2, telling: bool = True
) -> list[Phrase]:
    """The phrases of two papers and of this share of the group or more, the most telling first."""
    members = set(group)
    scored = []
    for phrase in phrases:
        inside = phrase.support(members)
        if (
            inside < max(1.0, share * len(group))
            or phrase.telling < telling
            or len((phrase.titled | phrase.mentioned) & members) < 2
        ):
            continue
        outside = len(phrase.titled - members) + 0.5 * len(phrase.mentioned - phrase.titled - members)
        score = _tell(inside / len(group), outside / max(1, papers - len(group)), len(phrase.stems))
        if score > 0:
            scored.append((-score, phrase.key, phrase))
    ranked = [phrase for _, _, phrase in sorted(scored, key=lambda item: item[:2])]
    return [phrase for phrase in ranked if not _is_part(phrase, ranked, members)]


def _tell(inside: float, outside: float, length: int) -> float:
    """How well a phrase tells a group from the rest: its share, by how much rarer it is elsewhere."""
    lift = (inside + 0.01) / (outside + 0.02)
    return 0.0 if lift < RARER else inside * math.log(lift) * (0.5 if length == 1 else 0.9 + 0.15 * min(length, 3))


def _is_part(phrase: Phrase, others: Iterable[Phrase], group: Set[int]) -> bool:
    """Whether a longer phrase says nearly as often what this one begins to say."""
    joined = f" {' '.join(phrase.stems)} "
    return any(
        len(other.stems) > len(phrase.stems)
        and joined in f" {' '.join(other.stems)} "
        and other.support(group) >= 0.7 * phrase.support(group)
        for other in others
    )


def _choose(ranked: Sequence[Phrase], group: Sequence[int]) -> Iterator[tuple[Phrase, ...]]:
    """From the best on: one phrase that covers the group, two that do so together, any one alone."""
    best = ranked[:8]
    for first in best:
        if first.telling and first.support(set(group)) >= _ENOUGH * len(group):
            yield (first,)
        for second in sorted(best, key=lambda other: -_adds(first, other, group)):
            if _adds(first, second, group) >= 1 and _stands(first) and _stands(second) and not _overlap(first, second):
                yield (first, second)
        yield (first,)


def _stands(phrase: Phrase) -> bool:
    """Whether a phrase says enough beside another: two words, or an acronym; two lone words are no heading."""
    return phrase.telling and (len(phrase.stems) > 1 or any(_is_acronym(form) for form in phrase.spellings))


def _overlap(first: Phrase, second: Phrase) -> bool:
    """Whether two phrases share words, other than a last one that both can lean on."""
    shared = {one for one in first.stems for other in second.stems if one[:6] == other[:6]}
    leans = first.stems[-1] == second.stems[-1] and min(len(first.stems), len(second.stems)) > 1
    return bool(shared - {first.stems[-1]}) or (bool(shared) and not leans)


def _adds(first: Phrase, second: Phrase, group: Sequence[int]) -> float:
    """For how many more papers a second phrase speaks."""
    covered = first.titled | first.mentioned
    return second.support({index for index in group if index not in covered})


def _write(phrases: Sequence[Phrase], capitals: Mapping[str, str]) -> str:
    """ "A b", "a b and c d", or "a and c b" where both end in the same word."""
    spelled = [_spell(phrase, capitals).split() for phrase in phrases]
    if len(spelled) == 2 and stem(spelled[0][-1].lower()) == stem(spelled[1][-1].lower()):
        spelled[0] = spelled[0][:-1]
    heading = " and ".join(" ".join(pieces) for pieces in spelled)
    first = heading.split(" ", 1)[0]
    return heading if any(char.isupper() for char in first) else heading[0].upper() + heading[1:]


def _spell(phrase: Phrase, capitals: Mapping[str, str]) -> str:
    """The phrase as it is most often written, in the plural where that is usual, with its names' capitals."""
    lower = Counter[str]()
    for spelling, count in phrase.spellings.items():
        lower[spelling.lower()] += count
    usual = 1.0 if phrase.stems[-1].endswith(_UNCOUNTABLE) else 0.15
    plural = Counter({s: count for s, count in lower.items() if s.endswith("s") and stem(s) != s})
    forms = plural if plural.total() > usual * (lower - plural).total() else lower - plural
    chosen = min(forms, key=lambda spelling: (-forms[spelling], spelling))
    return " ".join(capitals.get(word, word) for word in chosen.split())


def find_capitals(papers: Sequence[Paper]) -> dict[str, str]:
    """The words that keep capitals inside a sentence (names, acronyms), by their lower case.

    Sentences tell, for titles capitalise everything; words seen in titles alone keep inner capitals only.
    """
    seen: dict[str, Counter[str]] = {}
    for paper in papers:
        forms = set(_inner_words(paper.abstract[:6000]))
        forms |= {word for word in map(_bare, paper.title.split()) if _is_acronym(word)}
        for word in forms:
            seen.setdefault(word.lower(), Counter())[word] += 1
    best = {lower: min(forms, key=lambda form: (-forms[form], form)) for lower, forms in seen.items()}
    return {
        lower: form
        for lower, form in best.items()
        if form != lower and (_is_acronym(form) or (len(seen[lower]) == 1 and seen[lower][form] > 2))
    }


def _inner_words(text: str) -> Iterator[str]:
    """The words of a text that do not begin a sentence."""
    previous = "."
    for raw in text.split():
        word = _bare(raw)
        if word and previous[-1] not in ".!?:":
            yield word
        previous = raw


def _bare(word: str) -> str:
    return word.strip("\"'“”‘’`()[]{},;:.!?")


def _is_acronym(word: str) -> bool:
    first = word.partition("-")[0]
    return sum(char.isupper() for char in first) > 1 and not (first.isupper() and len(first) > 6)


def _numbered(number: int, taken: set[str]) -> str:
    while _plain(f"{_UNNAMED} {number + 1}") in taken:
        number += 1
    return f"{_UNNAMED} {number + 1}"


def says_nothing(title: str) -> bool:
    """Whether a heading is one of ours for papers that nothing could be said of."""
    return title.lower().startswith(_SAYING_NOTHING)


def _plain(title: str) -> str:
    return " ".join(split_words(title))
