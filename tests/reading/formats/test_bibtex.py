"""BibTeX and BibLaTeX: braces, abbreviations, parents, broken entries and repeated keys."""

from __future__ import annotations

import datetime as dt

import pytest

from broadsheet.reading.cleaning.repair import repair
from broadsheet.reading.formats.bibtex import split_authors, unbraced
from broadsheet.reading.listing import read_text
from listing_samples import read_sample


def test_an_entry_with_everything_in_it():
    paper = read_sample("export.bib").papers[0]
    assert paper.title == "DNA of Goats in Ötz Valley with x₁₂"
    assert paper.authors == ("Varga, Ilse", "Goats and Dams Group")
    assert (paper.abstract, paper.venue) == ("Goats climb dams, with 5% salt.", "Journal of Slopes B")
    assert (paper.published, paper.key, paper.line) == (dt.date(2028, 3, 5), "doi:10.9999/goat_31", 4)


def test_a_part_has_its_subtitle_and_its_parents_title():
    paper = read_sample("export.bib").papers[1]
    assert (paper.title, paper.venue) == ("Part One: Salt", "The Whole Dam")
    assert (paper.published, paper.key) == (dt.date(2027, 3, 4), "arxiv:2913.00031")


def test_a_second_entry_under_a_key_is_a_paper_too():
    assert read_sample("export.bib").papers[-1].title == "A Second Entry under One Key"


def test_broken_and_untitled_entries_are_fragments_where_they_stand():
    fragments = read_sample("export.bib").fragments
    assert [(f.first_line, f.why) for f in fragments] == [
        (1, "it stands outside of any entry"),
        (16, "it has no title"),
        (17, "it is a broken entry"),
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r"{\"O}tz and Lov{\'a}sz", "Ötz and Lovász"),
        (r"Ragnhei{\dh}ur {\o}re {\v{S}}koda", "Ragnheiður øre Škoda"),
        (r"{{GPU}} {H}ours", "GPU Hours"),
        (r"on {$O(n^{2})$} time", "on O(n²) time"),
        (r"unbalanced } brace {", "unbalanced  brace"),
        (r"R{\&}D costs 5{\%}, A{\_}1, B{\#}2, {\$}10", "R&D costs 5%, A_1, B#2, $10"),
        (r"p {\textless} 0.05 in {\textasciitilde}40 ({\~{}}50) nets", "p < 0.05 in ~40 (~50) nets"),
        (r"CO{\textsubscript{2}} and 10{\textsuperscript{3}}, 10^{-3}", "CO₂ and 10³, 10⁻³"),
        (r"{\{}a, b{\}} {\textquotedblleft}so{\textquotedblright} {\ldots} {\ss} {\o}", "{a, b} “so” … ß ø"),
        (r"\textbf{\emph{SWIFT}} and {\textit{Mus}}", "SWIFT and Mus"),
        (r"see \href{https://farm.example/}{the farm} at \SI{5}{\micro\meter}", "see the farm at 5 µm"),
        (r"\SI{45}{\degree} of {\textmu}m, {$<$}5 {\textpm}2", "45° of µm, <5 ±2"),
    ],
)
def test_braces_go_and_what_they_hold_stays(written, meant):
    assert repair(unbraced(written)) == repair(meant)


def test_names_of_biblatexs_extended_form():
    assert split_authors("family=Lee, given=Ada and {Hull, Keel and Sons}") == ("Ada Lee", "Hull, Keel and Sons")


def test_dotless_letters_and_symbols_in_braces_end_where_their_braces_do():
    text = (
        r"@article{a, title={{\alpha}-goats}, author={Garc{\'\i}a, Jos{\'e} and Ma{\"\i}ssa, Ada},"
        r" abstract={We saw 3 goats{\slash}mL.}}"
    )
    paper = read_text(text).papers[0]
    assert (paper.title, paper.authors, paper.abstract) == (
        "α-goats",
        ("García, José", "Maïssa, Ada"),
        "We saw 3 goats/mL.",
    )
