"""Renders the user's templates and prompts with invented papers, so that mistakes are found before a model is paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from broadsheet.errors import TemplateError
from broadsheet.models import (
    Account,
    Cited,
    Digest,
    Engine,
    Evidence,
    Finding,
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
from broadsheet.rendering.page_set import render_files
from broadsheet.settings.loading import WrittenForm
from broadsheet.settings.resources import Resources

PROMPT_VALUES: Mapping[str, Mapping[str, Any]] = {
    "summarise.txt": {
        "length": 25,
        "max_words": 25,
        "language": "English",
        "audience": "a colleague in the next field",
        "hints": "first",
        "alone": False,
    },
    "paper.txt": {"title": "A title", "abstract": "An abstract.", "sentences": "A sentence.", "hints": "first"},
    "judge.txt": {},
    "judge_papers.txt": {
        "papers": [{"id": "b2c3", "text": "A title\nAn abstract.", "tldr": "It."}],
        "seal": "bcdfghjk",
    },
    "summarise_papers.txt": {
        "papers": [
            {"id": "b2c3", "text": "A title\nAn abstract.", "fault": ""},
            {"id": "d4f5", "text": "A title\nAn abstract.", "fault": "it has 40 words"},
        ],
        "seal": "bcdfghjk",
        "alone": False,
    },
    "name_theme.txt": {"language": "English", "blurbs": True},
    "name_theme_papers.txt": {
        "papers": [{"title": "A title", "tldr": "A sentence."}],
        "refused": True,
        "seal": "bcdfghjk",
    },
    "name_sections.txt": {"language": "English"},
    "name_sections_themes.txt": {"sections": [{"id": "b2c3", "titles": "Kettles; Lids"}], "seal": "bcdfghjk"},
    "group.txt": {"low": 2, "high": 3, "language": "English"},
    "group_papers.txt": {
        "papers": [{"id": "b2c3", "title": "A title", "tldr": "It."}],
        "names": ["Kettles"],
        "seal": "bcdfghjk",
    },
    "merge.txt": {"low": 3, "high": 3, "language": "English"},
    "merge_themes.txt": {
        "themes": [{"id": "b2c3", "title": "Kettles", "size": "2", "examples": "A title"}],
        "seal": "bcdfghjk",
    },
    "assign.txt": {
        "themes": [
            {"id": "b2c3", "name": "Kettles", "about": "What sings."},
            {"id": "d4f5", "name": "Lids", "about": ""},
        ],
        "none": "none",
    },
    "assign_papers.txt": {
        "papers": [{"id": "b2c3", "text": "A title | A sentence."}],
        "faults": [{"id": "b2c3", "fault": "it is no id"}],
        "seal": "bcdfghjk",
    },
    "overview.txt": {"language": "English", "interests": ["kettles"]},
    "overview_papers.txt": {
        "themes": [
            {
                "title": "Kettles",
                "size": 1,
                "blurb": "Two on sound.",
                "papers": [{"id": "b2c3", "title": "A title", "tldr": "It."}],
            }
        ],
        "faults": ["b2c3: the papers do not say 31"],
        "seal": "bcdfghjk",
    },
    "check_schema.txt": {},
    "check_schema_question.txt": {},
    "check_json_mode.txt": {},
    "check_json_mode_question.txt": {},
}
"""Example values for every prompt, with the names that a run uses."""


def dry_run_templates(resources: Resources, forms: Iterable[WrittenForm]) -> None:
    """Renders a full and a minimal digest in each form; raises `TemplateError` for the first mistake."""
    forms = tuple(forms)
    for digest in (rich_digest(), bare_digest()):
        for text in render_files(digest, forms, resources=resources).values():
            "".join(text)


def dry_run_prompts(resources: Resources) -> None:
    """Renders every prompt; raises `TemplateError` for the first mistake or empty result."""
    for name, values in PROMPT_VALUES.items():
        if not resources.render("prompts", name, **values).strip():
            raise TemplateError(f"{resources.find('prompts', name)}: is empty; delete it to use the shipped one.")


def rich_digest() -> Digest:
    """A digest in which every optional field has a value."""
    abstract = "Kettles sing before they boil. We count 12 notes in 40 kettles."
    start = abstract.index("We count")
    papers = (
        Paper(
            key="arxiv:9901.00001",
            title="Notes of a kettle",
            abstract=abstract,
            authors=("Ada Invented", "Ben Imagined", "Cy Supposed", "Di Pretended"),
            published=dt.date(2026, 1, 5),
            url="https://example.org/kettle",
            code_url="https://example.org/kettle/code",
            identifiers={"arxiv": "9901.00001"},
            categories=("physics.pop-ph",),
            venue="Kettle Letters",
            source="listing.txt",
            line=3,
        ),
        Paper(key="hash:2", title="A lid that rattles", abstract="Lids rattle at 3 Hz.", published=dt.date(2026, 1, 9)),
        Paper(key="hash:3", title="Spouts, a position"),
    )
    evidence = Evidence(sentence=1, start=start, end=len(abstract), text=abstract[start:])
    finding = Finding(kind="number", span="13", detail="the abstract has no 13")
    summaries = (
        Summary(paper_key=papers[0].key, tldr="Forty kettles sing 12 notes.", method="written", evidence=(evidence,)),
        Summary(paper_key="hash:2", tldr=papers[1].abstract, method="extracted", findings=(finding,), asked=3, why="x"),
        Summary(paper_key="hash:3", tldr="", method="none"),
    )
    return Digest(
        title="Rehearsal",
        created=dt.datetime(2026, 1, 9, 8, 0, tzinfo=dt.UTC),
        period=Period(first=dt.date(2026, 1, 5), last=dt.date(2026, 1, 9)),
        note="A *note*.",
        overview=Overview(
            text="Kettles sing.",
            paper_keys=(papers[0].key,),
            sentences=(Cited(text="Kettles sing.", paper_keys=(papers[0].key,)),),
        ),
        highlights=(Highlight(paper_key="hash:2", reason="first count of rattles"),),
        interests=("kettles",),
        matches=(Match(paper_key=papers[0].key, score=0.9, reason="matches your interest in kettles"),),
        themes=(
            Theme(
                title="Sound of kettles",
                section="Kitchens",
                blurb="Two on sound.",
                paper_keys=(papers[0].key, "hash:2"),
                see_also=("hash:3",),
                status="new",
            ),
            Theme(title="Spouts", paper_keys=("hash:3",), status="grown", other=True),
        ),
        vanished=("Teapots",),
        map=tuple(Point(paper_key=paper.key, x=0.5, y=0.5) for paper in papers),
        summaries=summaries,
        papers=papers,
        fragments=(Fragment(source="listing.txt", first_line=1, last_line=2, text="Menu", why="no paper"),),
        sources=(Source(name="listing.txt", format="pasted", papers=4),),
        left_out=(
            LeftOut(
                paper_key="hash:4",
                title="A cold kettle",
                url="https://example.org/4",
                why="3 papers match more",
                kind="outranked",
            ),
            LeftOut(paper_key="hash:5", title="A tepid kettle", why="a new version of an older paper"),
        ),
        notes={"hash:2": "Ask about the lid."},
        account=Account(
            received=6,
            duplicates=1,
            left_out=2,
            outranked=1,
            digested=3,
            unreadable=1,
            written=1,
            repaired=1,
            extracted=1,
            failed=1,
            without_abstract=1,
            why=("One call failed.",),
        ),
        usage=Usage(calls=2, prompt_tokens=900, completion_tokens=80, cached_tokens=100, money=None, seconds=1.5),
        engine=Engine(backend="somewhere", model="some-model", version="0"),
    )


def bare_digest() -> Digest:
    """A digest in which no optional field has a value."""
    return Digest(
        title="Rehearsal",
        created=dt.datetime(2026, 1, 9, 8, 0, tzinfo=dt.UTC),
        themes=(Theme(title="Kettles", paper_keys=("hash:1",)),),
        summaries=(Summary(paper_key="hash:1", tldr="", method="none"),),
        papers=(Paper(key="hash:1", title="Notes of a kettle"),),
        account=Account(received=1, digested=1, without_abstract=1),
    )
