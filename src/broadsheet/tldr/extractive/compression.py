"""Shortens a sentence of an abstract by rules, by deletion only: the fallback where no candidate can be ranked."""

from __future__ import annotations

import re
from functools import lru_cache

from broadsheet.text.lazy_regex import lazy_regex

# The wanted length in words, and the bounds in words and characters from which a sentence is cut with "…". The last one
# bounds what the patterns read of a hostile text.
PREFERRED_WORDS = 25
LONGEST_WORDS = 60
LONGEST_CHARACTERS = 600
_READ_CHARACTERS = 3000

_FLAGS = re.IGNORECASE
_LABEL = lazy_regex(
    r"(?:background|context|importance|objectives?|(?:research )?aims?|purpose|problem|(?:materials and )?methods?"
    r"|methodology|results?|findings?|conclusions?|significance|summary|main results?|introduction|motivation"
    r"|(?:study )?design(?:/methodology/approach)?|originality(?:/value)?|interpretation|observations|discussion"
    r"|rationale|novelty|limitations|setting|participants|synthesis|main outcome measures?"
    r"|(?:(?:practical|social|research|managerial|policy|clinical) )?(?:limitations/)?(?:implications|relevance))"
    r"(?: and \w+)?\s*(?:[:.]\s+|:)(?=\S)",
    _FLAGS,
)
_BARE_LABEL = lazy_regex(r"(?:Results?|Findings|Conclusions?|Methods) (?=[A-Z][\w-]* [a-z])")
_HEADING = lazy_regex(r"(?:Abstract|ABSTRACT|Summary|SUMMARY)(?:\s*[:.—–-])?\s+(?=[A-Z])")
_BULLET = lazy_regex(r"(?:[-•*–—]\s+|\(?(?:\d{1,2}|[ivx]{1,4})[.)]\s+)", _FLAGS)
_DOCUMENT = r"(?:paper|work|study|article|letter|report|manuscript|survey|review|note|chapter|thesis|contribution)"
_LEAD_INS = (
    lazy_regex(
        r"(?:however|further|in sum|taken together|together|collectively|specifically|in particular"
        r"|particularly|moreover|furthermore|additionally|in addition"
        r"|finally|lastly|here|herein|therefore|thus|hence|consequently|accordingly|concretely|notably"
        r"|importantly|crucially|critically|strikingly|encouragingly|ultimately|interestingly|surprisingly|remarkably|overall|instead|unfortunately|besides|also"
        r"|nevertheless|nonetheless|conversely|in this sense"
        r"|in other words|to achieve this|applying this \w+|then|next|first"
        r"|firstly|second|secondly|third|as such|as a result"
        r"|as a consequence|in contrast|by contrast|on the other hand|in summary|in short|in conclusion"
        r"|to summarize|more specifically|more precisely|more importantly|most importantly|briefly"
        r"|(?:to|toward|towards|for) (?:this|that|these) (?:end|ends|aim|goal|purpose|reason)|to do so"
        r"|(?:motivated|inspired|driven) by th(?:is|ese)(?: \w+)?|in light of this|in response"
        r"|last but not least|subsequently|for example|for instance"
        r"|on the \w+ side|for (?:case|part) \(\w+\)"
        r"|as (?:an?|one)(?: \w+)? (?:application|example|use-case)"
        r"|in this (?:paper|work|study|regard|context|direction)|with this in mind|in doing so)\s*,\s+",
        _FLAGS,
    ),
    lazy_regex(rf"in (?:this|the present|our|the current) {_DOCUMENT}\s*,?\s+(?=(?:we|it|a|an|the|our)\b)", _FLAGS),
    lazy_regex(
        r"(?:here|herein|hence|thus|therefore|additionally|accordingly|moreover|furthermore|finally"
        r"|however|specifically"
        r"|instead|consequently|in particular|in addition|to (?:this|that) end|to do so|in response)\s+(?=we\b)",
        _FLAGS,
    ),
    lazy_regex(
        r"(?:to|in order to) (?:address|tackle|overcome|solve|alleviate|mitigate|remedy|resolve|bridge|fill|close"
        r"|handle|combat|meet|counter|deal with|cope with) (?:this|these|such|those|the above|the aforementioned)"
        r"(?: [\w-]+){0,3}\s*(?:,\s+(?=(?:we|this|a|an|the|our)\b)|\s(?=we\b))",
        _FLAGS,
    ),
    lazy_regex(r"(?:and|but|so|yet|also)\s+(?=we\b)", _FLAGS),
    lazy_regex(
        r"(?:given|using|with|based on|building (?:on|upon)|leveraging|under|from|addressing|tackling)"
        r" th(?:is|ese)(?: \w+){0,2}\s*,\s+"
        r"(?=(?:we|our|this paper)\b)",
        _FLAGS,
    ),
)
_ASIDES = (
    (
        ", ",
        lazy_regex(
            r", (?:therefore|thus|hence|however|moreover|furthermore|in turn|consequently|then|too|also),", _FLAGS
        ),
        "",
    ),
    ("also ", lazy_regex(r"(?<!but )\balso (?=\w)"), ""),
    ("theless", lazy_regex(r",? \b(?:nonetheless|nevertheless),? (?=[a-z])"), " "),
    (", in this", lazy_regex(rf", in this {_DOCUMENT}(?=,)", _FLAGS), ""),
    ("in this", lazy_regex(rf"\s+in this {_DOCUMENT}(?=\.?$)", _FLAGS), ""),
    (
        "we",
        lazy_regex(
            r"\bwe,? (?:therefore|thus|hence|hereby|then|first|also|further|furthermore|additionally),? (?=\w)", _FLAGS
        ),
        "we ",
    ),
)
# Each with what it cannot do without, which is looked for first.
_CITATIONS = (
    (
        "(",
        lazy_regex(
            r"\s*\((?:see |cf\. |e\.g\.,? )?[^()]{0,80}(?:et al\.?|\b[A-Z]\w+),?\s+(?:19|20)\d\d[a-z]?[^()]{0,80}\)"
        ),
    ),
    ("[", lazy_regex(r"\s*\[\d{1,3}(?:\s*[,–-]\s*\d{1,3}){0,10}\]")),
    (
        "(",
        lazy_regex(r"\s*\((?:see |cf\. )?(?:fig(?:ure|s)?|sec(?:tion)?|tab(?:le)?|appendix)\b\.?[^()]{0,20}\)", _FLAGS),
    ),
    ("\\cite", lazy_regex(r"~?\\cite[a-z]*\{[^{}]{0,200}\}")),
)
# A bracket with a digit stays: it may hold a result. Possessive quantifiers (`*+`, `{20,}+`) do not backtrack, so a
# bracket that is never closed costs one pass.
_PARENTHESIS = lazy_regex(r" ?\((?:(?:e\.g|i\.e|such as|including)[^()\d]*+|[^()\d]{20,}+)\)", _FLAGS)
_INSPIRATION = lazy_regex(
    rf"(?:inspired|motivated|driven) by [^,]{{3,120}},(?: in this {_DOCUMENT},)?"
    rf" (?=(?:we|this {_DOCUMENT}|the|a|our)\b)",
    _FLAGS,
)
_PROOF_FRAME = lazy_regex(
    r"(?:our |the )?(?:extensive |comprehensive |empirical |experimental |numerical |thorough )*"
    r"(?:experiments|results|evaluations?|analysis|analyses|simulations) (?:also |further |clearly )?"
    r"(?:show|shows|demonstrate|demonstrates|reveal|reveals|confirm|confirms) that (?=\w)",
    _FLAGS,
)
_TAIL = lazy_regex(
    r"(?:,|;)\s+(?:which|thereby|thus|hence|leading to|resulting in|where|enabling|allowing|making|yielding"
    r"|while \w+ing|such as|including|e\.g\.|i\.e\.|so that|ensuring|providing|and (?:we|it|they|then)"
    r"|and (?:show|demonstrate|prove|find|discuss|evaluate|provide|analyze|validate|verify|report))\b"
    r"|\s+[–—]\s+|\s+-{2,3}\s+|;\s+",
    _FLAGS,
)
_CONDITION = lazy_regex(
    r"\s*(?:under|only|when|if|unless|except|without|but|not|however|provided|assuming|although)\b", _FLAGS
)
_VERB = (
    r"(?:is|are|was|were|be|can|could|may|might|will|has|have|had|does|do|did"
    r"|propos|present|introduc|develop|describ|stud(?:y|i)|show|find|found|demonstrat|investigat|prov|explor"
    r"|achiev|outperform|improv|provid|offer|allow|enabl|us(?:e|es|ed)\b|learn|reduc|increas|obtain"
    r"|deriv|reveal|analy"
    r"|evaluat|extend|address|tackl|report|releas|creat|design|formulat|examin|argu|identif|establish|combin"
    r"|perform|predict|generat|yield|require|lead|make|remain|suggest|indicat|consider|build|built|train|leverag)"
)
_COMPLEMENT = lazy_regex(
    r"\b(?:show|demonstrat|find|found|prov|argu|observ|reveal|suggest|indicat|conclu|confirm|believ|hypothesi|assum"
    r"|claim|ensur|stat|verif|establish|discover|posit|fact|evidence|such|so|note|highlight)\w* that ",
    _FLAGS,
)
_MAIN_CLAUSE = lazy_regex(
    rf"(?:^|, )(?:we|this {_DOCUMENT}|our \w+(?: \w+)?)(?: \w+ly| also| first| then)? {_VERB}\w*", _FLAGS
)
_PLAIN_CLAUSE = lazy_regex(rf"(?:\S+ ){{1,10}}?{_VERB}\w*\b", _FLAGS)
_FRONTED = lazy_regex(
    r"(?:if|while|although|though|when|since|as|given|by|using|with|instead|unlike|rather|based|inspired|motivated|to"
    r"|in|on|for|from|at|among|beyond|despite|because|through|building|leveraging|compared|after|under|without)\b",
    _FLAGS,
)
_PAIRS = (("not only", "but"), ("both", "and"), ("between", "and"), ("either", "or"), ("neither", "nor"))
_NUMBERED = lazy_regex(r"(?:^|\s)\(?(?:i|1|a)\)\s|\bfirst(?:ly)?,", _FLAGS)
_DANGLING = lazy_regex(
    r"\b(?:a|an|the|of|to|for|with|and|or|in|on|by|from|that|which|as|at|is|are|be|than|into|but|our|its|such"
    r"|called|namely|between|not|also|i\.e\.?|e\.g\.?|including|while|where|when)$",
    _FLAGS,
)


def trim_sentence(text: str) -> str:
    """A sentence without its lead-in and its citations; above 25 words also without a clause that can go.

    What remains are words of the sentence in their order, with a capital and a full stop. A sentence that
    cannot be shortened safely stays long; one that never ends (above 60 words) is cut and says so by "…".
    """
    return finish(_cut(_shorten(drop_lead_in(text))))


@lru_cache(maxsize=1 << 6)
def drop_lead_in(text: str) -> str:
    """A sentence without what ties it to its neighbours: label, "However,", "in this paper", citations."""
    kept = _drop_lead_ins(" ".join(text[:_READ_CHARACTERS].split()))
    for sign, citation in _CITATIONS:
        if sign in kept:
            kept = citation.sub("", kept)
    for sign, aside, instead in _ASIDES:
        if sign in kept.lower():
            kept = aside.sub(instead, kept)
    return kept


def count_words(text: str) -> int:
    """How many words a reader counts: runs of visible characters."""
    return len(text.split())


def _drop_lead_ins(text: str) -> str:
    for pattern in (_HEADING, _BULLET, _LABEL, _BARE_LABEL):
        text = _drop_prefix(pattern, text)
    # Lead-ins come in a row ("However, in this paper, we …"); three rounds are enough.
    for _ in range(3):
        shorter = text
        for lead_in in _LEAD_INS:
            shorter = _drop_prefix(lead_in, shorter)
        if shorter == text:
            break
        text = shorter
    return text


def _drop_prefix(pattern: re.Pattern[str], text: str) -> str:
    """The text without the prefix, if three words or more remain."""
    found = pattern.match(text)
    return text[found.end() :] if found and count_words(text[found.end() :]) >= 3 else text


def _shorten(text: str) -> str:
    """Safe deletions, the least loss first, until the sentence has its 25 words."""
    for delete in (_drop_inspiration, _drop_parentheses, _drop_tail, _drop_proof_frame):
        if count_words(text) <= PREFERRED_WORDS:
            break
        text = delete(text)
    return text


def _drop_inspiration(text: str) -> str:
    return _drop_prefix(_INSPIRATION, text)


def _drop_parentheses(text: str) -> str:
    return _PARENTHESIS.sub("", text)


def _drop_proof_frame(text: str) -> str:
    """ "Experiments show that X" -> "X": not for "suggest", which would make a claim of a hint."""
    return _drop_prefix(_PROOF_FRAME, text)


def _drop_tail(text: str) -> str:
    """The longest beginning of at most 25 words that is a whole sentence, else the shortest longer one."""
    # A tail such as ", only if …" restricts the claim and stays.
    tails = (tail for tail in _TAIL.finditer(text) if not _CONDITION.match(text, tail.end()))
    heads = [text[: tail.start()] for tail in tails]
    whole = [head for head in heads if count_words(head) >= 10 and _is_whole(head)]
    fitting = [head for head in whole if count_words(head) <= PREFERRED_WORDS]
    return fitting[-1] if fitting else (whole[0] if whole else text)


def _is_whole(head: str) -> bool:
    """Whether a beginning can stand alone: a main clause, no open pair, bracket, list or complement."""
    lower = head.lower()
    if _DANGLING.search(head) or _NUMBERED.search(head) or ":" in head:
        return False
    # Brackets, quotation marks and mathematics must be closed.
    if any(head.count(left) != head.count(right) for left, right in ("()", "[]", "{}", "“”")):
        return False
    if head.count('"') % 2 or head.count("$") % 2:
        return False
    for opening, closing in _PAIRS:
        if opening in lower and f" {closing} " not in lower[lower.rfind(opening) :]:
            return False
    return _has_main_clause(head) and _is_complement_whole(head)


def _has_main_clause(head: str) -> bool:
    main = _MAIN_CLAUSE.search(head)
    if main or _FRONTED.match(head):
        return main is not None
    return "," not in head and _PLAIN_CLAUSE.match(head) is not None


def _is_complement_whole(head: str) -> bool:
    """ "We show that models, …": what is claimed after a last "that" needs a verb of its own."""
    claims = list(_COMPLEMENT.finditer(head))
    return not claims or re.search(rf"\b{_VERB}", head[claims[-1].end() :], _FLAGS) is not None


def _cut(text: str) -> str:
    """At most 60 words and 600 characters, whatever an abstract holds."""
    pieces = text.split()
    if len(pieces) <= LONGEST_WORDS and len(text) <= LONGEST_CHARACTERS:
        return text
    cut = " ".join(pieces[:LONGEST_WORDS])
    if len(cut) > LONGEST_CHARACTERS:
        cut = cut[:LONGEST_CHARACTERS].rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.-–—(") + "…"


_BLANK_BEFORE_STOP = lazy_regex(r"\s+([,.;:])(?=\s|$)")
_LOOSE_STOPS = (" ,", " .", " ;", " :")
"""What such a place begins with in words that are joined by single blanks."""
_FULL_STOP = lazy_regex(r"[.!?…。！？][\"'”’»)\]」』]*$")


def finish(text: str) -> str:
    """A capital at the beginning, a full stop at the end; names such as mBERT keep their spelling."""
    if any(map(text.__contains__, _LOOSE_STOPS)):
        text = _BLANK_BEFORE_STOP.sub(r"\1", text)
    text = text.strip().rstrip(",;:-–— ")
    first = text.split(" ", 1)[0]
    if first[:1].islower() and not any(char.isupper() or char.isdigit() for char in first):
        text = text[0].upper() + text[1:]
    if text and not _FULL_STOP.search(text):
        text += "."
    return text
