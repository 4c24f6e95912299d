"""Titles for groups of papers: phrases that are frequent in the titles of a group and rare in the other groups.

Where the titles share no phrase, a whole noun phrase of one title, or of two.
"""

from __future__ import annotations

import functools
import heapq
import itertools
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from unicodedata import category

from broadsheet.models import Paper
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.subjects import load_subjects
from broadsheet.text.words import BOILERPLATE, PROPER, STOP_WORDS, content_stems, split_words, stem, words
from broadsheet.themes.headings import RatedHeading, SharedPhrases, join_fields
from broadsheet.themes.keyphrases import Phrase, reads_as_noun_phrase

LONGEST = 5
RARER = 1.6
"""The least lift of a phrase or word: its share of papers in the group over that outside."""
_CLAUSE = lazy_regex(r"[:;,.?!()\[\]“”\"–—|/]+|\s-\s")
_BREAKS = STOP_WORDS | words(
    """are be been being can could do does did enable enables has have help helps improve improves is learn may meets
    might need needs should study was were based beyond"""
)


_NO_CHARACTER = ("Cc", "Cn", "Co", "Cs")
_NUMBERS = words("four five six seven eight nine ten dozen hundred thousand million")


def _split_clauses(title: str) -> list[str]:
    """The clauses of a title, without control characters and those that stand for none."""
    if not title.isprintable():
        title = "".join(" " if category(char) in _NO_CHARACTER else char for char in title)
    return _CLAUSE.split(title)


def find_subjects(title: str) -> Iterator[list[str]]:
    """The noun phrases of two to `LONGEST` words of a title: the runs between prepositions, verbs and punctuation.

    A gerund at the start of a clause ("Measuring wet knots") is left out; so are edges that no noun phrase has.
    """
    for clause in _split_clauses(title):
        run: list[str] = []
        # The stop word at the end closes the last run.
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
    """The noun phrases of a group's titles, first those whose words are frequent in the group and rare outside.

    `spread` is the document frequency of each stem over all papers. A word that only one paper of the group has scores
    0, so that a name that one paper coined does not become the title of a group.
    """
    held = Counter(word for index in group for word in set(content_stems(_text(papers[index]))))
    titled = Counter(word for index in group for word in set(content_stems(papers[index].title)))

    def worth(word: str) -> float:
        if held[word] < 2 or word in BOILERPLATE or word in _NUMBERS:
            return 0.0
        # The score of a word is its mean share of abstracts and titles in the group, times the logarithm of its lift.
        # The small constants smooth the shares: a word that is absent outside does not get an infinite lift.
        outside = max(0, spread.get(word, 0) - held[word]) / max(1, len(papers) - len(group))
        lift = (held[word] / len(group) + 0.01) / (outside + 0.02)
        return (held[word] + titled[word]) / (2 * len(group)) * (math.log(lift) if lift >= RARER else 0.0)

    scored: list[tuple[float, int, list[str]]] = []
    for index in group:
        for place, subject in enumerate(find_subjects(papers[index].title)):
            told = _without_own_words(subject, worth)
            worths = [worth(word) for word in _stems(told)] or [0.0]
            # The mean score of the words. The last one, the head of the noun phrase, counts 1.5 times.
            score = (sum(worths) + 0.5 * worths[-1]) / (len(worths) + 1.0)
            scored.append((-round(score, 9), place, told))
    return [subject for score, _, subject in sorted(scored) if score < 0]


def is_common(subject: Sequence[str], spread: Mapping[str, int], papers: int) -> bool:
    """Whether each of its words occurs in more than half of all papers, so that it tells no group apart."""
    return all(2 * spread.get(word, 0) > papers for word in _stems(subject))


def _without_own_words(subject: list[str], worth: Callable[[str], float]) -> list[str]:
    """The noun phrase without leading words of score 0, at least two words long."""
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
    """The document frequency of each stem: the number of papers that have it."""
    return Counter(word for paper in papers for word in set(content_stems(_text(paper))))


def _text(paper: Paper) -> str:
    return f"{paper.title} {paper.abstract[:6000]}"


MOST_WORDS = 6
_UNCOUNTABLE = ("ing", "tion", "sion", "ment", "ity", "ance", "ence", "sis")


ALL_PAPERS = "All papers"
_SAYING_NOTHING = (ALL_PAPERS.lower(), "other papers", "one other paper", "unnamed theme")
"""How titles without content begin; "Unnamed theme 1" stands in editions of before."""


def name_themes(
    papers: Sequence[Paper],
    groups: Sequence[Sequence[int]],
    *,
    taken: Iterable[str] = (),
    shared: SharedPhrases | None = None,
) -> list[str]:
    """A distinct title for each group of paper indices; none is a paper's whole title or one of `taken`.

    Greedy: the group with the best heading chooses first, and no phrase is used for two groups. Without a shared phrase
    the title is the noun phrase with the best words; without that, what its two most central papers are about. A group
    of which not even that can be said gets an empty title: its papers belong to no theme.
    """
    shared = shared or SharedPhrases(papers)
    capitals = find_capitals(papers)
    spread = functools.cache(lambda: spread_of(papers))  # few lists have a group that needs it
    taken = {_plain(title) for title in (*taken, *(paper.title for paper in papers))}
    chosen = choose_headings(shared, groups, capitals=capitals, taken=taken)
    titles = ["" if heading is None else spell_heading(heading, capitals) for heading in chosen]
    taken |= set(map(_plain, titles))
    for number in sorted(range(len(groups)), key=lambda number: (-len(groups[number]), number)):
        if not titles[number] and len(groups[number]) < len(papers):
            titles[number] = _head_by_subject(papers, groups[number], spread(), capitals, taken) or _head_by_titles(
                papers, groups[number], capitals, taken
            )
            taken.add(_plain(titles[number]))
    return titles


def choose_headings(
    shared: SharedPhrases,
    groups: Sequence[Sequence[int]],
    *,
    capitals: Mapping[str, str],
    taken: Set[str] = frozenset(),
) -> list[RatedHeading | None]:
    """The best free heading of each group, if any: that with the highest score is given away first.

    `taken` are titles that no group may have, in lower case without marks.
    """
    chosen: list[RatedHeading | None] = [None] * len(groups)
    ranked = list(map(iter, shared.rank_all(groups)))
    waiting: list[tuple[float, int, int, RatedHeading]] = []
    gone, used = set(taken), set[str]()

    def is_free(heading: RatedHeading) -> bool:
        title = spell_heading(heading, capitals)
        keys = {phrase.key for phrase in heading.phrases}
        return 1 <= len(title.split()) <= MOST_WORDS and _plain(title) not in gone and keys.isdisjoint(used)

    def wait(number: int) -> None:
        for heading in ranked[number]:
            if is_free(heading):
                heapq.heappush(waiting, (-round(heading.score, 9), -len(groups[number]), number, heading))
                return

    for number in range(len(groups)):
        wait(number)
    while waiting:
        _, _, number, heading = heapq.heappop(waiting)
        if is_free(heading):
            chosen[number] = heading
            gone.add(_plain(spell_heading(heading, capitals)))
            used |= {phrase.key for phrase in heading.phrases}
        else:
            wait(number)
    return chosen


def _head_by_subject(
    papers: Sequence[Paper],
    group: Sequence[int],
    spread: Mapping[str, int],
    capitals: Mapping[str, str],
    taken: set[str],
) -> str:
    """The best free noun phrase of one title or, where the group shares no word, those of two titles joined."""
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


def _head_by_titles(papers: Sequence[Paper], group: Sequence[int], capitals: Mapping[str, str], taken: set[str]) -> str:
    """What the titles of the first two papers are about that can be told apart, whether a noun phrase or not."""
    spread = Counter(word for paper in papers for word in set(content_stems(paper.title)))
    told = (next(_find_topics(papers[index].title, spread, len(papers)), None) for index in group)
    topics = list(dict.fromkeys(_lower(topic, capitals) for topic in told if topic))[:2]
    for heading in (" and ".join(topics), *topics):
        if 1 < len(heading.split()) <= MOST_WORDS and _plain(heading) not in taken:
            return heading[0].upper() + heading[1:]
    return ""


def _find_topics(title: str, spread: Mapping[str, int], papers: int) -> Iterator[list[str]]:
    """The ends, of at most three words, of the runs between stop words, but for what is in half of all titles."""
    for clause in _split_clauses(title):
        run: list[str] = []
        for word in [*clause.split(), "the"]:
            bare = word.strip("'‘’`*")
            if bare and bare.lower() not in _BREAKS and stem(bare.lower()) not in BOILERPLATE:
                run.append(bare)
                continue
            run = run[-_LONGEST_TOPIC:]
            if any(map(str.isalpha, "".join(run))) and not is_common(run, spread, papers):
                yield run
            run = []


_LONGEST_TOPIC = 3


def _lower(tokens: Sequence[str], capitals: Mapping[str, str]) -> str:
    """Words of a title as they are spelled inside a sentence: in lower case, except for names and acronyms."""

    def spell(word: str) -> str:
        lower = word.lower()
        # "SElf-supervised" is self-supervised where abstracts say so; "IT" is no "it".
        is_own = lower in PROPER or (_is_acronym(word) and (capitals.get(lower) != lower or _is_upper(word)))
        return word if is_own else capitals.get(lower, lower)

    return " ".join(map(spell, tokens))


def start_lower(title: str, capitals: Mapping[str, str]) -> str:
    """A title as it goes on inside a sentence: its first word in lower case, unless it is a name or an acronym."""
    first, space, rest = title.partition(" ")
    return f"{_lower([first], capitals)}{space}{rest}"


def spell_heading(heading: RatedHeading, capitals: Mapping[str, str]) -> str:
    """A heading as it is printed; `capitals` are those of `find_capitals`."""
    return join_fields(heading.fields) if heading.fields else _write(heading.phrases, capitals)


def _write(phrases: Sequence[Phrase], capitals: Mapping[str, str]) -> str:
    """The title of one phrase or two: "A b", "A b and c d", or "A and c b" where both end in the same word."""
    spelled = [_spell(phrase, capitals).split() for phrase in phrases]
    if len(spelled) == 2 and stem(spelled[0][-1].lower()) == stem(spelled[1][-1].lower()):
        spelled[0] = spelled[0][:-1]
    heading = " and ".join(" ".join(pieces) for pieces in spelled)
    first = re.split("[ -]", heading, maxsplit=1)[0]
    return heading if any(char.isupper() for char in first) else heading[0].upper() + heading[1:]


def _spell(phrase: Phrase, capitals: Mapping[str, str]) -> str:
    """The most frequent spelling of a phrase, in the plural where that is usual, with the capitals of names."""
    lower = Counter[str]()
    for spelling, count in (phrase.ended or phrase.spellings).items():
        lower[spelling.lower()] += count
    # The plural from 15% of the singular uses on, for a title is about several papers; for nouns that are mostly
    # uncountable only if it is more frequent.
    usual = 1.0 if phrase.stems[-1].endswith(_UNCOUNTABLE) else 0.15
    plural = Counter({s: count for s, count in lower.items() if s.endswith("s") and stem(s) != s})
    forms = plural if plural.total() > usual * (lower - plural).total() else lower - plural
    chosen = min(forms, key=lambda spelling: (-forms[spelling], spelling))
    return " ".join(_spell_word(word, capitals) for word in chosen.split())


def _spell_word(word: str, capitals: Mapping[str, str]) -> str:
    """A word in lower case with its capitals, each of its parts by itself where it has a hyphen and is no name."""
    known = capitals.get(word, word)
    first, *parts = known.split("-")
    if known != word and _is_acronym("".join(parts) or first):
        return known
    return "-".join((capitals.get(first.lower(), first), *(capitals.get(part.lower(), part.lower()) for part in parts)))


def find_capitals(papers: Sequence[Paper]) -> dict[str, str]:
    """The spelling of words that keep capitals inside a sentence (names, acronyms), by their lower case.

    Known from many abstracts, or learned from the inside of these abstracts' sentences;
    from titles, which capitalise everything, only acronyms. A word that is mostly spelled without is there as well.
    """
    having = Counter[str]()
    for paper in papers:
        acronyms = (word for word in map(_bare, paper.title.split()) if _is_acronym(word))
        having.update({*map(_bare, set(_find_inner(paper.abstract[:6000]))), *acronyms} - {""})
    # A title that shows where its acronym comes from ("SElf supervised") has no say over "self-supervised".
    joined = Counter[str]()
    for word, count in having.items():
        if "-" in word:
            joined.update({part: count for part in word.split("-") if part.islower()})
    # What nobody spells with a capital tells nothing: most words.
    capital = {word.lower() for word in having if not word.islower()} | load_subjects().names.keys()
    having = Counter({word: count for word, count in having.items() if word.lower() in capital})
    seen: dict[str, Counter[str]] = {}
    for word, count in having.items():
        seen.setdefault(word.lower(), Counter())[word] = count
    # Of two forms as frequent the one with fewer capitals: a title makes "SElf-supervised" of a word.
    best = {
        lower: min(forms, key=lambda form: (-forms[form], sum(map(str.isupper, form)), form))
        for lower, forms in seen.items()
    }
    names = load_subjects().names
    return {lower: names[lower] for lower in seen.keys() & names.keys()} | {
        lower: form
        for lower, form in best.items()
        if (form == lower and len(seen[lower]) > 1)
        or (
            form != lower
            and joined[lower] <= seen[lower][form]
            and (_is_acronym(form) or (len(seen[lower]) == 1 and seen[lower][form] > 2))
        )
    }


def inner_words(text: str) -> Iterator[str]:
    """The words of a text that are not the first of a sentence."""
    return filter(None, map(_bare, _find_inner(text)))


def _find_inner(text: str) -> list[str]:
    return [word for previous, word in itertools.pairwise(text.split()) if previous[-1] not in ".!?:"]


@functools.lru_cache(maxsize=1 << 14)
def _bare(word: str) -> str:
    return word.strip("\"'“”‘’`()[]{},;:.!?")


def _is_acronym(word: str) -> bool:
    if word[1:].islower():
        return False
    first = word.partition("-")[0]
    return sum(char.isupper() for char in first) > 1 and not (first.isupper() and len(first) > 6)


def _is_upper(word: str) -> bool:
    return word.partition("-")[0].removesuffix("s").isupper()


def says_nothing(title: str) -> bool:
    """Whether a title is one of the built-in ones without content ("All papers", "Other papers")."""
    return title.lower().startswith(_SAYING_NOTHING)


def _plain(title: str) -> str:
    return " ".join(split_words(title))
