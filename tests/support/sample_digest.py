"""A small invented digest: three themes, papers written, extracted and without abstract, and hostile text."""

from __future__ import annotations

import datetime as dt

from broadsheet.models import (
    Account,
    Cited,
    Digest,
    Engine,
    Evidence,
    Fragment,
    Highlight,
    LeftOut,
    Match,
    Overview,
    Paper,
    Period,
    Point,
    Source,
    Summary,
    Theme,
    Usage,
)

TIDES = Paper(
    key="arxiv:2699.00001",
    title="Counting tides in bathtubs",
    abstract="Bathtubs have tides. We timed 40 tubs & found tides < 2 mm in 31 of them. More tubs are needed.",
    authors=("Ida Quill", "Bo Marrow", "Tam Fenn", "Ruth Osk", "Lev Parr"),
    published=dt.date(2099, 10, 28),
    identifiers={"arxiv": "2699.00001"},
    categories=("phys.bath", "stat.ME"),
    code_url="https://code.example/tides",
)
KETTLES = Paper(
    key="doi:10.9999/kettle(7)",
    title="A survey of singing kettles, 1900–1999",
    abstract="Kettles sing in thirds. This survey covers 212 kettles from nine factories.",
    authors=("Ned Ampoule",),
    published=dt.date(2099, 11, 3),
    identifiers={"doi": "10.9999/kettle(7)"},
    venue="Journal of Kitchen Acoustics",
)
MOSS = Paper(
    key="hash:moss",
    title="Moss that keeps time",
    authors=("Ida Quill", "Tam Fenn"),
    url="https://moss.example/papers?id=3&lang=en",
)
HOSTILE = Paper(
    key="hash:hostile",
    title="<script>alert(1)</script> `tick` | pipe\n# heading ](javascript:alert(2)) {{ 7 * 7 }} {% raw %}",
    abstract='"><img src=x onerror=alert(3)> ![x](https://evil.example/p.png) It claims 3 < 4. \x1b[31mRed.',
    authors=('Mallory "><b onmouseover=alert(4)>', "@everyone"),
    url="javascript:alert(5)",
    code_url="data:text/html,<script>alert(6)</script>",
    categories=("</style>",),
)
PAPERS = (TIDES, KETTLES, MOSS, HOSTILE)


def evidence(paper: Paper, text: str, sentence: int = 0) -> Evidence:
    start = paper.abstract.index(text)
    return Evidence(sentence=sentence, start=start, end=start + len(text), text=text)


SUMMARIES = (
    Summary(
        paper_key=TIDES.key,
        tldr="Of 40 bathtubs timed, 31 have tides of less than 2 mm.",
        method="written",
        evidence=(evidence(TIDES, "We timed 40 tubs & found tides < 2 mm in 31 of them.", 1),),
        asked=1,
    ),
    Summary(
        paper_key=KETTLES.key,
        tldr="This survey covers 212 kettles from nine factories.",
        method="extracted",
        evidence=(evidence(KETTLES, "This survey covers 212 kettles from nine factories.", 1),),
        asked=2,
        why="the written one named a number that the abstract does not",
    ),
    Summary(paper_key=MOSS.key, tldr="", method="none"),
    Summary(
        paper_key=HOSTILE.key,
        tldr="It claims 3 < 4. <img src=x onerror=alert(7)> [here](javascript:alert(8)) https://evil.example",
        method="extracted",
        evidence=(evidence(HOSTILE, "It claims 3 < 4."),),
    ),
)

DIGEST = Digest(
    title="The Kitchen Physicist",
    created=dt.datetime(2099, 11, 4, 7, 30, tzinfo=dt.UTC),
    period=Period(first=dt.date(2099, 10, 28), last=dt.date(2099, 11, 3)),
    note="A **quiet** week. See [the almanac](https://almanac.example/99).\n\n- Tuesday: tea",
    overview=Overview(
        text="Water moves and metal sings. The surprise is how small the tides are.",
        paper_keys=(TIDES.key, KETTLES.key),
        sentences=(
            Cited(text="Water moves and metal sings.", paper_keys=(KETTLES.key, TIDES.key)),
            Cited(text="The surprise is how small the tides are.", paper_keys=(TIDES.key, "hash:nowhere")),
        ),
    ),
    highlights=(
        Highlight(paper_key=TIDES.key, reason="first count of tides in tubs"),
        Highlight(paper_key=HOSTILE.key, reason="matches your interest in <b>red</b> text"),
    ),
    interests=("tides", "<i>moss</i>"),
    matches=(
        Match(paper_key=TIDES.key, score=0.912, reason="matches your interest in tides"),
        Match(paper_key=HOSTILE.key, score=0.2, reason="cites [this](javascript:alert(9)) <u>paper</u>"),
    ),
    themes=(
        Theme(
            title="Water & its moods",
            blurb="Both watch water for hours. One counts, the other listens.",
            paper_keys=(TIDES.key, KETTLES.key),
            see_also=(MOSS.key, TIDES.key),
            status="grown",
        ),
        Theme(title="Patient plants", paper_keys=(MOSS.key,), status="new"),
        Theme(title="Water & its moods", paper_keys=(HOSTILE.key,), other=True),
    ),
    vanished=("Teapots & lids",),
    map=tuple(
        Point(paper_key=paper.key, x=x, y=y)
        for paper, x, y in zip(PAPERS, (0.1, 0.1, 0.8, 0.4), (0.2, 0.2, 0.9, 0.6), strict=True)
    ),
    summaries=SUMMARIES,
    papers=PAPERS,
    fragments=(
        Fragment(source="kitchen.txt", first_line=1, last_line=3, text="Sign up | now\n<b>", why="no title in it"),
    ),
    sources=(Source(name="kitchen.txt", format="pasted page", papers=4),),
    left_out=(
        LeftOut(paper_key="hash:cup", title="Cups | <b>cold</b>", url="javascript:alert(7)", why="4 papers match more"),
    ),
    account=Account(
        received=6,
        duplicates=1,
        left_out=1,
        outranked=1,
        digested=4,
        unreadable=1,
        written=1,
        repaired=1,
        extracted=2,
        failed=1,
        without_abstract=1,
        why=("One TL;DR named a number that its abstract does not, and was replaced.",),
    ),
    usage=Usage(calls=3, prompt_tokens=1840, completion_tokens=212, money=0.0031, seconds=4.2),
    engine=Engine(backend="ollama", model="tiny-kettle:1b", version="0.1.0"),
)


def built_in(digest: Digest = DIGEST) -> Digest:
    """The sample as the built-in engine leaves it: nothing written, no overview, no call."""
    summaries = tuple(
        summary.model_copy(update={"method": "extracted"}) if summary.method == "written" else summary
        for summary in digest.summaries
    )
    account = Account(received=5, duplicates=1, digested=4, extracted=3, without_abstract=1, unreadable=1)
    update = {"summaries": summaries, "account": account, "engine": Engine(version="0.1.0")}
    bare = {"left_out": (), "overview": None, "highlights": (), "interests": (), "matches": (), "map": (), "note": ""}
    return digest.model_copy(update=update | bare | {"usage": Usage(seconds=0.2)})
