"""All sources become one listing under the names they have in the configuration, and one that fails stops no other."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from broadsheet.editions.collecting import Span, collect
from broadsheet.errors import ConfigError, NoPapers, SourceError
from broadsheet.models import Listing, Paper
from broadsheet.settings.loading import Fetch
from commands import write
from month import put, record, title_of

SPAN = Span(dt.date(2026, 11, 1), dt.date(2026, 11, 7), dt.datetime(2026, 11, 7, 6, tzinfo=dt.UTC))


def gather(*sources: str, home: Path = Path()) -> Listing:
    return collect(sources, home=home, fetch=Fetch(), span=SPAN).listing


def titles(listing: Listing) -> list[str]:
    return [paper.title for paper in listing.papers]


def test_files_folders_and_patterns_are_read_from_the_configurations_folder(tmp_path: Path) -> None:
    for number, name in enumerate(["a.jsonl", "b.jsonl", ".hidden.jsonl"]):
        put(name, record(number))
    for sources in (["inbox"], ["inbox/*.jsonl"], ["inbox/a.jsonl", "inbox/b.jsonl"]):
        assert titles(gather(*sources, home=tmp_path)) == [title_of(0), title_of(1)]


def test_papers_and_sources_bear_the_names_of_the_configuration_and_no_path_of_the_machine(tmp_path: Path) -> None:
    put("a.jsonl", record(0))
    listing = gather("inbox/*.jsonl", home=tmp_path)
    assert listing.sources[0].name == "inbox/*.jsonl"
    assert listing.papers[0].source == "inbox/a.jsonl"
    assert str(tmp_path) not in listing.model_dump_json()


def test_a_source_that_fails_is_told_of_and_the_others_are_read() -> None:
    put("a.jsonl", record(0))
    listing = gather("nowhere.txt", "inbox/a.jsonl")
    assert titles(listing) == [title_of(0)]
    assert [source.why for source in listing.sources] == [
        "there is no file nowhere.txt: check the path in `sources`",
        "",
    ]


def test_where_every_source_fails_the_first_reason_is_said() -> None:
    with pytest.raises(SourceError, match=r"no edition was made; the first: there is no file nowhere\.txt"):
        gather("nowhere.txt", "neither.txt")


@pytest.mark.parametrize("text", ["[]", '{"results": []}', "title,abstract\n", '{"message": {"items": []}}'])
def test_a_source_that_is_an_empty_list_has_not_failed(text: str) -> None:
    write(text, "inbox/a.json")
    collected = collect(["inbox"], home=Path(), fetch=Fetch(), span=SPAN, gave=lambda: {"inbox", "inbox/a.json"})
    assert (collected.listing.papers, collected.failures) == ((), ())


def test_without_sources_there_is_nothing_to_collect() -> None:
    with pytest.raises(ConfigError, match="`sources` is empty"):
        gather()


def test_a_pattern_that_nothing_matches_publishes_nothing_and_says_so() -> None:
    Path("inbox").mkdir()
    with pytest.raises(NoPapers, match=r"no edition was made; the first: no file matches inbox/\*\.jsonl: check"):
        gather("inbox/*.jsonl")
    with pytest.raises(NoPapers, match="no edition was made; the first: there is no file in inbox"):
        gather("inbox", "inbox/*.jsonl")
    put("a.jsonl", record(0))
    listing = gather("inbox/a.jsonl", "inbox/*.csv")
    assert [source.why for source in listing.sources] == [
        "",
        "no file matches inbox/*.csv: check the pattern in `sources`",
    ]


BLANK = [
    "",
    "  \n",
    "<html><body><p>Sign in to go on.</p></body></html>",
    '{"error": "quota", "results": []}',
    "%",
    "Moved.",
]


@pytest.mark.parametrize("source", ["inbox/a.txt", "inbox/*.txt"])
@pytest.mark.parametrize("text", BLANK)
def test_a_source_that_gave_papers_and_is_read_as_nothing_now_has_failed(text: str, source: str) -> None:
    write(text, "inbox/a.txt")
    put("b.jsonl", record(0))
    found = collect([source, "inbox/b.jsonl"], home=Path(), fetch=Fetch(), span=SPAN, gave=lambda: {source})
    assert len(found.failures) == 1
    assert found.listing.sources[0].why.startswith("it gave papers before, and gives none now: ")
    with pytest.raises(SourceError, match=r"no source could be read.* it gave papers before"):
        collect([source], home=Path(), fetch=Fetch(), span=SPAN, gave=lambda: {source})


def test_a_file_beside_others_that_gave_papers_is_named_and_a_note_that_never_did_is_not() -> None:
    write("Moved.", "inbox/a.txt")
    write("Notes to myself: buy tea.", "inbox/notes.txt")
    put("b.jsonl", record(0))
    found = collect(["inbox"], home=Path(), fetch=Fetch(), span=SPAN, gave=lambda: {"inbox", "inbox/a.txt"})
    assert len(found.failures) == 1
    assert "inbox/a.txt" in found.listing.sources[0].why
    assert "notes" not in found.listing.sources[0].why


def test_a_folder_that_was_emptied_after_it_gave_papers_is_named() -> None:
    Path("inbox").mkdir()
    with pytest.raises(SourceError, match="it gave papers before, and gives none now: there is no file in inbox"):
        collect(["inbox"], home=Path(), fetch=Fetch(), span=SPAN, gave=lambda: {"inbox"})


def test_a_paper_of_two_sources_is_one_and_all_that_came_is_counted() -> None:
    put("a.jsonl", record(0), record(1), record(1))
    put("b.jsonl", record(1), record(2))
    listing = gather("inbox/a.jsonl", "inbox/b.jsonl")
    assert titles(listing) == [title_of(0), title_of(1), title_of(2)]
    assert [one.source for one in listing.duplicates] == ["inbox/a.jsonl", "inbox/b.jsonl"]


@pytest.mark.parametrize(
    ("day", "strict", "holds"),
    [(None, True, True), ("2026-10-31", True, False), ("2026-10-31", False, True), ("2026-11-07", True, True)],
)
def test_dates_bound_what_is_taken_only_where_a_person_named_them(day: str | None, strict: bool, holds: bool) -> None:
    paper = Paper(key="k", title="T", published=day and dt.date.fromisoformat(day))
    assert Span(SPAN.since, SPAN.until, SPAN.at, strict=strict).holds(paper) is holds


def test_papers_in_several_languages_are_collected_in_the_readers(tmp_path: Path) -> None:
    write('[{"title": {"en": "Goats", "de": "Ziegen"}, "abstract": "We count."}]', "inbox/a.json")
    collected = collect(["inbox/a.json"], home=tmp_path, fetch=Fetch(), span=SPAN, language="German")
    assert titles(collected.listing) == ["Ziegen"]
