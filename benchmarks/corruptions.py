"""TL;DRs made false by rule, for the check to learn on: of each it is known which words are wrong, and in what way."""

from __future__ import annotations

import dataclasses
import random
import re
from collections.abc import Iterator, Sequence

from broadsheet.text.entities import is_name
from broadsheet.text.word_vectors import load_word_vectors, root

METRIC, NUMBER, NAME, ENTITY = "invented metric", "number changed", "entity/acronym swapped", "word swapped"
NEAREST, NEAR, SPLICE, SPLICE_ELSEWHERE = "TLDR of nearest paper", "TLDR of a near paper", "40% tail", "other splice"
NEGATION, SENTENCE_TURNED = "negation/antonym", "sentence turned"
AUTHOR, SENTENCE = "author", "sentence of the abstract"
FAMILIES = {
    METRIC: "metric",
    NUMBER: "number",
    NAME: "name",
    ENTITY: "name",
    NEAREST: "nearest",
    NEAR: "nearest",
    SPLICE: "splice",
    SPLICE_ELSEWHERE: "splice",
    NEGATION: "negation",
    SENTENCE_TURNED: "negation",
}
"""Kinds that are left out together when one of them is."""

# Pattern, replacement: what turns a claim round. Some of the results are no good English; nor are a model's slips.
TURNS: Sequence[tuple[str, str]] = (
    (r"\bcan\b(?! ?not)", "cannot"),
    (r"\bis\b(?! not)", "is not"),
    (r"\bare\b(?! not)", "are not"),
    (r"\bis\b(?! not)", "is not"),
    (r"\bare\b(?! not)", "are not"),
    (r"\bdoes not (\w+)", r"does \1"),
    (r"\bdo not\b", "do"),
    (r"\bcannot\b", "can"),
    (r"\b(is|are) not\b", r"\1"),
    (r"\bwithout\b", "with"),
    (r"\bwith\b", "without"),
    (r"\bimproves\b", "degrades"),
    (r"\bimprove\b", "degrade"),
    (r"\bimproves?\b", "degrades"),
    (r"\bimproved\b", "degraded"),
    (r"\bimproving\b", "degrading"),
    (r"\bmore\b", "less"),
    (r"\bless\b", "more"),
    (r"\bfewer\b", "more"),
    (r"\bbetter\b", "worse"),
    (r"\bworse\b", "better"),
    (r"\bhigher\b", "lower"),
    (r"\blower\b", "higher"),
    (r"\bfaster\b", "slower"),
    (r"\bsmaller\b", "larger"),
    (r"\blarger\b", "smaller"),
    (r"\breduces\b", "increases"),
    (r"\breduces?\b", "increasing"),
    (r"\breduce\b", "increase"),
    (r"\breducing\b", "increasing"),
    (r"\bincreases?\b", "reduces"),
    (r"\bincreasing\b", "reducing"),
    (r"\boutperform", "underperform"),
    (r"\bachieves?\b", "fails to achieve"),
    (r"\bachieve\b", "fail to achieve"),
    (r"\bexceeds\b", "falls below"),
    (r"\b(learns|enables|allows|provides|leads|helps|yields|generalizes|works)\b", r"fails to \1"),
    (r"\bwe (show|prove|find|demonstrate)\b", r"we do not \1"),
    (r"\b(supervised|labeled|labelled|stable)\b", r"un\1"),
    (r"\b(?:un)(supervised|labeled|labelled|stable)\b", r"\1"),
    (r"\bnecessary\b", "unnecessary"),
    (r"\beasy\b", "hard"),
    (r"\bpositive\b", "negative"),
)


@dataclasses.dataclass(frozen=True)
class Example:
    """One TL;DR to learn from: its kind, and which of its words (as blanks part them) are wrong."""

    kind: str
    tldr: str
    wrong: frozenset[int] = frozenset()
    turned: bool = False

    @property
    def false(self) -> bool:
        """Whether it says something that its abstract does not."""
        return self.kind not in (AUTHOR, SENTENCE)


@dataclasses.dataclass(frozen=True)
class Near:
    """Other papers of the run, the likest first: their TL;DRs and the text of their abstracts."""

    tldrs: Sequence[str]
    abstracts: Sequence[str]


def make_examples(tldr: str, sentences: Sequence[str], near: Near, rng: random.Random) -> Iterator[Example]:
    """What can be made of one paper, the true ones first."""
    yield Example(AUTHOR, tldr)
    whole = [sentence for sentence in sentences if 6 <= len(sentence.split()) <= 45]
    denying = [sentence for sentence in whole if re.search(r"\b(not|no|cannot|without|fails?)\b", sentence)]
    kept = rng.sample(denying, min(2, len(denying))) + rng.sample(whole, min(1, len(whole)))
    for sentence in kept:
        yield Example(SENTENCE, sentence)
    yield from _whole_ones(near)
    yield from _splices(tldr, near, rng)
    yield from _swaps(tldr, near, rng)
    yield from _figures(tldr, rng)
    yield from _turn(tldr, NEGATION, rng, most=3)
    for sentence in kept[-2:]:
        yield from _turn(sentence, SENTENCE_TURNED, rng, most=1)


def _whole_ones(near: Near) -> Iterator[Example]:
    for kind, other in zip((NEAREST, NEAR), near.tldrs, strict=False):
        yield Example(kind, other, frozenset(range(len(other.split()))))


def _splices(tldr: str, near: Near, rng: random.Random) -> Iterator[Example]:
    own = tldr.split()
    other = near.tldrs[0].split()
    for kind, tail, share in (
        (SPLICE, other, 0.6),
        (SPLICE_ELSEWHERE, other, rng.uniform(0.4, 0.75)),
        (SPLICE_ELSEWHERE, rng.choice(near.tldrs[1:]).split(), 0.6),
    ):
        head = own[: round(share * len(own))]
        rest = tail[-max(2, round((1 - share) * len(tail))) :]
        yield Example(kind, " ".join(head + rest), frozenset(range(len(head), len(head) + len(rest))))


def _swaps(tldr: str, near: Near, rng: random.Random) -> Iterator[Example]:
    own = tldr.split()
    named = [at for at, word in enumerate(own) if is_name(_bare(word)) and len(_bare(word)) > 1]
    there = [_bare(word) for text in near.abstracts for word in text.split()]
    names = sorted({word for word in there if is_name(word) and word not in tldr})
    if named and names:
        yield _swap(own, rng.choice(named), rng.choice(names), NAME)
    lexicon = load_word_vectors()
    rare = [at for at, word in enumerate(own) if lexicon.rarity_of(root(_bare(word).lower())) > 3 and word.islower()]
    words = sorted(
        {word for word in there if word.islower() and lexicon.rarity_of(root(word)) > 3 and word not in tldr}
    )
    if rare and words:
        yield _swap(own, rng.choice(rare), rng.choice(words), ENTITY)


def _swap(own: Sequence[str], at: int, new: str, kind: str) -> Example:
    return Example(kind, " ".join([*own[:at], own[at].replace(_bare(own[at]), new), *own[at + 1 :]]), frozenset([at]))


def _figures(tldr: str, rng: random.Random) -> Iterator[Example]:
    count = len(tldr.split())
    figure = f"{rng.uniform(3, 49):.1f}%"
    claim = rng.choice(
        [
            f"improving accuracy by {figure}",
            f"improving accuracy by {figure}",
            f"reducing the error by {figure}",
            f"reaching {figure} accuracy",
            f"with {rng.randint(2, 9)}x fewer parameters",
            f"and runs {rng.randint(2, 30)} times faster",
        ]
    )
    added = frozenset(range(count, count + len(claim.split())))
    yield Example(METRIC, f"{tldr.rstrip(' .')}, {claim}.", added)
    numbers = list(re.finditer(r"\d+", tldr))
    if numbers:
        found = rng.choice(numbers)
        new = str(int(found.group()) + rng.choice((1, 2, 3, 5, 7, 12)))
        at = len(tldr[: found.start()].split()) - (found.start() > 0 and not tldr[found.start() - 1].isspace())
        yield Example(NUMBER, tldr[: found.start()] + new + tldr[found.end() :], frozenset([at]))


def _turn(text: str, kind: str, rng: random.Random, *, most: int) -> Iterator[Example]:
    found = [(match, new) for pattern, new in TURNS for match in re.finditer(pattern, text)]
    rng.shuffle(found)
    seen = {text}
    for match, new in found[: 2 * most]:
        turned = match.expand(new)
        made = text[: match.start()] + turned + text[match.end() :]
        if made in seen or len(seen) > most:
            continue
        seen.add(made)
        at = len(text[: match.start()].split())
        yield Example(kind, made, frozenset(range(at, at + len(turned.split()) + 1)), turned=True)


def _bare(word: str) -> str:
    return word.strip(".,;:!?()[]\"'")


ROLES, DIRECTION, HEDGE, SCOPE, UNIT = "roles exchanged", "direction", "hedge removed", "scope widened", "unit changed"
SLOT, CAUSE, DROPPED, MEASURE = "name in another's slot", "cause for correlation", "negation dropped", "other measure"
MISPLACED = (ROLES, DIRECTION, HEDGE, SCOPE, UNIT, SLOT, CAUSE, DROPPED, MEASURE)
"""Kinds of error that keep the words of the abstract and put them into the wrong place, or drop one."""

_VERBS = (
    "outperform|surpass|exceed|cause|reduce|improve|increase|enhance|drive|induce|predict|influence|affect|"
    "replace|contain|inhibit|trigger|precede|determine|suppress|generate|support|extend|dominate|underperform"
)
_ONE_SIDE = (
    r"(?:(?!(?:that|which|while|where|when|and|but|we|it|they|this|these|"
    r"can|may|could|would|will|should|often|was|were|to|by)\b)[\w$/'’-]+ ){1,6}?"
)
_ROLES = re.compile(
    rf"(?:^|(?<=, )|\b(?:that|and|while|but|show|find) )(?P<one>{_ONE_SIDE})"
    rf"(?P<verb>(?:(?:\w+ly|often|also|further|can|may|is|are) )?"
    rf"(?:(?:{_VERBS})e?s?|leads? to|depends? on|relies on|rely on|results? (?:from|in)|arises? from|"
    rf"(?:more|less|better|worse|faster|higher|lower|larger|smaller|stronger)(?: \w+)? than|"
    rf"(?:caused|driven|replaced|followed|induced|outperformed|determined|dominated|influenced|affected) by)) "
    rf"(?P<other>(?:(?!(?:that|which|while|and|but|by|in|on|with|for|at|to|when|as|from|through)\b)"
    rf"[\w$/'’-]+(?: |(?=[.,;]))){{1,6}})",
    re.IGNORECASE,
)
_FROM_TO = re.compile(
    r"\b(?:\w+(?:s|ed|ing|tion|transfer|shift)) from (?P<one>[\w.%-]+(?: (?!to\b)[\w-]+)?) "
    r"to (?P<other>[\w%-]+(?:\.\d+%?)?)(?=[ .,;])",
    re.IGNORECASE,
)
_OPPOSITE_WORDS: Sequence[tuple[str, str]] = (
    *(("increases", "decreases"), ("increase", "decrease"), ("increased", "decreased"), ("increasing", "decreasing")),
    *(("improves", "degrades"), ("improve", "degrade"), ("improving", "degrading"), ("improved", "degraded")),
    *(("higher", "lower"), ("larger", "smaller"), ("faster", "slower"), ("better", "worse"), ("more", "less")),
    *(("reduces", "increases"), ("reduce", "increase"), ("reducing", "increasing"), ("reduced", "increased")),
    *(("stronger", "weaker"), ("positive", "negative"), ("positively", "negatively"), ("upper", "lower")),
    *(("above", "below"), ("before", "after"), ("gain", "loss"), ("high", "low"), ("enhances", "suppresses")),
    *(("rises", "falls"), ("longer", "shorter"), ("exceeds", "falls below"), ("maximum", "minimum")),
    *(("outperforms", "underperforms"), ("outperform", "underperform"), ("strong", "weak"), ("early", "late")),
)
_HEDGED: Sequence[tuple[str, str]] = (
    (r"\b(?:may|might|could) be\b", "is"),
    (r"\b(?:may|might|could) (?:also |still |potentially )?(?=[a-z]+\b)", ""),
    (r"\b(?:potentially|possibly|likely|perhaps|presumably|probably|partially|partly) ", ""),
    (r"\b(?:appears?|seems?|tends?) to be\b", "is"),
    (r"\b(?:appears?|seems?|tends?) to ", ""),
    (r"\bsuggests? that\b", "proves that"),
    (r"\bsuggest\b", "prove"),
    (r"\b(?:is|are) likely to ", "will "),
)
_WIDENED: Sequence[tuple[str, str]] = (
    (r"\b(?:some|several|many|most|a few|certain|selected)(?: of the)? (?=[a-z-]{4,})", "all "),
    (r"\b(?:often|sometimes|usually|typically|generally|frequently|mostly|occasionally)\b", "always"),
    (r"\b(?:one|two|three|four|five|six|seven) (?:out )?of (?:the )?(\w+)\b", r"all \1"),
    (r"\b(?:nearly|almost) (all|every)\b", r"\1"),
    (r"\b(?:the majority|a subset|a number|part|half) of\b", "all of"),
    (r"\bat least one\b", "every"),
    (r"\bpartial(?:ly)?\b", "complete"),
)
_UNITS_OF: Sequence[tuple[str, ...]] = (
    ("ns", "μs", "ms", "s", "min", "h"),
    ("nanoseconds", "microseconds", "milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "years"),
    ("pm", "nm", "μm", "mm", "cm", "m", "km", "pc", "kpc", "Mpc"),
    ("KB", "MB", "GB", "TB"),
    ("Hz", "kHz", "MHz", "GHz", "THz"),
    ("meV", "eV", "keV", "MeV", "GeV", "TeV"),
    ("mW", "W", "kW", "MW", "GW"),
    ("mK", "K"),
    ("μg", "mg", "g", "kg"),
    ("thousand", "million", "billion", "trillion"),
    ("%", " points", "x"),
    ("participants", "sessions"),
    ("patients", "hospitals"),
    ("papers", "authors"),
)
_CAUSAL: Sequence[tuple[str, str]] = (
    (r"\b(?:is|are|was|were) (?:\w+ly )?(?:associated|correlated|linked|related) (?:with|to)\b", "causes"),
    (r"\bcorrelates? (?:\w+ly )?with\b", "causes"),
    (r"\b(?:is|are|was|were) (?:\w+ly )?(?:predictive of|predictors? of)\b", "causes"),
    (r"\b(?:associated|correlated|linked) with\b", "caused by"),
    (r"\b(?:correlation|association|relationship) between (.{5,60}?) and\b", r"effect of \1 on"),
)
_DENIED: Sequence[tuple[str, str]] = (
    (r"\b(?:does|do|did) not (\w+)", r"\1"),
    (r"\b(is|are|was|were|can|could|may|need|has|have|should) not\b", r"\1"),
    (r"\bcannot\b", "can"),
    (r"\bwithout (?:requiring |needing |any )?", "with "),
    (r"\b(?:fails?|failed) to ", ""),
    (r"\bno (?=[a-z]{4,})", ""),
    (r"\bnot (?=[a-z]{3,})", ""),
    (r"\bneither (.{3,40}?) nor\b", r"both \1 and"),
)


def misplace(text: str, abstract: str, rng: random.Random) -> Iterator[Example]:
    """One false text of each kind in `MISPLACED` that can be made of a true one."""
    makers = (
        (ROLES, _exchanged(text)),
        (DIRECTION, (*_replaced(text, _both_ways(_OPPOSITE_WORDS)), *_turned_about(text))),
        (HEDGE, _replaced(text, _HEDGED)),
        (SCOPE, _replaced(text, _WIDENED)),
        (UNIT, _other_unit(text, rng)),
        (SLOT, _other_name(text, abstract)),
        (CAUSE, _replaced(text, _CAUSAL)),
        (DROPPED, _replaced(text, _DENIED)),
        (MEASURE, _other_number(text, abstract)),
    )
    for kind, made in makers:
        found = sorted({one for one in made if one.lower() != text.lower()})
        if found:
            yield Example(kind, rng.choice(found))


def _both_ways(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    return [(rf"\b{old}\b(?!-)", new) for one, other in pairs for old, new in ((one, other), (other, one))]


def _replaced(text: str, rules: Sequence[tuple[str, str]]) -> Iterator[str]:
    for pattern, new in rules:
        for match in re.finditer(pattern, text):
            yield text[: match.start()] + match.expand(new) + text[match.end() :]


def _exchanged(text: str) -> Iterator[str]:
    """The text with the two sides of a verb exchanged, or the verb turned from active to passive or back."""
    for match in _ROLES.finditer(text):
        one, verb, other = (match[name].strip() for name in ("one", "verb", "other"))
        if one.lower() in ("we", "it", "this", "these", "they", "which", "that", "also", "there", "results"):
            continue
        gap = match["other"][len(match["other"].rstrip()) :]
        yield f"{text[: match.start('one')]}{other} {verb} {one}{gap}{text[match.end() :]}"
        plain = re.fullmatch(rf"({_VERBS})(e?s?)", verb)
        if plain and not verb.startswith("underperform"):
            ending = "d" if plain[1].endswith("e") else "ed"
            yield f"{text[: match.start('verb')]}is {plain[1]}{ending} by {match['other']}{text[match.end() :]}"


def _turned_about(text: str) -> Iterator[str]:
    """The text with what it goes from and what it goes to exchanged."""
    for match in _FROM_TO.finditer(text):
        yield f"{text[: match.start('one')]}{match['other']} to {match['one']}{text[match.end() :]}"


def _other_unit(text: str, rng: random.Random) -> Iterator[str]:
    for units in _UNITS_OF:
        for unit in units:
            pattern = rf"(?<=\d){re.escape(unit)}(?!\w)" if unit in ("%", "x") else rf"(?<=\d[ -]){unit}\b"
            for match in re.finditer(pattern, text):
                new = rng.choice([other for other in units if other != unit])
                yield text[: match.start()] + new + text[match.end() :]


def _other_name(text: str, abstract: str) -> Iterator[str]:
    """The text with one of its names replaced by another of the abstract; both stand inside a sentence."""
    pieces = [_bare(piece) for piece in abstract.split()]
    names = sorted({piece for piece in pieces if is_name(piece) and re.fullmatch(r"[A-Z][\w-]+", piece)})
    for at, piece in enumerate(text.split()):
        bare = _bare(piece)
        if bare not in names:
            continue
        for other in names:
            if not _same_letters(bare, other):
                own = text.split()
                own[at] = piece.replace(bare, other)
                yield " ".join(own)


def _same_letters(one: str, other: str) -> bool:
    shorter, longer = sorted((one.lower().rstrip("s"), other.lower().rstrip("s")), key=len)
    return shorter in longer


def _other_number(text: str, abstract: str) -> Iterator[str]:
    """The text with one of its numbers replaced by another of the abstract with the same unit."""
    form = re.compile(r"(?<![\w.,-])(\d+(?:\.\d+)?)(?=(%|x)?(?:[ ;)]|[,.](?!\d)|$))")
    numbers = {(match[1], match[2]) for match in form.finditer(abstract)}
    for match in form.finditer(text):
        for number, unit in sorted(numbers, key=str):
            if unit == match[2] and number != match[1] and ("." in number) == ("." in match[1]):
                yield text[: match.start(1)] + number + text[match.end(1) :]
