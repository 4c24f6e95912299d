"""Repair gives back what was meant, and never changes a number or loses a word."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.reading.cleaning.repair import keeps_words, repair


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        (r"the Fr\'echet mean", "the Fréchet mean"),
        (r"T\"ulu by Erd\H{o}s", "Tülu by Erdős"),
        (r"caf\'{e}, \c{c}a, \v{C}ech, \'{\i}", "café, ça, Čech, í"),
        (r"S\o rensen, Stra\ss e, \L{}ukasiewicz", "Sørensen, Straße, Łukasiewicz"),
        (r"0.5\% of \$5 \& a\_b \#1", "0.5% of $5 & a_b #1"),
        (r"\emph{x}, \textbf{bold \textit{both}} and {\it old}", "x, bold both and old"),
        (r"\url{https://lab.example/a_b}", "https://lab.example/a_b"),
        (r"our \href{https://lab.example}{page}", "our page"),
        (r"$k$-means in $\mathcal{O}(n)$, $10^{-3}$, $\alpha$", "k-means in O(n), 10⁻³, α"),
        (r"$\sim$10% faster, 3$\times$, $x_{max}$, $\mathbb{R}^2$", "∼10% faster, 3×, x_max, ℝ²"),
        (r"see Fig.~3 with ``topics'' -- and \ldots", "see Fig. 3 with “topics” – and …"),
        (r"it\'s the model\'s \"best\" day", "it's the model's \"best\" day"),
        (r"tools, \eg, saws", "tools, e.g., saws"),
        ("bound mathcal{O}(mathcal{C_k/m})", "bound O(C_k/m)"),
        ("FrÃ©chet â€œmeanâ€\x9d", "Fréchet “mean”"),
        ("eﬃcient ﬁnding ﬂows", "efficient finding flows"),
        ("AT&amp;T, H<sub>2</sub>O, 10<sup>-3</sup>, <i>E. coli</i>", "AT&T, H₂O, 10⁻³, E. coli"),
        ("zero\u200bwidth \u202eright soft\u00adhyphen \U000e0041tag", "zerowidth right softhyphen tag"),
        ("two  spaces\nand a\u00a0third\tline ", "two spaces and a third line"),
        ("a sta-\nbility study", "a sta-bility study"),
        ("ROPES IN SMOKE-\n  HOUSES", "ROPES IN SMOKE-HOUSES"),
        ("Ropes -\nBoats", "Ropes - Boats"),
        (r"M{\"u}ller, {\O}ystein B{\o}e, Erd{\H{o}}s, na{\"\i}ve {\c c}a", "Müller, Øystein Bøe, Erdős, naïve ça"),
        (r"{\cal L} of $\hat{\i}$", r"{\cal L} of $\hat{\i}$"),
        (r"5\textsuperscript{th} CO\textsubscript{2} at 10\textsuperscript{-3}, 10^{-3}", "5th CO₂ at 10⁻³, 10⁻³"),
        (r"\SI{5}{\micro\meter}, \SI{3}{\kilo\gram\per\cubic\meter}, \SI{45}{\degree}", "5 µm, 3 kg/m³, 45°"),
        (r"\qty{5}{m.s^{-2}} at \si{\celsius}", "5 m s⁻² at °C"),
        (r"p \textless 0.05, \textasciitilde{}40 and \~{}50 nets", "p < 0.05, ~40 and ~50 nets"),
        (r"\texttt{barn_one}, \verb|barn_two| and \textcolor{red}{warm}", "barn_one, barn_two and warm"),
        (r"as in~\cite{ash29,birch30}. And \begin{itemize}\item one \item two\end{itemize}", "as in. And one two"),
        (r"$10{,}000$ nets, $10^{2.5}$, $e^{i\pi}$, $\{1,2\}$, $x_{i,j}$", "10,000 nets, 10^2.5, e^iπ, {1,2}, x_(i,j)"),
        (r"($<$5 of them)", "(<5 of them)"),
    ],
)
def test_what_is_meant_is_what_is_read(raw, meant):
    assert repair(raw) == meant


@pytest.mark.parametrize(
    "text",
    [
        "costs $5 and $10 in total, or $5-$10",
        "50% of a, 100% of b",
        "between 5~10 and ~20%, with x~N(0, 1)",
        r"\unknown{word} stays",
        r"$\unknown{x} + 1$ stays",
        "run it with --quiet and -- then",
        "Poincaré, 東京, Привет and “quotes”",
        r"C:\new\table",
        "if a < b and c > d",
        "[PDF] A title in {Braces}",
        r"\SI{5}{\furlong} has a unit of nobody's",
        r"The 396${2}$ ridge is not 3962",
        r"\sum\url{u} would run into a macro of another name",
    ],
)
def test_what_is_not_certain_stays_as_it_stands(text):
    assert repair(text) == text


def test_a_repair_that_would_change_a_word_is_told():
    assert keeps_words(r"Fr\'echet at 0.5\%", "Fréchet at 0.5%")
    assert not keeps_words("with 2.5 grams", "with 25 grams")
    assert not keeps_words("not only good", "only good")


TEX = ["\\%", "\\'e", '\\"u', "{", "}", "$", "\\emph{", "\\alpha", "^", "_", "~", "--", "``", "''", "\\\\", "mathcal{"]
TEX += ["\\o ", "\\href{", "\\url{u}", "\\i", "\\c", "\\mathbb{R}", "10^{3}"]
OTHERS = [
    "word",
    "5",
    "0.5",
    "&amp;",
    "&lt;",
    "<i>",
    "<sup>",
    "2</sup>",
    "Ã©",
    "ﬁ",
    "é",
    "ß",
    "\u0301",
    "\u200b",
    "\u200d",
]
PIECES = st.sampled_from([*TEX, *OTHERS, "\n", " ", "-", "(", ")", "c"])


@settings(derandomize=True, max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_repair_twice_is_repair_once(text):
    assert repair(repair(text)) == repair(text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(["model", "5", "12.5", "\\%", "$", "x", "``", "''", "~", "--", "é", " "]), max_size=20))
def test_numbers_and_words_survive(pieces):
    text = " ".join(pieces)
    assert re.findall(r"[a-zé]+|\d+(?:\.\d+)?", repair(text)) == re.findall(r"[a-zé]+|\d+(?:\.\d+)?", text)


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_repaired_without_hidden_characters(text):
    assert not re.search("[\x00-\x1f\u200b\u202e\ufeff]", repair(text))


@pytest.mark.parametrize("piece", ["\\emph{", "$a ", "``", "mathcal{", "&amp;", "<sup>", "\\href{", "Ã©", "{", "~"])
def test_a_megabyte_of_anything_takes_no_time(piece):
    assert repair(piece * (200_000 // len(piece)))


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("We present **SWIFT**, a _fast_ and *light* `tool`.", "We present SWIFT, a fast and light tool."),
        ("*E. coli* in _Mus musculus_ (**n** = 5)", "E. coli in Mus musculus (n = 5)"),
        ("**Background:** goats. __Methods:__ lids.", "Background: goats. Methods: lids."),
        ("one_x000D_\nline", "one line"),
    ],
)
def test_marks_of_markdown_and_excel_go(raw, meant):
    assert repair(raw) == meant


@pytest.mark.parametrize(
    "text",
    [
        "A* search and B* trees, C*-algebras and *-algebras",
        "**p < 0.01, *p < 0.05; p* < q*",
        "5 * 3 * 2 and 2*3*4, the ** operator",
        "call __init__ of snake_case_name and _private",
        "`quoted' words, f_i and g_i",
    ],
)
def test_stars_and_lines_that_set_nothing_off_stay(text):
    assert repair(text) == text


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (r"We saw $2\times10^{-5}$ goats", "We saw 2×10⁻⁵ goats"),
        (r"We saw $1.5\cdot10^3$ goats and $4\pm2$ lids", "We saw 1.5·10³ goats and 4±2 lids"),
    ],
)
def test_numbers_with_a_sign_between_them_are_two(told, shown):
    assert repair(told) == shown
