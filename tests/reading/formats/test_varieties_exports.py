"""Exports of reference managers and databases in the spellings their exporters use."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check


def wrapped(text: str, width: int, indent: str) -> str:
    return textwrap.fill(text, width, subsequent_indent=indent)


RIS = f"""TY  - JOUR
TI  - {GOAT}
AU  - Lovelace, Ada
AB  - {GOATS}
ER  -

TY  - JOUR
T1  - {LOOM}
A1  - Jacquard, Joseph
N2  - {LOOMS}
ER  -
""".replace("ER  -", "ER  - ")

TAGGED = (
    Variety("RIS with CRLF and a byte order mark", ("\ufeff" + RIS.replace("\n", "\r\n")).encode(), "RIS"),
    Variety("RIS with old Macintosh line ends", RIS.replace("\n", "\r"), "RIS"),
    Variety("RIS without ER", RIS.replace("ER  - \n", ""), "RIS"),
    Variety("RIS with ER that has no blank behind", RIS.replace("ER  - ", "ER  -"), "RIS"),
    Variety("RIS with lower-case tags", "\n".join(line[:2].lower() + line[2:] for line in RIS.split("\n")), "RIS"),
    Variety("RIS with one blank before the dash", RIS.replace("  - ", " - "), "RIS"),
    Variety("RIS with UTF-16", RIS.encode("utf-16"), "RIS"),
    Variety("RIS below a heading of the export", f"Provider: Engines\nDatabase: Looms\nContent: text\n\n{RIS}", "RIS"),
    Variety("RIS with blank lines inside records", RIS.replace("\nAB", "\n\nAB").replace("\nN2", "\n\nN2"), "RIS"),
    Variety(
        "RIS with an abstract over lines without tags",
        RIS.replace(GOATS, wrapped(GOATS, 60, "")).replace(LOOMS, wrapped(LOOMS, 60, "      ")),
        "RIS",
    ),
    Variety(
        "RIS with an abstract in paragraphs",
        f"TY  - JOUR\nTI  - {GOAT}\nAB  - First.\n\nSecond.\n\nThird.\nKW  - goats\nER  - \n",
        "RIS",
        (GOAT,),
        ("First. Second. Third.",),
    ),
    Variety(
        "RIS with the tag AB again for each part",
        f"TY  - JOUR\nTI  - {GOAT}\nAB  - {GOATS[:50]}\nAB  - {GOATS[51:]}\nER  - \n",
        "RIS",
        (GOAT,),
        (f"{GOATS[:50]} {GOATS[51:]}",),
    ),
    Variety(
        "RIS with AB cut short beside N2",
        f"TY  - JOUR\nTI  - {GOAT}\nAB  - {GOATS[:60]}\nN2  - {GOATS}\nER  - \n",
        "RIS",
        (GOAT,),
    ),
    Variety(
        "RIS with an abstract of its own heading",
        f"TY  - JOUR\nTI  - {GOAT}\nAB  - Abstract: {GOATS}\nER  - \n",
        "RIS",
        (GOAT,),
    ),
    Variety(
        "RIS with DOIs in several spellings",
        "".join(
            f"TY  - CPAPER\nTI  - {title}\nAB  - {text}\n{mark}\nER  - \n"
            for title, text, mark in (
                (GOAT, GOATS, "DO  - doi:10.5555/goats.1"),
                (LOOM, LOOMS, "UR  - https://dx.doi.org/10.5555/LOOMS.2"),
                (TIDE, TIDES, "M3  - 10.5555/tides(3)"),
            )
        ),
        "RIS",
        (GOAT, LOOM, TIDE),
        identifiers=("doi:10.5555/goats.1", "doi:10.5555/looms.2", "doi:10.5555/tides(3)"),
    ),
    Variety(
        "RIS of a book and its chapter",
        f"TY  - BOOK\nBT  - {TIDE}\nN2  - {TIDES}\nER  - \nTY  - CHAP\nTI  - {LOOM}\nBT  - {TIDE}\nAB  - {LOOMS}\nER  - \n",
        "RIS",
        (TIDE, LOOM),
    ),
    Variety(
        "RIS whose title runs on",
        f"TY  - JOUR\nTI  - {GOAT[:30].rstrip()}\n{GOAT[30:].strip()}\nAB  - {GOATS}\nER  - \n",
        "RIS",
        (GOAT,),
    ),
    Variety(
        "MEDLINE that does not begin with PMID",
        f"OWN - NLM\nPMID- 18430001\nTI  - {wrapped(GOAT, 40, '      ')}\nAB  - {wrapped(GOATS, 70, '      ')}\n"
        f"FAU - Lovelace, Ada\nAU  - Lovelace A\n\nPMID- 18430002\nTI  - {LOOM}\nAB  - {wrapped(LOOMS, 70, '      ')}\n",
        "MEDLINE",
        authors=("Lovelace, Ada",),
        identifiers=("pmid:18430001", "pmid:18430002"),
    ),
    Variety(
        "MEDLINE with the tag AB again and another language's abstract",
        f"PMID- 1843\nTI  - {GOAT}\nAB  - {GOATS[:50]}\nAB  - {GOATS[51:]}\nOAB - Ziegen klettern.\nOABL- ger\n",
        "MEDLINE",
        (GOAT,),
        (f"{GOATS[:50]} {GOATS[51:]}",),
    ),
    Variety(
        "MEDLINE with no abstract but the publisher's",
        f"\nPMID- 1843\nTI  - {GOAT}\nOAB - Publisher: {GOATS}\nOABL- eng\nCN  - The Goat Group\n",
        "MEDLINE",
        (GOAT,),
        (f"Publisher: {GOATS}",),
        authors=("The Goat Group",),
    ),
    Variety(
        "MEDLINE with CRLF",
        f"PMID- 1843\r\nTI  - {GOAT}\r\nAB  - {GOATS}\r\n\r\n\r\nPMID- 1844\r\nTI  - {LOOM}\r\nAB  - {LOOMS}\r\n",
        "MEDLINE",
    ),
    Variety(
        "Web of Science",
        f"FN Clarivate Analytics Web of Science\nVR 1.0\nPT J\nAU Lovelace, A\n   Babbage, C\nTI {wrapped(GOAT, 40, '   ')}\n"
        f"AB {wrapped(GOATS, 80, '   ')}\nDI 10.5555/goats\nER\n\nPT C\nAU Jacquard, J\nTI {LOOM}\nAB {LOOMS}\nER\n\nEF\n",
        "Web of Science",
        authors=("Lovelace, A", "Babbage, C"),
    ),
    Variety(
        "EndNote refer",
        f"%0 Journal Article\n%A Lovelace, Ada\n%T {GOAT}\n%D 1843\n%X {GOATS}\n\n"
        f"%0 Conference Proceedings\n%T {LOOM}\n%X {wrapped(LOOMS, 70, '')}\n",
        "EndNote",
    ),
)

BIBTEX = (
    Variety(
        "BibTeX with strings, concatenation and cross-references",
        '@string{j = "Journal of " }\n@String(g = {Goats})\n@comment{ @article{no, title={Nothing}} }\n'
        f"@InProceedings{{a, Title = {{{GOAT}}}, journal = j # g,\n abstract = {{{GOATS.replace('%', chr(92) + '%')}}},"
        f' crossref = {{p}} }}\n@article{{b, title = "{LOOM}", abstract = "{LOOMS}", author={{Lovelace, Ada}} }}\n',
        "BibTeX",
    ),
    Variety(
        "BibTeX with a bare per cent sign",
        f"@article{{a,\n  title = {{{GOAT}}},\n  abstract = {{{GOATS}}},\n  year = 1843\n}}\n",
        "BibTeX",
        (GOAT,),
    ),
    Variety(
        "BibTeX with nested braces and accents",
        "@article{a, title={{{G}ödel}'s {\\'E}tude of {\\\"{U}}ber-{\\ss}tones in $\\mathbb{R}^{n}$},"
        f" author={{Erd{{\\H o}}s, P{{\\'a}}l and {{The {{Goat}} Group}}}}, abstract={{{{{GOATS}}}}}}}\n",
        "BibTeX",
        ("Gödel's Étude of Über-ßtones in ℝⁿ",),
        (GOATS,),
        authors=("Erdős, Pál", "The Goat Group"),
    ),
    Variety(
        "BibTeX with a comma forgotten between fields",
        f"@article{{a,\n  title = {{{GOAT}}}\n  abstract = {{{GOATS}}},\n}}\n\n@article{{b,\n  title = {{{LOOM}}},\n"
        f"  abstract = {{{LOOMS}}}\n}}\n",
        "BibTeX",
    ),
    Variety(
        "BibTeX with a brace that never closes",
        f"@article{{a,\n  title = {{{GOAT}}},\n  abstract = {{{GOATS}\n}}\n\n@article{{b,\n  title = {{{LOOM}}},\n"
        f"  abstract = {{{LOOMS}}}\n}}\n",
        "BibTeX",
    ),
    Variety(
        "BibTeX with one key twice",
        f"@article{{a, title = {{{GOAT}}}, abstract = {{{GOATS}}}}}\n@article{{a, title = {{{LOOM}}}, abstract = {{{LOOMS}}}}}",
        "BibTeX",
    ),
    Variety(
        "BibTeX with entries without a key",
        f"@article{{,\n title = {{{GOAT}}}, abstract = {{{GOATS}}}}}\n@article{{\n title = {{{LOOM}}}, abstract = {{{LOOMS}}}}}",
        "BibTeX",
    ),
    Variety(
        "BibTeX with parentheses, capitals and spaces",
        f"% my library\n\n@ARTICLE ( a ,\n TITLE={{{GOAT}}} ,\n ABSTRACT={{{GOATS}}}\n)\n\n"
        f"@INPROCEEDINGS {{b,\n TITLE={{{LOOM}}} ,\n ABSTRACT={{{LOOMS}}},\n}}\n",
        "BibTeX",
    ),
    Variety(
        "BibTeX with wrapped and indented values",
        f"@article{{a,\n\ttitle = {{{wrapped(GOAT, 30, chr(9) * 2)}}},\n\tabstract = {{{wrapped(GOATS, 60, chr(9) * 2)}}},\n}}",
        "BibTeX",
        (GOAT,),
    ),
    Variety(
        "BibTeX of ADS with dashes of LaTeX",
        f'@ARTICLE{{1843Goat,\n       author = {{{{Lovelace}}, Ada and {{Babbage}}, C.}},\n        title = "{{{GOAT}}}",\n'
        f'     abstract = "{{{GOATS}}}",\n         year = 1843,\n        month = jan,\n archivePrefix = {{arXiv}},\n'
        "       eprint = {1843.00001},\n primaryClass = {cs.GT},\n}\n",
        "BibTeX",
        (GOAT,),
        authors=("Lovelace, Ada", "Babbage, C."),
        identifiers=("arxiv:1843.00001",),
    ),
    Variety(
        "BibTeX with a number sign and quotes in the abstract",
        f'@article{{a, title="{LOOM}", abstract="We rank \\#1 of 10 {{"}}looms{{"}} and \\& say so: 50\\% win."}}',
        "BibTeX",
        (LOOM,),
        ('We rank #1 of 10 "looms" and & say so: 50% win.',),
    ),
    Variety(
        "BibTeX in Latin-1",
        f"@article{{a, title={{{GOAT}}}, author={{Erdős, P}}, abstract={{Chèvres à l'école.}}}}".replace(
            "ő", "ö"
        ).encode("latin-1"),
        "BibTeX",
        (GOAT,),
        ("Chèvres à l'école.",),
    ),
    Variety(
        "BibTeX with a type of its own",
        f"@thesis{{a, title={{{GOAT}}}, abstract={{{GOATS}}}}}\n@jurisdiction{{b, title={{{LOOM}}}, abstract={{{LOOMS}}}}}",
        "BibTeX",
    ),
)


@pytest.mark.parametrize("variety", [*TAGGED, *BIBTEX], ids=str)
def test_an_export_in_another_spelling_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
