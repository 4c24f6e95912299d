"""TeX as it stands in abstracts -> Unicode, where its meaning is certain; everything else stays.

A small table of our own: pylatexenc reads a bare `%` as a comment and drops macros it does not know.
"""

from __future__ import annotations

import re
import unicodedata

from broadsheet.text.lazy_regex import lazy_regex

_COMBINING = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304", ".": "\u0307",
    "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a", "b": "\u0331",
    "d": "\u0323",
}  # fmt: skip

LETTERS = {
    "ss": "ß", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "o": "ø", "O": "Ø", "l": "ł",
    "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "dj": "đ", "DJ": "Đ",
}  # fmt: skip

WORDS = {
    "eg": "e.g.", "ie": "i.e.", "etal": "et al.", "LaTeX": "LaTeX", "TeX": "TeX", "BibTeX": "BibTeX",
    "slash": "/", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–", "textemdash": "—",
    "textquoteright": "’",
    "textquoteleft": "‘", "textquotedblleft": "“", "textquotedblright": "”", "textregistered": "®",
    "texttrademark": "™", "textdegree": "°", "textmu": "µ", "textpm": "±", "texttimes": "×", "xspace": "",
    "copyright": "©", "pounds": "£", "euro": "€", "S": "§", "P": "¶",
    "textless": "<", "textgreater": ">", "textbar": "|", "textbackslash": "∖", "textasciitilde": "~",
    "textasciicircum": "^", "textasciigrave": "‘", "textunderscore": "_", "textdollar": "$", "textbraceleft": "{",
    "textbraceright": "}", "textquotesingle": "'", "textquotedbl": '"', "textbullet": "•", "textperiodcentered": "·",
    "textasteriskcentered": "*", "textsection": "§", "textparagraph": "¶", "textcopyright": "©", "textsterling": "£",
    "texteuro": "€", "EUR": "€", "textyen": "¥", "textcent": "¢", "textordmasculine": "º", "textordfeminine": "ª",
    "textexclamdown": "¡", "textquestiondown": "¿", "guillemotleft": "«", "guillemotright": "»", "textdiv": "÷",
    "quotedblbase": "„", "quotesinglbase": "‚", "textperthousand": "‰", "textcelsius": "℃", "textohm": "Ω",
    "textminus": "−", "textrightarrow": "→", "textleftarrow": "←", "textonehalf": "½", "textonequarter": "¼",
    "textthreequarters": "¾", "textonesuperior": "¹", "texttwosuperior": "²", "textthreesuperior": "³",
    "textdagger": "†", "textdaggerdbl": "‡", "textnumero": "№", "item": "",
}  # fmt: skip

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν",
    "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ",
    "Pi": "Π", "Sigma": "Σ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "times": "×", "cdot": "·", "pm": "±",
    "mp": "∓", "div": "÷", "sim": "∼", "simeq": "≃", "approx": "≈", "cong": "≅", "equiv": "≡", "neq": "≠",
    "ne": "≠", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "ll": "≪", "gg": "≫", "lesssim": "≲",
    "gtrsim": "≳", "propto": "∝", "infty": "∞", "partial": "∂", "nabla": "∇", "in": "∈", "notin": "∉",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "cup": "∪", "cap": "∩", "emptyset": "∅", "forall": "∀",
    "exists": "∃", "to": "→", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒",
    "mapsto": "↦", "uparrow": "↑", "downarrow": "↓", "sum": "∑", "prod": "∏", "int": "∫", "otimes": "⊗",
    "oplus": "⊕", "circ": "∘", "star": "⋆", "ast": "∗", "dagger": "†", "ell": "ℓ", "hbar": "ħ", "prime": "′",
    "odot": "⊙", "perp": "⊥", "parallel": "∥", "langle": "⟨", "rangle": "⟩", "deg": "°", "degree": "°",
    "quad": " ", "qquad": " ", "left": "", "right": "", "displaystyle": "", "limits": "",
}  # fmt: skip

OPERATORS = frozenset(
    {"log", "ln", "exp", "sin", "cos", "tan", "tanh", "max", "min", "arg", "argmax", "argmin", "sup", "inf", "lim"}
    | {"det", "dim", "ker", "gcd", "mod", "poly", "polylog"}
)

UNITS = {
    "meter": "m", "metre": "m", "gram": "g", "second": "s", "ampere": "A", "kelvin": "K", "mole": "mol",
    "candela": "cd", "hertz": "Hz", "newton": "N", "pascal": "Pa", "joule": "J", "watt": "W", "coulomb": "C",
    "volt": "V", "farad": "F", "ohm": "Ω", "siemens": "S", "weber": "Wb", "tesla": "T", "henry": "H", "lumen": "lm",
    "lux": "lx", "becquerel": "Bq", "gray": "Gy", "sievert": "Sv", "litre": "L", "liter": "L", "minute": "min",
    "hour": "h", "day": "d", "hectare": "ha", "tonne": "t", "bar": "bar", "electronvolt": "eV", "dalton": "Da",
    "astronomicalunit": "au", "bel": "B", "decibel": "dB", "bit": "bit", "byte": "B", "percent": "%",
    "celsius": "°C", "degreeCelsius": "°C", "angstrom": "Å", "degree": "°", "arcminute": "′", "arcsecond": "″",
    "quecto": "q", "femto": "f", "pico": "p", "nano": "n", "micro": "µ", "milli": "m", "centi": "c", "deci": "d",
    "deca": "da", "hecto": "h", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "atto": "a",
    "kg": "kg", "km": "km", "cm": "cm", "mm": "mm", "um": "µm", "nm": "nm", "ms": "ms", "us": "µs", "ns": "ns",
    "kHz": "kHz", "MHz": "MHz", "GHz": "GHz", "keV": "keV", "MeV": "MeV", "GeV": "GeV", "TeV": "TeV", "mV": "mV",
    "kV": "kV", "mW": "mW", "kW": "kW", "MW": "MW", "kPa": "kPa", "MPa": "MPa", "GPa": "GPa", "mL": "mL", "mg": "mg",
    "per": "/", "squared": "²", "square": "²", "cubed": "³", "cubic": "³",
}  # fmt: skip
"""What siunitx calls units, prefixes and powers."""

SUPERSCRIPTS = dict(zip("0123456789+-=()nixT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣᵀ", strict=True))
SUBSCRIPTS = dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True))
BLACKBOARD = dict(zip("CEHNPQRZ", "ℂ𝔼ℍℕℙℚℝℤ", strict=True))

_FORMATS = (
    "emph|textbf|textit|texttt|textsc|textsf|textrm|textsl|textnormal|textmd|textup|underline|mbox|text"
    "|mathrm|mathbf|mathit|mathsf|mathtt|mathcal|mathfrak|mathscr|boldsymbol|bm|operatorname|ensuremath|ce|num"
)
DEEPEST = 5
"""Passes over nested groups."""
_GONE = (
    r"[~ ]?\\cite[a-z]{0,10}\*?(?:\[[^\[\]]{0,80}\]){0,2}\{[^{}]{0,300}\}|\\label\{[^{}]{0,100}\}"
    r"|[ \n]?\\(?:begin|end)\{(?:itemize|enumerate|description|abstract|center|quote)\}"
)
GONE = lazy_regex(_GONE)
"""What says nothing to a reader: the keys of citations, labels, the marks of lists."""

_GROUP = r"\{([^{}\\$]{0,400})\}"

_TOKEN = lazy_regex(
    r"[\\{$m`'](?:(?<=\\)(?:(?P<line>\\)"
    r"|(?P<accent>['`^\"~=.])(?:\{\\?(?P<a1>[A-Za-z])\}|\\(?P<a2>[ij])(?![A-Za-z])(?:\{\}| )?|(?P<a3>[A-Za-z]))"
    r"|(?P<tail>[cvuHkrbd])(?:\{(?P<t1>[A-Za-z])\}| (?P<t2>[A-Za-z]))"
    rf"|(?P<format>{_FORMATS}){_GROUP}"
    r"|url\{(?P<url>[^{}\s]{0,500})\}"
    r"|(?P<alone>[~^])\{\}"
    r"|mathbb\{(?P<board>[A-Z])\}"
    r"|(?P<escaped>[%&$#_{}*])"
    r"|(?P<space>[ ,;:!/@-])"
    r"|(?P<name>[A-Za-z]{1,20})(?![A-Za-z])(?P<after>\{\}| (?=[A-Za-z]))?)"
    r"|(?<=\{)\\(?:it|bf|em|sc|tt|rm|sf|sl) (?P<old>[^{}\\$]{0,400})\}"
    r"|(?<=\$)(?<![\\$]\$)(?P<math>[^$\s](?:[^$\n]{0,200}?[^$\s\\])?)\$"
    r"|(?<=m)(?<![\w\\]m)ath(?:cal|bf|bb|rm|it|sf|scr|frak)\{(?P<bare>(?:[^{}]|\{[^{}]{0,60}\}){0,200})\}"
    r"|(?<=`)`(?P<quoted>[^`'\n]{1,300})''"
    r"|(?<=')(?<![\w']')'(?P<primes>\w[^'`\n]{0,80})''(?![\w']))"
)
"""The first character of any of them comes first, and only then which it was: so `re` looks for these six alone, and is
through a text in a tenth of the time."""
_RARE = lazy_regex(
    r"\\href\{(?:[^{}\s]{0,500})\}\{(?P<shown>[^{}]{0,400})\}"
    r"|\\text(?P<raised>super|sub)script\{(?P<script>[^{}\\$]{0,60})\}"
    r"|\\(?:SI|qty)(?:\[[^\[\]]{0,80}\])?\{(?P<amount>[^{}\\]{1,40})\}\{(?P<unit>(?:[^{}]|\{[^{}]{0,20}\}){1,80})\}"
    r"|\\(?:si|unit)\{(?P<only>(?:[^{}]|\{[^{}]{0,20}\}){1,80})\}"
    r"|\\textcolor\{[A-Za-z]{1,20}\}\{(?P<coloured>[^{}\\$]{0,400})\}"
    r"|\\verb\*?(?P<mark>[|!+/])(?P<verbatim>[^|!+/\n]{1,200})(?P=mark)"
    rf"|(?P<gone>{_GONE})"
)
"""Commands with groups of their own kind, looked for where one of them stands."""

RARE_STANDS = lazy_regex(r"\\(?:href|text(?:su|color)|SI|si|qty|unit|verb|cite|label|begin|end)")
_POWER = lazy_regex(r"(?<=\d)\^\{([+−-]?\d{1,4})\}")
_ESCAPED_QUOTE = lazy_regex(r"\\\"(?![A-Za-z{\\])")
_ESCAPED_APOSTROPHE = lazy_regex(r"(?<=[A-Za-z])\\'(?=(?:s|t|re|ve|ll|d|m)?(?![A-Za-z{\\]))")
_EVIDENT = lazy_regex(r"\\[A-Za-z'`^\"~=.%&$#_]|\$[^$\s]|``")
_TIE = lazy_regex(r"(?<=[A-Za-z.,;:)\]}][A-Za-z.,;:)\]}])~(?=[A-Za-z0-9\\$(\[{])")
_DASHES = lazy_regex(r"(?:(?<=[\w)$%])|(?<=\s))(?<!-)-{2,3}(?!-)(?:(?=[\w($\\])|(?=\s))")
_SCRIPT = lazy_regex(r"([\^_])(?:\{([^{}\\]{1,30})\}|\\(circ|prime|ast|star|dagger)(?![A-Za-z])|([A-Za-z0-9+\-*]))")
_COMMAND = lazy_regex(r"\\([A-Za-z]+)(\{\})? ?|\\([,;:! %&#])")
_FRACTION = lazy_regex(r"\\[dt]?frac\{([\w.]{1,20})\}\{([\w.]{1,20})\}")
_ROOT = lazy_regex(r"\\sqrt\{([\w.]{1,20})\}")
_BOARD = lazy_regex(r"\\mathbb\{([A-Z])\}")
_FORMATTED = lazy_regex(rf"\\(?:{_FORMATS}){_GROUP}")
_PLAIN_WORD = lazy_regex(r"(?<![\\A-Za-z_^{])[A-Za-z]{4,}")


def is_evident(text: str) -> bool:
    """Whether a text was written in TeX: a command, an accent, an escape, mathematics or ``…``."""
    return _EVIDENT.search(text) is not None


def to_unicode(text: str) -> str:
    """One pass over a text; nested groups take one pass a level, so call it until nothing changes."""
    evident = is_evident(text)
    if "\\" in text:
        if _ESCAPED_QUOTE.search(text):  # TeX puts a letter after \", an escaped string need not
            text = text.replace('\\"', '"')
        if "\\'" in text:
            text = _ESCAPED_APOSTROPHE.sub("'", text)
        if RARE_STANDS.search(text):
            text = _RARE.sub(_translate_rare, text)
        if "{\\" in text:
            text = _LETTER_GROUP.sub(_translate_letter, text)
    if "^{" in text:
        text = _POWER.sub(lambda match: raised(match[1], up=True), text)
    text = _TOKEN.sub(_translate, text)
    if evident:
        text = _TIE.sub(" ", text) if "~" in text else text
        text = _DASHES.sub(_dash, text) if "--" in text else text
    return text


def readable(text: str) -> str:
    """A sentence of a model's with its TeX as plain text, also where a symbol stands outside of mathematics.

    >>> readable(r"a rate of \\rho, and $\\tau = 3$ s")
    'a rate of ρ, and τ = 3 s'
    """
    if "\\" not in text and "$" not in text:
        return text
    text = re.sub(r"\\\\(?=[A-Za-z])", r"\\", text)  # escaped twice: nobody breaks a line there
    text = re.sub(r"\\\((.{1,200}?)\\\)", r"$\1$", text)
    for _ in range(DEEPEST):
        before, text = text, to_unicode(text)
        if text == before:
            break
    return _COMMAND.sub(_symbol, text) if "\\" in text else text


def _translate(match: re.Match[str]) -> str:
    whole, kind = match[0], match.lastgroup
    if accent := match["accent"] or match["tail"]:
        letter = match["a1"] or match["a2"] or match["a3"] or match["t1"] or match["t2"]
        return accented(letter, accent) or whole
    if match["name"] is not None:
        return _named(match)
    if match["math"] is not None:
        price = match.string[match.end() : match.end() + 1].isdigit() and _PRICE.search(match["math"])  # from $5-$10
        return whole if price else readable_math(match["math"]) or whole
    if match["format"]:
        return whole[whole.index("{") + 1 : -1]
    if match["space"]:
        return "" if match["space"] in "!/@-" else " "
    if match["board"]:
        return BLACKBOARD.get(match["board"], match["board"])
    if kind in {"quoted", "primes"}:
        return f"“{match[kind]}”"
    return str(match[kind]) if kind in {"url", "old", "escaped", "bare", "alone"} else whole


_LETTER_GROUP = lazy_regex(
    r"(?<![\^_}])(?<!\\['`^\"~=.])(?P<command>\\[A-Za-z]{1,20}\s?)?"
    r"\{(?P<letter>\\(?:['`^\"~=.](?:\{\\?[A-Za-z]\}|\\?[A-Za-z])|[cvuHkrbd](?:\{[A-Za-z]\}| [A-Za-z])"
    r"|o|O|l|L|ss|ae|AE|oe|OE|aa|AA|dh|DH|th|TH|dj|DJ|i|j))\}"
)
"""A letter in braces of its own, `M{\\"u}ller`, `B{\\o}e`; those behind a command are its argument."""


def _translate_letter(match: re.Match[str]) -> str:
    shown = _TOKEN.sub(_translate, match["letter"])
    return match[0] if match["command"] or len(shown) > 2 or "\\" in shown else shown


def _translate_rare(match: re.Match[str]) -> str:
    kind = match.lastgroup
    if kind == "script":
        return raised(match["script"], up=match["raised"] == "super")
    if kind in {"unit", "only"}:
        return _measured(match["amount"] or "", match[kind]) or match[0]
    return "" if kind in {None, "gone"} else str(match[kind])


_PRICE = lazy_regex(r"^[^\\]*\d[^\\]*$")


def raised(text: str, *, up: bool) -> str:
    """A superscript or subscript in a line of text: `10³`, `CO₂`, `5th`, and a mark where Unicode has no signs for it.

    >>> raised("−6", up=True), raised("n+1,2", up=True), raised("max", up=False)
    ('⁻⁶', '^(n+1,2)', '_max')
    """
    body = "".join(text.split()).translate(_MINUS)
    table = SUPERSCRIPTS if up else SUBSCRIPTS
    if all(character in table for character in body):
        return "".join(table[character] for character in body)
    if up and body in _LEVEL:
        return _LEVEL[body]
    mark = "^" if up else "_"
    return f"{mark}{body}" if body.isalnum() or _DECIMAL.fullmatch(body) else f"{mark}({text.strip()})"


_MINUS = str.maketrans({"−": "-", "–": "-", "‐": "-", "‑": "-", "＋": "+"})
_LEVEL = {
    **{mark: mark for mark in ("st", "nd", "rd", "th", "®", "©", "™", "*", "†", "‡", "°", "′", "″")},
    **{"TM": "™", "tm": "™", "∘": "°", "◦": "°"},
}
"""What is written raised and reads the same on the line."""

_DECIMAL = lazy_regex(r"[+-]?\d{1,6}[.,]\d{1,6}")


def _measured(amount: str, unit: str) -> str:
    """`5` and `\\micro\\meter` as `5 µm`; empty where a unit is not known."""
    unit = POWER_FIRST.sub(r"\2\\\1", unit)
    names = [name[1:] for name in _MACRO.findall(unit)]
    if not all(name in UNITS for name in names):
        return ""
    shown = _MACRO.sub(lambda match: UNITS[match[0][1:]], unit).replace(" ", "").replace(".", " ")
    shown = _SCRIPT.sub(_script, shown).translate(_SHELTERED)
    return f"{amount} {shown}".strip() if shown[:1] not in {"°", "′", "″"} or shown == "°C" else f"{amount}{shown}"


_MACRO = lazy_regex(r"\\[A-Za-z]{1,20}")
POWER_FIRST = lazy_regex(r"\\(square|cubic)\s?(\\[A-Za-z]{1,20}(?:\\[A-Za-z]{1,20})?)")
"""`\\cubic\\meter`, whose power is read behind its unit."""


def accented(letter: str, accent: str) -> str:
    """The one character of a letter under a TeX accent; empty when Unicode has none."""
    composed = unicodedata.normalize("NFC", letter + _COMBINING[accent])
    return composed if len(composed) == 1 else ""


def _named(match: re.Match[str]) -> str:
    name, after = match["name"], match["after"] or ""
    if name in LETTERS:
        return LETTERS[name]
    if name in WORDS:
        return WORDS[name] + after.replace("{}", "")
    if after == "{}" and SYMBOLS.get(name):  # `{\alpha}-helix`, as Mendeley writes it
        return SYMBOLS[name]
    return match[0]


def _dash(match: re.Match[str]) -> str:
    text, (start, end) = match.string, match.span()
    before, after = text[start - 1 : start].isspace(), text[end : end + 1].isspace()
    if before != after:  # a --flag, or a line of its own kind
        return match[0]
    return "–" if end - start == 2 else "—"


def readable_math(inner: str) -> str:
    """Inline mathematics as plain text, or empty where that would not be certain.

    >>> readable_math(r"10^{-3}"), readable_math(r"\\alpha"), readable_math(r"\\mathcal{O}(n)")
    ('10⁻³', 'α', 'O(n)')
    """
    if not any(mark in inner for mark in "\\^_") and _PLAIN_WORD.search(inner):
        return ""  # two prices in one sentence look like mathematics
    text = inner.replace("\\{", "\ue001").replace("\\}", "\ue002").replace("{,}", ",")
    if "\\" in text:
        text = _FRACTION.sub(r"\1/\2", text)
        text = _ROOT.sub(lambda match: f"√{match[1]}" if len(match[1]) == 1 else f"√({match[1]})", text)
        text = _BOARD.sub(lambda match: BLACKBOARD.get(match[1], match[1]), text)
        text = _FORMATTED.sub(r"\1", text)
    text = _SCRIPT.sub(_script, text)
    text = _SCRIPT.sub(_script, _COMMAND.sub(_symbol, text) if "\\" in text else text)
    if "{" in text:
        text = _PLAIN_GROUP.sub(r"\1", _PLAIN_GROUP.sub(r"\1", text))
    if any(mark in text for mark in "\\{}$"):
        return ""
    return text.translate(_SHELTERED).strip()


_SHELTERED = str.maketrans({"\ue001": "{", "\ue002": "}", "\ue003": "^", "\ue004": "_"})
_PLAIN_GROUP = lazy_regex(r"(?<![\^_])\{([^{}\\^_]{0,60})\}")


def _script(match: re.Match[str]) -> str:
    up, body = match[1] == "^", match[2] or match[4]
    if match[3]:
        return {"circ": "°", "prime": "′", "dagger": "†"}.get(match[3], "*") if up else match[0]
    return raised(body, up=up).replace("^", "\ue003").replace("_", "\ue004")  # so that no other pass takes them for TeX


def _symbol(match: re.Match[str]) -> str:
    name = match[1]
    if name is None:
        return match[3] if match[3] in "%&#" else " "
    spaced = " " if match[0].endswith(" ") else ""
    if name in OPERATORS:
        return f"{name}{spaced}"
    symbol = SYMBOLS.get(name) or LETTERS.get(name) or ("" if name in SYMBOLS else None)
    return match[0] if symbol is None else f"{symbol}{spaced}"
