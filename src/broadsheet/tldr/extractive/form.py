"""Checks the form of a TL;DR: what was broken by a cut, points at nothing, or was no sentence to begin with."""

from __future__ import annotations

import re
from collections.abc import Callable

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import words
from broadsheet.tldr.extractive.clauses import FUNCTION_WORDS, is_verb
from broadsheet.tldr.extractive.pointers import points_back

LONGEST = 35
"""The most words of a TL;DR."""

_GENERIC = (
    r"(?:framework|method|model|approach|algorithm|system|architecture|technique|pipeline|dataset|benchmark|strategy)"
)
_DOCUMENT = r"(?:paper|work|study|article|letter|report|survey|review|thesis|chapter|note|tutorial|manuscript)"
_GLUED = lazy_regex(rf"\b{_GENERIC}s? (?:a|an) (?!priori\b|posteriori\b)\w", re.IGNORECASE)
_THIS = lazy_regex(
    rf"\A(?:this|these|those|that|it|they|he|she|its|their|such|both|here|there it|another|the (?:former|latter))\b"
    rf"(?! (?:{_DOCUMENT})\b)",
    re.IGNORECASE,
)
_STEP = lazy_regex(
    r"\A(?:i\.e\.|on the contrary|rather,|among them|to facilitate this|in the first\b|the first one"
    r"|as a proof of concept|hence|thus|therefore"
    r"|in (?:a|the) (?:first|second|third|next|last|final) (?:step|part|stage|phase)"
    r"|on the other hand|as (?:a|one)"
    r" (?:second|third)|secondly|thirdly|second,|third,|next,|then,|first,|also,|for (?:example|instance)|similarly"
    r"|fourth(?:ly)?,|fifth,|afterwards?,?|in specific|in particular|as part of (?:this|that)"
    r"|in contrast|by contrast|conversely|likewise|furthermore|moreover|additionally|in addition"
    r"|besides|and|but|or|so"
    r"|yet|meanwhile|nevertheless|nonetheless|consequently|as such|otherwise|together,|across these|in this"
    r" (?:framework|setting|way|case|sense|regard|context|manner)|under this|with this|despite this|within this"
    r"|to (?:this|that) end|to do (?:so|this)|to (?:address|tackle|solve|bridge|close|fill"
    r"|overcome|verify|test) (?:this|these|it|them))\b",
    re.IGNORECASE,
)
_RELATIVE_ALONE = lazy_regex(
    r"\A(?!(?:we|i|this|the|an?|our|in|on|by|to"
    r"|for) )[^\s,.;:]+(?: [^\s,.;:]+){0,5}(?: \([^()]*\))?,? (?:which|who|whose|where|that)\b"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_LAST_CLAUSE = lazy_regex(
    r"(?:, (?:yet|but|while|whereas|so|and (?:thus|therefore|hence)|although)|; (?:and|but"
    r"|while)?)\s+(?P<clause>[^,;]+)\Z"
)
_SHORT_AFTER_COLON = lazy_regex(r": (?:(?:\S+ ?){1,2}|(?:an?|the) (?:[\w-]+ ?){1,4})\Z")
_STAGES = lazy_regex(
    r"\b(?P<count>two|three|four|five|six) (?:\w+ ){0,3}(?:stages|steps|components|modules|parts"
    r"|contributions|questions|ways|strategies|mechanisms|modes|challenges|goals|purposes|formulations|bottlenecks"
    r"|types|kinds|phases|dimensions|categories|priors|findings|results|aspects|settings|regimes"
    r"|approaches|variants|tasks|data ?sets|examples|benchmarks|metrics|criteria|objectives|architectures)\b"
    r"[^:;.]{0,60}: (?P<items>.*)",
    re.IGNORECASE,
)
_FIRST_OF_SEVERAL = lazy_regex(
    r"\bfirst, (?!.*\bsecond\w*,? \w+ \w+)|(?:,|and) second\Z|\btwofold\Z|\bthreefold\b", re.IGNORECASE
)
"""A list in words that stops: "it serves two ends: first, to tie knots"."""
_SIGNS_OF_SEVERAL = ("first, ", " second", "fold")
_COUNT_WORDS = ("two", "three", "four", "five", "six")
_NUMBERED = lazy_regex(r"(?<!\w)\(?(?:i|1|a)\)\s")
_NEXT_NUMBER = lazy_regex(r"(?<!\w)\(?(?:ii|2|b)\)\s")
_INCOMPLETE = lazy_regex(
    r"\b(?:(?:can|could|may|might|must|should|will|would) (?:be|not)|(?:is|are|was|were|be"
    r"|been) (?:able|based|due|likely"
    r"|used|trained|designed|required|needed|aimed|intended|known|shown|found|expected|capable"
    r"|composed|made|comprised"
    r"|associated|related|compared|given|built|said|called|defined|formulated|characterized|referred|considered)"
    r"|can (?:be )?\w+(?:ed)? (?:as|to|by|with|in|on)|such that|so that|in order to|as well as|rather than|other than"
    r"|compared (?:to|with)|because of|due to|according to|depending on|with respect to|in terms of|instead of"
    r"|the (?:need|ability|problem|task|goal|aim|idea|question|fact|lack|use|role|effect|impact|number|presence)"
    r"|(?:two|three|four|five|six) (?:[\w-]+ ){0,2}(?:stages|steps|components|modules|parts|innovations|contributions"
    r"|challenges|criteria|axes|questions|aspects|dimensions|regimes|scenarios|spaces)"
    r"|(?:in|on|by|for|with|at|to|of|under) which (?:the|an?|each) [\w-]+"
    r"|to (?:assist|execute|ensure|enable|support|address|provide|achieve|obtain|produce|determine|construct|establish)"
    r"|belonging|pertaining|relating|regarding|concerning|including|involving|consisting|depending"
    r"|to, not an? \w+"
    r"|a (?:set|number|variety|range|series|family|class|kind|type|lack|mixture|combination|collection))\Z",
    re.IGNORECASE,
)
_ADDRESS = lazy_regex(
    r"https?:|www\.|github|\bdoi:|\b(?:code|data|weights|implementation)\b.{0,40}\b(?:available|released)\b", re.I
)
_COPYRIGHT = lazy_regex(r"©|\bcopyright\b|all rights reserved|\bto appear in\b|\baccepted (?:at|by|to)\b", re.I)
_MISSING: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = tuple(
    (tuple(signs.split("|")), lazy_regex(pattern, re.IGNORECASE))
    for signs, pattern in (
        ("and,|or,", r"\b(?:and|or),(?! [^,]{3,40}, )"),
        ("of,|the,|a,|an,|with,|for,|by,|from,|under,|between,", r"\b(?:of|the|an?|with|for|by|from|under|between),"),
        (",,| ,|()|( )", ",,| ,|\\( ?\\)"),
        ("ient,|ive,|able,|ous,", r"\b(?:for|with|of|by) [\w-]*(?:ient|ive|able|ous),(?! [\w-]+(?:,| and)\b)"),
        ("and and|or and", r"\b(?:and|or) and\b"),
        (
            " that ",
            r"\b(?:show|demonstrat|prov|find|suggest|indicat|reveal)\w* that"
            r" (?:can|is|are|was|were|will|may|could|has|have)\b|\b(?:in|of|by|from|with|on) that \w+(?<!thi)s\b",
        ),
        ("∈|=|≤|≥|<|>|≈|~|±", r"[∈=≤≥<>≈~±][.,;]?(?:\Z| (?:and|with|for|in|of)\b)"),
        ("from ", r"\bfrom (?P<figure>\d[\d.]*%?), \d[^,]* to \d"),
        ("by ", r"\bby \d[\d.]*%? and \d[\d.]*%?\.?\Z"),
    )
)
"""Where a word is missing, each after what it cannot do without, which is sought first: a tenth of the time."""
_PLURAL_VERBS = (
    r"(?:support|implement|assess|offer|provide|evaluate|demonstrate|show|establish|apply|develop|propose|introduce"
    r"|present|discuss|analy[sz]e|validate|investigate|examine|explore|describe|derive|prove|train|deploy|construct"
    r"|create|identify|characterize)"
)
_AND_MISSING = lazy_regex(
    rf"(?:(?:[^,]*, )?(?:we|i)|an?|\S+ is)\b.*?(?<!and)(?<!or), (?:\w+ly )?{_PLURAL_VERBS}"
    r" (?:an?|the|its|their|new|some|several|two|three|that|how) [^,;:]*\Z"
    r"|(?!.* that .*, and that ).*, and that \w.*\Z",
    re.IGNORECASE,
)
"""A row whose last clause was cut: "We tie knots, propose a rule."; a frame that was: "Ropes slip, and that hemp"."""
_SECOND_VERB = lazy_regex(
    r"\A(?:an? |(?:the |our |this )(?:[\w-]+ ){0,4}?(?:method|framework|approach|model|algorithm|system|aim|goal|study"
    r"|paper|work|pipeline|mechanism|network)\b|(?-i:\w*[A-Z]\w*[A-Z]\w*),? (?:an? |\w+s ))"
    r"(?:(?!\b(?:to|can|could|may|might|must|will|would|should|let|lets|help|helps|we|they|who"
    rf"|do|does|us)\b|[;:]).)*,? and (?:\w+ly )?{_PLURAL_VERBS} (?:its?|the|an?|that|how"
    r"|their|them|two|three|several|new|novel)\b",
    re.IGNORECASE,
)
"""A verb whose "we" was cut, after a subject in the singular: "A method ties knots and provide a test"."""
_MACRO = lazy_regex(r"\A[\^_±×]|\\[A-Za-z]{2}|\(\\\w+\)|\\\w+~")
_FORMULA = lazy_regex(r"\$[^$]*\$")
_CITES = lazy_regex(
    r"\b(?:Theorem|Conjecture|Lemma|Proposition|Corollary|Section|Figure|Fig\.|Table|Eq\.|Equation) \(?\d|"
    r"\bet al\b|\[\d+\]|\[[A-Z]{1,3}\+?\d\d\w?\]"
    r"|\A[A-Z]\w+(?: and [A-Z]\w+| et al\.)? \((?:19|20)\d\d\w?\)|\A(?i:keywords?|key words|index terms)\b"
    r"|\b[A-Z]\w+ \[?(?:19|20)\d\d\]?\b.*\bintroduced\b"
)


_TELLS_NOBODY = lazy_regex(
    r"\b(?:tells?|asks?|informs?|instructs?)(?: (?:the|an?|its|their|this|each|us))?(?: [\w-]+){0,3}\Z", re.IGNORECASE
)
"""A verb whose clause was cut: "the shrug, which tells the network"."""
_IT = lazy_regex(
    r"\A(?:[\w-]+ ){0,3}(?:results?|experiments?|simulations?|evaluations?|findings?|analys[ei]s)\b[^,;]{0,80}? that"
    r" (?:it|they)\b|"
    r"\A(?:\w+ing [^;:]{3,160}?, (?:it|they) (?!(?:is|was|becomes|remains) \w+ (?:to|that)\b)\w|"
    r"(?:in|on|at|for|with|across|under|over|after|from|by|without|despite|through|using) [^,;:]{3,60}?,?"
    r" (?:it|they|he|she) \w)",
    re.IGNORECASE,
)


def find_form_fault(text: str) -> str | None:
    """The first fault of form by name, or `None` for a text that stands alone as it should."""
    return next((name for name, has in FAULTS.items() if has(text)), None)


def _bare(text: str) -> str:
    return text.rstrip(" .!?…")


def _frame_alone(text: str) -> bool:
    """Whether of "We show that, for wet knots, …" or "For wet knots, …" only the condition is there."""
    found = _CONDITION_ALONE.match(_bare(text))
    return (
        found is not None
        and " that " not in found["rest"]
        and not any(is_verb(word.lower()) for word in found["rest"].split()[1:])
    )


_CONDITION_ALONE = lazy_regex(
    r"(?:(?:we|i) (?:\w+ly )?(?:show|prove|find|demonstrate|establish)(?: that)?,? )?"
    r"(?:for|in|on|under|with|at|across|by) (?P<rest>[^,]+)\Z",
    re.IGNORECASE,
)


def _misses_a_word(text: str) -> bool:
    lower = text.lower()
    return any(any(map(lower.__contains__, signs)) and pattern.search(text) is not None for signs, pattern in _MISSING)


def _ends_in(pattern: re.Pattern[str], bare: str) -> bool:
    """Whether a pattern of at most six words is found at the end of a text, where alone it is sought."""
    at = len(bare)
    for _ in range(6):
        at = max(0, bare.rfind(" ", 0, at))
    return pattern.search(bare, at) is not None


def _unbalanced(text: str) -> bool:
    if any(text.count(left) != text.count(right) for left, right in ("()", "[]", "{}", "“”", "«»")):
        return True
    return bool(text.count('"') % 2 or text.count("$") % 2)


def _is_relative_clause_alone(text: str) -> bool:
    """Whether a name has a relative clause and no verb of its own: "DAM-VLA, which maintains two buffers"."""
    found = _RELATIVE_ALONE.match(text)
    if not found or any(is_verb(word.lower()) for word in text[: found.start("rest")].split()[:-1]):
        return False
    after = found["rest"].split(", ")
    return not any(part and is_verb(part.split(" ", 1)[0].lower()) for part in after[1:])


def _opens_with_verb(part: str) -> bool:
    """Whether a part begins with a verb in the third person, adverbs left out: "also ranks them"."""
    first = next((word.lower() for word in part.split() if not word.endswith("ly") and word != "also"), "")
    return first.endswith("s") and is_verb(first)


def _is_clause(before: str, text: str) -> bool:
    """Whether the text begins with this part, and it is a clause without a relative one: "Knotter ties ropes"."""
    if not text.startswith(before) or re.search(r"\b(?:that|which|who|whose|where|when|if|while|as)\b", before):
        return False
    return any(word.endswith("s") and is_verb(word) for word in before.lower().split()[1:])


def _has_no_main_clause(text: str) -> bool:
    """Whether a participle opens the text and no finite verb follows: "Integrating the views of three reviews"."""
    opening, *rest = (word.strip("(),;:'\"").lower() for word in _bare(text).split())
    if not opening.endswith("ing") or opening in _NO_PARTICIPLES:
        return False
    return not any(is_verb(word) and not word.endswith(("ed", "ing")) for word in rest)


_NO_PARTICIPLES = words(
    "learning training reasoning computing pricing clustering sampling testing bring spring string king"
)


_LAST_NUMBER = lazy_regex(
    r"(?P<before>.*)(?<!\w)\((?:ii|iii|iv|[2-6]|[b-f])\)\s(?P<last>(?!.*\((?:iii|iv|v|[3-6]|[c-f])\)\s).*)"
)
_BEFORE_LAST = lazy_regex(r"\b(?:and|or|while|but|nor|as well as)[,:]?(?: \w+){0,3}\s*\Z")


def _lists_part(text: str) -> bool:
    """Whether items were announced or numbered and only some are there."""
    *_, before, last = ["", "", *_bare(text).split(", ")]
    more = any(map(_opens_with_verb, last.split(" and ")[1:]))
    if (
        _opens_with_verb(last)
        and not more
        and (text.count(",") == 1 or _opens_with_verb(before) or _is_clause(before, text))
    ):
        return True
    numbered = _NUMBERED.search(text) if ")" in text else None
    last_number = _LAST_NUMBER.search(text) if numbered else None
    if numbered and not _NEXT_NUMBER.search(text):
        return True
    if last_number and not _BEFORE_LAST.search(last_number["before"]) and len(last_number["last"].split()) < 8:
        return True
    if any(map(text.lower().__contains__, _SIGNS_OF_SEVERAL)) and _FIRST_OF_SEVERAL.search(_bare(text)):
        return True
    found = _STAGES.search(text) if ": " in text else None
    if found is None:
        return False
    items = found["items"].split(";")
    if len(items) > 1:
        return len(items) != 2 + _COUNT_WORDS.index(found["count"].lower())
    return not re.search(r"\b(?:and|or)\b", items[0])


_PRONOUNS = words("it they we he she which that who to of for in on with by at from as than")
"""Words with which a clause may be more than a noun phrase; no judgement is made then."""


def _lacks_verb_in_last_clause(text: str) -> bool:
    found = _LAST_CLAUSE.search(_bare(text))
    if not found:
        return False
    clause = [word.strip("(),:'\"").lower() for word in found["clause"].split()]
    if clause[:1] == ["not"]:
        return False
    return not any(is_verb(word) or word.endswith(("ed", "ing")) or word in _PRONOUNS for word in clause)


def _stops_short(text: str) -> bool:
    bare = _bare(text)
    last = bare.rsplit(" ", 1)[-1].strip("(),:'\"").lower()
    return last in _STOPS or _ends_in(_INCOMPLETE, bare) or _ends_in(_TELLS_NOBODY, bare)


_STOPS = FUNCTION_WORDS - {
    "so",
    "too",
    "two",
    "three",
    "many",
    "several",
    "each",
    "all",
    "both",
    "less",
    "more",
    "not",
    "no",
    "then",
    "within",
    "across",
    "based",
    "new",
    "some",
    "any",
}

_SAYS_NOTHING = lazy_regex(rf", (?:an?|the) (?:\w+ )?{_GENERIC}\Z", re.IGNORECASE)
_UNNAMED = lazy_regex(
    r"\b(?:two|three|four|five|several) (?:\w+ ){0,2}"
    r"(?:advantages|estimators|insights|observations|contributions|limitations|innovations|properties|drawbacks)\b"
    r"(?!.*(?:[:;(–—]| and | -- ))",
    re.IGNORECASE,
)
"""Things that are counted and not named: "It has two important advantages"."""
_ALL_THREE = lazy_regex(
    r"\ball (?:two|three|four|five|six)(?! [\w-]+s\b)|\A(?:the|this) (?:benchmark|analysis|study"
    r"|work) (?:also|further|then)\b",
    re.IGNORECASE,
)


def _dangles(text: str) -> bool:
    """Whether something points at what was said before, or at what was left out."""
    if _THIS.match(text) or _IT.match(text) or _ALL_THREE.search(text):
        return True
    return _UNNAMED.search(text) is not None or points_back(text)


_EXPERIMENTS = lazy_regex(
    r"(?!(?:on|in|across|with|through|by) )(?:[\w-]+ ){1,3}(?:experiments|validation|evaluations?|simulations)"
    r" (?:on|with|using|in)\b",
    re.IGNORECASE,
)


def _only_names(text: str) -> bool:
    """Whether there is a name or a phrase alone, and nothing of it: no verb, no preposition, no clause."""
    plain = [word.strip("(),;:'\"").lower() for word in _bare(text).split()]
    if _EXPERIMENTS.match(text):
        return not any(map(is_verb, plain))
    alone = plain[0] in ("the", "a", "an") and "," not in text and len(plain) <= 12
    return alone and not any(word in _TELLING or is_verb(word) for word in plain)


_TELLING = words("of for that which to with in on by from via using between as is are how when where based without")


def _cuts_list_after_colon(text: str) -> bool:
    """Whether items after a colon are separated by commas and the last has no "and": some of them were cut."""
    found = re.search(r": (?P<items>[^:;]+,[^:;]+)\Z", _bare(text))
    if not found or re.search(r"\b(?:and|or|but|is|are|while|which|that)\b", found["items"]):
        return text.count(": ") > 1
    return not any(is_verb(word.strip(",").lower()) for word in found["items"].split())


_SIGNS_OF_ADDRESS = ("http", "doi:", "www.", "github", "available", "released")
_SIGNS_OF_RIGHTS = ("©", "copyright", "rights", "to appear", "accepted")


def _is_address(text: str) -> bool:
    """Whether the text says where something is to be had, or whose it is."""
    lower = text.lower()
    if any(map(lower.__contains__, _SIGNS_OF_ADDRESS)) and _ADDRESS.search(text):
        return True
    return any(map(lower.__contains__, _SIGNS_OF_RIGHTS)) and _COPYRIGHT.search(text) is not None


_INFINITIVE_ALONE = lazy_regex(r"To (?!what\b|which\b|whom\b)[a-z]+\b(?!.*, )")
"""An aim without whose it is, as under the heading of one: "To explore how sailors tie knots"."""
_SYMBOL = lazy_regex(
    r"Let \S+ (?!.*, (?:we|then)\b)|(?![AI] )[A-Z] (?:is|has|can|cannot|must|may|does|admits|contains|satisfies)\b"
)
"""A letter and what it stands for, one without the other: "Let S be a surface", "S is smooth outside of a point"."""
_HELD = r"(?:said|thought|believed|supposed|reputed|claimed|held|assumed)"
_OFTEN = r"(?:(?:often|commonly|widely|usually|generally|sometimes|long|traditionally) )?"
_OF_OTHERS = lazy_regex(
    r"(?!(?:we|i)\b)(?:it|[^,;:]{3,120}?) (?:is|are|has been|have been) "
    rf"{_OFTEN}(?:said|thought|believed|supposed|reputed) (?:not )?(?:to|that)\b"
    r"|(?:critics|sceptics|skeptics|opponents|historians|scholars|economists|philosophers|commentators|others)"
    rf" (?:(?:may|might|could|would|have) )?{_OFTEN}(?:say|argue|object|claim|believe|hold|think|contend|assume|{_HELD}"
    r"|argued|objected)\b"
    r"|(?:the|an?|one|another) (?:[\w'’-]+ ){0,5}(?:conjecture|objection|criticism|wisdom) (?:asserts|states|says|holds"
    r"|predicts|claims|posits|is) that\b",
    re.IGNORECASE,
)
"""What others hold, which an abstract tells of to say otherwise: "Knots are said to slip", "Critics may object"."""
_PLAN = lazy_regex(
    r"[^,;:]{3,100} will be (?:\w+ )?(?:extended|expanded|continued|upgraded|presented|discussed|published|repeated)\b",
    re.IGNORECASE,
)
"""What is still to be done."""


FAULTS: dict[str, Callable[[str], bool]] = {
    "no main clause": _has_no_main_clause,
    "word missing": _misses_a_word,
    "too long": lambda text: len(text.split()) > LONGEST,
    "unfinished": lambda text: text.rstrip().endswith(("…", "...", ":")) or _stops_short(text),
    "unbalanced": _unbalanced,
    "condition alone": _frame_alone,
    "infinitive alone": lambda text: _INFINITIVE_ALONE.match(text) is not None,
    "undefined symbol": lambda text: _SYMBOL.match(text) is not None,
    "others' view": lambda text: _OF_OTHERS.match(text) is not None,
    "plan": lambda text: _PLAN.match(text) is not None,
    "two verbs": lambda text: _SECOND_VERB.match(text) is not None,
    "and missing": lambda text: _AND_MISSING.match(_bare(text)) is not None,
    "question": lambda text: "?" in text,
    "dangling": _dangles,
    "lead-in": lambda text: _STEP.match(text) is not None,
    "relative clause alone": _is_relative_clause_alone,
    "clause without verb": _lacks_verb_in_last_clause,
    "broken off after a colon": lambda text: _SHORT_AFTER_COLON.search(_bare(text)) is not None,
    "part of a list": lambda text: _lists_part(text) or _cuts_list_after_colon(text),
    "says nothing": lambda text: _ends_in(_SAYS_NOTHING, _bare(text)) or _only_names(text),
    "glued": lambda text: _GLUED.search(text) is not None,
    "formula": lambda text: text.count("\\") > 1 or _MACRO.search(_FORMULA.sub("$", text)) is not None,
    "address": _is_address,
    "citation": lambda text: _CITES.search(text) is not None,
}
"""The faults by name, each with its test; the cheap ones first."""
