"""HTML fragments inside other formats -> plain text: what a reader would see, paragraphs on lines of their own."""

from __future__ import annotations

import html
import re

_BREAK = re.compile(
    r"</?(?:p|div|br|li|ul|ol|tr|td|h[1-6]|table|blockquote|section|jats:(?:p|sec|title))\b[^<>]{0,4000}>",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,200000}?</\1\s{0,5}>", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.{0,100000}?-->", re.DOTALL)
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
            text = _COMMENT.sub(" ", text)
        if "<s" in text or "<S" in text:
            text = _HIDDEN.sub(" ", text)
        text = _TAG.sub("", _BREAK.sub("\n", text))
    if "&" in text:
        text = html.unescape(text)
    return _LINES.sub("\n", _BLANKS.sub(" ", text)).strip()
