"""Extracts candidate noun phrases for theme titles, with the papers in whose title or abstract each occurs."""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache

from broadsheet.models import Paper
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.subjects import load_subjects
from broadsheet.text.words import BOILERPLATE, STOP_WORDS, stem, words

_LONGEST = 4
_LONGEST_WORD = 40
_READ_CHARACTERS = 6000
_SAMPLE = 2000
Read = tuple[list[str], list[str]]
"""The tokens (words and punctuation marks) of a text, and the normalised key of each."""
_TOKEN = lazy_regex(r"[^\W_]+(?:[-'’+/][^\W_]+)*|[^\w\s]")

_NO_START = words(
    """accelerating achieving adapting addressing advancing aligning analyzing applying approach assessing
    automated automatic automatically balancing benchmarking better beyond boosting bridging building case
    challenges characterizing closing combining comparing comprehensive constructing controlling creating
    deep demystifying designing detecting developing discovering does effective effectively efficient
    empirical empowering enabling end enhancing ensuring estimating evaluating examining expanding
    explaining exploiting exploring extending extracting facilitating fast finding general generalized
    generating good grouping guiding harnessing high identifying improved improving incorporating inducing inferring
    integrating introducing investigating is jointly large learnable learned leveraging localising
    localizing making mapping maximizing measuring minimizing mitigating modeling modelling multi new novel
    on optimizing overcoming practical predicting preventing principled probing promoting providing pushing
    quantifying reducing reformulating rethinking revealing revisiting robust scalable scaling screening selecting
    simple simply simultaneous simultaneously solving some stealing studying surprising tackling toward
    towards tracking training transferring understanding unified unifying unleashing unlocking unveiling use
    using utilizing via visualizing what when where which why without working"""
)
_NO_END = words(
    """adapt ai approach approaches art aspect aware based baseline better capability case challenge challenges
    comparison comprehensive cross data-centric deep dense depend design development direct driven during effective
    efficient empirical end evaluation even experiment experiments explicit fast field first free generate
    good group guide guided high image-text implicit improve improved inter intra introduction investigation
    joint key large latent learn level lightweight like linear long low method methods modern more multi new
    novel open opportunities overview paper parallel performance perspective post pre problem problems
    process processing related report results review right robust scale set setting short shot simple single
    small sparse specific strong study sub-linear super supervised survey system systems task tasks
    technique text-to top toward towards train trained unified use used user-centric version way weak well
    work works zero"""
)
_NOUNS_IN_AL = words(
    """adjective alternative animal anomaly approval archive arithmetic arrival assembly binary boundary breed
    cable capital clinic commentary dictionary embed family feed fly goal graphic hospital interval journal
    library logic manual material mechanic metric music narrative need objective perspective potential
    principal proposal protocol removal reply retrieval seed signal speed summary supply survival table
    terminal topic traffic trial variable vocabulary"""
)
_TOO_WIDE = words(
    """action addition adversary agent algorithm architecture article attention bias building capability category
    class classification classifier cluster communication component computer concept condition configuration
    constraint context control convergence corpora corpus cost decision decoder deep description detection
    development dialog direction distance distribution document domain effect embedding encoder entity
    environment error estimation evaluation event expert expression factor feature function future
    generation generator gradient graph group guidance human image implementation information input instance
    instruction intelligence interaction intervention kernel knowledge label language layer learner learning
    level loss machine map masking matching matrix mechanism memory message module network neural neuron
    node noise object optimization optimizer ordering output pair parallel parameter part pattern performing
    person pipeline pixel point policy position prediction preference principle prior probability processing
    program prompt quality query question rate reasoning recognition region regularization relation
    relationship representation resource response risk role rule sample sampling scene science score search
    segmentation selection sentence sequence shift signal similarity skill source space speech state
    statistic strategy structure student synthesis talk teacher term text theory time token tool topic
    trade-off training transfer transformation transformer tree trend type uncertainty understanding unit
    user value variable vector video view vision word"""
)
_EMPTY = (BOILERPLATE - words("model models data dataset datasets system systems")) | words(
    "training downstream baseline wide real-world end-to-end ablation qualitative quantitative"
)
_WIDE_PAIRS = words(
    """artificialintelligence baselinemodel basemodel deeplearning deeplearningmodel deepmodel deepneuralnetwork
    highqualitydata highresolution humanannotation labeleddata largescaledataset lossfunction machinelearning
    machinelearningmodel naturallanguage neuralmodel neuralnetwork objectivefunction shedlight trainingdata"""
)
# A phrase that is known as a subject may begin or end with the other words of these lists ("large language models",
# "recommender systems").
_NO_START_AT_ALL = (_NO_START | BOILERPLATE) - words(
    """automated automatic controlling deep end estimating general generalized large learned learnable mapping modeling
    multi reasoning tracking training understanding unified analysis data test state step solution"""
)
_NO_END_AT_ALL = words(
    """analysis application approach aspect baseline case challenge comparison design direction experiment framework
    implementation introduction investigation issue method methodology opportunity overview paper performance
    perspective pipeline problem report result review setting study survey task technique work"""
)
_BAD_ENDINGS = ("ly", "ed", "ive", "al", "ous", "ic", "able", "ible", "ful", "less", "ary", "ish")
_FIELD_ENDINGS = ("tion", "sion", "ment", "ing", "ity", "ics", "sis", "graphy", "logy")
_BAD_TAILS = (
    "-shot", "-supervised", "-based", "-free", "-aware", "-trained", "-specific", "-driven", "-guided", "-level",
    "-scale", "-modal", "-lingual", "-domain", "-task", "-order", "-time", "-efficient", "-resource", "-quality",
    "-agnostic", "-centric", "-oriented", "-context", "-view", "-step", "-wise", "-label", "-end", "-free", "-box",
    "-language", "-text", "-source", "-tuned", "-grained", "-set",
)  # fmt: skip


@dataclass
class Phrase:
    """A phrase in all its spellings, with the indices of the papers that have it in the title or in the abstract."""

    key: str
    stems: tuple[str, ...]
    words: tuple[str, ...] = ()
    """The keys of its words; a word with a hyphen is one."""
    titled: set[int] = field(default_factory=set)
    mentioned: set[int] = field(default_factory=set)
    spellings: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    """The spellings of those uses that no content word follows: "black hole shadows" says nothing of the number."""
    before: Counter[str] = field(default_factory=Counter)
    followers: Counter[str] = field(default_factory=Counter)

    def note(self, tokens: Sequence[str], start: int, end: int) -> None:
        """Counts the spelling at `tokens[start:end]` and the content word that follows it."""
        spelling = " ".join(tokens[start:end])
        self.spellings[spelling] += 1
        before = tokens[start - 1].lower() if start else ""
        if before[:1].isalpha() and before not in STOP_WORDS:
            self.before[stem(before)] += 1
        follower = tokens[end].lower() if end < len(tokens) and tokens[end][0].isalnum() else ""
        if follower and follower not in STOP_WORDS:
            self.followers[stem(follower)] += 1
        else:
            self.ended[spelling] += 1

    def is_fragment(self) -> bool:
        """Whether one word mostly follows it, so that it is part of a longer term ("neural machine" translation)."""
        most = self.followers.most_common(1)
        return bool(most) and most[0][1] > 0.6 * self.spellings.total() and self.spellings.total() > 1

    def is_tail(self) -> bool:
        """Whether one word nearly always stands before it ("Markov" chain Monte Carlo)."""
        most = self.before.most_common(1)
        return bool(most) and most[0][1] > 0.8 * self.spellings.total() and self.spellings.total() > 1


def find_phrases(papers: Sequence[Paper]) -> list[Phrase]:
    """Candidate phrases from titles, and from several abstracts, that occur in two papers or are known as subjects.

    Of more than `_SAMPLE` papers every n-th is searched for candidates; occurrences are counted in all papers.
    """
    # Two passes: candidates first, then their occurrences. Counting every span of every abstract would need much more
    # memory.
    step = max(1, math.ceil(len(papers) / _SAMPLE))
    read = lru_cache(maxsize=2 * _SAMPLE)(read_tokens)  # each text is asked for twice, and dropped with this call
    some = papers[::step]
    phrases = _find_in_titles([read(one.title) for one in some])
    phrases |= _find_in_abstracts([read(one.abstract) for one in some])
    beginnings = {key[:length] for key in phrases for length in range(1, len(key) + 1)}
    for index, paper in enumerate(papers):
        for text, is_title in ((paper.title, True), (paper.abstract, False)):
            tokens, keys = read(text)
            for key, start, end in _find_occurrences(tokens, keys, beginnings):
                if (phrase := phrases.get(key)) is not None:
                    (phrase.titled if is_title else phrase.mentioned).add(index)
                    phrase.note(tokens, start, end)
    known = load_subjects()
    return [
        phrase for phrase in phrases.values() if len(phrase.titled | phrase.mentioned) > 1 or known.knows(phrase.key)
    ]


def _find_in_titles(titles: Sequence[Read]) -> dict[str, Phrase]:
    found: dict[str, Phrase] = {}
    for tokens, keys in titles:
        for start, end in find_spans(tokens):
            key = "".join(keys[start:end])
            if key not in found and _may_head(tokens[start:end], keys[start:end]):
                found[key] = Phrase(key, _stems(tokens[start:end]), tuple(keys[start:end]))
    return found


def _find_in_abstracts(abstracts: Sequence[Read]) -> dict[str, Phrase]:
    """Phrases of two or three words that occur in at least three abstracts, without words that carry no meaning."""
    spread: Counter[str] = Counter()
    example: dict[str, tuple[int, int, int]] = {}
    for at, (tokens, keys) in enumerate(abstracts):
        for key, span in {"".join(keys[start:end]): (start, end) for start, end in find_spans(tokens)}.items():
            if 2 <= span[1] - span[0] <= 3:
                spread[key] += 1
                example.setdefault(key, (at, *span))
    found: dict[str, Phrase] = {}
    means = load_subjects().means
    for key, count in spread.items():
        if count > 2 or key in means:
            at, start, end = example[key]
            tokens, keys = (side[start:end] for side in abstracts[at])
            if _may_head(tokens, keys) and not any(token.lower() in _EMPTY for token in tokens):
                found[key] = Phrase(key, _stems(tokens), tuple(keys))
    return found


def _may_head(tokens: Sequence[str], keys: Sequence[str]) -> bool:
    """Whether tokens may be a heading: a known subject of two words or more, or what looks like a noun phrase."""
    if "".join(keys) in _WIDE_PAIRS:
        return False
    lower = [token.lower() for token in tokens]
    if len(lower) > 1 and load_subjects().knows("".join(keys)):
        first, last = lower[0], stem(lower[-1])
        if first not in _NO_START_AT_ALL and last not in _NO_END_AT_ALL and STOP_WORDS.isdisjoint(lower):
            return max(map(len, lower)) <= _LONGEST_WORD
    if len(lower) == 1 and not _is_telling(tokens[0]):
        return False
    if stem(lower[-1]) in _NO_END_AT_ALL:
        return False
    return reads_as_noun_phrase(tokens)


def reads_as_noun_phrase(tokens: Sequence[str]) -> bool:
    """Whether tokens look like a noun phrase: no stop word or verb at the edges, a likely noun at the end.

    Word lists and endings decide; there is no part-of-speech tagger.
    """
    lower = [token.lower() for token in tokens]
    if max(map(len, lower)) > _LONGEST_WORD:
        return False
    if any(word in STOP_WORDS and (word != "of" or at in (0, len(lower) - 1)) for at, word in enumerate(lower)):
        return False
    if lower[0] in _NO_START or lower[0].isdigit() or not any(char.isalpha() for char in lower[-1]):
        return False
    return _ends_well(lower[-1]) and (len(lower) > 1 or (len(lower[0]) > 3 and lower[0] not in BOILERPLATE))


def _is_telling(word: str) -> bool:
    """Whether a single word is specific enough: an acronym, or a word with the ending of a field of work."""
    if word.isupper() or (word[:-1].isupper() and word.endswith("s")):
        return len(word) > 2
    lower = word.lower()
    fits = stem(lower) not in _TOO_WIDE and lower not in BOILERPLATE and len(lower) > 5
    return fits and stem(lower).endswith(_FIELD_ENDINGS)


def _ends_well(word: str) -> bool:
    base = stem(word)
    if word in _NO_END or base in _NO_END or word.endswith(_BAD_TAILS):
        return False
    return base in _NOUNS_IN_AL or not (base.endswith(_BAD_ENDINGS) and word == base)


def read_tokens(text: str) -> Read:
    """The tokens of a text, and the normalised key of each."""
    tokens = list(map(sys.intern, _TOKEN.findall(text[:_READ_CHARACTERS])))  # the same in very many texts
    return tokens, list(map(_key, tokens))


def find_spans(tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The (start, end) of every n-gram of 1 to `_LONGEST` words without punctuation that starts with no stop word."""
    for start, first in enumerate(tokens):
        if not first[0].isalnum() or first.lower() in STOP_WORDS:
            continue
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            if not tokens[end - 1][0].isalnum():
                break
            yield start, end


def _find_occurrences(
    tokens: Sequence[str], keys: Sequence[str], beginnings: Set[str]
) -> Iterator[tuple[str, int, int]]:
    """Those of `find_spans` whose joined keys, which come first, begin a phrase: most words begin none."""
    for start, first in enumerate(keys):
        if first not in beginnings or not tokens[start][0].isalnum() or tokens[start].lower() in STOP_WORDS:
            continue
        key = ""
        for end in range(start + 1, min(start + _LONGEST, len(tokens)) + 1):
            key += keys[end - 1]
            if key not in beginnings or not tokens[end - 1][0].isalnum():
                break
            yield key, start, end


def _stems(tokens: Sequence[str]) -> tuple[str, ...]:
    """The stems of words, split at hyphens: "fine-tuning" and "fine tuning" are equal, and joined also "finetuning"."""
    return tuple(part for token in tokens for part in _split_token(token))


@lru_cache(maxsize=1 << 16)
def _key(token: str) -> str:
    return "".join(_split_token(token))


@lru_cache(maxsize=1 << 16)
def _split_token(token: str) -> tuple[str, ...]:
    return tuple(stem(part) for part in re.split(r"[-'’+/]", token.lower()))
