"""Fields: a paper is of the field whose papers its words are like."""

from __future__ import annotations

import dataclasses

import numpy as np

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.fields import may_join, name_areas, weigh_fields
from broadsheet.themes.vector_space import count_terms


def placed(papers: list[Paper]) -> np.ndarray:
    return shipped().place([count_terms(paper) for paper in papers])


def test_a_paper_is_of_the_field_of_its_words_and_one_of_unknown_words_of_none() -> None:
    papers = [
        Paper(key="q", title="Qubit entanglement", abstract="Qubits and quantum circuits with entangled states."),
        Paper(
            key="r", title="A quadruped robot walks", abstract="The legged robot learns locomotion and manipulation."
        ),
        Paper(key="x", title="Zwabli xrodro", abstract="Qvebli."),
    ]
    fields = weigh_fields(placed(papers), shipped())
    assert fields["Quantum physics"].own.tolist() == [1, 0, 0]
    assert fields["Robotics"].own.tolist() == [0, 1, 0]
    assert not any(field.own[2] for field in fields.values())


def test_an_area_has_the_papers_of_its_fields() -> None:
    fields = weigh_fields(
        placed([Paper(key="n", title="Neurons of the cortex", abstract="Brain activity.")]), shipped()
    )
    assert (fields["Neuroscience"].own[0], fields["Biology"].own[0], fields["Robotics"].own[0]) == (1, 1, 0)
    assert weigh_fields(placed([]), shipped()) == {}


def test_two_names_that_share_a_word_or_a_field_and_its_area_are_not_joined() -> None:
    assert may_join("Robotics", "Quantum physics")
    assert not may_join("Statistical methods", "Statistical mechanics")
    assert not may_join("Neuroscience", "Biology")
    assert not may_join("Biology", "Neuroscience")


def test_an_area_is_that_of_the_nearest_category_or_its_archive() -> None:
    known = {name: shipped().fields[name] for name in ("q-bio.NC", "cs.PL")}
    papers = [
        Paper(key="a", title="Neurons of the cortex", abstract="Brain activity."),
        Paper(key="b", title="A compiler", abstract="Typed programs."),
        Paper(key="c", title="§"),
    ]
    assert name_areas(placed(papers), dataclasses.replace(shipped(), fields=known)) == ["Biology", "Software", ""]
    assert name_areas(placed(papers), dataclasses.replace(shipped(), fields={})) == ["", "", ""]
