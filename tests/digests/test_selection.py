"""What a digest takes of a listing: interests from phrases and files, and the best alone where that is asked for."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest

from broadsheet.digests.pipeline import make_digest
from broadsheet.digests.selection import read_interests, select
from broadsheet.errors import ConfigError
from broadsheet.models import Digest, Listing, Paper
from broadsheet.settings.loading import load_settings
from scripted import RawServer, completion_body

BIBTEX = "@article{x, title={Tying wet knots in hemp}, author={Ada Invented}, abstract={We tie wet knots.}}"
KNOTS, BREAD, KITES = (
    Paper(key="hash:knots", title="Wet knots and bowlines", abstract="We tie wet knots of hemp rope and count them."),
    Paper(key="hash:bread", title="Tidal bread", abstract="We bake loaves of rye in an oven by the sea."),
    Paper(key="hash:kites", title="Paper kites", abstract="We fly kites of paper in the wind and measure their tails."),
)
LISTING = Listing(papers=(BREAD, KNOTS, KITES))


def digest(listing: Listing = LISTING, **flags) -> Digest:
    made = make_digest(
        listing,
        load_settings(flags=flags),
        now=dt.datetime(2026, 3, 13, tzinfo=dt.UTC),
        report=lambda progress: None,
    )
    return asyncio.run(made)


def test_a_digest_is_ranked_and_says_by_what_and_hides_nothing() -> None:
    made = digest(interests=["wet knots"])
    assert made.interests == ("wet knots",)
    assert next(key for theme in made.themes for key in theme.paper_keys) == KNOTS.key
    assert sorted(key for theme in made.themes for key in theme.paper_keys) == sorted(p.key for p in LISTING.papers)
    assert [match.paper_key for match in made.matches] == [paper.key for paper in LISTING.papers]
    reasons = {match.paper_key: match.reason for match in made.matches}
    assert reasons[KNOTS.key] == "matches your interest in wet knots, which its title names"
    assert (made.account.received, made.account.left_out, made.left_out) == (3, 0, ())


def test_top_takes_the_best_and_the_account_names_the_others() -> None:
    replaced = KITES.model_copy(update={"key": "arxiv:1", "identifiers": {"arxiv": "1"}, "categories": ("replaced",)})
    made = digest(Listing(papers=(*LISTING.papers, replaced)), interests=["wet knots"], top=1)
    assert [paper.key for paper in made.papers] == [KNOTS.key]
    account = made.account
    assert (account.received, account.left_out, account.outranked, account.digested) == (4, 3, 2, 1)
    assert [(one.paper_key, one.why) for one in made.left_out] == [
        ("arxiv:1", "a new version of an older paper"),
        (BREAD.key, "a paper matches your interests better"),
        (KITES.key, "a paper matches your interests better"),
    ]


def test_a_top_that_all_fit_leaves_nothing_out() -> None:
    made = digest(interests=["wet knots"], top=3)
    assert (made.account.left_out, made.account.digested, made.left_out) == (0, 3, ())


def test_where_nothing_matches_the_account_says_so() -> None:
    assert "No paper clearly matches your interests: they are ranked by how near they come." in (
        digest(interests=["quantum gravity"]).account.why
    )
    assert digest(interests=["wet knots"]).account.why == ()


def test_a_model_is_never_asked_about_what_was_left_out(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("BROADSHEET_CACHE__FOLDER", str(tmp_path))

    async def run() -> list[dict]:
        from scripted import http

        async with RawServer([http(completion_body('{"papers": []}'))]).running() as server:
            backend = {"base_url": server.url, "model": "m", "batch_size": 1}
            settings = load_settings(
                flags={
                    "interests": ["wet knots"],
                    "top": 1,
                    "backends": {"here": backend},
                    "llm": {"backend": "here", "attempts": 1},
                    "writing": {"repairs": 0},
                }
            )
            await make_digest(
                LISTING, settings, now=dt.datetime(2026, 3, 13, tzinfo=dt.UTC), report=lambda progress: None
            )
            return server.requests

    asked = [str(request["body"]) for request in asyncio.run(run())]
    assert any("hemp rope" in body for body in asked)
    assert not any("rye" in body or "kites" in body.lower() for body in asked)


def test_a_file_of_papers_is_read_and_what_is_like_them_is_found(tmp_path) -> None:
    (tmp_path / "liked.bib").write_text(BIBTEX, encoding="utf-8")
    config = tmp_path / "config.yaml"
    config.write_text("interests: [liked.bib, paper kites]", encoding="utf-8")
    interests = read_interests(load_settings(config))
    assert interests.phrases == ("paper kites",)
    assert [(liked.name, [paper.title for paper in liked.papers]) for liked in interests.liked] == [
        ("liked.bib", ["Tying wet knots in hemp"])
    ]
    assert interests.told == ("paper kites", "Tying wet knots in hemp")
    matches = {match.paper_key: match for match in select(LISTING, load_settings(config)).reader.matches}
    assert matches[KNOTS.key].score > 10 * matches[BREAD.key].score


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"interests": ["nowhere.bib"]}, "nowhere.bib: there is no such file; correct `interests`, or --interest."),
        ({"interests": ["arxiv:cs.CL"]}, "arxiv:cs.CL: an interest is a phrase or a file of papers; save what"),
        ({"top": 3}, "`top` takes the best matches of your interests, and there are none: name some with --interest"),
    ],
)
def test_a_mistake_is_told_before_anything_is_done(flags, said) -> None:
    with pytest.raises(ConfigError) as error:
        digest(**flags)
    assert str(error.value).startswith(said)


def test_a_file_without_a_paper_is_no_interest(tmp_path) -> None:
    (tmp_path / "empty.bib").write_text("@comment{nothing}", encoding="utf-8")
    with pytest.raises(Exception, match=r"empty\.bib"):
        read_interests(load_settings(flags={"interests": [str(tmp_path / "empty.bib")]}))


def test_a_name_too_long_for_a_file_is_a_phrase() -> None:
    assert read_interests(load_settings(flags={"interests": ["wet knots " * 40]})).phrases[0].startswith("wet knots")


def test_a_file_of_interests_is_read_once_until_it_changes(tmp_path) -> None:
    file = tmp_path / "liked.bib"
    file.write_text(BIBTEX)
    settings = load_settings(flags={"interests": [str(file)]})
    first, again = read_interests(settings), read_interests(settings)
    assert first.liked[0].papers[0] is again.liked[0].papers[0]
    file.write_text(BIBTEX.replace("wet knots in hemp", "dry knots in flax"))
    assert read_interests(settings).liked[0].papers[0].title == "Tying dry knots in flax"
