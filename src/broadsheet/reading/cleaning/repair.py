"""Text repair: what a copied title or abstract meant, with never a changed number and never a lost word."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Sequence

from broadsheet.reading.cleaning import tex
from broadsheet.text.lazy_regex import lazy_regex

_PASSES = 6
"""Nested TeX groups and doubly escaped entities take one pass a level; a text that needs more stays as it is."""

_TELLTALE = bytes({*range(32), 127} - {*b"\n\t"}) + b"\\$`&<{~"
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_LIGATURE = lazy_regex("[ﬀ-ﬆ]")

_HIDDEN = lazy_regex(
    "[\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
)
_JOINERS = lazy_regex("(?<![^\x00-\u02ff])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff])")
_MOJIBAKE = lazy_regex(
    "[\u0080-\u009f\u00c2-\u00f4√‚ƒРС\ufffd](?:"
    "(?<=[\u00c2-\u00f4])[\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u2122]|(?<=[ÃÂ]) |(?<=â)€"
    "|(?<=[\u0080-\u009f\ufffd])|(?<=[√‚ƒ])[©®±†≥Ä§°ß]"
    "|(?<=[РС])[\u00a0-\u04ff\u2013-\u2122](?:[РС][\u00a0-\u04ff\u2013-\u2122]){2})"
)
"""Here and below, what a match may begin with stands first, so that `re` looks for nothing else."""
_ENTITY = lazy_regex(r"&(?:[A-Za-z]{2,31}[0-9]{0,2}|#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6});")
_TAG = lazy_regex(r"<(/?)(i|b|em|strong|p|br|span|u|tt|jats:[a-z-]{1,20})\s{0,3}/?>", re.IGNORECASE)
_CLOSED_LETTER = lazy_regex(r"</([biu])\s{0,3}>", re.IGNORECASE)
_TWO_SPACES = lazy_regex("  ")
"""`re` looks for two of a kind in half the time that `in` takes."""
_ODD_SPACE = lazy_regex(r" [ |]|\|[ |]")
"""In names between bars: a space too many, or no name at all."""
_LONE = lazy_regex(r"<(/?)(sup|sub)>", re.IGNORECASE)
_EXCEL = lazy_regex(r"_x000[0-9A-Fa-f]_")
"""Line ends as Excel writes them."""

_EMPHASIS = lazy_regex(
    r"([*_`])(?<![\w*_\\`$^{][*_`])((?:(?!`)\1){0,2})(?=[^\W_]|[(\[\"'“\\])"
    r"((?:(?!\1\2)[^\n]){0,300}?[^\s*_`\\])\1\2(?![\w*_`}])"
)
"""Words that Markdown sets off; a star behind a word, `5 * 3` and `__init__` are none."""

_COMPARES = lazy_regex("[<>=;]")
_DUNDER = frozenset(
    {"init", "main", "call", "name", "iter", "next", "len", "str", "repr", "dict", "doc", "all", "new", "del", "file"}
    | {"getitem", "setitem", "enter", "exit", "slots", "eq", "hash", "class"}
)
"""What Python surrounds with two underscores."""

_RAISED = lazy_regex(r"<(sup|sub)>([^<>]{0,60})</\1>", re.IGNORECASE)
_BROKEN_HYPHEN = lazy_regex(r"(?<=[^\W\d_])-\n[ \t]*(?=[^\W\d_])")
_DOTLESS = lazy_regex(r"\\['`^\"~=.]\{?\\([ij])(?![A-Za-z])")
_WORD_PIECES = lazy_regex(r"\\([A-Za-z]+)")
_BARE_MATH = lazy_regex(r"(?<![\w\\])math(?:cal|bf|bb|rm|it|sf|scr|frak)(?=\{)")
_LINKED = lazy_regex(r"\\(?:href|textcolor)\{([^{}\s]{0,500})\}\{([^{}]{0,400})\}")
_NO_ASCII_BONES = lazy_regex(r"[^A-Za-z0-9]+")
_NUMBER = lazy_regex(r"\d+(?:[.,]\d+)*")
_RAISED_RUN = lazy_regex(f"[{''.join(tex.SUPERSCRIPTS.values())}]+|[{''.join(tex.SUBSCRIPTS.values())}]+")
_LOWERED = str.maketrans(
    {shown: plain for table in (tex.SUPERSCRIPTS, tex.SUBSCRIPTS, tex.BLACKBOARD) for plain, shown in table.items()}
)
_LOWERABLE = lazy_regex(f"[{''.join(map(chr, _LOWERED))}]")
_SPELLED = (
    dict.fromkeys((*tex.LETTERS, *tex.SYMBOLS), "")
    | tex.WORDS
    | tex.UNITS
    | {name: name for name in tex.OPERATORS}
    | {"aa": "a", "AA": "A", "i": "", "j": ""}
)
_PRODUCED = {letter for table in (tex.LETTERS, tex.SYMBOLS) for letter in "".join(table.values()) if letter.isalnum()}
_NO_BONES = lazy_regex(rf"[\W_{''.join(sorted(_PRODUCED))}]+")
_NO_ASCII_LETTER = bytes(code for code in range(128) if not chr(code).isalnum())


_OWN_HEADING = lazy_regex(r"\s{0,5}abstract\s{0,5}(?:[:.\u2014\u2013|]|-{1,3}\s|\n)\s*", re.IGNORECASE)


_HEADING_WORD = lazy_regex(r"\s{0,5}(?:Abstract|ABSTRACT)[ \u00a0]{1,5}([A-ZÀ-Þ“\"(][^\s.,:;]{0,40}|\d[^\s]{0,40})")
_ABSTRACT_THINGS = frozenset(
    {"Interpretation", "Algebra", "Syntax", "State", "Data", "Argumentation", "Reasoning", "Art", "Expressionism"}
    | {"Meaning", "Algebraic", "Thinking", "Concepts", "Words", "Harmonic", "Nonsense"}
)


def repair(text: str) -> str:
    """A title or abstract as its author meant it, on one line.

    Mojibake, ligatures, HTML entities, TeX accents, escapes, formatting and simple mathematics become what they
    mean; hidden and control characters go; white space is one space. `repair(repair(x)) == repair(x)`, and where a
    step would change a number or lose a word, the text keeps its wording as it stands.
    """
    if text.isascii() and _is_plain(text):
        return spaced(text)
    plain = collapse(_reveal(text))
    settled = _settle(plain)
    if settled is None or settled == plain or not keeps_words(plain, settled):
        return plain
    return settled


def are_plain(texts: Sequence[str]) -> bool:
    """Whether texts need no repair but of their white space: one look at all of them together."""
    together = "|".join(texts)
    return together.isascii() and _is_plain(together)


def spaced(text: str) -> str:
    """A plain text with one space wherever it has white space."""
    if "\n" in text or "\t" in text or text[:1] == " " or text[-1:] == " " or _TWO_SPACES.search(text):
        return " ".join(text.split())
    return text


def spaced_each(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Plain names, each `spaced`, without those of which nothing is left."""
    if not texts:
        return texts
    together = f"|{'|'.join(texts)}|"
    if "\n" not in together and "\t" not in together and not _ODD_SPACE.search(together):
        return texts
    return tuple([name for name in map(spaced, texts) if name])


def _is_plain(text: str) -> bool:
    """Whether nothing in a text of ASCII but its white space needs repair: one look at all of its bytes.

    To look for one character takes a twentieth of the time that two take.
    """
    data = text.encode()
    return (
        len(data.translate(None, _TELLTALE)) == len(data)
        and ("'" not in text or "''" not in text)
        and ("\n" not in text or "-\n" not in text)
        and (("*" not in text and "_" not in text) or ("_x00" not in text and not _EMPHASIS.search(text)))
    )


def unlabelled(abstract: str, title: str = "") -> str:
    """An abstract without the heading `Abstract` that pages and exports leave before it.

    As a word alone, as OpenAlex has it, it is a heading before a capital letter: `Abstract interpretation is …` stays,
    and so do phrases that begin with it, and what the title says.
    """
    if abstract[:12].strip().lower().startswith("abstract"):
        if _OWN_HEADING.match(abstract):
            return _OWN_HEADING.sub("", abstract, count=1) or abstract
        bare = _HEADING_WORD.match(abstract)
        if bare and bare[1] not in _ABSTRACT_THINGS and f"abstract {bare[1].lower()}" not in title.lower():
            return abstract[bare.start(1) :]
    return abstract


def repair_each(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Short texts such as names, each repaired, without those of which nothing is left."""
    return spaced_each(texts) if are_plain(texts) else tuple([name for name in map(repair, texts) if name])


def _is_marked(text: str) -> bool:
    """Whether a text holds one of the marks that every repair of ASCII needs; written out: every text passes here."""
    return (
        "\\" in text
        or "$" in text
        or "`" in text
        or "&" in text
        or "<" in text
        or "''" in text
        or "{" in text
        or "~" in text
        or "-\n" in text
    )


def collapse(text: str) -> str:
    """Runs of white space as one space; a word hyphenated over two lines is joined at its hyphen."""
    if "-\n" in text:
        text = _BROKEN_HYPHEN.sub("-", text)
    if "  " in text or not text.isprintable() or text[:1] == " " or text[-1:] == " ":
        return " ".join(text.split())
    return text


def keeps_words(before: str, after: str) -> bool:
    """Whether two versions of a text have the same letters in the same order and the same numbers.

    Accents, white space, punctuation and the names of TeX macros that were translated do not count.
    """
    return _skeleton(before) == _skeleton(after)


def _settle(text: str) -> str | None:
    """The text after as many passes as it takes to change no more, `None` when that is too many."""
    for _ in range(_PASSES):
        changed = _EMPHASIS.sub(_without_marks, text) if "*" in text or "_" in text or "`" in text else text
        changed = collapse(tex.to_unicode(changed)) if _is_marked(changed) else changed
        changed = collapse(_reveal(changed)) if changed != text else changed
        if changed == text:
            return text
        text = changed
    return None


def _without_marks(match: re.Match[str]) -> str:
    """The words that Markdown sets off; code such as `__init__` and what spans mathematics stays."""
    marks, words = match[1] + match[2], match[3]
    if "$" in words or (marks == "__" and words in _DUNDER) or (len(marks) == 1 and _COMPARES.search(words)):
        return match[0]
    return words


def _reveal(text: str) -> str:
    """Everything below TeX: encoding accidents, entities, tags, ligatures and hidden characters."""
    for _ in range(_PASSES):
        changed = _reveal_once(text)
        if changed == text:
            break
        text = changed
    return text


def _reveal_once(text: str) -> str:
    if not text.isascii():
        if _MOJIBAKE.search(text):
            text = _unscramble(text)
        if _LIGATURE.search(text):
            text = text.translate(_LIGATURES)
    if "_x00" in text:
        text = _EXCEL.sub(" ", text)
    if "&" in text:
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text)
    if "<" in text:
        raised = _RAISED.sub(_raise, text)
        if raised == text:
            raised = _LONE.sub(lambda match: "" if match[1] else "^" if match[2].lower() == "sup" else "_", text)
        text = _untag(raised)
    if not text.isprintable() or not text.isascii():
        text = _HIDDEN.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _JOINERS.sub("", text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _unscramble(text: str) -> str:
    """Mojibake undone by ftfy, if every letter and digit of ASCII survives it."""
    import ftfy  # 60 ms, and few texts are damaged

    fixed = ftfy.fix_encoding(text, ftfy.TextFixerConfig(unescape_html=False, uncurl_quotes=False))
    return fixed if _ascii_bones(fixed) == _ascii_bones(text) else text


def _ascii_bones(text: str) -> str:
    return _NO_ASCII_BONES.sub("", text)


def _untag(text: str) -> str:
    """The text without tags, a blank for those that break a line; `x<b>c` without a `</b>` compares."""
    closed = {name.lower() for name in _CLOSED_LETTER.findall(text)} | {"p"}

    def shown(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if len(name) == 1 and not tag[1] and name not in closed:
            return tag[0]
        return " " if name in {"p", "br"} or ":" in name else ""

    return _TAG.sub(shown, text)


def _raise(match: re.Match[str]) -> str:
    up = match[1].lower() == "sup"
    return "°" if up and match[2].strip() in {"o", "º"} else tex.raised(match[2], up=up)


def _skeleton(text: str) -> tuple[str, list[str]]:
    """Letters and digits in order, and the numbers, with TeX's own words taken out."""
    if tex.RARE_STANDS.search(text):
        text = _LINKED.sub(r"\2", tex.POWER_FIRST.sub(r"\2\\\1", tex.GONE.sub(" ", text)))
    text = text.replace("{,}", ",")
    text = _DOTLESS.sub(r"\1", text)
    text = _WORD_PIECES.sub(lambda match: _SPELLED.get(match[1]) or " ", text)  # 2\times10 is two numbers
    text = (_BARE_MATH.sub("", text) if "math" in text else text).replace("™", "TM")
    if not text.isascii() and _LOWERABLE.search(text):
        text = _RAISED_RUN.sub(lambda match: "^" + match[0], text).translate(_LOWERED)
    if text.isascii():
        return text.encode().translate(None, _NO_ASCII_LETTER).decode(), _NUMBER.findall(text)
    return _NO_BONES.sub("", unicodedata.normalize("NFD", text)), _NUMBER.findall(text)
