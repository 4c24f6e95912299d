"""Headings: what most papers of a group support; else a field; never what one paper alone has before what all share."""

from __future__ import annotations

from broadsheet.models import Paper
from broadsheet.themes.background import shipped
from broadsheet.themes.headings import SharedPhrases, join_fields, read_some, sharpness

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


def test_a_phrase_of_two_titles_comes_before_one_of_a_single_title() -> None:
    titles = ("Tidal bread at sea", "More tidal bread", "Wet knots", "Tin kites")
    shared = SharedPhrases([Paper(key=title, title=title) for title in titles])
    best, *_ = shared.rank((0, 1))
    assert (best.phrases[0].key, best.support) == ("tidalbread", 1.0)
    assert not shared.rank((2, 3))


def test_two_fields_are_joined_in_sentence_case() -> None:
    assert join_fields(("Robotics", "Quantum physics")) == "Robotics and quantum physics"
    assert join_fields(()) == ""


def test_a_subject_whose_papers_have_much_in_common_says_more_than_a_method_of_all_fields() -> None:
    means = shipped().subjects
    spiking, answers, models = (means[key] for key in ("spikingneuralnetwork", "questionanswering", "languagemodel"))
    assert sharpness(spiking) > sharpness(answers) > sharpness(models)


def test_a_field_of_all_papers_heads_them_and_not_a_phrase_of_a_few() -> None:
    few = [("Legged locomotion", "A robot walks."), ("More legged locomotion", "A robot runs.")]
    rest = [(f"{what} by a robot arm", f"A robot hand and its gripper: {what}.") for what in ("Pouring", "Folding")]
    rest += [(f"Robots that {what}", f"A mobile robot with sensors will {what}.") for what in ("carry", "dig", "paint")]
    papers = [Paper(key=title, title=title, abstract=abstract) for title, abstract in (*few, *rest, *QUBITS)]
    best, *_ = SharedPhrases(papers, shipped()).rank(range(7))
    assert best.fields == ("Robotics",)


def test_a_paper_that_is_about_a_subject_supports_it_without_its_words() -> None:
    near = Paper(key="n", title="Neurons that fire", abstract="Neuromorphic chips with spikes of neurons.")
    titles = ("Spiking neural networks", "Deep spiking neural networks")
    papers = [near, *(Paper(key=title, title=title, abstract=title) for title in titles)]
    papers += [Paper(key=title, title=title, abstract=abstract) for title, abstract in (*ROBOTS, *QUBITS)]
    known, alone = (SharedPhrases(papers, background).rank(range(3))[0] for background in (shipped(), None))
    assert known.phrases[0].key == alone.phrases[0].key == "spikingneuralnetwork"
    assert known.support > alone.support


def test_of_very_many_papers_some_of_each_group_are_read_and_stay_in_their_order() -> None:
    papers = [Paper(key=str(at), title=f"Title {at}") for at in range(1000)]
    groups = [range(600, 0, -1), range(601, 606), range(700, 990)]
    read, places = read_some(papers, groups, most=200)
    assert len(read) < 230
    assert [[read[at].key for at in some] for some in places] == [
        [str(at) for at in range(600, 0, -5)],
        [str(at) for at in range(601, 606)],
        [str(at) for at in range(700, 990, 5)],
    ]
    alone = {one.key for one in read} - {str(at) for group in groups for at in group}
    assert len(alone) == len([0, *range(606, 700), *range(990, 1000)][::5])


def test_up_to_that_many_papers_all_are_read() -> None:
    papers = [Paper(key=str(at), title=f"Title {at}") for at in range(10)]
    assert read_some(papers, [(3, 1)], most=10) == (papers, [(3, 1)])
