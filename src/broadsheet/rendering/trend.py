"""Draws counts over time as small bars: themes on the page of an edition, themes and subjects in a picture, as text."""

from __future__ import annotations

import csv
import dataclasses
import io
from collections.abc import Mapping, Sequence

from markupsafe import escape

from broadsheet.locale.labels import PageLabels
from broadsheet.models import Strand
from broadsheet.rendering.text import columns, heading, truncate
from broadsheet.settings.resources import Resources

BAR, GAP, HEIGHT = 7, 2, 28
LETTER = 7.5
"""Pixels that a letter of the picture takes at most, on average."""
MOST, MOST_GONE = 12, 4
"""The most themes that a page shows, and the most of those that the last edition has not."""
BLOCKS = "·▁▂▃▄▅▆▇█"


@dataclasses.dataclass(frozen=True, slots=True)
class Multiple:
    """Counts over time: a path of bars, and the same in numbers; `anchor` is where the theme stands, if it does."""

    title: str
    bars: str
    numbers: str
    last: str
    status: str = ""
    anchor: str = ""
    gone: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Trend:
    """Themes over the last editions, all on one scale; `width` and `height` are of a drawing."""

    width: int
    height: int
    caption: str
    multiples: tuple[Multiple, ...]


def draw_trend(strands: Sequence[Strand], labels: PageLabels, anchors: Mapping[str, str]) -> Trend | None:
    """The strip of a page: the first of the last edition's themes, then those that are gone; none of one edition.

    `anchors` has the place of a theme by its title.
    """
    shown = [strand for strand in strands if strand.sizes[-1]][:MOST]
    shown += [strand for strand in strands if strand.status == "gone"][:MOST_GONE]
    if not shown or len(shown[0].sizes) < 2:
        return None
    tallest = max(max(strand.sizes) for strand in shown)
    periods = len(shown[0].sizes)
    return Trend(
        width=periods * (BAR + GAP) - GAP,
        height=HEIGHT,
        caption=labels.trend_caption.format(number=periods),
        multiples=tuple(
            Multiple(
                title=truncate(heading(strand.title), 80) or labels.untitled,
                bars=draw_bars(strand.sizes, tallest),
                numbers=", ".join(map(labels.format_number, strand.sizes)),
                last=labels.format_number(strand.sizes[-1]),
                status=labels.gone if strand.status == "gone" else labels.statuses.get(strand.status, ""),
                anchor=anchors.get(heading(strand.title), ""),
                gone=strand.status == "gone",
            )
            for strand in shown
        ),
    )


def draw_bars(sizes: Sequence[int], tallest: int) -> str:
    """The path of bars from left to right, the tallest count over all of the height; none is a line."""
    heights = [max(2, round(size / tallest * HEIGHT)) if size else 1 for size in sizes]
    return "".join(f"M{at * (BAR + GAP)} {HEIGHT}v-{high}h{BAR}v{high}z" for at, high in enumerate(heights))


def spark(sizes: Sequence[int]) -> str:
    """Counts as a line of blocks; a dot is none."""
    tallest = max((*sizes, 1))
    return "".join(BLOCKS[0 if not size else max(1, round(size / tallest * (len(BLOCKS) - 1)))] for size in sizes)


def draw_picture(
    title: str, groups: Mapping[str, Sequence[tuple[str, Sequence[int]]]], resources: Resources, *, language: str = ""
) -> str:
    """An SVG of counts over time: under the name of each group a row of bars for each title, each on its own scale.

    The titles have as much room as the longest takes. `language` is the code of the language of the words.
    """
    shown = [(name, [(truncate(row, 60), sizes) for row, sizes in rows]) for name, rows in groups.items() if rows]
    longest = max((columns(row) for _, rows in shown for row, _ in rows), default=0)
    periods = max((len(sizes) for _, rows in shown for _, sizes in rows), default=0)
    return resources.render(
        "templates",
        "trends.svg",
        finalize=escape,
        title=title,
        language=language,
        bars_at=round(LETTER * longest) + 32,
        width=max(0, periods * (BAR + GAP) - GAP),
        height=HEIGHT,
        groups=[
            (name, [(row, draw_bars(sizes, max((*sizes, 1))), sum(sizes)) for row, sizes in rows])
            for name, rows in shown
        ],
    )


def write_table(
    periods: Sequence[str], papers: Sequence[int], groups: Mapping[str, Sequence[tuple[str, Sequence[int]]]]
) -> str:
    """The same counts as CSV, a row a title, below one of how many papers each period has."""
    made = io.StringIO()
    table = csv.writer(made, lineterminator="\n")
    table.writerow(["kind", "title", *periods])
    table.writerow(["papers", "", *papers])
    for name, rows in groups.items():
        # A cell that begins like a formula is one to a spreadsheet: a quote before it makes it text.
        table.writerows([name, f"'{row}" if row[:1] in "=+-@\t" else row, *sizes] for row, sizes in rows)
    return made.getvalue()
