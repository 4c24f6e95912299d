"""Lists of references: each is a paper of its own, with its own authors, and no other's lines."""

from __future__ import annotations

import pytest

from broadsheet.errors import NoPapers
from broadsheet.reading.listing import read_text

APA = """\
Abara, N., & Ketteridge, R. (2026). Bollards in the rain: A data set. Journal of Harbours, 4, 8–9. doi:10.9999/jh.88
Hallqvist, T. (2025). How long is a rope? Mooring Quarterly, 19, 1–9.
Marrable, I., de la Cruz, J.-P., & Tuncay, I. (2026, May). Listening to ropes. In Proceedings of Wharf (pp. 13–22). ACM.
Office of Ropes. (2024). Ropes in figures [Data set]. Rope Press.
"""
INDENTED = """Abara, N., & Ketteridge, R. (2026). Bollards in the rain:
    A data set. Journal of Harbours, 4(2), 88–97.
    https://doi.org/10.9999/jh.88
Hallqvist, T. (2025). How long is a rope? Mooring
    Quarterly, 19, 1–9.
Marrable, I., de la Cruz, J.-P., & Tuncay, I. (2026, May). Listening to
    ropes. In Proceedings of Wharf (pp. 13–22). ACM.
Office of Ropes. (2024). Ropes in figures [Data set]. Rope
    Press.
"""
IEEE = """References

[1] N. Abara and R. Ketteridge, “Bollards in the rain: A data set,” Journal of Harbours, vol. 4, 2026,
    doi: 10.9999/jh.88.
[2] T. Hallqvist, “How long is a rope?” Mooring Quarterly, vol. 19, pp. 1–9, 2025.
[3] I. Marrable, J.-P. de la Cruz, and I. Tuncay, "Listening to ropes," in Proceedings
    of Wharf, Oslo, May 2026, pp. 13–22.
[4] R. Office, “Ropes in figures,” Rope Press, 2024.
"""
CHICAGO = """Abara, Ngozi, and Rosalind Ketteridge. 2026. “Bollards in the Rain: A Data Set.” Journal of Harbours
4 (2): 88–97. https://doi.org/10.9999/jh.88.

Hallqvist, Tomas. 2025. “How Long Is a Rope?” Mooring Quarterly 19: 1–9.
"""
TITLES = ["Bollards in the rain: A data set", "How long is a rope?", "Listening to ropes", "Ropes in figures"]


@pytest.mark.parametrize(
    "text",
    [APA, APA.replace("\n", "\n\n"), INDENTED, IEEE, CHICAGO],
    ids=["APA", "apart", "indented", "IEEE", "Chicago"],
)
def test_each_reference_is_one_paper(text: str) -> None:
    listing = read_text(text)
    assert listing.sources[0].format == "references"
    assert [paper.title.lower() for paper in listing.papers] == [one.lower() for one in TITLES[: len(listing.papers)]]
    assert len(listing.papers) == (2 if text == CHICAGO else 4)
    assert listing.papers[0].key == "doi:10.9999/jh.88"
    assert [paper.venue for paper in listing.papers[:2]] == ["Journal of Harbours", "Mooring Quarterly"]
    assert not any(paper.abstract for paper in listing.papers)


def test_authors_stay_with_their_reference() -> None:
    assert [paper.authors for paper in read_text(APA).papers] == [
        ("Abara, N.", "Ketteridge, R."),
        ("Hallqvist, T.",),
        ("Marrable, I.", "de la Cruz, J.-P.", "Tuncay, I."),
        ("Office of Ropes",),
    ]
    assert [paper.authors for paper in read_text(IEEE).papers[:3]] == [
        ("N. Abara", "R. Ketteridge"),
        ("T. Hallqvist",),
        ("I. Marrable", "J.-P. de la Cruz", "I. Tuncay"),
    ]
    assert read_text(CHICAGO).papers[0].authors == ("Abara, Ngozi", "Rosalind Ketteridge")


def test_the_references_of_an_article_make_it_no_listing() -> None:
    prose = "Ropes are old, and so are the ways in which they are tied to the shore by those who sail on them. " * 5
    article = "\n\n".join(
        [
            "Introduction",
            prose,
            "Methods",
            prose,
            "Discussion",
            prose,
            "References",
            APA.replace(" doi:10.9999/jh.88", ""),
        ]
    )
    with pytest.raises(NoPapers):
        read_text(article)
