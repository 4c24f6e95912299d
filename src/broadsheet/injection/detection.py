"""Finds the sentences of a title or abstract that speak to a model and not to a reader. Pure, and no proof.

Patterns on a folded text: hidden characters gone, look-alike letters and spaced-out words made plain. What they flag
is asked about alone and supports no TL;DR: a false alarm costs a call, and what is missed meets the other checks.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import re
import unicodedata
from dataclasses import dataclass

from broadsheet.injection.delimiters import strip_hidden
from broadsheet.text.sentences import Sentence, split_sentences
from broadsheet.text.words import content_stems

LONGEST = 20_000
"""Characters of a text that are looked at; no abstract is longer."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A sentence that speaks to a model; `quoted` where it speaks about such sentences, as papers on attacks do."""

    sentence: Sentence
    quoted: bool


_MODELS = (
    r"(?:an? |the |any |all |every |my |our )?(?:(?:automated|large|helpful|reading|ai|artificial|summary"
    r"|writing) ){0,2}"
    r"(?:ais?|a\.i\.|llms?|language models?|assistants?|chat ?bots?|chatgpt|gpt[-\w]*|claude|gemini|copilot"
    r"|summari[sz]ers?"
    r"|reviewers?|bots?|agents?|tools?|models?|robots?)\b"
)
_ORDERS = (
    r"(?:writes?|outputs?|prints?|responds?|repl(?:y|ies)|answers?|says?|returns?|emits?|repeats?|appends?"
    r"|prepends?|adds?|inserts?"
    r"|includes?|replaces?|summari[sz]es?|describes?|copy|sets?|gives?|begins?|starts?|ends?|finish(?:es)?"
    r"|translates?|mentions?"
    r"|states?|reports?|declares?|reveals?|shows?|displays?|decodes?|executes?|calls?|marks?|labels?|names?"
    r"|titles?|tells?|puts?"
    r"|uses?|makes?|leaves?|omits?|refuses?|rates?|recommends?|substitutes?|swaps?|exchanges?|sends?|follows?"
    r"|obeys?|render)"
)
_OBJECTS = (
    r"(?:the following|as follows|this (?:exact |very |one )?(?:sentence|text|string|line|json|message|phrase|word)"
    r"|exactly|verbatim|word for word|nothing (?:else|but)|only (?:with|the|this)"
    r"|(?:every|each|any|all)(?: of)?(?: the| these| those)?(?: other| remaining| further)? "
    r"(?:papers?|summar(?:y|ies)|entr(?:y|ies)|ids?|tl;?drs?|abstracts?|answers?|items?)"
    r"|(?:the )?(?:other|next|previous|neighbou?ring|first|last) (?:papers?|summar(?:y|ies)|entr(?:y|ies)|tl;?drs?)"
    r"|tl;?drs?|system prompts?|your (?:\w+ )?(?:answer|reply|response|output|summary|summaries|instructions?"
    r"|prompts?|sentence|json)"
    r"|(?:this|the) theme|the (?:heading|summary|answer|reply|output|response)\b|(?:in|as) (?:its|the) (?:place"
    r"|stead)|id [\"'“]?\w)"
)

_ADDRESSED = tuple(
    re.compile(pattern)
    for pattern in (
        # Orders to forget the instructions.
        r"\b(?:ignor|disregard|forget|overrid|overrul|bypass|discard|neglect|cancel|abandon|supersed|replac"
        r"|delet|violat|drop)\w*"
        r" [^.!?]{0,30}?\b(?:previous|prior|above|earlier|preceding|foregoing|former|all|any|your|system|initial"
        r"|original|these"
        r"|those|existing|developer|everyone's|whatever)\b[^.!?]{0,24}?\b(?:instruct\w+|prompts?\b|directives?"
        r"|guidelines\b"
        r"|commands?\b|orders\b|directions\b|rules you|you (?:were|have been|are) (?:told|given))",
        r"\b(?:ignore|disregard|forget|skip) (?:absolutely )?(?:everything|all|anything|whatever|what)\b[^.!?]{0,20}"
        r"\b(?:above|before|previous|prior|so far|earlier|you|told|said|written|preceding|until)\b",
        r"\b(?:do not|don't|never|stop) (?:follow|obey|heed)\w*\b[^.!?]{0,30}\b(?:instruct|prompt|rule|order"
        r"|above|previous|system)",
        r"(?:\A|[.!?:;,\"“(]\s*|\b(?:please|and|to|must) )(?:ignore|disregard|forget) (?:[\w'-]+ ){0,4}"
        r"(?:instructions?|prompts?|directives?|orders)\b",
        # Words that call a model by its name, and tell it who it is.
        rf"(?:\A|[.!?:;\"“(\[*>—–-]\s*)(?:dear|attention|note (?:to|for)|hey|hello|hi|message (?:to|for)"
        rf"|instructions? (?:to|for)"
        rf"|reminder (?:to|for)|notice (?:to|for)|for|to|ok|okay)[,:!]? {_MODELS}\s*(?:[:,!.—–-]|only\b"
        rf"|reading\b|who\b|that reads?\b)",
        r"\bif you(?:'re| are| were)? (?:an? |the )?(?:\w+ )?(?:ais?|llms?|language models?|assistants?"
        r"|chatbots?|bots?|reading"
        r"|summari[sz]\w+|asked to|being asked|review\w*|process\w*)\b",
        r"\b(?:you are|you're|you will be|act as|pretend (?:to be|that|you)|role-?play|behave as|from now on"
        r"|henceforth|as of now)"
        r" (?:,? ?you (?:are|will|must|shall|can) )?(?:now |no longer |not |an? |the |in )*(?:unrestricted|dan\b"
        r"|helpful|ai\b|assistant"
        r"|language model|jailbroken|developer mode|free|bound|expert|reviewer|pirate|summari\w+|salesm\w+"
        r"|advertis\w+|speak|write"
        r"|answer|respond|reply|only)",
        r"\byour (?:new |next |real |actual |true |only |first |one )+(?:task|job|instructions?|goal|role"
        r"|purpose|objective|duty)",
        r"\b(?:you|assistants?|the (?:ai|assistant|llm|model|summari[sz]er)) (?:must|shall|has to|have to|is to"
        r"|are to|should|will) "
        rf"(?:now |only |always |never |not |also |please |instead )*{_ORDERS}\b[^.!?]{{0,50}}?{_OBJECTS}",
        # Orders about what is written here.
        rf"(?:\A|[.!?:;\"“(\[*>—–]\s*|, |\b(?:please|instead|simply|kindly|now|then) |\b(?:and|but) (?=write"
        rf"|output|print|say|add"
        rf"|answer|respond|reply|repeat|set|copy|return|tell|replace))(?:also |only |always |never |instead "
        rf"|not )*{_ORDERS} "
        rf"[^.!?]{{0,40}}?\b{_OBJECTS}",
        r"\b(?:when|while|before|after|for|in|upon) (?:you )?(?:are )?(?:summari[sz]\w+|writ\w+|generat\w+|produc\w+) "
        r"(?:a |the |any |this |your )*(?:tl;?dr|summar(?:y|ies) (?:of|for) (?:this|these)|this (?:paper"
        r"|abstract|article|text|entry)|these)",
        r"\bthe (?:correct|right|only|required|expected|true|official|approved|desired|final|proper) (?:tl;?dr"
        r"|heading|(?:summary|"
        r"answer|output|reply|sentence) (?:for|of|to) (?:this|every|each|all|any))\b[^.!?]{0,30}(?:\b(?:is|reads"
        r"|should|must)\b|:)",
        r"\b(?:for|of|in) (?:every|each|all)(?: of)?(?: the| these)?(?: other| remaining)? (?:papers?|entr(?:y"
        r"|ies)|tl;?drs?)\b[^.!?]"
        rf"{{0,30}}(?:,|\b(?:in|on|above|below|of) (?:this|the) (?:list|batch|digest|prompt"
        rf"|page))[^.!?]{{0,20}}\b{_ORDERS}\b",
        r"\bth(?:is|e) (?:tl;?dr|summary|digest) (?:must|should|shall|has to|is to|will)\b",
        r"\bnew (?:instructions?|system prompt|orders)\b(?: from [^.:]{0,30})?(?:\s*:| follow)",
        r"\b(?:print|reveal|repeat|show|output|leak|disclose|expose|send)\b[^.!?]{0,20}\b(?:your|the|its|hidden"
        r"|system) (?:system |hidden"
        r" |secret |initial |full )*(?:prompt|instructions|api key|secret|password|configuration)\b",
        r"\b(?:each|every|all|any)(?: of)?(?: the| these| those)?(?: other)? (?:papers?|summar(?:y|ies)|entr(?:y"
        r"|ies)|tl;?drs?"
        r"|abstracts?)\b[^.!?]{0,40}\b(?:(?:is|are|has|have) to be|must be|shall be|should be|reads?|to read"
        r"|as follows)\b"
        r"[^.!?]{0,20}\b(?:summari[sz]ed|written|replaced|described|answered|as|:)",
        r"\bif you (?:do not|don't|fail|refuse|want|wish|obey|comply)\b[^.!?]{0,60}\b(?:summar|tl;?dr|writ"
        r"|answer|reply|output)",
        r"\b(?:summar(?:y|ies)|tl;?drs?) (?:of|for) (?:all |every |each )?(?:of )?(?:its |the |my "
        r"|our )?(?:neighbou?rs?|other papers"
        r"|other entries|whole batch|whole list)\b",
        r"\bpretend (?:to be|that you|you)\b",
        # What has been hidden in papers for their reviewers.
        r"\b(?:give|write|provide|only) (?:only |us |it |this paper |a )*(?:positive|glowing|favou?rable"
        r"|enthusiastic|strong) "
        r"(?:review|feedback|summary|assessment|rating|score)",
        r"\b(?:recommend|suggest)\w* (?:to |its |strong |clear |immediate )*accept(?:ance|ing)?\b|\bstrong accept\b",
        r"(?:\A|[.!?:;,]\s*|\b(?:and|but) )(?:do not|don't|never) (?:highlight|mention|discuss|point out"
        r"|critici[sz]e|report) "
        r"(?:any|the|its|a single|anything)\b",
    )
)

_FOREIGN = re.compile(
    r"\b(?:ignorier|vergiss|vergess|missacht)\w* [^.!?]{0,40}(?:anweisung|befehl|vorgabe|instruktion)"
    r"|\b(?:ignore[zr]?|oublie[zr]?|ignora|ignorez|olvid\w+|esque[cç]\w+|dimentic\w+|desconsider\w+) [^.!?]{0,40}"
    r"(?:instruc|istruzion|instru[cç]|consigne|directive|indicacion|ordini|órdenes)"
    r"|(?:игнорир|забуд)\w* [^.!?]{0,40}(?:инструкц|указани|команд)"
    r"|(?:忽略|无视|無視|忘记|忘掉|不要理会|別理會)[^。！？]{0,16}(?:指令|指示|提示|说明|說明|要求|命令)"
    r"|(?:指示|命令|プロンプト|説明)[^。！？]{0,8}(?:無視|忘れ)|(?:지시|명령|프롬프트)[^.!?]{0,8}(?:무시|잊)"
    r"|تجاهل [^.!?]{0,40}(?:التعليمات|الأوامر|تعليمات)|(?:निर्देश|आदेश)[^.!?।]{0,16}(?:अनदेखा|नज़रअंदाज़|भूल)"
    r"|\b(?:antworte|schreibe?|gib) (?:nur|stattdessen|als (?:antwort|zusammenfassung))\b|\b(?:réponds?|écris"
    r"|répondez|écrivez) (?:seulement|uniquement)"
    r"|\b(?:responde|escribe|escreva|scrivi) (?:solo|únicamente|apenas|soltanto|só)\b"
)

_FOREIGN_BEGINS = (
    "ignor", "vergiss", "vergess", "missacht", "oublie", "olvid", "esque", "dimentic", "desconsider", "игнорир",
    "забуд", "忽略", "无视", "無視", "忘", "不要理会", "別理會", "指示", "命令", "プロンプト", "説明", "지시", "명령",
    "프롬프트", "تجاهل", "निर्देश", "आदेश", "antworte", "schreib", "gib", "pond", "écri", "responde", "escrib",
    "escreva", "scrivi",
)  # fmt: skip
"""One of these stands in whatever `_FOREIGN` finds: looking for them is cheap, and that pattern is not."""

_MACHINERY = re.compile(
    r"(?=[<\[`~{!\]#=*＜﹤˂‹〈⟨❮-])(?:<\|[^|<>]{1,40}\|?>|\[/?inst\]|<<\s*/?\s*sys\s*>>"
    r"|<\s*/?\s*(?:think|thinking|reasoning|system|user|assistant|human|instructions?|tool_?calls?"
    r"|function_?calls?|start_of_turn"
    r"|end_of_turn|bos|eos|papers?|abstract|title|tldr|answer|context|document|script|img|iframe|a|style|svg"
    r"|object|embed|form|input"
    r"|button|meta|link|div|html|body|video|audio|marquee|h[1-6]|!--)(?:[\s/=][^<>]{0,300})?(?:>|\Z)"
    r"|[＜﹤˂‹〈⟨❮]\s*/?\s*papers?|```|~~~|\{\s*[\"“'](?:papers?|id|tldr|role|content|summary|summaries|title|tool"
    r"|name)[\"”']\s*:"
    r"|!\[[^\]]{0,200}\]\s?\(|\]\(\s?(?:javascript:|data:|//)|###? ?(?:instruction|system|response|task|new)"
    r"|-{3,}\s*(?:end|begin|start|stop|system|new)\b|={4,}|-{5,}|\*{4,}|\[(?:system|end|begin|admin"
    r"|override)[^\]]{0,40}\])"
)
_MACHINERY_WORDS = re.compile(
    r"\b(?:(?:java|vb)script:\S|data:text/|end of (?:the )?(?:abstract|paper|input|document|context|prompt"
    r"|papers|untrusted|user)\b"
    r"[^.!?]{0,20}[.:\])>=*-]|(?:begin|start)(?:ning)? of (?:the )?(?:new |system |developer )+\w"
    r"|id\s?=\s?[\"'“]|drop table\b"
    r"|os\.system\b|subprocess\.|curl (?:-\w|http))"
)
_TURN = re.compile(
    r"\b(?:system|assistant|user|human|developer|ai)(?: (?:message|prompt|override|note"
    r"|instruction))?(?:\*\*)?\s*[:>]\s"
)
_MENTIONS = re.compile(
    r"\battack|\binject|\bjailbr|\badversar|\bred[- ]?team|\bhijack|\bmalicious|\bvulnerab|\bexploit"
    r"|\bdefen[cs]e|\bsuch as\b|\be\.g\b"
    r"|\bwe (?:show|find|study|propose|present|ask|prompt|instruct|use|introduce|observe|demonstrate|investigate"
    r"|explore|analy)"
    r"|\b(?:users?|participants?|people|they|models?|llms?|annotators?|agents?) (?:\w+ )?(?:are|is|were|was|can"
    r"|often|may|to|who|that)\b"
)
_SPACED = re.compile(r"(?<![^\W_])(?:[^\W_][ .*_·|-]){4,}[^\W_](?![^\W_])")
_SPELLED_OUT = re.compile(r"(?<![^\W_])(?:[^\W\d_][ .*_·|-]{1,2}){12,}[^\W\d_](?![^\W_])")
_BLOB = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
_SMUGGLED = re.compile("[\U000e0020-\U000e007f]|[\u202d\u202e]|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,}")
_CYRILLIC_OR_GREEK = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_LOOKALIKES = str.maketrans("асеіјорѕухԁһӏԛԝвнкмтгαεικνορτυχѵ", "aceijopsyxdhlqwbhkmtraeiknoptuxv")
_LEET = str.maketrans("013457@$!|", "oieastasil")
_LEETED = re.compile(r"[^\W\d_][0134@$][^\W\d_]")
_DIGIT_IN_WORD = re.compile(r"(?<=[^\W\d_])[013457@$!|]|[013457@$](?=[^\W\d_])")
_ROT13 = re.compile(r"\b(?:vtaber|qvfertneq|sbetrg|bireevqr)\b")


def find_suspicions(text: str, *, about: str = "") -> tuple[Suspicion, ...]:
    """The sentences of a text that speak to a model, and those after them that speak of nothing the rest does.

    `about` is the title: what follows an instruction is the author's own again once it shares words with that, or with
    what stood before.
    """
    if not _is_addressed(text[:LONGEST]):
        return ()
    suspects: list[Suspicion] = []
    known = set(content_stems(about))
    tainted = False
    for sentence in split_sentences(text):
        own = set(content_stems(sentence.text[:2000]))
        if _is_addressed(sentence.text):
            quoted = _only_mentions(sentence.text)
            suspects.append(Suspicion(sentence, quoted))
            tainted = tainted or not quoted
        elif tainted and (len(own & known) < 2 or "://" in sentence.text):
            suspects.append(Suspicion(sentence, quoted=False))
        else:
            tainted = False
            known |= own
    return tuple(suspects)


def speaks_to_a_model(text: str) -> bool:
    """Whether a title, an abstract or an answer holds anything meant for a model."""
    return _is_addressed(text[:LONGEST])


def _is_addressed(text: str) -> bool:
    if _SPELLED_OUT.search(text) or (not text.isascii() and _SMUGGLED.search(text)):
        return True
    for form in _forms(text):
        if _is_machinery(form) or any(pattern.search(form) for pattern in _ADDRESSED):
            return True
        if any(begin in form for begin in _FOREIGN_BEGINS) and _FOREIGN.search(form):
            return True
    return _holds_code(text)


def _is_machinery(form: str) -> bool:
    """Whether a text holds what steers a model or a page: tokens of a chat, a turn of one, tags, code, a fence."""
    if _MACHINERY.search(form) or _MACHINERY_WORDS.search(form):
        return True
    turns = (form[max(0, found.start() - 4) : found.start()].rstrip() for found in _TURN.finditer(form))
    return any(not before or before[-1] in '.!?#*"' for before in turns)


def _forms(text: str) -> tuple[str, ...]:
    """A text as a model may read it: as it stands, and with what disguises it taken off."""
    plain = strip_hidden(text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFKC", plain)
    plain = " ".join(plain.replace("’", "'").split()).lower()
    forms = [plain]
    if _CYRILLIC_OR_GREEK.search(plain):
        forms.append(plain.translate(_LOOKALIKES))
    if _SPACED.search(plain):
        forms.append(_SPACED.sub(lambda match: re.sub(r"[\W_]", "", match[0]) + " ", plain).replace("  ", " "))
    if _LEETED.search(plain):
        forms.append(
            re.sub(r"(?<=[^\W\d_])[013457@$!|]|[013457@$](?=[^\W\d_])", lambda m: m[0].translate(_LEET), plain)
        )
    if _ROT13.search(plain):
        forms.append(codecs.decode(plain, "rot13"))
    return tuple(forms)


def _holds_code(text: str) -> bool:
    """Whether a run of letters is base64 of a text: no abstract has a use for one."""
    for match in _BLOB.finditer(text):
        blob = match[0].rstrip("=")
        try:
            decoded = base64.b64decode(blob + "=" * (-len(blob) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if decoded and sum(32 <= byte < 127 for byte in decoded) > 0.9 * len(decoded) and b" " in decoded:
            return True
    return False


def _only_mentions(sentence: str) -> bool:
    """Whether a sentence speaks about instructions, as papers on attacks do: it quotes them, or names them so."""
    form = _forms(sentence)[0]
    return not _is_machinery(form) and _MENTIONS.search(form) is not None
