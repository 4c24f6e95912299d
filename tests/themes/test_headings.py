"""Headings: what most papers of a group support; else a field; never what one paper alone has before what all share."""

from __future__ import annotations

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.headings import SharedPhrases, join_fields

ROBOTS = (
    ("A quadruped robot walks", "The legged robot learns locomotion over stairs with a robot arm."),
    ("Grasping by touch", "A robot hand with tactile sensors learns manipulation of objects."),
    ("Steps on ice", "Legged robots keep their balance, a locomotion controller for a humanoid robot."),
)
QUBITS = (
    ("Qubit entanglement", "Qubits and quantum circuits with entangled states."),
    ("Noisy gates", "Quantum gates of superconducting qubits, with quantum error correction."),
    ("Deep circuits", "Quantum circuits of many qubits on a quantum computer."),
)


def test_papers_that_share_a_field_alone_may_have_its_name() -> None:
    papers = [Paper(key=title, title=title, abstract=abstract) for title, abstract in (*ROBOTS, *QUBITS)]
    shared = SharedPhrases(papers, shipped())
    assert ("Robotics",) in [heading.fields for heading in shared.rank((0, 1, 2))]
    assert ("Quantum physics",) in [heading.fields for heading in shared.rank((3, 4, 5))]
    assert shared.holds((0, 1, 2))


def test_two_titles_hold_and_one_does_not() -> None:
    titles = ("Tidal bread at sea", "More tidal bread", "Wet knots", "Tin kites")
    shared = SharedPhrases([Paper(key=title, title=title) for title in titles])
    assert shared.holds((0, 1))
    assert not shared.holds((2, 3))


def test_two_fields_are_joined_in_sentence_case() -> None:
    assert join_fields(("Robotics", "Quantum physics")) == "Robotics and quantum physics"
    assert join_fields(()) == ""
