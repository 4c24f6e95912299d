"""The foot of a digest adds up, says how to make it again, and hides nothing that went wrong."""

from __future__ import annotations

import shlex

import pytest

from broadsheet.locale.labels import PageLabels
from broadsheet.locale.translations import load_language
from broadsheet.models import Account, Digest, Engine, Fragment, LeftOut, Source, Summary, Usage
from broadsheet.rendering.run_summary import FRAGMENTS_SHOWN, Colophon, colophon
from sample_digest import DIGEST, built_in

ACCOUNT = Account(
    received=20, duplicates=3, seen=4, left_out=5, outranked=2, digested=8, written=4, extracted=3, without_abstract=1
)


def foot_of(digest: Digest, code: str = "en") -> Colophon:
    return colophon(digest, PageLabels(load_language(code)))


@pytest.mark.parametrize("account", [ACCOUNT, DIGEST.account, built_in().account])
def test_the_parts_of_what_was_received_add_up_to_it(account: Account) -> None:
    figures = foot_of(DIGEST.model_copy(update={"account": account})).figures
    first_whole = next(place for place, figure in enumerate(figures[1:], 1) if not figure.part)
    assert figures[0].number == account.received
    assert sum(figure.number for figure in figures[1:first_whole]) == account.received


def test_what_did_not_happen_is_no_line_of_the_account() -> None:
    figures = {figure.name: figure.number for figure in foot_of(built_in()).figures}
    assert "asked for again" not in figures
    assert all(figures.values())


def test_the_command_makes_the_same_digest_again() -> None:
    words = shlex.split(foot_of(DIGEST).command)
    assert words[:3] == ["broadsheet", "digest", "kitchen.txt"]
    assert words[words.index("--backend") + 1] == "ollama"
    assert words[words.index("--top") + 1] == "4"
    assert [words[at + 1] for at, word in enumerate(words) if word == "--interest"] == list(DIGEST.interests)


def test_an_edition_is_made_again_by_its_number() -> None:
    assert foot_of(DIGEST.model_copy(update={"number": 12})).command == "broadsheet weekly --again 12"


def test_a_source_that_gave_nothing_is_named_once_with_its_reason() -> None:
    source = Source(name="arxiv:cs.CL", format="", papers=0, why="arxiv:cs.CL: nobody answered.")
    assert foot_of(DIGEST.model_copy(update={"sources": (source,)})).why[-1] == "arxiv:cs.CL: nobody answered."


def test_papers_that_were_left_out_stand_by_their_reasons_and_lead_to_safe_places_only() -> None:
    left = [LeftOut(paper_key=key, title=key, url="https://x.example", why=why) for key, why in ["ab", "cd", "eb"]]
    first, second = foot_of(DIGEST.model_copy(update={"left_out": tuple(left)})).left_out
    assert [paper.title for paper in first.papers] == ["a", "e"]
    assert [paper.title for paper in second.papers] == ["c"]
    assert foot_of(DIGEST).left_out[0].papers[0].url is None


def test_what_was_not_understood_is_counted_even_where_it_is_not_shown() -> None:
    fragments = tuple(
        Fragment(source="-", first_line=line, last_line=line + line % 2, text="?", why="no title")
        for line in range(150)
    )
    foot = foot_of(DIGEST.model_copy(update={"fragments": fragments}))
    assert (len(foot.fragments), foot.more_fragments) == (FRAGMENTS_SHOWN, 150 - FRAGMENTS_SHOWN)
    assert "150" in foot.unreadable
    assert [one.source for one in foot.fragments[:2]] == ["standard input"] * 2
    assert [one.lines for one in foot.fragments[:2]] == ["line 0", "lines 1–2"]


def test_what_a_cap_left_unasked_is_no_failure_of_the_model() -> None:
    digest = DIGEST
    late = [Summary(paper_key=f"k{at}", tldr="x", method="extracted", asked=at // 2, why="a cap") for at in range(4)]
    account = digest.account.model_copy(update={"extracted": 4, "failed": 4})
    foot = foot_of(digest.model_copy(update={"summaries": tuple(late), "account": account}))
    figures = {figure.name: figure.number for figure in foot.figures}
    assert (figures["TL;DRs extracted"], figures["after the model failed"]) == (4, 2)
    assert figures["that no model was asked for"] == 2


def test_the_foot_is_in_the_language_of_the_page() -> None:
    usage = Usage(calls=1204, prompt_tokens=31000, completion_tokens=9, cached_tokens=7, money=0.00001, seconds=61.26)
    foot = foot_of(
        DIGEST.model_copy(update={"usage": usage, "engine": Engine(backend="b", model="m", version="1.0")}), "de"
    )
    assert foot.usage == (
        "1.204 Aufrufe, 31.000 Tokens gefragt (7 davon aus dem Zwischenspeicher), 9 Tokens geantwortet; "
        "unter 0,0001\N{NO-BREAK SPACE}$; 61,3 Sekunden."
    )
    assert foot.engine == "Broadsheet 1.0, m über b."
    assert foot_of(built_in(), "fr").engine.endswith(", le moteur intégré.")
    assert foot.figures[0].name == "Eingegangene Arbeiten"
    assert foot.left_out[0].said.startswith("1 Arbeit ausgelassen: ")


def test_the_account_gives_its_reasons_in_the_language_of_the_page_and_leaves_what_others_said() -> None:
    left = LeftOut(paper_key="a", title="A lid", why="“Lids” has 3 papers already", kind="capped")
    why = (
        "12 themes were asked for and 7 made: in any more a paper would stand alone.",
        "Nobody answers at x.example.",
    )
    digest = DIGEST.model_copy(
        update={"left_out": (left,), "account": DIGEST.account.model_copy(update={"why": why}), "sources": ()}
    )
    foot = foot_of(digest, "ja")
    assert foot.why == (
        "テーマは12件求められ、7件作られた：それ以上では論文が1本だけになる。",
        "Nobody answers at x.example.",
    )
    assert foot.left_out[0].why == "「Lids」にはすでに3本ある"
    assert foot_of(digest).why == why
