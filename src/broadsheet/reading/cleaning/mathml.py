"""MathML -> a line of text that keeps what is raised and lowered: `10<msup>` is no `103`."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from broadsheet.reading.cleaning.tex import raised
from broadsheet.text.lazy_regex import lazy_regex

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_BEGINS = lazy_regex(r"<(?:[A-Za-z]\w{0,10}:)?math(?:\s[^<>]{0,2000})?>")
_ENDS = lazy_regex(r"</(?:[A-Za-z]\w{0,10}:)?math>")
_ATTRIBUTE = lazy_regex(r"\s(?!open|close)[\w:-]{1,40}=(?:\"[^\"<>]{0,2000}\"|'[^'<>]{0,2000}')")
_PREFIX = lazy_regex(r"(</?)[A-Za-z]\w{0,10}:")
_LESS = lazy_regex(r"<(?![/A-Za-z])")
_NAMED = lazy_regex(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z][A-Za-z0-9]{1,31};")
_LONGEST = 20_000
_SCRIPTS = {"msup": "^", "mover": "^", "msub": "_", "munder": "_", "msubsup": "_^", "munderover": "_^"}
"""What the children behind the base are: lowered, raised."""

_UNREAD = frozenset({"annotation", "annotation-xml", "mphantom", "mprescripts", "none"})
_DEEPEST = 60
_SPACED = lazy_regex(r"\s+")


def read_formulas(text: str) -> str:
    """A text with its formulas as a line can show them, found in one pass; what never ends stays."""
    kept: list[str] = []
    position = 0
    while (first := _BEGINS.search(text, position)) and (last := _ENDS.search(text, first.end())):
        kept += [text[position : first.start()], _read(text[first.start() : last.end()])]
        position = last.end()
    kept.append(text[position:])
    return "".join(kept)


def _read(markup: str) -> str:
    """A formula; without its tags where it is broken beyond reading."""
    from lxml import etree  # 20 ms, and few abstracts hold formulas

    bare = _ATTRIBUTE.sub("", _PREFIX.sub(r"\1", markup[:_LONGEST]))
    bare = _NAMED.sub(lambda match: html.unescape(match[0]), _LESS.sub("&lt;", bare))
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        element = etree.fromstring(bare, parser)
    except etree.XMLSyntaxError:
        element = None
    return formula_text(element) if element is not None else re.sub(r"<[^<>]{0,400}>", "", bare)


def formula_text(element: Element, depth: int = 0) -> str:
    """The text of an element of MathML, in order; what lies deeper than sixty levels is left out."""
    name = _name(element)
    if name in _UNREAD or depth > _DEEPEST:
        return ""
    parts = [formula_text(part, depth + 1) + _behind(part) for part in element if isinstance(part.tag, str)]
    if name in _SCRIPTS and len(parts) == len(_SCRIPTS[name]) + 1:
        scripts = zip(_SCRIPTS[name], parts[1:], strict=True)
        return parts[0] + "".join(raised(part, up=mark == "^") for mark, part in scripts if part)
    if name == "mfrac" and len(parts) == 2:
        return "/".join(part if part.isalnum() else f"({part})" for part in parts)
    if name == "msqrt":
        inner = "".join(parts)
        return f"√{inner}" if len(inner) == 1 else f"√({inner})"
    if name == "mfenced":
        return f"{element.get('open', '(')}{','.join(parts)}{element.get('close', ')')}"
    if name == "mspace":
        return " "
    own = _SPACED.sub(" ", element.text or "")
    return "".join([own.strip() if name in {"mi", "mn", "mo"} else own if own.strip() else "", *parts])


def _behind(part: Element) -> str:
    """The text behind an element, which MathML has in numbers of two parts alone."""
    tail = _SPACED.sub(" ", part.tail or "").strip()
    return f" {tail}" if tail else ""


def _name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
