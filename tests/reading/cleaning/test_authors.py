"""Lists of authors become names: notes go, and a comma inside a name is no end of it."""

from __future__ import annotations

import pytest

from broadsheet.reading.cleaning.authors import is_called, split_people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Kettle (1), B. Spout and C. Lid ((1) Tea School, (2) Pot House)", ("Ada Kettle", "B. Spout", "C. Lid")),
        ("Kettle, A.; Spout, B.", ("Kettle, A.", "Spout, B.")),
        ("Kettle, A., Spout, B. C.", ("Kettle, A.", "Spout, B. C.")),
        ("A. Kettle, B. Wu", ("A. Kettle", "B. Wu")),
        ("Ada Li, Bo Wu", ("Ada Li", "Bo Wu")),
        ("Kettle, Ada", ("Kettle, Ada",)),
        ("A. Li, B. Wu, C. Xu, D. Ye", ("A. Li", "B. Wu", "C. Xu", "D. Ye")),
        ("Kettle, Yu. M., Spout, J.-P., Lid, AB", ("Kettle, Yu. M.", "Spout, J.-P.", "Lid, AB")),
        ("Kettle A., Spout B.", ("Kettle A.", "Spout B.")),
        ("Ada Kettle*, B. Spout† & C. Lid", ("Ada Kettle", "B. Spout", "C. Lid")),
        ("Ada Kettle, B. Spout, and\n  C. Lid", ("Ada Kettle", "B. Spout", "C. Lid")),
        ("Ada Kettle, Li, Bob Spout, Cy Lid", ("Ada Kettle", "Li", "Bob Spout", "Cy Lid")),
        ("1, 2, --", ()),
        ("", ()),
    ],
)
def test_each_person_is_one_name(text: str, names: tuple[str, ...]) -> None:
    assert split_people(text) == names


def test_a_name_that_holds_and_is_not_cut() -> None:
    assert split_people("Alexandra Sandford, Roland Andrews") == ("Alexandra Sandford", "Roland Andrews")


@pytest.mark.parametrize(
    ("author", "name", "may_be"),
    [
        ("Ada Ash", "A. Ash", True),
        ("Ash, A.", "Ada Ash", True),
        ("Ash AB", "Ada Beth Ash", True),
        ("Ada B. Ash (Tea School)", "ADA ASH", True),
        ("Ada van der Ash", "van der Ash, Ada", True),
        ("Ädà Ash", "Ada Ash", True),
        ("王芳", "王芳", True),
        ("Ada Ash", "Ash", True),
        ("Ash", "Ada Ash", False),
        ("Anna Ash", "Ada Ash", False),
        ("Ada C. Ash", "Ada Beth Ash", False),
        ("Ada Ashe", "Ada Ash", False),
        ("", "Ada Ash", False),
        ("Ada Ash", "()", False),
    ],
)
def test_a_name_asks_for_whoever_may_be_called_so(author: str, name: str, may_be: bool) -> None:
    assert is_called(author, name) is may_be
