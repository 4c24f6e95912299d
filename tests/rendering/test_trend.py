"""Counts over time as small bars, as a line of text, as a picture and as a table."""

from __future__ import annotations

import csv
import io

from lxml import etree

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Strand
from broadsheet.rendering.text import columns
from broadsheet.rendering.trend import MOST, MOST_GONE, draw_bars, draw_picture, draw_trend, spark, write_table
from broadsheet.settings.resources import Resources

HOSTILE = '<script>alert(1)</script> & "quotes"'


def test_bars_stand_on_the_floor_as_high_as_their_counts() -> None:
    assert draw_bars([0, 2, 4], 4) == "M0 28v-1h7v1zM9 28v-14h7v14zM18 28v-28h7v28z"


def test_a_line_of_blocks_is_as_long_as_the_counts_and_shows_none_as_a_dot() -> None:
    assert spark([0, 1, 4, 8]) == "·▁▄█"
    assert spark([0, 0]) == "··"


def test_the_strip_shows_the_last_editions_themes_and_then_what_is_gone() -> None:
    strands = [Strand(title=f"Theme {n}", sizes=(1, 2), status="grown") for n in range(MOST + 3)]
    strands += [Strand(title=f"Gone {n}", sizes=(3, 0), status="gone") for n in range(MOST_GONE + 3)]
    strands += [Strand(title="Long ago", sizes=(0, 0))]
    trend = draw_trend(strands, PageLabels(), {"Theme 0": "theme-theme-0"})
    assert trend
    assert [one.title for one in trend.multiples] == [
        *(f"Theme {n}" for n in range(MOST)),
        *(f"Gone {n}" for n in range(MOST_GONE)),
    ]
    first, last = trend.multiples[0], trend.multiples[-1]
    assert (first.numbers, first.status, first.anchor) == ("1, 2", "grown", "theme-theme-0")
    assert (last.numbers, last.status, last.anchor, last.gone) == ("3, 0", "gone", "", True)


def test_one_edition_has_no_strip() -> None:
    assert draw_trend([Strand(title="A", sizes=(3,), status="new")], PageLabels(), {}) is None
    assert draw_trend([], PageLabels(), {}) is None


def test_the_picture_is_sound_and_hostile_titles_stay_text() -> None:
    groups = {"Subjects that rise": [(HOSTILE, (0, 1, 3))], "Themes": []}
    picture = etree.fromstring(draw_picture(HOSTILE, groups, Resources()).encode())
    assert [one.text for one in picture.iter("{*}text")] == [HOSTILE, "Subjects that rise", HOSTILE, "4"]
    assert picture.findall(".//{*}script") == []


def test_the_bars_of_a_picture_begin_behind_the_longest_title() -> None:
    for title in ("Kettles", "Semi-supervised learning and semantic segmentation", "音" * 28):
        picture = etree.fromstring(draw_picture("Papers", {"Themes": [(title, (1, 2))]}, Resources()).encode())
        (bars,) = picture.iter("{*}path")
        at = float(bars.get("transform", "").removeprefix("translate(").partition(" ")[0])
        assert at >= 16 + 7.5 * columns(title)
        assert float(picture.get("width", "")) > at + 16


def test_the_table_has_all_counts_and_no_cell_that_is_a_formula() -> None:
    groups = {"Themes": [("Kettles", (1, 2)), ("=1+1", (0, 1))]}
    rows = list(csv.reader(io.StringIO(write_table(["a", "b"], [3, 4], groups))))
    assert rows == [
        ["kind", "title", "a", "b"],
        ["papers", "", "3", "4"],
        ["Themes", "Kettles", "1", "2"],
        ["Themes", "'=1+1", "0", "1"],
    ]
