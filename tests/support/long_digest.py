"""A digest of invented papers, as long as wanted: themes of very different sizes, titles and TL;DRs of usual length."""

from __future__ import annotations

import datetime as dt

from broadsheet.models import Account, Cited, Digest, Engine, Overview, Paper, Summary, Theme

_SUBJECTS = ("kettles", "bathtubs", "moss clocks", "door hinges", "paper kites", "snow globes", "tin drums", "lamps")
_METHODS = ("by sparse counting", "with two thermometers", "under a glass dome", "from old ledgers", "in still air")


def long_digest(number: int = 200, themes: int = 9) -> Digest:
    """Papers in themes of which each is about half as large as the one before, down to five."""
    papers = tuple(_paper(index) for index in range(number))
    sizes, left = [], number
    for place in range(themes - 1):
        sizes.append(max(5, (left - 5 * (themes - 1 - place)) // 2))
        left -= sizes[-1]
    starts = [sum(sizes[:place]) for place in range(themes)]
    ends = [*starts[1:], number]
    return Digest(
        title="The Kitchen Physicist",
        created=dt.datetime(2099, 11, 4, 7, 30, tzinfo=dt.UTC),
        overview=Overview(
            text="Water moves and metal sings.",
            sentences=(Cited(text="Water moves and metal sings.", paper_keys=(papers[-1].key,)),),
        ),
        themes=tuple(
            Theme(
                title=f"{_SUBJECTS[place % 8].capitalize()} at rest",
                blurb="Both lines of work count before they explain. They part ways over what to hold still.",
                paper_keys=tuple(paper.key for paper in papers[start:end]),
            )
            for place, (start, end) in enumerate(zip(starts, ends, strict=True))
        ),
        summaries=tuple(_summary(paper, index) for index, paper in enumerate(papers)),
        papers=papers,
        account=Account(received=number, digested=number, written=number),
        engine=Engine(backend="ollama", model="tiny-kettle:1b", version="0.1.0"),
    )


def _paper(index: int) -> Paper:
    subject, method = _SUBJECTS[index % 8], _METHODS[index % 5]
    return Paper(
        key=f"arxiv:2699.{index:05}",
        title=f"On the slow drift of {subject} {method}: a study in {index % 7 + 2} rooms",
        authors=("Ida Quill", "Bo Marrow", "Tam Fenn", "Ruth Osk"),
        published=dt.date(2099, 11, 1 + index % 5),
        identifiers={"arxiv": f"2699.{index:05}"},
        categories=("phys.bath", "stat.ME"),
    )


def _summary(paper: Paper, index: int) -> Summary:
    tldr = (
        f"Watching {index + 12} {_SUBJECTS[index % 8]} {_METHODS[index % 5]} for a year shows drift of "
        f"{index % 9 + 1}.{index % 7} mm, three times what calm-air models predict."
    )
    return Summary(paper_key=paper.key, tldr=tldr, method="written")
