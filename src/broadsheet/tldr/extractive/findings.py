"""Tells what was found from what was done: result clauses of an abstract, and the numbers they are measured by."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import has_digit, words

_RESULT_STEM = (
    r"(?:achiev|outperform|improv|reduc|increas|decreas|surpass|exceed|beat|match|attain|reach|yield|boost|cut|lower"
    r"|rais|doubl|halv|tripl|recover|retain|preserv|detect|rank|speed|accelerat|converg|generali[sz]"
    r"|scale|enabl|deliver"
    r"|obtain|produc|provid|allow|eliminat|prevent|maintain|show|exhibit|predict|explain|correlat|depend|suffer|fail"
    r"|degrad|drop|rise|fall|lead|result|remain|admit|satisf|require|run|solv|identif|capture|dominat|solv|give|gain"
    r"|transfer|reveal|demonstrat|close|narrow|mitigat|suppress|enhanc|account|differ|vary|varies|var|grow|impl"
    r"|hold|succeed|requir|support|avoid|compress|generat|extend|top|shrink|sav|learn|remov|handl"
    r"|adapt|discover|simplif|guarant|ensur|report|minimi|maximi|localiz|segment|classif)\w*"
)
RESULT_VERB = (
    r"(?:(?:significantly|consistently|substantially|also|further|markedly|thereby|thus|even|often"
    r"|still|only|generally"
    r"|effectively|successfully|reliably|greatly|strongly|not|typically|simultaneously|dramatically|drastically"
    r"|notably|clearly|largely|already|systematically|and|indeed|can|could|does|do|did|are|is|was|were|has|have|been)"
    r" ){0,3}" + _RESULT_STEM
)
"""A verb, in lower case, by which something is said to behave or to measure up; adverbs and auxiliaries before it."""

_MEASURED_BY_FIGURES = lazy_regex(
    r"\d(?:[\d.,]*\d)?(?:\s|~|\\,)*(?:%|\\%|percent|per cent|percentage|points?|times\b|fold|x\b|×"
    r"|\\times|-fold|db\b|pp\b)"
    r"|\b(?:accuracy|score|rate|error|auc|correlation|speed-?up|factor|reduction) of (?:only |about |up to )?\$?\d"
    r"|\b(?:by|to|from|up to|under|only|than|=|≈|\\approx|~)\s*\$?\\?[~≈<>]?\s?\d"
    r"|\d \w+ (?:sooner|later|earlier|longer|shorter|faster|slower|more|less|fewer|better|higher|lower)\b",
)
_MEASURED_BY_WORDS = lazy_regex(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten)(?:-?fold| times| orders of magnitude)\b"
    r"|\b(?:half|twice|double|several times|orders of magnitude|a (?:third|quarter|half))\b",
)
_SIGNS_OF_MEASURE = ("fold", "times", "orders of", "half", "twice", "double", "third", "quarter")
"""What each alternative of `_MEASURED_BY_WORDS` has one of."""
_COMPARED = lazy_regex(
    r"(?<![-\w])(?:outperform|surpass|exceed|better than|worse than|more \w+ than|less (?:\w+ )?than|fewer"
    r"|faster|higher|lower|larger"
    r"|smaller|stronger|weaker|state[- ]of[- ]the[- ]art|superior|compared (?:to|with)|relative to"
    r"|(?<!to )(?:improv|reduc|increas|decreas|degrad)|beat|match|optimal|no longer"
    r"|only (?:if|when)|if and only if|necessary"
    r"|sufficient|cannot|converge"
    r"|bounded|correlat|depends? on|independent of|does not|do not|fails?|unique|equivalent)",
)
_SIGNS_OF_FOUND = words(
    "show find found demonstrat reveal observ discover confirm indicat suggest conclu argu prov establish"
)
"""A verb that each alternative of `_FOUND` has, which is sought first: several words take less than one pattern."""
_FOUND = lazy_regex(
    r"\b(?:(?:(?:we|i|paper|work|note)\b[^.;]{0,110}?\b(?:show(?!cas)|find|found|demonstrate|reveal|observe|observed"
    r"|discover|confirm|indicate|suggest|conclude|argue)\w*(?:,[^,]{2,40},)? (?:that|how|an?|the|no)\b)"
    r"|we (?:\w+ ){0,2}(?:prove|establish)\b|\b(?:reveals|shows|demonstrates|confirms|establishes) that\b"
    r"|(?:results?|experiments?|evaluations?|analys[ei]s|simulations?|findings?|data|study|evidence|benchmarks?|tests?"
    r"|testing|benchmarking|backtesting|validation|observations?|measurements?)\b[^.;]{0,110}?\b(?<!and )(?:show"
    r"|demonstrate|reveal|confirm|indicate|suggest|establish|prove|find|found)(?:s|d|ed)?\b)",
)
_ACTS = lazy_regex(rf"\b{_RESULT_STEM}\b")
_DOES = lazy_regex(
    r"\b(?:(?:we|this (?:paper|work|study|article|report|survey|review)|i)\b(?:,? \w+ly| also"
    r"| then| first| further)?"
    r" (?:propos|present|introduc|develop|describ|design|devis|stud|investigat|explor|examin"
    r"|analy[sz]|consider|address"
    r"|tackl|survey|review|revisit|formulat|construct|build|creat|releas|provid|offer|aim|seek|focus|discuss|evaluat"
    r"|us(?:e|es|ed)\b|appl|conduct|perform|compar|extend|test|collect|train|employ|combin|retain"
    r"|specialize|incorporat)"
    r"|our (?:\w+ ){1,3}?(?:uses?|employs?|combines?|integrates?|builds?|consists?|furnish|provides?"
    r"|offers?|includes?)\b)"
    r"|\b(?:is|are|was|were) (?:\w+ly )?(?:propos|present|introduc|stud|investigat|discuss|describ|develop|report"
    r"|consider|review|explor|us)(?:y|i|e)*(?:ed|d)\b",
)


_ACHIEVING = lazy_regex(
    r"\b(?:achieving|outperforming|obtaining|yielding|surpassing|improving|reducing|exceeding"
    r"|resulting in|leading to)\b"
)
"""Where what was done turns to what came of it: "We train Knotter on ropes, achieving 12% fewer slips"."""


_EMPTY = lazy_regex(
    r"\b(?:demonstrat|show|shows|validat|verif|illustrat|confirm|highlight|evaluat)\w* (?:the|its"
    r"|their|our)(?: \w+){0,2}?"
    r" (?:effectiveness|advantages?|versatility|efficacy|benefits?|utility|performance|superiority"
    r"|generali[sz]ability"
    r"|feasibility|potential|usefulness|value|validity|practicality|applicability|promise|efficiency"
    r"|capabilit(?:y|ies))\b"
    r"|\b(?:demonstrat|show|validat|verif|illustrat|confirm|highlight)\w* the (?:[\w-]+ ){1,6}"
    r"of (?:our|the proposed|this|the)\b"
    r"|\b(?:insights?|guidance|implications|promis(?:e|ing)|foundations?(?! model)|avenues?|stepping|perspectives?"
    r"|(?:new|future|further) directions?|roadmap|opportunit(?:y|ies)|potential (?:of|for|to|in)|aims? to"
    r"|(?:vision|goal|idea) is"
    r"|pav(?:es?|ing)|opens?|opening|intriguing|future (?:research|work|studies))\b",
)
"""What says that it works, and not how well: "we demonstrate the effectiveness of our method"."""
_SIGNS_OF_EMPTY = words(
    """demonstrat show validat verif illustrat confirm highlight evaluat insight guidance implications promis foundation
    avenue stepping perspective direction roadmap opportunit potential pav open intriguing future aim vision
    goal idea"""
)


_EXAMPLE = lazy_regex(r", for (?:example|instance)\b")
"""What explains, and does not tell what came out."""


MEASURED, SHOWN, UNMARKED = 1.0, 0.7, 0.5
"""What `rate_finding` gives for a finding with a figure, for one without, and for one that nothing marks as found."""


@functools.lru_cache(maxsize=1 << 8)
def rate_finding(text: str, kinds: tuple[str, ...] = ()) -> float:
    """How far a text tells a finding: `MEASURED`, `SHOWN`, `UNMARKED`, or 0.

    What was done or is known, and a phrase without a verb, are 0. `kinds` are the cuts by which the text was made; of a
    "frame" ("We show that"), the finding is what is left.
    """
    if "head" in kinds and not {"fused", "told"}.intersection(kinds):
        return 0.0
    lower = text.lower()
    found = _has_one(_SIGNS_OF_FOUND, lower) and _FOUND.search(lower) is not None
    if not found and _DOES.search(lower):
        came = _ACHIEVING.search(lower)
        if came is None:
            return 0.0
        lower = lower[came.start() - 1 :]
    measured = _is_measured(lower)
    if _EXAMPLE.search(lower) or (not measured and _has_one(_SIGNS_OF_EMPTY, lower) and _EMPTY.search(lower)):
        return 0.0
    shown = found or "fused" in kinds or "frame" in kinds
    if shown and not measured:
        return SHOWN
    # With a figure either is enough, without one both are needed: what decides more often is looked for first.
    if measured and (_ACTS.search(lower, 1) or _COMPARED.search(lower)):
        return MEASURED
    return SHOWN if shown else UNMARKED if _COMPARED.search(lower) and _ACTS.search(lower, 1) else 0.0


def _is_measured(lower: str) -> bool:
    if has_digit(lower) and _MEASURED_BY_FIGURES.search(lower):
        return True
    return _has_one(_SIGNS_OF_MEASURE, lower) and _MEASURED_BY_WORDS.search(lower) is not None


def _has_one(signs: Iterable[str], lower: str) -> bool:
    return any(map(lower.__contains__, signs))


_FIRST_RESULT = lazy_regex(
    r"(?P<first>[^,;()]*\d[^,;()]*)[,;](?: and| while)? (?:(?:up to |by |to |an? )?[^\s,;]*\d|\w+(?:s|ing)\b).*"
)


def keep_first_result(text: str) -> str | None:
    """Of several results in a row the first: "reaches 98% recall, 95% precision, and 1.0 AUC"; `None` for one alone."""
    found = _FIRST_RESULT.fullmatch(text)
    return found["first"].rstrip(" .") if found else None
