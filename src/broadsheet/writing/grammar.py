"""Words that decide where a sentence of an abstract may be cut: what governs what follows, what must stay."""

from __future__ import annotations

import re
from functools import lru_cache

from broadsheet.writing.words import words

DOCUMENT = words("paper work study article letter report manuscript survey review note chapter thesis contribution")

FUNCTION_WORDS = words(
    """a an the this that these those our its their his her some any all each every no of to for with and or nor in
    on by from which who whom whose as at is are was were be been being am has have had having do does did than into but
    such called namely between not also i.e e.g including while where when whether how why what if unless because since
    although though however via using towards toward upon onto within without under over across among against during
    per can could may might must shall should will would we it they i you he she both either neither only more most
    less least very too so yet then thus hence thereby e.g., i.e., based due given new novel many several two three"""
)

COMPLEMENT_VERBS = re.compile(
    r"(?:show|demonstrat|find|found|prov|argu|observ|reveal|suggest|indicat|conclu|confirm|believ|hypothesi|assum"
    r"|claim|ensur|stat|verif|establish|discover|posit|fact|evidence|such|so|note|highlight|conjectur|impl|mean"
    r"|illustrat|report|know|guarantee|require|propose|validat|emphasi|see|recogni|explain|conclusion|idea|assumption"
    r"|hypothesis|clear|possible|demand|specif)\w*\Z"
)

VERB = re.compile(
    r"(?:is|are|was|were|be|can|cannot|could|may|might|will|would|must|should|has|have|had|does|do|did"
    r"|(?:propos|present|introduc|develop|describ|show|demonstrat|investigat|explor|achiev|outperform|improv|provid"
    r"|offer|allow|enabl|learn|reduc|increas|obtain|deriv|reveal|evaluat|extend|address|tackl|releas|creat|formulat"
    r"|examin|argu|identif|establish|combin|perform|predict|generat|yield|requir|remain|suggest|indicat|consider|build"
    r"|leverag|exploit|adopt|apply|appli|employ|utili[sz]|incorporat|integrat|optimi[sz]|minimi[sz]|maximi[sz]|captur"
    r"|encod|detect|classif|estimat|comput|solv|overcom|alleviat|mitigat|ensur|guarante|validat|verif|confirm|conduct"
    r"|compar|discuss|analy[sz]|introduc|surpass|exceed|select|adapt|updat|maintain|preserv|eliminat|avoid|prevent"
    r"|facilitat|encourag|promot|simplif|generali[sz]|construct|exten|explain|discover|observ|trains?)"
    r"(?:e|es|s|ed|ied|ies|y|d)?"
    r"|stud(?:y|ies|ied)|found|finds?|proves?|proved|built|uses?|used|makes?|made|leads?|led|gives?|gave|takes?|takes"
    r"|runs?|works|needs?|helps?|holds?|depends?|relies|exists?|becomes?|suffers?|fails?|tends?|consists?|contains?"
    r"|converges?|scales|matches|beats|cuts|speeds|lies|comes|goes|follows|serves|acts|converts|transfers)\Z"
)
"""A word that is (or may be) a finite verb."""

STARTS_VERB_PHRASE = re.compile(
    r"(?:show|demonstrate|prove|find|discuss|evaluate|provide|analy[sz]e|validate|verify|report|propose|present"
    r"|introduce|develop|apply|use|achieve|achieves|outperform|outperforms|improve|improves|derive|study|investigate"
    r"|explore|compare|establish|give|conduct|perform|test|illustrate|describe|examine|release|design|train|identify"
    r"|observe|argue|shows|demonstrates|provides|is|are|can|has|have|allows|enables|reduces|obtain|obtains|yields"
    r"|extend|construct|build|formulate|requires|leads|highlight|confirm|suggest|employ|adopt)\Z"
)

NEVER_CUT_BEFORE = re.compile(
    r"(?:if|unless|except|without|but|not|only|provided|assuming|although|though|under|until|when|whenever|once|than"
    r"|no|never|rather|instead|nor|however|hardly|rarely|cannot|despite|even|yet|unlike|whereas|up|at|of|as)\Z"
)
"""What follows restricts, negates or measures what is said: without it, the rest would claim more."""

GOVERNS: dict[str, re.Pattern[str]] = {
    "to": re.compile(
        r"(?:allow|enabl|caus|forc|lead|led|requir|train|encourag|us(?:e|ed)\b|ask|help|aim|ab(?:le|ility)|teach|need"
        r"|shown|likely|due|want|try|tries|attempt|seek|learn|fail|tend|way|how|easy|hard|difficult|possible|impossible"
        r"|robust|invariant|equivalent|similar|prior|according|appl|compar|extend|adapt|transfer|map|convert|transform"
        r"|respect|related|relative|limit|prone|resistant|contrast|addition|close|subject|generali[sz]|necessary|order"
        r"|designed|sufficient|enough|important|crucial|critical|capab|capacity|power|potential|chance|opportunity"
        r"|permit|expect|anticipat|known|tractable|from|challeng|assum|incentiv|motivat|bring|access|reduc|guide|choose|decide"
        r"|strive|hope|continu|seem|appear|prov\w+ to|set|hop|instruct|prompt|tun|made|makes?|ready|intend|propos\w+ to"
        r"|respons|in response|task is|goal is|idea is|aims? is|is\b|are\b|was\b|were\b|be\b)"
    ),
    "with": re.compile(
        r"(?:combin|compar|equip|replac|associat|together|coupl|endow|deal|consistent|cope|along|augment|compet|align"
        r"|interact|integrat|correlat|start|begin|agree|problem|issue|comply|compatible|communicat|familiar|contrast"
        r"|provid|present|mix|pair|work|tasked|faced|concern|associat|comparable|enrich|regulari|replac|link|connect)"
    ),
    "for": re.compile(r"(?:allow|account|suit|respons|need|search|look|necess|useful|essential|crucial|critical|call)"),
    "in": re.compile(
        r"(?:result|lie|consist|interest|increas|decreas|us(?:e|ed)\b|involv|succe|improve|reduc|drop|gain|change"
        r"|differ|embed|rooted|ground|found|used|occur|represent|engag|invest|particip|written|is\b|are\b|change)"
    ),
    "on": re.compile(
        r"(?:bas|rel[iy]|depend|focus|built|build|operat|condition|impact|effect|influence|act\b|acts\b|train|evaluat"
        r"|improve|perform|test|work|impos|constraint|bound|emphasi|effort|attention|hing|draw|place|put|run|experiment)"
    ),
    "through": re.compile(r"(?:view|look|see|seen|pass|goes|go\b|run|lens)"),
    "by": re.compile(
        r"(?:follow|caus|produc|surpass|exceed|outperform|improv|reduc|increas|accompan|characteri|induc)"
    ),
}
"""What asks for a phrase that begins with this word: cutting it off would leave a hole."""

RESULT_CLAIM = re.compile(
    r"\b(?:outperform|achiev|improv|surpass|exceed|better|faster|fewer|higher|lower|reduc|increas|state-of-the-art"
    r"|state of the art|sota|superior|competitive|best|beat|guarantee|converge|optimal|always|all|prove|necessary"
    r"|sufficient|robust|equivalent|impossible|scal)"
)
"""Words of a result: where it was seen (on, in, for) belongs to it."""


@lru_cache(maxsize=1 << 14)
def is_verb(word: str) -> bool:
    """Whether a lower-case word may be a finite verb."""
    return VERB.match(word) is not None


@lru_cache(maxsize=1 << 14)
def governs(word: str, opening: str) -> bool:
    """Whether a lower-case word asks for a phrase that begins with `opening`: cutting that off would leave a hole."""
    pattern = GOVERNS.get(opening)
    return pattern is not None and pattern.match(word) is not None
