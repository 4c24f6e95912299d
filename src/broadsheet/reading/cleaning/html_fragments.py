"""HTML fragments inside other formats -> plain text: what a reader would see, paragraphs on lines of their own."""

from __future__ import annotations

import html
import re

from broadsheet.reading.cleaning.mathml import read_formulas
from broadsheet.text.lazy_regex import lazy_regex

_HTML = (
    "abbr|acronym|address|area|article|aside|bdi|bdo|big|blockquote|body|br|button|caption|center|cite|code|col|colgroup"
    "|dd|del|details|dfn|div|dl|dt|em|embed|fieldset|figcaption|figure|font|footer|form|h[1-6]|head|header|hr|html|iframe"
    "|img|input|ins|kbd|label|legend|li|link|main|map|mark|meta|nav|nobr|noscript|object|ol|option|picture|pre|samp|script"
    "|section|select|small|source|span|strike|strong|style|summary|svg|table|tbody|td|textarea|tfoot|th|thead|time|title"
    "|tr|tt|ul|var|video|wbr"
)
_JOURNALS = (
    "abstract|abstracttext|alternatives|bold|break|bold-italic|disp-formula|disp-quote|emph|email|ext-link|fn|formula"
    "|inline-formula|inline-graphic|italic|it|list|list-item|monospace|named-content|overline|roman|sans-serif|sc|scp|sec"
    "|statement|styled-content|tex|tex-math|underline|uri|xref"
)
"""Names of JATS and its kin, which services leave without their prefix."""

_MATHML = (
    "math|maction|menclose|merror|mfenced|mfrac|mi|mmultiscripts|mn|mo|mover|mpadded|mphantom|mprescripts|mroot|mrow|ms"
    "|mspace|msqrt|mstyle|msub|msubsup|msup|mtable|mtd|mtext|mtr|munder|munderover|none|semantics|annotation|annotation-xml"
)
_ATTRIBUTES = r"(?:\s+[\w:-]{1,40}\s*=\s*(?:\"[^\"<>]{0,2000}\"|'[^'<>]{0,2000}'|[^\s\"'<>=]{1,2000})){0,20}"
_BREAK = lazy_regex(
    rf"</?(?:p{_ATTRIBUTES}\s*|(?:div|br|li|ul|ol|tr|td|h[1-6]|table|blockquote|section|jats:(?:p|sec|title))\b[^<>]{{0,4000}})/?>",
    re.IGNORECASE,
)
_HIDDEN = lazy_regex(r"<(?:script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_HIDDEN_END = lazy_regex(r"</(?:script|style)\s{0,5}>", re.IGNORECASE)
_COMMENT, _COMMENT_END = lazy_regex("<!--"), lazy_regex("-->")
_TAG = lazy_regex(
    rf"</?(?:[A-Za-z][\w.-]{{0,20}}:[A-Za-z][\w.-]{{0,40}}|{_HTML}|{_JOURNALS}|{_MATHML})(?:\s[^<>]{{0,4000}})?/?>"
    r"|<[A-Za-z][\w-]{0,40}\s+[\w:-]{1,40}=[\"'][^<>]{0,4000}[\"']\s*/?>",
    re.IGNORECASE,
)
_TEX_MATH, _TEX_MATH_END = (lazy_regex(rf"<{end}(?:\w{{1,20}}:)?tex-math\b[^<>]{{0,400}}>") for end in ("", "/"))
_MATHML_ENDS = lazy_regex(r"</(?:\w{1,20}:)?math>")
_TEX_DOCUMENT = lazy_regex(
    r"\\documentclass(?:(?!\\begin\{document\}|\\documentclass).){0,2000}\\begin\{document\}\s{0,9}\${0,2}"
    r"((?:(?!\\end\{document\})[^$]){0,2000})\${0,2}\s{0,9}\\end\{document\}",
    re.DOTALL,
)
"""What Springer writes round a formula."""

_LETTER_TAG = lazy_regex(rf"<(/?)([abipqsu]){_ATTRIBUTES}\s*/?>", re.IGNORECASE)
_CLOSED_LETTER = lazy_regex(r"</([abiqsu])\s*>", re.IGNORECASE)
_RAISED = lazy_regex(
    r"<(/?)(?:[A-Za-z][\w.-]{0,20}:)?(sup|sub|inf)(?:erscript|script)?(?:\s[^<>]{0,400})?>", re.IGNORECASE
)
_BLANKS = lazy_regex(r"[ \t\r\f\v\xa0]{2,}|[\t\r\f\v\xa0]")
_LINES = lazy_regex(r" ?\n[ \n]*")


def flatten(text: str) -> str:
    """The text of an HTML fragment; a `<` that opens no tag, as in `p < 0.05`, `n<m` or `<think>`, stays.

    Only names that HTML, JATS and MathML have are tags. Of what is raised or lowered the tags stay, without prefix and
    attributes, for `repair` to read; formulas are read as one line.

    >>> flatten("<p>Goats &amp; dams.</p><p>p < 0.05</p>")
    'Goats & dams.\\np < 0.05'
    """
    if "<" in text:
        if "<!--" in text:
            text = _without(text, _COMMENT, _COMMENT_END)
        if "<s" in text or "<S" in text:
            text = _without(text, _HIDDEN, _HIDDEN_END)
        if "math>" in text:
            if "tex-math" in text and _MATHML_ENDS.search(text):
                text = _without(text, _TEX_MATH, _TEX_MATH_END)  # the same formula once more
            text = read_formulas(_TEX_DOCUMENT.sub(r"$\1$", text) if "\\documentclass" in text else text)
        text = without_tags(_BREAK.sub("\n", _RAISED.sub(_plainly_raised, text)))
    if "&" in text:
        text = html.unescape(text)
    text = text.strip()
    if "  " in text or not text.isprintable():  # nor are line ends, tabs and hard spaces
        text = _LINES.sub("\n", _BLANKS.sub(" ", text))
    return text.replace("\n<sup>", "<sup>").replace("\n<sub>", "<sub>") if "\n<su" in text else text


def without_tags(text: str) -> str:
    """A text without the tags that say how it looks; where there is no `</b>`, `x<b>c` compares."""
    text = _TAG.sub("", text)
    if "<" not in text:
        return text
    closed = {name.lower() for name in _CLOSED_LETTER.findall(text)} | {"p"}
    return _LETTER_TAG.sub(lambda tag: "" if tag[1] or tag[2].lower() in closed else tag[0], text)


def _plainly_raised(match: re.Match[str]) -> str:
    return f"<{match[1]}{'sup' if match[2].lower() == 'sup' else 'sub'}>"


def _without(text: str, begins: re.Pattern[str], ends: re.Pattern[str]) -> str:
    """A text without the stretches between two marks, found in one pass; what never ends stays."""
    kept: list[str] = []
    position = 0
    while (first := begins.search(text, position)) and (last := ends.search(text, first.end())):
        kept += [text[position : first.start()], " "]
        position = last.end()
    kept.append(text[position:])
    return "".join(kept)
