"""Themes are followed over editions: by kept titles, and by their papers' words where an edition between had none."""

from __future__ import annotations

from collections.abc import Sequence

from broadsheet.editions.strands import follow_themes
from broadsheet.models import Digest, Paper, Strand, Theme
from broadsheet.themes.background import shipped
from theme_edition import edition

MATTERS = {
    "kettle": "The kettle whistles and the steam pressure in the spout rises with the boiling water.",
    "moss": "Moss grows on stone walls and its spores open slowly in the damp shade of the garden.",
    "chess": "Chess endgames with rooks and pawns are solved by retrograde search over positions.",
}


def theme(title: str, matter: str, numbers: Sequence[int], **fields: object) -> tuple[Theme, list[Paper]]:
    papers = [
        Paper(key=f"{matter} {number}", title=f"{matter} number {number}", abstract=MATTERS[matter])
        for number in numbers
    ]
    return Theme(title=title, paper_keys=tuple(one.key for one in papers), **fields), papers


def digest_of(*themes: tuple[Theme, list[Paper]]) -> Digest:
    return edition([one for _, papers in themes for one in papers], [each for each, _ in themes])


def follow(*digests: Digest) -> list[Strand]:
    return follow_themes(digests, shipped())


def test_a_theme_that_kept_its_title_is_one_and_has_the_status_of_the_last_edition() -> None:
    first = digest_of(theme("Kettles", "kettle", range(3)), theme("Moss", "moss", range(4)))
    second = digest_of(theme("Kettles", "kettle", range(10, 16), status="grown"))
    assert follow(first, second) == [
        Strand(title="Kettles", sizes=(3, 6), status="grown"),
        Strand(title="Moss", sizes=(4, 0), status="gone"),
    ]


def test_a_theme_that_comes_back_under_another_title_is_known_by_its_papers() -> None:
    first = digest_of(theme("Singing kettles", "kettle", range(4)), theme("Moss", "moss", range(4)))
    second = digest_of(theme("Moss", "moss", range(10, 14), status="continued"))
    third = digest_of(
        theme("Kettle whistles", "kettle", range(20, 25), status="new"),
        theme("Chess", "chess", range(4), status="new"),
    )
    assert follow(first, second, third) == [
        Strand(title="Kettle whistles", sizes=(4, 0, 5), status="continued"),
        Strand(title="Chess", sizes=(0, 0, 4), status="new"),
        Strand(title="Moss", sizes=(4, 4, 0), status="gone"),
    ]


def test_an_edition_without_papers_takes_no_theme_away() -> None:
    first = digest_of(theme("Kettles", "kettle", range(3)))
    third = digest_of(theme("Kettles", "kettle", range(10, 13), status="continued"))
    assert follow(first, edition([], []), third) == [Strand(title="Kettles", sizes=(3, 0, 3), status="continued")]


def test_other_papers_are_no_theme_and_nothing_has_no_strands() -> None:
    assert follow(digest_of(theme("Other papers", "moss", range(3), other=True))) == []
    assert follow() == []
    assert follow(edition([], [])) == []


def test_no_title_stands_in_two_rows_whatever_its_papers_speak_of() -> None:
    first = digest_of(theme("Robotics", "kettle", range(3)), theme("Moss", "moss", range(4)))
    second = digest_of(theme("Moss", "moss", range(10, 14), status="continued"))
    third = digest_of(theme("Robotics", "chess", range(5), status="new"))
    assert follow(first, third) == [
        Strand(title="Robotics", sizes=(3, 5), status="continued"),
        Strand(title="Moss", sizes=(4, 0), status="gone"),
    ]
    assert [one.title for one in follow(first, second, third)] == ["Robotics", "Moss"]
