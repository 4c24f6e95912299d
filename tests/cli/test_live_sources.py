"""Live sources and addresses on the command line: they are read like files, and never end in a silent empty digest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import broadsheet
from broadsheet.errors import NoPapers, SourceError
from commands import LISTING, digest_json, run, write
from listing_samples import workbook_of
from site_of_ours import Call, Said, Site, json_of, papers, settings

EMPTY_FEED = '<rss version="2.0"><channel><title>cs.CL</title></channel></rss>'


def answer(call: Call) -> Said:
    if call.path == "/works":
        rows = papers(0, int(call.query["rows"]) if "limited" not in call.query.get("query", "") else 7)
        return json_of({"message": {"items": rows[:7], "total-results": 7, "next-cursor": "x"}})
    if call.path == "/listing":
        return Said(LISTING)
    if call.path.startswith("/rss/"):
        return Said(EMPTY_FEED)
    if call.path == "/papers.xlsx":
        rows = [["Title", "Abstract"], ["Kettles at Sea", "They rust there."], ["Kettles on Land", "They rest there."]]
        return Said(workbook_of(rows))
    if call.path == "/paper":
        return Said(b"%PDF-1.7 kettles")
    return Said("", 404)


@pytest.fixture
def site() -> Iterator[Site]:
    with Site(answer) as site:
        fetch = settings(site, attempts=1).model_dump(mode="json")
        write(json.dumps({"fetch": fetch}), "config.yaml")
        yield site


def test_a_source_is_read_like_a_file(site):
    done = run("read", "crossref:kettles")
    assert done.exit_code == 0, done.stderr
    assert "crossref:kettles\nFormat     JSON\nPapers     7\n" in done.stdout
    assert done.stderr == ""


def test_a_digest_of_sources_addresses_and_files_names_each(site):
    done = run("digest", "crossref:kettles", f"{site.url}/listing?token=abcd1234", write(LISTING, "a.txt"))
    assert done.exit_code == 0, done.stderr
    sources = [(source["name"], source["papers"]) for source in digest_json()["sources"]]
    assert sources == [("crossref:kettles", 7), (f"{site.url}/listing?token=...", 3), ("a.txt", 3)]
    assert digest_json()["account"]["duplicates"] == 3
    assert "abcd1234" not in Path("digest/digest.html").read_text() + done.stdout + done.stderr


def test_a_workbook_behind_an_address_is_read_like_one_in_a_file(site):
    for _ in range(2):  # fetched, and then from the cache
        done = run("read", f"{site.url}/papers.xlsx", "--json")
        assert done.exit_code == 0, done.stderr
        told = json.loads(done.stdout)
        assert [paper["title"] for paper in told["papers"]] == ["Kettles at Sea", "Kettles on Land"]
        assert told["sources"][0]["format"] == "a workbook"


def test_a_limit_cuts_what_came_in_larger_pages(site):
    done = run("read", "crossref:limited?limit=4", "--json")
    assert len(json.loads(done.stdout)["papers"]) == 4


def test_a_limit_of_the_settings_is_told_of(site, monkeypatch):
    monkeypatch.setenv("BROADSHEET_FETCH__LIMIT", "4")
    done = run("read", "crossref:limited")
    assert "crossref:limited: the first 4 of 7 papers were taken." in done.stderr
    assert "Missing    the first 4 of 7 papers were taken\n" in done.stdout


def test_a_source_with_nothing_says_why_and_makes_no_digest(site):
    done = run("digest", "arxiv:cs.CL")
    assert done.exit_code == 4
    assert done.stderr.startswith("broadsheet: arxiv:cs.CL has no papers in it: arXiv announce")
    assert not Path("digest").exists()


def test_a_source_that_fails_ends_the_command_with_its_reason(site):
    done = run("digest", "hf:daily")
    assert done.exit_code == 3
    assert done.stderr == ("broadsheet: hf:daily: Hugging Face has nothing at that address (404): check the name.\n")


def test_a_source_that_fails_among_others_is_told_of_and_the_rest_digested(site):
    done = run("digest", "hf:daily", "arxiv:cs.CL", "crossref:kettles")
    assert done.exit_code == 0
    assert "hf:daily: Hugging Face has nothing at that address (404): check the name." in done.stderr
    assert "Missing    hf:daily: Hugging Face has nothing" in done.stdout
    whys = [source["why"][:20] for source in digest_json()["sources"]]
    assert [bool(why) for why in whys] == [True, True, False]


def test_a_mistake_in_any_name_is_told_before_anybody_is_asked(site):
    done = run("read", "crossref:kettles", "arxiv:cs.CL?sinc=2026-11-13")
    assert done.exit_code == 2
    assert "arxiv knows no option 'sinc'" in done.stderr
    assert site.calls == []


def test_a_misspelt_service_is_no_missing_file(site):
    done = run("read", "arvix:cs.CL")
    assert done.exit_code == 2
    assert done.stderr == (
        "broadsheet: there is no file arvix:cs.CL, and no such live source: did you mean `arxiv:cs.CL`?\n"
    )


def test_an_address_of_something_else_is_told_what_it_is(site):
    done = run("read", f"{site.url}/paper")
    assert (done.exit_code, "is a PDF: copy its text" in done.stderr) == (3, True)
    assert run("read", f"{site.url}/nowhere").exit_code == 3


def test_the_log_shows_no_key(site, monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    done = run("read", "openalex:kettles", "--verbose")
    assert done.exit_code == 3
    assert site.calls[0].query["api_key"] == "secret-of-openalex"
    assert "secret-of-openalex" not in done.output + done.stderr


def test_files_are_read_whatever_the_configuration_says():
    write("title: x\nthems: 4\n", "config.yaml")
    assert run("read", write(LISTING, "a.txt")).exit_code == 0
    assert run("read", "hf:daily").exit_code == 5


def test_sources_and_addresses_are_read_from_python(site):
    assert len(broadsheet.read("crossref:kettles").papers) == 7
    assert len(broadsheet.read(f"{site.url}/listing").papers) == 3
    assert len(broadsheet.read(f"arxiv:cs.CL\n\n{LISTING}").papers) >= 3
    with pytest.raises(NoPapers):
        broadsheet.read("arxiv:cs.CL")
    with pytest.raises(SourceError):
        broadsheet.read("hf:daily")
