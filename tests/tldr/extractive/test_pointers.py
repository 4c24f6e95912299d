"""References of a sentence to an earlier one."""

from __future__ import annotations

import pytest

from broadsheet.tldr.extractive.pointers import points_back


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("We fix these flaws.", True),
        ("We find flaws and mend these flaws.", False),
        ("It is strong.", True),
        ("We tie such knots in rain.", True),
        ("We tie knots such as bowlines.", False),
        ("This paper is about knots.", False),
        ("We evaluate both models on wet ropes.", True),
        ("We show that the method ties knots.", True),
        ("We propose a method; the method ties knots.", False),
        ("We study the model of the rope and the network-wide knots.", False),
        ("We unite the two via knots.", True),
        ("The associated rope holds twice as long.", True),
        ("We tie ropes such that the corresponding knots hold.", False),
        ("Knots are instead a matter of ropes.", True),
        ("A second rope holds twice as long.", True),
        ("The machine's knots hold twice as long.", True),
    ],
)
def test_what_points_back_is_seen(text: str, back: bool) -> None:
    assert points_back(text) is back
