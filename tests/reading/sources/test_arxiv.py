"""arXiv: its feed of the last announcement, its search page by page, papers by their ids."""

from __future__ import annotations

import pytest

from broadsheet.reading.sources.fetcher import Fetched
from services import FEED, ITEM, arxiv, failure, faulty, fetch
from site_of_ours import DAY, NOW, Call, Clock, Said, Site, atom, json_of, papers


def test_a_category_is_the_feed_of_the_last_announcement():
    with Site(lambda call: Said(FEED.format(items=ITEM * 2))) as site:
        got = fetch(site, "arxiv:cs.cl")
    assert site.asked == ["/rss/cs.CL"]
    assert got == Fetched("arxiv:cs.cl", (FEED.format(items=ITEM * 2),), 1000)


@pytest.mark.parametrize(
    ("terms", "path"),
    [
        ("cs.CL+stat.ml", "/rss/cs.CL+stat.ML"),
        ("astro-ph.co", "/rss/astro-ph.CO"),
        ("hep-th", "/rss/hep-th"),
        ("COND-MAT.SOFT", "/rss/cond-mat.soft"),
    ],
)
def test_categories_are_spelled_as_arxiv_spells_them(terms, path):
    with Site(lambda call: Said(FEED.format(items=ITEM))) as site:
        fetch(site, f"arxiv:{terms}")
    assert site.asked == [path]


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        ("graph nets", "all:graph AND all:nets"),
        ('"graph nets" kettle', 'all:"graph nets" AND all:kettle'),
        ("ti:kettle AND cat:cs.CL", "ti:kettle AND cat:cs.CL"),
        (
            "cs.CL+cs?since=2026-11-13",
            "(cat:cs.CL OR cat:cs.*) AND submittedDate:[202611130000 TO 202611202359]",
        ),
        ("hep-th?days=1", "(cat:hep-th) AND submittedDate:[202611200000 TO 202611202359]"),
    ],
)
def test_words_fields_and_dates_become_a_search_newest_first(terms, asked):
    with Site(arxiv(1)) as site:
        fetch(site, f"arxiv:{terms}")
    query = site.calls[0].query
    assert query["search_query"] == asked
    assert (query["sortBy"], query["sortOrder"]) == ("submittedDate", "descending")


def test_a_search_is_paged_to_its_end_with_three_seconds_between():
    clock = Clock()
    with Site(arxiv(1203)) as site:
        got = fetch(site, "arxiv:kettles?limit=3000", clock)
    assert [call.query["start"] for call in site.calls] == ["0", "500", "1000"]
    assert sum(text.count("<entry>") for text in got.texts) == 1203
    assert got.why == ""
    assert clock.slept == [3.0, 3.0]


def test_a_limit_ends_the_paging_and_a_page_is_no_larger_than_it():
    with Site(arxiv(1203)) as site:
        got = fetch(site, "arxiv:kettles?limit=20")
        named = fetch(site, "arxiv:kettles", limit=600)
    assert [call.query["max_results"] for call in site.calls] == ["20", "500", "500"]
    assert (got.limit, named.limit) == (20, 600)
    assert named.why == "the first 600 of 1,203 papers were taken"


@pytest.mark.parametrize(
    "fault",
    [
        atom(0, 0, 1203),
        atom(0, 0, 0),
        atom(500, 499, 1203),
        Said(str(atom(500, 500, 1203).body)[:5000]),
        Said(""),
        Said("<html><body>Rate exceeded.</body></html>"),
        Said("Rate exceeded.", 429),
        Said("", 503),
        Said("", 500),
    ],
    ids=["empty", "forgets the total", "short", "cut off", "nothing", "html", "429", "503", "500"],
)
def test_a_fault_in_the_middle_is_asked_for_again_and_never_taken_for_the_end(fault):
    clock = Clock()
    with Site(faulty(arxiv(1203), None, fault, fault)) as site:
        got = fetch(site, "arxiv:kettles?limit=3000", clock)
    assert sum(text.count("<entry>") for text in got.texts) == 1203
    assert [call.query["start"] for call in site.calls] == ["0", "500", "500", "500", "1000"]
    assert got.why == ""
    assert {2.0, 4.0} <= set(clock.slept)


def test_pages_that_stay_empty_end_with_what_came_and_a_reason():
    def answer(call: Call) -> Said:
        return atom(0, 500, 1203) if call.query["start"] == "0" else atom(0, 0, 1203)

    with Site(answer) as site:
        got = fetch(site, "arxiv:kettles?limit=3000")
    assert len(site.calls) == 6
    assert got.why == "arXiv gave 500 of its 1,203 papers, and no more"


def test_ids_are_asked_for_by_the_hundred_and_missing_ones_are_told():
    ids = ",".join(f"2611.{number:05}" for number in range(150))
    with Site(
        lambda call: atom(0, call.query["id_list"].count(",") + 1 - ("2611.00149" in call.query["id_list"]), 0)
    ) as site:
        got = fetch(site, f"arxiv:{ids}")
    assert [call.query["id_list"].count(",") + 1 for call in site.calls] == [100, 50]
    assert got.why == "arXiv gave 149 of its 150 papers, and no more"


@pytest.mark.parametrize("id", ["2401.01234", "2401.01234v2", "hep-th/9901001", "arXiv:2401.01234"])
def test_an_id_in_any_spelling_is_an_id(id):
    with Site(lambda call: atom(0, 1, 1)) as site:
        fetch(site, f"arxiv:{id}")
    assert site.calls[0].query["id_list"] == id.removeprefix("arXiv:")


def test_an_error_that_comes_as_a_feed_is_told_in_arxivs_words():
    entry = (
        "<entry><id>http://arxiv.org/api/errors#incorrect_id_format_for_1</id><title>Error</title>"
        "<summary>incorrect id format for 1</summary></entry>"
    )
    body = str(atom(0, 0, 1).body).replace("</feed>", f"{entry}</feed>")
    with Site(lambda call: Said(body)) as site:
        said = failure(site, "arxiv:kettles")
    assert said == "arxiv:kettles: arXiv does not accept the question (incorrect id format for 1)."


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (0, "arXiv announced nothing in cs.CL on Friday 2026-11-20: a holiday, or no such category"),
        (1, "arXiv announces nothing on Saturdays and Sundays, and it is Saturday"),
        (2, "arXiv announces nothing on Saturdays and Sundays, and it is Sunday"),
    ],
)
def test_an_empty_feed_says_why(days, why):
    with Site(lambda call: Said(FEED.format(items=""))) as site:
        got = fetch(site, "arxiv:cs.CL", Clock(NOW + days * DAY))
    assert got.texts == ()
    assert got.why.startswith(why)
    assert '"arxiv:cs.CL?since=2026-11-' in got.why


def test_a_search_without_a_match_says_what_was_looked_for():
    with Site(arxiv(0)) as site:
        got = fetch(site, "arxiv:kettles?days=2")
    assert got.why.startswith("arXiv knows no paper for 'kettles' between 2026-11-19 and 2026-11-20; ")


def test_ids_that_arxiv_has_and_does_not_give_are_asked_for_again():
    with Site([atom(0, 0, 2), atom(0, 2, 2)]) as site:
        got = fetch(site, "arxiv:2611.00000,2611.00001")
    assert (len(site.calls), got.why) == (2, "")


def rate_exceeded_feed() -> Said:
    return Said(
        '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><entry>'
        "<id>http://arxiv.org/api/errors#rate</id><title>Error</title><summary>Rate exceeded.</summary></entry>"
        "</feed>\n"
    )


@pytest.mark.parametrize(
    ("throttle", "said"),
    [
        (Said("", 406, {"Retry-After": "75"}), "it throttles (406)"),
        (Said("Rate exceeded.", 200, {"Retry-After": "75"}), "it throttles (200: Rate exceeded)"),
        (Said("Rate exceeded.", 429, {"Retry-After": "75"}), "it is too busy (429: Rate exceeded)"),
        (Said('{"message": "Too Many Requests"}', 200, {"Retry-After": "75"}), "it throttles (200: Too Many Requests)"),
    ],
)
def test_arxiv_that_throttles_is_waited_for_as_long_as_it_says_and_called_by_its_name(throttle, said):
    clock = Clock()
    with Site(faulty(arxiv(3), throttle, throttle)) as site:
        got = fetch(site, "arxiv:ti:kettle", clock)
    assert (len(got.texts), got.why) == (1, "")
    assert [slept for slept in clock.slept if slept > 3] == [75.0, 75.0]
    with Site(lambda call: throttle) as site:
        told = failure(site, "arxiv:ti:kettle", attempts=2)
    assert said in told
    assert "check the name" not in told


def test_a_feed_of_arxiv_that_says_it_is_asked_too_often_is_asked_again():
    with Site(faulty(arxiv(3), rate_exceeded_feed())) as site:
        assert fetch(site, "arxiv:ti:kettle").why == ""
    with Site(lambda call: rate_exceeded_feed()) as site:
        assert "it throttles (Rate exceeded.)" in failure(site, "arxiv:ti:kettle", attempts=1)


def test_a_throttling_answer_is_not_kept_for_the_next_run():
    with Site([Said("Rate exceeded."), atom(0, 1, 1)]) as site:
        failure(site, "arxiv:ti:kettle", attempts=1)
        assert len(fetch(site, "arxiv:ti:kettle").texts) == 1


def shut_arxiv(call: Call) -> Said:
    if call.path == "/works":
        return json_of({"meta": {"count": 1}, "results": papers(0, 1)})
    return Said("", 406)


@pytest.mark.parametrize(
    ("name", "filtered"),
    [
        ("arxiv:graph nets?since=2026-11-13", "locations.source.id:S4306400194,from_publication_date:2026-11-13"),
        ("arxiv:2401.00001v2", "doi:10.48550/arxiv.2401.00001"),
    ],
)
def test_openalex_is_asked_where_arxiv_stays_shut_and_is_named(name, filtered):
    with Site(shut_arxiv) as site:
        got = fetch(site, name, attempts=2)
    assert site.asked == ["/api/query", "/api/query", "/works"]
    assert site.calls[-1].query["filter"] == filtered
    assert len(got.texts) == 1
    assert got.why == (
        f"{name}: arXiv was asked 2 times, and it throttles (406): try again later; OpenAlex was asked in its place"
    )


def test_arxivs_search_is_asked_where_its_feed_is_shut():
    def answer(call: Call) -> Said:
        return Said("", 406) if call.path.startswith("/rss") else atom(0, 2, 2)

    with Site(answer) as site:
        got = fetch(site, "arxiv:cs.CL", attempts=1)
    assert site.calls[-1].query["search_query"] == "(cat:cs.CL) AND submittedDate:[202611170000 TO 202611202359]"
    assert got.why.endswith("arXiv's search was asked in its place")


def test_where_the_other_service_is_shut_too_both_are_named():
    with Site(lambda call: Said("", 503)) as site:
        said = failure(site, "arxiv:graph nets", attempts=1)
    assert "arXiv was asked once" in said
    assert "OpenAlex was asked in its place, and failed too" in said
