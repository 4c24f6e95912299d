"""Finds the cuts that a sentence allows: where it may begin, where it may end, what may be deleted inside.

Each cut has the name of its rule. Without a parser, lists of words say which word governs which phrase. Positions
are those of words, not of characters, unless a function says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import has_digit, words

DOCUMENT = words("paper work study article letter report manuscript survey review note chapter thesis contribution")

FUNCTION_WORDS = words(
    """a an the this that these those our its their his her some any all each every no of to for with and or nor in
    on by from which who whom whose as at is are was were be been being am has have had having do does did than into but
    such called namely between not also i.e e.g including while where when whether how why what if unless because since
    although though however via using towards toward upon onto within without under over across among against during
    per can could may might must shall should will would we it they i you he she both either neither only more most
    less least very too so yet then thus hence thereby e.g., i.e., based due given new novel many several two three"""
)

# Stems of words with a that-clause: what follows "show that" is the claim itself and must stay.
COMPLEMENT_VERBS = lazy_regex(
    r"(?:show|demonstrat|find|found|prov|argu|observ|reveal|suggest|indicat|conclu|confirm|believ|hypothesi|assum"
    r"|claim|ensur|stat|verif|establish|discover|posit|fact|evidence|such|so|note|highlight|conjectur|impl|mean"
    r"|illustrat|report|know|guarantee|require|propose|validat|emphasi|see|recogni|explain|conclusion|idea|assumption"
    r"|hypothesis|clear|possible|demand|specif)\w*\Z"
)

VERB = lazy_regex(
    r"(?:is|are|was|were|be|can|cannot|could|may|might|will|would|must|should|has|have|had|does|do|did"
    r"|(?:propos|present|introduc|develop|describ|show|demonstrat|investigat|explor|achiev|outperform|improv|provid"
    r"|offer|allow|enabl|learn|reduc|increas|obtain|deriv|reveal|evaluat|extend|address|tackl|releas|creat|formulat"
    r"|examin|argu|identif|establish|combin|perform|predict|generat|yield|requir|remain|suggest"
    r"|indicat|consider|build"
    r"|leverag|exploit|adopt|apply|appli|employ|utili[sz]|incorporat|integrat|optimi[sz]|minimi[sz]|maximi[sz]|captur"
    r"|encod|detect|classif|estimat|comput|solv|overcom|alleviat|mitigat|ensur|guarante|validat|verif|confirm|conduct"
    r"|compar|discuss|analy[sz]|introduc|surpass|exceed|select|adapt|updat|maintain|preserv|eliminat|avoid|prevent"
    r"|facilitat|encourag|promot|simplif|generali[sz]|construct|exten|explain|discover|observ|trains?)"
    r"(?:e|es|s|ed|ied|ies|y|d)?"
    r"|stud(?:y|ies|ied)|found|finds?|proves?|proved|built|uses?|used|makes?|made|leads?|led|gives?|gave|takes?|takes"
    r"|runs?|works|needs?|helps?|holds?|depends?|relies|exists?|becomes?|suffers?|fails?|tends?|consists?|contains?"
    r"|converges?|succeeds|exhibits?|emerges?|arises?|drives?|governs|determines?|reaches|reached|retains?|recovers?"
    r"|supports|produces?|produced|rises|rose|grows|grew|falls|fell|drops|dropped|concentrates?|dominates?|differs?|varies"
    r"|correlates?|plays?|forms|causes|depends?|controls|changes|affects?|influences?|limits|transitions?|transfers?"
    r"|displays?|underestimates?|overestimates?|agrees|benefits|shapes|supports|implies|satisf(?:y|ies)|admits?|attains?"
    r"|scales|matches|beats|cuts|speeds|lies|comes|goes|follows|serves|acts|converts|transfers)\Z"
)
"""A word that is (or may be) a finite verb."""

STARTS_VERB_PHRASE = words(
    """show demonstrate prove find discuss evaluate provide analyse analyze validate verify report propose
    present introduce develop apply use achieve achieves outperform outperforms improve improves derive study
    investigate explore compare establish give conduct perform test illustrate describe examine release design
    train identify observe argue shows demonstrates provides is are can has have allows enables reduces obtain
    obtains yields extend construct build formulate requires leads highlight confirm suggest employ adopt"""
)

NEVER_CUT_BEFORE = words(
    """if unless except without but not only provided assuming although though under until when whenever once
    than no never rather instead nor however hardly rarely cannot despite even yet unlike whereas up at of as"""
)
"""What follows restricts, negates or measures what is said: without it, the rest would claim more."""

# Valency: "allows X to", "combines X with". One entry a preposition, with the stems that need it.
GOVERNS: dict[str, re.Pattern[str]] = {
    "to": lazy_regex(
        r"(?:allow|enabl|caus|forc|lead|led|requir|train|encourag|us(?:e|ed)\b|ask|help|aim|ab(?:le|ility)|teach|need"
        r"|shown|likely|due|want|try|tries|attempt|seek|learn|fail|tend|way|how|easy|hard|difficult"
        r"|possible|impossible"
        r"|robust|invariant|equivalent|similar|prior|according|appl|compar|extend|adapt|transfer|map"
        r"|convert|transform"
        r"|respect|related|relative|limit|prone|resistant|contrast|addition|close|subject"
        r"|generali[sz]|necessary|order"
        r"|designed|sufficient|enough|important|crucial|critical|capab|capacity|power|potential|chance|opportunity"
        r"|permit|expect|anticipat|known|tractable|from|challeng|assum|incentiv|motivat|bring|access"
        r"|reduc|guide|choose|decide"
        r"|strive|hope|continu|seem|appear|prov\w+ to|set|hop|instruct|prompt|tun|made|makes?|ready"
        r"|intend|propos\w+ to"
        r"|respons|in response|task is|goal is|idea is|aims? is|is\b|are\b|was\b|were\b|be\b)"
    ),
    "with": lazy_regex(
        r"(?:combin|compar|equip|replac|associat|together|coupl|endow|deal|consistent|cope|along|augment|compet|align"
        r"|interact|integrat|correlat|start|begin|agree|problem|issue|comply|compatible|communicat|familiar|contrast"
        r"|provid|present|mix|pair|work|tasked|faced|concern|associat|comparable|enrich|regulari|replac|link|connect)"
    ),
    "for": lazy_regex(
        r"(?:allow|candidat|account|suit|respons|need|search|look|necess|useful|essential|crucial|critical|call)"
    ),
    "in": lazy_regex(
        r"(?:result|lie|consist|interest|increas|decreas|us(?:e|ed)\b|involv|succe|improve|reduc|drop|gain|change"
        r"|differ|embed|rooted|ground|found|used|occur|represent|engag|invest|particip|written|is\b|are\b|change)"
    ),
    "on": lazy_regex(
        r"(?:bas|rel[iy]|depend|focus|built|build|operat|condition|impact|effect|influence|act\b|acts\b|train|evaluat"
        r"|improve|perform|test|work|impos|constraint|bound|emphasi|effort|attention|hing|draw|place"
        r"|put|run|experiment)"
    ),
    "through": lazy_regex(r"(?:view|look|see|seen|pass|goes|go\b|run|lens)"),
    "by": lazy_regex(
        r"(?:follow|caus|produc|surpass|exceed|outperform|improv|reduc|increas|accompan|characteri|induc)"
    ),
}
"""By preposition, the words that need a phrase which begins with it: without the phrase, the sentence is broken."""

RESULT_CLAIM = lazy_regex(
    r"\b(?:outperform|achiev|improv|surpass|exceed|better|faster|fewer|higher|lower|reduc|increas|state-of-the-art"
    r"|state of the art|sota|superior|competitive|best|beat|guarantee|converge|optimal|always|all|prove|necessary"
    r"|sufficient|robust|equivalent|impossible|scal|first\b|only|largest|smallest|unique|never|every|most\b|any\b)"
)
"""Words of a result, with which its scope ("on X", "in Y", "for Z") must stay."""


@lru_cache(maxsize=1 << 14)
def is_verb(word: str) -> bool:
    """Whether a lower-case word may be a finite verb."""
    return VERB.match(word) is not None


@lru_cache(maxsize=1 << 14)
def governs(word: str, opening: str) -> bool:
    """Whether a lower-case word needs a phrase that begins with the preposition `opening`."""
    pattern = GOVERNS.get(opening)
    return pattern is not None and pattern.match(word) is not None


EndsPhrase = Callable[[str], float]
"""How readily a lower-case word ends a phrase, 0 to 1."""

DOCUMENT_NOUN = r"(?:paper|work|study|article|letter|report|manuscript|survey|review|note|chapter|thesis)"
_FLAGS = re.IGNORECASE
_FRONTED = lazy_regex(
    r"(?:by|using|with|instead of|unlike|rather than|based on|inspired by|motivated by|to|in order to|in addition to"
    r"|building on|building upon|leveraging|compared (?:to|with)|through|drawing|following|in contrast to|in this"
    r"|as an? (?:\w+ )?(?:step|application|example|alternative|result|solution|remedy|consequence)"
    r"|towards?|as part of"
    r"|guided by|informed by|starting from|taking|since|because|while|although|though|despite|beyond"
    r"|besides|along with"
    r"|aiming|thanks to|due to|considering|recognizing|observing|noting|exploiting|utilizing|driven by|given|via"
    r"|in (?:recent|light|view|response|an? effort|an? attempt|the (?:context|spirit))|on the (?:one|other|basis)|as)"
    r"\b",
    _FLAGS,
)
_MAIN_WE = lazy_regex(rf", (?=(?:(?:then|therefore|thus|here|instead),? )?(?:we|this {DOCUMENT_NOUN}|i)\b)", _FLAGS)
_MAIN_OTHER = lazy_regex(r", (?=(?:our|the|this|these|a|an)\b)", _FLAGS)
_SAFE_FRONT = lazy_regex(
    r"(?:by|using|based on|inspired by|motivated by|to|in order to|in addition to|building (?:on|upon)|leveraging"
    r"|through|drawing|following|guided by|informed by|driven by|as an? \w+"
    r"|in (?:light|view|response|an? effort|an? attempt))\b",
    _FLAGS,
)
_SUBORDINATE = lazy_regex(
    r"(?:if|when|whenever|under|for|on|at|in|among|within|without|after|before|once|where|whereas|unless|until|given"
    r"|from|over|across|during|with|of|all|both|not|comparing|assuming|provided|\w+ing)\b",
    _FLAGS,
)
FRAME = lazy_regex(
    rf"(?:(?:(?:our|the|these|empirical|experimental|extensive|theoretical|numerical|both|and|comprehensive|thorough"
    rf"|simulation|simulated|real-world|human|ablation|quantitative|qualitative|main|new|further|several|various"
    rf"|benchmark|initial|preliminary|detailed)[ ,]+)*"
    rf"(?:experiments?|results?|evaluations?|analysis|analyses|simulations?|findings?|stud(?:y|ies)|theory|data"
    rf"|benchmarking|validations?|tests?|testing|comparisons?|explorations?|investigations?|applications?)"
    rf"(?: (?:conducted |performed |carried out )?(?:on|in|with|of|across|from|over) [^,;:]{{2,80}}?)?"
    rf"|we|this {DOCUMENT_NOUN})"
    rf"(?: (?:also|further|clearly|then|first|additionally|empirically|theoretically|experimentally|formally"
    rf"|rigorously|thereby|finally|next|consistently|mathematically|have|has|can))*"
    rf"(?:,? (?:theoretically|empirically|formally|rigorously)?,?)"
    rf" ?(?:shows?|demonstrates?|reveals?|confirms?|finds?|found|proves?|observes?|shown|demonstrated|establish"
    rf"|establishes|verify|validate|illustrate|discover|indicate)"
    rf"(?: (?:empirically|theoretically|experimentally|also|formally))?(?:,[^,]{{2,40}},)? that,? (?=\w)",
    _FLAGS,
)
SIMULATED = lazy_regex(r"\bsimulat", _FLAGS)
_FOUND_THERE = lazy_regex(
    r"(?P<scope>(?:in|on|for|across|under|at|within|among|over|when|if|as|after) [^,;:]{3,90}, )"
    r"we(?: \w+ly| also| then| further)? (?:show|find|found|prove|demonstrate|observe|observed) that (?=\w)",
    _FLAGS,
)
"""What holds in a scope, and that "we show" it: without the latter, both are whole."""
HEAD = lazy_regex(
    rf"(?:(?i:we|this {DOCUMENT_NOUN}|i)(?: (?:also|first|then|here|further|formally|therefore|thus))?"
    r" (?:propose|present|introduce|develop|describe|devise|contribute|provide|offer|design|release|build|construct"
    r"|create|implement|(?:propos|introduc|describ|releas|creat)ed|(?:present|develop|design|construct|implement)ed|built"
    r"|proposes|presents|constructs|builds|releases|creates"
    r"|introduces|develops|describes|provides|offers|contributes)"
    r"|(?i:we|this \w+) (?:address|tackle|close|fill|bridge|solve|overcome|resolve|meet|do)(?:s"
    r"|es)? (?:this|these|that|the|so)"
    r"(?: [\w-]+){0,3}? (?:by|with|through)"
    r"(?: (?:proposing|introducing|presenting|developing|building|designing|constructing|providing|releasing))?)"
    r"(?= (?!(?:to|that|how|whether|using|and|on|in|for|it|this|these|our|both|by|from|with|as|or"
    r"|such|some)\b|\w+ing\b)[\w$\\*`])",
)


@dataclass(frozen=True, slots=True)
class Cut:
    """Words `start` to `end` of a sentence that may go, and why."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Clauses:
    """A sentence's words and the cuts it allows: at most one beginning and one ending apply, any of the middle."""

    words: tuple[str, ...]
    plain: tuple[str, ...]
    """The words in lower case without the punctuation around them."""
    beginnings: tuple[Cut, ...]
    endings: tuple[Cut, ...]
    middles: tuple[Cut, ...]


def find_clauses(sentence: str, ends_phrase: EndsPhrase) -> Clauses:
    """Every cut that leaves a grammatical sentence, as far as the rules can say."""
    words = tuple(sentence.split())
    text = " ".join(words)
    plain = tuple(word.strip("\"'“”‘’()[]{},;:.!?–—*`").lower() for word in words)
    beginnings = tuple(_find_beginnings(text))
    middles = tuple(_find_middles(words, plain))
    endings = tuple(_find_endings(words, plain, _main_clause(text), ends_phrase))
    return Clauses(words, plain, beginnings, endings, middles)


def _find_beginnings(text: str) -> Iterator[Cut]:
    yield Cut(0, 0, "")
    starts = [0]
    fronted = _FRONTED.match(text)
    if fronted:
        main = _MAIN_WE.search(text)
        if not main and _SAFE_FRONT.match(text):
            # A main clause that does not begin with "we" is accepted only if one comma can precede it: with several,
            # the cut could fall into a list.
            others = list(_MAIN_OTHER.finditer(text))
            main = others[0] if len(others) == 1 and text[: others[0].start()].count(",") == 0 else None
        if main:
            yield Cut(0, _words_before(text, main.end()), "fronted")
            starts.append(main.end())
    for start in starts:
        for pattern, kind in ((FRAME, "frame"), (HEAD, "head")):
            found = pattern.match(text, start)
            # What holds in simulations is not to be told as if it held anywhere.
            if found and not (kind == "frame" and SIMULATED.search(found.group())):
                # `HEAD` stops before the space, `FRAME` after it; the space must be counted for the word to be
                # passed.
                end = found.end() + (kind == "head")
                yield Cut(0, _words_before(text, end), kind)


def _main_clause(text: str) -> int:
    """The position of the main clause's first word: after a fronted phrase; beyond the sentence if not found."""
    if not (_FRONTED.match(text) or _SUBORDINATE.match(text)) or FRAME.match(text):
        return 0
    main = _MAIN_WE.search(text) or next(iter([*_MAIN_OTHER.finditer(text)][-1:]), None)
    # More than any sentence has words: no ending is then looked for.
    return _words_before(text, main.end()) if main else len(text)


def _words_before(text: str, at: int) -> int:
    return text.count(" ", 0, at)


def _find_middles(words: tuple[str, ...], plain: tuple[str, ...]) -> Iterator[Cut]:
    """Parentheses; names put between commas; pairs of adverbs."""
    if found := _FOUND_THERE.match(" ".join(words)):
        yield Cut(found["scope"].count(" "), found.group().count(" "), "frame")
    for start, word in enumerate(words):
        # Look-ahead is bounded (30 and 6 words), so the time is linear in the length of the sentence.
        # After a sign or a preposition, a bracket is no aside: "α ∈ (0, 1)", "in (1+1) dimensions".
        if (
            word.startswith("(")
            and start
            and (words[start - 1][-1].isalnum() or words[start - 1][-1] in ",.;:%”\"'")
            and plain[start - 1] not in FUNCTION_WORDS
        ):
            end = next((at for at in range(start, min(start + 30, len(words))) if ")" in words[at]), None)
            if end is not None and _is_one_parenthesis(words[start : end + 1]):
                yield Cut(start, end + 1, "parenthesis" if end > start + 1 else "short parenthesis")
        if plain[start] in ("called", "named", "dubbed", "termed") and words[start - 1].endswith(","):
            end = next((at for at in range(start + 1, min(start + 6, len(words))) if words[at].endswith(",")), None)
            if end is not None:
                yield Cut(start, end + 1, "called")
        if plain[start].endswith("ly") and _goes_on_with_adverb(plain, start) and start and plain[start - 1] != "both":
            yield Cut(start, start + 3, "adverbs")


def _goes_on_with_adverb(plain: tuple[str, ...], start: int) -> bool:
    return start + 2 < len(plain) and plain[start + 1] == "and" and plain[start + 2].endswith("ly")


_WORD_IN_BRACKETS = lazy_regex(r"\([a-z]+-?\)")
"""What belongs to the next word: "(near) optimal"."""
_LIMITS = lazy_regex(r"\((?:only|except|without|excluding|if|for|when|where|simulat\w*)\b|\bvs\b", _FLAGS)
"""What narrows what stands before it: "MNIST (3 vs 5)"."""
_NUMBER_OF_ITEM = lazy_regex(r"\((?:\d|[ivx]{1,3}|[a-e])\)")


def _is_one_parenthesis(piece: tuple[str, ...]) -> bool:
    joined = " ".join(piece)
    if _NUMBER_OF_ITEM.match(joined) or _WORD_IN_BRACKETS.fullmatch(joined) or _LIMITS.search(joined):
        return False
    return joined.count("(") == joined.count(")") == 1 and re.search(r"\)[,.;:]?\Z", joined) is not None


def _find_endings(words: tuple[str, ...], plain: tuple[str, ...], main: int, ends_phrase: EndsPhrase) -> Iterator[Cut]:
    count = len(words)
    yield Cut(count, count, "")
    if words[-1].endswith("?"):
        return
    # At least five words of the main clause stay. What most words are is told before a call.
    for at in range(main + 5, count):
        if plain[at] not in _MAY_BE_CUT and words[at - 1][-1] not in ",;:" and words[at] not in _DASHES:
            continue
        kind = _ending_kind(words, plain, at)
        if kind and _can_be_last(words, plain, at, ends_phrase) and not _is_measure(words[at:], kind):
            yield Cut(at, count, kind)


_DASHES = frozenset(("–", "—", "--", "---", "-"))
_MAY_BE_CUT = words("and to using via based by through for in on with across such including while")
"""The words before which a sentence may end where no punctuation says so: those of `_within`."""


def _ending_kind(words: tuple[str, ...], plain: tuple[str, ...], at: int) -> str:
    """Why the sentence may end before this word, or nothing."""
    word, before = plain[at], words[at - 1]
    after = plain[at + 1] if at + 1 < len(plain) else ""
    if after in ("which", "whom", "whose") and not before.endswith((",", ";")):
        return ""  # "the number of ropes for which a knot holds" would lose what the number is
    if word == "with" and any(one.startswith(("combin", "pair", "coupl", "integrat", "compar")) for one in plain[:at]):
        return ""
    if word in NEVER_CUT_BEFORE and not before.endswith(";"):
        return ""
    if before.endswith(";"):
        return "" if word in NEVER_CUT_BEFORE else "semicolon"
    if before.endswith(":"):
        return "colon"
    if words[at] in _DASHES:
        return "" if after in NEVER_CUT_BEFORE else "dash"
    if before.endswith(","):
        return _after_comma(words, plain, at, word, after)
    return _within(plain, at, word, after)


def _after_comma(words: tuple[str, ...], plain: tuple[str, ...], at: int, word: str, after: str) -> str:
    if word in ("which", "where", "whose", "who"):
        return "which"
    if word in ("thereby", "thus", "hence", "therefore"):
        return "participle"
    if word in ("such", "including", "e.g", "i.e", "namely", "especially", "particularly", "notably"):
        return "examples"
    if word == "that":
        return "clause"
    # "that X, that Y, and that Z": without the last, the list would be broken.
    if (
        word == "and"
        and after == "that"
        and any(one.endswith(",") and two == "that" for one, two in pairwise(words[:at]))
    ):
        return ""
    if word in ("and", "while", "so", "as"):
        if after in ("we", "it", "they", "our", "the", "this", "these", "that", "then", "also", "thus", "therefore"):
            return "clause" if word != "as" else ""
        if word == "while":
            return "clause"
        return "verb phrase" if word == "and" and after in STARTS_VERB_PHRASE else ""
    if word in ("using", "by", "via", "through", "based", "with", "for", "in", "on", "to"):
        return "" if _governed(plain, at, word) else f"{word} after comma"
    if word.endswith("ing") and len(word) > 5 and not _in_list(plain, at):
        return "participle"
    return ""


def _in_list(plain: tuple[str, ...], at: int) -> bool:
    """Whether ", Xing" looks like an item of a list: ", and" soon after it."""
    return any(word in ("and", "or") for word in plain[at + 1 : at + 5])


def _within(plain: tuple[str, ...], at: int, word: str, after: str) -> str:
    if word == "and" and after in STARTS_VERB_PHRASE and not _paired(plain, at):
        return "" if is_verb(plain[at - 1]) else "verb phrase"
    if word == "to" and after not in ("be", "have"):
        return "purpose" if not _governed(plain, at, "to") else ""
    if word in ("using", "via", "based"):
        return "means"
    if word in ("by", "through") and not _governed(plain, at, word):
        return "means"
    if word in ("for", "in", "on", "with", "across") and not _governed(plain, at, word):
        return f"{word} phrase"
    if word == "such" and after == "as":
        return "examples"
    if word in ("including", "while"):
        return "examples" if word == "including" else "clause"
    return ""


def _paired(plain: tuple[str, ...], at: int) -> bool:
    return any(word in ("both", "between", "either") for word in plain[max(0, at - 12) : at])


def _governed(plain: tuple[str, ...], at: int, word: str) -> bool:
    """Whether a word shortly before asks for the phrase that begins here."""
    # "to" and "with" may be far from their verb ("allows the user of a phone to"); the other prepositions are near it.
    reach = 9 if word in ("to", "with") else 4
    if any(governs(one, word) for one in plain[max(0, at - reach) : at]):
        return True
    return word == "to" and plain[at - 1] == "from"


def _can_be_last(words: tuple[str, ...], plain: tuple[str, ...], at: int, ends_phrase: EndsPhrase) -> bool:
    last = plain[at - 1]
    if (
        not last
        or last.endswith(("able", "ible"))
        or last in FUNCTION_WORDS
        or last in _NEVER_LAST
        or last.endswith("ly")
        or _waits_for_more(plain, at)
        or not (last[-1].isalnum() or last[-1] in "%$")
    ):
        return False
    if words[at - 1].endswith((",", ";", ":")):
        return True
    # Without punctuation, corpus statistics say whether a word can end a phrase (`WordNote.ends`).
    return ends_phrase(last) >= READY_TO_END and not (is_verb(last) and not last.endswith("ed"))


def _waits_for_more(plain: tuple[str, ...], at: int) -> bool:
    """Whether the words before this one are the beginning of a phrase: "the uncertainty defined", "e.g., the model"."""
    if any(word in ("e.g", "i.e", "namely") for word in plain[max(0, at - 8) : at]):
        return True
    last = plain[at - 1]
    is_participle = last in _PARTICIPLES or (last.endswith("ed") and not last.endswith("eed"))
    return is_participle and not any(word in _AUXILIARIES for word in plain[max(0, at - 5) : at - 1])


_PARTICIPLES = words("given found shown known seen used built made taken drawn chosen learnt written driven held")
_AUXILIARIES = words("is are was were be been being has have had gets get got not")
# The share of a word's uses that end a phrase, from which on it may be the last word.
READY_TO_END = 0.12
_NEVER_LAST = words(
    """even further just well still inherent response respect able way one situations situation cases settings
    scenarios conditions scenario manner insight ones particular"""
)


def _is_measure(rest: tuple[str, ...], kind: str) -> bool:
    """Whether a short phrase at the end says how much: "in 0.5 s" stays."""
    return kind.endswith(" phrase") and len(rest) <= 6 and any(char.isdigit() for word in rest for char in word)


_BEFORE_NOUNS = words("to the a an of our its their this")
_BEFORE_THAT = words("is are was were say says")
_THEN = lazy_regex(r", then ")
_COMPLEMENT = lazy_regex(r"(?:\w+) that ", _FLAGS)


def lacks_complement(kept: str) -> bool:
    """Whether a claim is incomplete: "we argue that the need to learn" lacks its verb."""
    starts = [found.end() for found in _THEN.finditer(kept)]
    for found in _COMPLEMENT.finditer(kept) if " that " in kept.lower() else ():
        word = found.group().split()[0].lower()
        if word in _BEFORE_THAT or COMPLEMENT_VERBS.match(word):
            starts.append(found.end())
    if not starts:
        return False
    rest = ["", *kept[max(starts) :].lower().split()]
    return not any(is_verb(word.strip(",;:.()")) and before not in _BEFORE_NOUNS for before, word in pairwise(rest))


def is_scope_of_result(kind: str, kept: str) -> bool:
    """Whether this ending would cut off where a result holds: "outperforms X on Y" must keep Y."""
    scopes = ("on phrase", "in phrase", "for phrase", "with phrase", "across phrase", "means", "purpose")
    return kind in scopes and (RESULT_CLAIM.search(kept.lower()) is not None or has_digit(kept))
