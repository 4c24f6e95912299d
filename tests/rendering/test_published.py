"""What is published says what is amiss, and neither where files lie nor what whoever runs it should do."""

from __future__ import annotations

import pytest

from broadsheet.mailing.render import Frame, render_letter
from broadsheet.models import Engine, Fragment, Source
from broadsheet.rendering.pages import FILE_NAMES, render_digest
from broadsheet.rendering.published import file_name, publish_digest, reason
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST

HOME = "/home/ada.ash/private"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/home/ada/inbox/x.txt", "x.txt"),
        ("/home/ada/inbox/*.txt", "*.txt"),
        ("~/inbox/x.txt", "x.txt"),
        ("~ada/x.txt", "x.txt"),
        ("file:///home/ada/x.txt", "x.txt"),
        ("C:\\Users\\Ada\\x.txt", "x.txt"),
        ("\\\\nas\\ada\\x.txt", "x.txt"),
        ("//nas/ada/x.txt", "x.txt"),
        ("inbox/x.txt", "inbox/x.txt"),
        ("-", "-"),
        ("arxiv:cs.CL", "arxiv:cs.CL"),
        ("https://example.org/a/b.xml", "https://example.org/a/b.xml"),
        ("~50 % of kettles / pots", "~50 % of kettles / pots"),
    ],
)
def test_a_file_is_named_without_its_folders(name: str, shown: str) -> None:
    assert file_name(name) == shown


@pytest.mark.parametrize(
    ("why", "said"),
    [
        ("there is no file /home/ada/x.txt: check the path in `sources`", "there is no file x.txt"),
        ("2 TL;DRs were taken from the abstract: nobody answers at a.example: start the server, or correct `b.c`.",
         "2 TL;DRs were taken from the abstract: nobody answers at a.example."),
        ("arXiv was asked 5 times, and it is busy: try again later, or set X: it serves those with a key first.",
         "arXiv was asked 5 times, and it is busy."),
        ("/home/ada/m/x.gguf cannot be loaded: it is no GGUF file.", "x.gguf cannot be loaded: it is no GGUF file."),
        ("a.example knows no model 'x' (404): `broadsheet doctor` lists the models it has.",
         "a.example knows no model 'x' (404)."),
        ("C:\\Users\\Ada\\x.txt is not UTF-8 text; save it as UTF-8.", "x.txt is not UTF-8 text."),
        ("x refuses the key (401): check its variable; y is busy.", "x refuses the key (401); y is busy."),
        ("1 TL;DR was taken from the abstract: the run stopped at $0.10.",
         "1 TL;DR was taken from the abstract: the run stopped at $0.10."),
        ("the answer at https://example.org/a/b ends early", "the answer at https://example.org/a/b ends early"),
        ("3/4 of it, 10 km/h and/or more: 5 of 9", "3/4 of it, 10 km/h and/or more: 5 of 9"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_reason_stays_and_its_advice_goes(why: str, said: str) -> None:
    assert reason(why) == said


@pytest.mark.parametrize("form", [*FILE_NAMES, "mail"])
def test_no_form_tells_where_files_lie_or_what_to_do(form: str) -> None:
    source = Source(name=f"{HOME}/*.txt", format="text", papers=1, why=f"{HOME}/x.txt is empty: name another `sources`")
    account = DIGEST.account.model_copy(update={"why": (f"{HOME}/m.gguf is too large: set `local.context` lower.",)})
    digest = DIGEST.model_copy(
        update={
            "papers": tuple(paper.model_copy(update={"source": f"{HOME}/x.txt"}) for paper in DIGEST.papers),
            "summaries": tuple(each.model_copy(update={"why": account.why[0]}) for each in DIGEST.summaries),
            "fragments": (Fragment(source=f"{HOME}/x.txt", first_line=1, last_line=2, text="Menu", why="no paper"),),
            "sources": (source,),
            "interests": (f"{HOME}/liked.bib",),
            "account": account,
            "engine": Engine(backend="vllm", model=f"{HOME}/m.gguf", version="0.1"),
        }
    )
    if form == "mail":
        letter = render_letter(digest, Frame(), resources=Resources())
        text = letter.subject + letter.html + letter.text
    else:
        text = render_digest(digest, form, resources=Resources())  # type: ignore[arg-type]
    for told in (HOME, "ada.ash", "local.context", "name another", "set `"):
        assert told not in text


def test_what_tells_nothing_of_the_kind_is_published_as_it_is() -> None:
    assert publish_digest(DIGEST) == DIGEST
