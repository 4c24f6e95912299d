"""HTML fragments inside other formats -> plain text: what a reader would see, paragraphs on lines of their own."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|h[1-6]|table|blockquote|section|jats:(?:p|sec|title))\b[^<>]{0,4000}>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(?:script|style)\b[^<>]{0,2000}>", re.IGNORECASE)
_HIDDEN_END = re.compile(r"</(?:script|style)\s{0,5}>", re.IGNORECASE)
_COMMENT, _COMMENT_END = re.compile("<!--"), re.compile("-->")
_TAG = re.compile(r"</?(?!(?:sup|sub)\b)[A-Za-z][A-Za-z0-9:-]{0,40}(?:\s[^<>]{0,4000})?/?>")
_BLANKS = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES = re.compile(r" ?\n[ \n]*")


def flatten(text: str) -> str:
    """The text of an HTML fragment; a `<` that opens no tag, as in `p < 0.05`, stays.

    >>> flatten("<p>Goats &amp; dams.</p><p>p < 0.05</p>")
    'Goats & dams.\\np < 0.05'
    """
    if "<" in text:
        if "<!--" in text:
            text = _without(text, _COMMENT, _COMMENT_END)
        if "<s" in text or "<S" in text:
            text = _without(text, _HIDDEN, _HIDDEN_END)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()


def _without(text: str, begins: re.Pattern[str], ends: re.Pattern[str]) -> str:
    """A text without the stretches between two marks, found in one pass; what never ends stays."""
    kept: list[str] = []
    position = 0
    while (first := begins.search(text, position)) and (last := ends.search(text, first.end())):
        kept += [text[position : first.start()], " "]
        position = last.end()
    kept.append(text[position:])
    return "".join(kept)
