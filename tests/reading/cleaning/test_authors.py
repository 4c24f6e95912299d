"""Lists of authors become names: notes go, and a comma inside a name is no end of it."""

from __future__ import annotations

import pytest

from broadsheet.reading.cleaning.authors import split_people


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ada Kettle (1), B. Spout and C. Lid ((1) Tea School, (2) Pot House)", ("Ada Kettle", "B. Spout", "C. Lid")),
        ("Kettle, A.; Spout, B.", ("Kettle, A.", "Spout, B.")),
        ("Kettle, A., Spout, B. C.", ("Kettle, A.", "Spout, B. C.")),
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
