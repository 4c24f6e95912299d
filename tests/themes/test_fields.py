"""Fields: a paper is of the field whose papers its words are like."""

from __future__ import annotations

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.fields import name_fields
from broadsheet.themes.vector_space import count_terms


def test_a_paper_is_of_the_field_of_its_words_and_one_of_unknown_words_of_none() -> None:
    papers = [
        Paper(key="q", title="Qubit entanglement", abstract="Qubits and quantum circuits with entangled states."),
        Paper(
            key="r", title="A quadruped robot walks", abstract="The legged robot learns locomotion and manipulation."
        ),
        Paper(key="x", title="Zwabli xrodro", abstract="Qvebli."),
    ]
    places = shipped().place([count_terms(paper) for paper in papers])
    assert name_fields(places, shipped()) == ["Quantum physics", "Robotics", ""]
