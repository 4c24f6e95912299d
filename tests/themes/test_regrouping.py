"""Groups are true of their headings: papers that do not bear one go where they do, gather anew or stay apart."""

from __future__ import annotations

import dataclasses

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.clustering import Grouping
from broadsheet.themes.headings import SharedPhrases
from broadsheet.themes.regrouping import hold_to_headings
from corpora import corpus_of
from invented_papers import invent

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
STARS = (
    ("A galaxy survey", "Galaxies and dark matter, with the cosmological parameters of weak lensing."),
    ("Redshifts", "Cosmology with galaxy clustering, dark energy and the Hubble constant."),
    ("The early universe", "Inflation and the cosmic microwave background in cosmology."),
)
PAPERS = [Paper(key=title, title=title, abstract=abstract) for title, abstract in (*ROBOTS, *QUBITS, *STARS)]


def titles_of(groups: tuple[tuple[int, ...], ...], papers: list[Paper] = PAPERS) -> list[set[str]]:
    rows = corpus_of(papers).canonical
    return sorted(({rows[at].title for at in group} for group in groups), key=min)


def repaired(*groups: set[str]) -> list[set[str]]:
    corpus = corpus_of(PAPERS)
    rows = {paper.title: at for at, paper in enumerate(corpus.canonical)}
    grouping = Grouping(tuple(tuple(sorted(rows[one] for one in group)) for group in groups), ())
    made = hold_to_headings(corpus.space, SharedPhrases(corpus.canonical, corpus.background), grouping)
    assert sorted(at for group in (*made.groups, made.unassigned) for at in group) == list(range(len(PAPERS)))
    return titles_of(made.groups)


ROBOT, QUBIT, SKY = ({title for title, _ in some} for some in (ROBOTS, QUBITS, STARS))


def test_groups_that_bear_their_headings_stay() -> None:
    assert repaired(ROBOT, QUBIT, SKY) == sorted((ROBOT, QUBIT, SKY), key=min)


def test_a_paper_goes_to_the_group_whose_heading_it_bears() -> None:
    stray = "Noisy gates"
    assert repaired(ROBOT | {stray}, QUBIT - {stray}, SKY) == sorted((ROBOT, QUBIT, SKY), key=min)


def test_a_group_that_shares_nothing_is_dissolved_and_its_papers_gather_under_their_fields() -> None:
    mixed = [{a, b, c} for a, b, c in zip(sorted(ROBOT), sorted(QUBIT), sorted(SKY), strict=True)]
    assert repaired(*mixed) == sorted((ROBOT, QUBIT, SKY), key=min)


def test_where_few_papers_are_of_a_named_field_nothing_moves() -> None:
    corpus = corpus_of(invent(12), dataclasses.replace(shipped(), fields={}))
    grouping = Grouping(((0, 1, 2, 3, 4, 5), (6, 7, 8, 9, 10, 11)), ())
    assert hold_to_headings(corpus.space, SharedPhrases(corpus.canonical, corpus.background), grouping) == grouping
