"""`broadsheet read`: what is understood of files, live sources and addresses, and what is said where nothing is."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from commands import LISTING, run, write
from kettle_site import kettle_site
from site_of_ours import Site


@pytest.fixture
def listing() -> str:
    return write(LISTING, "listing.txt")


def test_read_tells_what_was_understood_and_what_was_not(listing):
    result = run("read", listing)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:5] == [
        "listing.txt",
        "Format     pasted text",
        "Papers     3",
        "First      Notes of a Kettle That Sings Before It Boils",
        "Last       A Survey of Spouts and of the Puddles Below Them",
    ]
    assert "Not read   line 1: “Kettle Weekly” (" in result.stdout
    assert "Papers     3 found, no duplicates, 3 to digest\n" in result.stdout


def test_read_names_papers_that_came_twice(listing):
    again = write(LISTING, "again.txt")
    result = run("read", listing, again)
    assert "Papers     6 found, 3 duplicates, 3 to digest\n" in result.stdout
    assert "Twice      Notes of a Kettle That Sings Before It Boils (again.txt, line 3)\n" in result.stdout


def test_read_json_is_one_document_and_nothing_else(listing):
    result = run("read", listing, "--json")
    document = json.loads(result.stdout)
    assert result.stderr == ""
    assert [paper["line"] for paper in document["papers"]] == [3, 7, 11]
    assert [fragment["first_line"] for fragment in document["fragments"]] == [1]


@pytest.fixture
def site() -> Iterator[Site]:
    with kettle_site() as site:
        yield site


def test_a_source_is_read_like_a_file(site):
    done = run("read", "crossref:kettles")
    assert done.exit_code == 0, done.stderr
    assert "crossref:kettles\nFormat     JSON\nPapers     7\n" in done.stdout
    assert done.stderr == "crossref:kettles: waiting for Crossref\n"


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
    assert (done.exit_code, "it is a PDF that cannot be read" in done.stderr) == (3, True)
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


def test_papers_in_several_languages_are_shown_in_the_configurations():
    listing = write('[{"title": {"en": "Goats", "de": "Ziegen"}, "abstract": "We count forty goats."}]', "both.json")
    write("language: de\n", "config.yaml")
    assert json.loads(run("read", listing, "--json").stdout)["papers"][0]["title"] == "Ziegen"
