"""Live sources against a site of our own: what is asked, page by page, and what is made of faults on the way."""

from __future__ import annotations

import json

import pytest

from broadsheet.errors import SourceError, UsageError
from broadsheet.reading.sources.fetcher import Fetched, Fetcher
from site_of_ours import DAY, NOW, Call, Clock, Said, Site, atom, fetcher, json_of, papers

FEED = (
    '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>cs.CL updates</title>'
    "{items}<skipDays><day>Saturday</day></skipDays></channel></rss>"
)
ITEM = "<item><title>Kettles whistle late</title><description>We boiled kettles.</description></item>"


def fetch(site: Site, name: str, clock: Clock | None = None, **fields: object) -> Fetched:
    with fetcher(site, clock, **fields) as source:
        return source.fetch(name)


def failure(site: Site, name: str, clock: Clock | None = None, **fields: object) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(site, name, clock, **fields)
    return str(caught.value)


def arxiv(count: int):
    """arXiv's search over that many papers."""

    def answer(call: Call) -> Said:
        start, size = int(call.query["start"]), int(call.query["max_results"])
        return atom(start, max(0, min(size, count - start)), count)

    return answer


def faulty(answer, *faults: Said | None):
    """An answer with faults in its place: the first call gets the first of them, `None` what is right."""
    left = list(faults)

    def answered(call: Call) -> Said:
        fault = left.pop(0) if left else None
        return answer(call) if fault is None else fault

    return answered


# arXiv


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


def test_a_source_that_stops_answering_keeps_what_came_and_says_so():
    def answer(call: Call) -> Said:
        return atom(0, 500, 1203) if call.query["start"] == "0" else Said("", 503)

    with Site(answer) as site:
        got = fetch(site, "arxiv:kettles?limit=3000")
    assert len(got.texts) == 1
    assert got.why == (
        "only 500 of its 1,203 papers came: arXiv was asked 5 times, and it is too busy (503): try again later."
    )


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


# Hugging Face


def test_the_lists_of_hugging_face_are_those_of_a_day_a_week_a_month():
    names = ["daily", "daily:2026-11-19", "weekly", "weekly:2026-W46", "monthly:2026-10"]
    with Site(lambda call: json_of(papers(0, 2) if "p" not in call.query else [])) as site:
        for name in names:
            fetch(site, f"hf:{name}")
    asked = [
        {key: call.query[key] for key in ("date", "week", "month") if key in call.query} for call in site.calls[::2]
    ]
    assert asked == [
        {"date": "2026-11-20"},
        {"date": "2026-11-19"},
        {"week": "2026-W47"},
        {"week": "2026-W46"},
        {"month": "2026-10"},
    ]


@pytest.mark.parametrize("repeats", [True, False])
def test_a_list_without_a_count_ends_with_an_empty_page_or_a_repeated_one(repeats):
    def answer(call: Call) -> Said:
        number = int(call.query.get("p", 0))
        return json_of(papers(100 * min(number, 1), 100) if number < 2 or repeats else [])

    with Site(answer) as site:
        got = fetch(site, "hf:weekly")
    assert [call.query.get("p") for call in site.calls] == [None, "1", "2"]
    assert len(got.texts) == 2


def test_an_empty_day_says_what_day_it_is_and_names_one_before():
    with Site(lambda call: json_of([])) as site:
        sunday = fetch(site, "hf:daily", Clock(NOW + 2 * DAY))
    assert sunday.why == (
        "Hugging Face lists no papers for Sunday 2026-11-22; few are submitted on Saturdays and Sundays; "
        "hf:daily:2026-11-20 asks for a day before"
    )


@pytest.mark.parametrize("name", ["hf:yearly", "hf:daily:20.11.2026", "hf:daily:2026-02-30", "hf:weekly:2026-11-20"])
def test_a_list_that_hugging_face_does_not_have_is_refused_before_it_is_asked(name):
    with Site([]) as site, fetcher(site) as source, pytest.raises(UsageError, match="hf:daily"):
        source.plan(name)


# bioRxiv, medRxiv, OpenReview


def biorxiv(count: int, size: int = 30):
    def answer(call: Call) -> Said:
        start = int(call.path.rpartition("/")[2])
        rows = papers(start, max(0, min(size, count - start)))
        message = {"status": "ok", "count": len(rows), "total": str(count)} if rows else {"status": "no posts found"}
        return json_of({"messages": [message], "collection": rows})

    return answer


def test_biorxiv_is_stepped_through_by_what_came():
    with Site(biorxiv(70)) as site:
        got = fetch(site, "biorxiv:Cell biology?days=3")
    assert site.asked == [f"/details/biorxiv/2026-11-18/2026-11-20/{start}" for start in (0, 30, 60)]
    assert site.calls[0].query == {"category": "cell_biology"}
    assert got.why == ""
    assert len(got.texts) == 3


def test_medrxiv_takes_the_days_of_the_settings_and_all_categories():
    with Site(biorxiv(5)) as site:
        fetch(site, "medrxiv:all", days=2)
    assert site.asked == ["/details/medrxiv/2026-11-19/2026-11-20/0"]
    assert site.calls[0].query == {}


def test_an_empty_page_of_biorxiv_is_asked_for_again():
    with Site(
        faulty(biorxiv(70), None, json_of({"messages": [{"status": "no posts found"}], "collection": []}))
    ) as site:
        got = fetch(site, "biorxiv:all")
    assert [path.rpartition("/")[2] for path in site.asked] == ["0", "30", "30", "60"]
    assert got.why == ""


def test_a_category_nobody_has_is_refused_with_the_nearest():
    with Site([]) as site, fetcher(site) as source:
        with pytest.raises(UsageError, match="did you mean `biorxiv:neuroscience`"):
            source.plan("biorxiv:neurosience")
        with pytest.raises(UsageError, match="`medrxiv:all` takes every one"):
            source.plan("medrxiv:kettles")


def test_days_without_a_preprint_are_named():
    with Site(biorxiv(0)) as site:
        got = fetch(site, "biorxiv:ecology")
    assert got.why == "bioRxiv posted nothing in ecology between 2026-11-14 and 2026-11-20"


def test_a_preprint_is_found_by_its_doi():
    with Site(lambda call: json_of({"messages": [{"status": "ok"}], "collection": papers(0, 1)})) as site:
        fetch(site, "biorxiv:10.1101/2026.11.01.000001")
    assert site.asked == ["/details/biorxiv/10.1101/2026.11.01.000001/na/json"]


def openreview(count: int):
    def answer(call: Call) -> Said:
        start, size = int(call.query["offset"]), int(call.query["limit"])
        return json_of({"notes": papers(start, max(0, min(size, count - start))), "count": count})

    return answer


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ("Kettle.cc/2026/Conference", "content.venueid"),
        ("Kettle.cc/2026/Conference/-/Submission", "invitation"),
        ("Kettle 2026 oral", "content.venue"),
    ],
)
def test_a_venue_is_its_id_an_invitation_or_a_name(terms, field):
    with Site(openreview(3)) as site:
        fetch(site, f"openreview:{terms}")
    assert site.calls[0].query == {field: terms, "limit": "1000", "offset": "0"}


def test_a_venue_is_paged_through_and_an_empty_page_asked_for_again():
    with Site(faulty(openreview(2500), None, json_of({"notes": [], "count": 2500}))) as site:
        got = fetch(site, "openreview:Kettle.cc/2026/Conference?limit=9000")
    assert [call.query["offset"] for call in site.calls] == ["0", "1000", "1000", "2000"]
    assert got.why == ""


def test_a_venue_the_new_interface_does_not_know_is_asked_of_the_old():
    with Site([json_of({"notes": [], "count": 0}), json_of({"notes": papers(0, 2), "count": 2})]) as site:
        got = fetch(site, "openreview:Kettle.cc/2019/Conference")
    assert len(site.calls) == 2
    assert len(got.texts) == 1


def test_a_venue_nobody_knows_says_how_venues_are_named():
    with Site(openreview(0)) as site:
        got = fetch(site, "openreview:Kettle.cc/2019/Conference")
    assert got.texts == ()
    assert "such as openreview:ICLR.cc/2026/Conference" in got.why


# OpenAlex, Semantic Scholar, Crossref, PubMed


def openalex(count: int):
    def answer(call: Call) -> Said:
        start = 0 if call.query["cursor"] == "*" else int(call.query["cursor"])
        rows = papers(start, max(0, min(int(call.query["per_page"]), count - start)))
        return json_of(
            {"meta": {"count": count, "next_cursor": str(start + len(rows)) if rows else None}, "results": rows}
        )

    return answer


def crossref(count: int):
    def answer(call: Call) -> Said:
        start = 0 if call.query["cursor"] == "*" else int(call.query["cursor"])
        rows = papers(start, max(0, min(int(call.query["rows"]), count - start)))
        message = {"total-results": count, "items": rows, "next-cursor": str(start + len(rows))}
        return json_of({"status": "ok", "message": message})

    return answer


def s2(count: int):
    def answer(call: Call) -> Said:
        start = int(call.query.get("token", "0"))
        rows = papers(start, max(0, min(1000, count - start)))
        end = start + len(rows)
        return json_of({"total": count + 7, "token": str(end) if end < count else None, "data": rows})

    return answer


@pytest.mark.parametrize(
    ("name", "answer", "pages"),
    [("openalex", openalex, 3), ("crossref", crossref, 2), ("s2", s2, 1)],
)
def test_indexes_are_paged_by_their_cursors_to_the_end(name, answer, pages):
    with Site(answer(250)) as site:
        got = fetch(site, f"{name}:kettle physics")
    assert len(got.texts) == len(site.calls) == pages
    assert got.why == ""


@pytest.mark.parametrize(
    ("name", "answer", "empty"),
    [
        ("openalex", openalex, {"meta": {"count": 2500, "next_cursor": "x"}, "results": []}),
        ("crossref", crossref, {"message": {"total-results": 2500, "items": [], "next-cursor": "x"}}),
        ("s2", s2, {"total": 2500, "token": "x", "data": []}),
    ],
)
def test_an_empty_page_before_the_end_is_asked_for_again(name, answer, empty):
    with Site(faulty(answer(2500), None, json_of(empty), Said('{"meta": {"cou'))) as site:
        got = fetch(site, f"{name}:kettle physics?limit=5000")
    assert (
        sum(
            len(json.loads(text).get("results") or json.loads(text).get("data") or json.loads(text)["message"]["items"])
            for text in got.texts
        )
        == 2500
    )
    assert got.why == ""


def test_openalex_is_asked_with_dates_the_address_and_the_key(monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(openalex(1)) as site:
        fetch(site, "openalex:kettle physics?since=2026-11-01", mailto="ada@example.org")
        fetch(site, "openalex:topics.id:T10028,type:article?until=2026-11-01")
    first, second = (call.query for call in site.calls)
    assert first["search"] == "kettle physics"
    assert (first["filter"], first["sort"]) == ("from_publication_date:2026-11-01", "publication_date:desc")
    assert (first["mailto"], first["api_key"]) == ("ada@example.org", "secret-of-openalex")
    assert second["filter"] == "topics.id:T10028,type:article,to_publication_date:2026-11-01"
    assert "search" not in second


def test_crossref_is_asked_with_dates_filters_and_the_address():
    with Site(crossref(1)) as site:
        fetch(site, "crossref:kettle?days=1", mailto="ada@example.org")
        fetch(site, "crossref:issn:1234-5679")
    first, second = (call.query for call in site.calls)
    assert first["filter"] == "from-pub-date:2026-11-20,until-pub-date:2026-11-20"
    assert first["mailto"] == "ada@example.org"
    assert site.calls[0].headers["user-agent"].endswith("(digests of papers; mailto:ada@example.org)")
    assert (second["filter"], second.get("query"), second.get("mailto")) == ("issn:1234-5679", None, None)


def test_semantic_scholar_is_asked_with_dates_and_its_key_in_a_header(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret-of-s2")
    with Site(s2(1)) as site:
        fetch(site, "s2:kettle?since=2026-11-01")
    assert site.calls[0].query["publicationDateOrYear"] == "2026-11-01:"
    assert site.calls[0].headers["x-api-key"] == "secret-of-s2"


ARTICLES = '<?xml version="1.0"?>\n<PubmedArticleSet>{}</PubmedArticleSet>\n'


def pubmed(count: int):
    def answer(call: Call) -> Said:
        if call.path.endswith("esearch.fcgi"):
            ids = [str(number) for number in range(1, min(count, int(call.query["retmax"])) + 1)]
            return json_of({"esearchresult": {"count": str(count), "idlist": ids}})
        return Said(ARTICLES.format("<PubmedArticle></PubmedArticle>" * (call.query["id"].count(",") + 1)))

    return answer


def test_pubmed_is_searched_and_its_records_fetched_by_the_two_hundred():
    clock = Clock()
    with Site(pubmed(450)) as site:
        got = fetch(site, "pubmed:kettle burns?since=2026-11-13", clock, mailto="ada@example.org")
    search, *records = site.calls
    assert search.path == "/entrez/eutils/esearch.fcgi"
    assert (search.query["mindate"], search.query["maxdate"]) == ("2026/11/13", "2026/11/20")
    assert [call.query["id"].count(",") + 1 for call in records] == [200, 200, 50]
    assert all((call.query["tool"], call.query["email"]) == ("broadsheet", "ada@example.org") for call in site.calls)
    assert clock.slept == [0.34] * 3
    assert (len(got.texts), got.why) == (3, "")


def test_pubmed_says_how_many_of_its_matches_were_taken():
    with Site(pubmed(450)) as site:
        got = fetch(site, "pubmed:kettle burns", limit=100)
    assert got.why == "the first 100 of 450 papers were taken"


def test_records_of_pubmed_that_do_not_come_are_asked_for_again():
    faults = [None, Said(ARTICLES.format("")), Said(ARTICLES.format("<PubmedArticle>")[:40])]
    with Site(faulty(pubmed(3), *faults)) as site:
        got = fetch(site, "pubmed:kettle burns")
    assert len(site.calls) == 4
    assert (len(got.texts), got.why) == (1, "")


def test_pubmed_ids_need_no_search():
    with Site(lambda call: Said(ARTICLES.format("<PubmedArticle></PubmedArticle>"))) as site:
        got = fetch(site, "pubmed:38799228, 38799229")
    assert site.calls[0].query["id"] == "38799228,38799229"
    assert got.why == "PubMed gave 1 of its 2 papers, and no more"


def test_a_limit_of_ncbi_that_comes_as_json_is_waited_out():
    limited = json_of({"error": "API rate limit exceeded", "api-key": "1", "count": "4", "limit": "3"}, 429)
    with Site(faulty(pubmed(3), limited)) as site:
        assert fetch(site, "pubmed:kettle burns").why == ""


@pytest.mark.parametrize(
    ("name", "answer", "title"),
    [
        ("openalex:kettle", openalex(0), "OpenAlex"),
        ("crossref:kettle", crossref(0), "Crossref"),
        ("s2:kettle", lambda call: json_of({"total": 0, "token": None, "data": []}), "Semantic Scholar"),
        ("pubmed:kettle", pubmed(0), "PubMed"),
    ],
)
def test_an_index_without_a_match_says_so(name, answer, title):
    with Site(answer) as site:
        got = fetch(site, f"{name}?days=1")
    assert got.texts == ()
    assert got.why == (
        f"{title} has no match for 'kettle' between 2026-11-20 and 2026-11-20; try fewer words or more days"
    )


# What holds for all


def test_a_service_that_is_down_is_told_with_what_to_do():
    with Site(lambda call: Said("", 503)) as site:
        said = failure(site, "crossref:kettle")
    assert said == "crossref:kettle: Crossref was asked 5 times, and it is too busy (503): try again later."


def test_a_server_that_is_not_there_is_told():
    with Site([]) as site:
        pass
    clock = Clock()
    said = failure(site, "hf:daily", clock)
    assert said.startswith("hf:daily: Hugging Face was asked 3 times, and it cannot be reached (")
    assert sum(clock.slept) < 10


def test_the_wait_a_server_names_is_waited():
    clock = Clock()
    with Site([Said("", 429, {"Retry-After": "37"}), json_of([])]) as site:
        fetch(site, "hf:daily", clock)
    assert clock.slept[0] == 37.0


@pytest.mark.parametrize("said", ["3600", "Fri, 20 Nov 2026 12:00:00 GMT"])
def test_a_wait_that_is_too_long_is_told_and_not_waited(said):
    clock = Clock()
    with Site([Said("", 429, {"Retry-After": said})]) as site:
        told = failure(site, "hf:daily", clock)
    assert told.endswith("was asked once, and it is too busy (429): it asks to be left alone for 3,600 s.")
    assert clock.slept == []


def test_all_tries_of_a_page_together_keep_to_the_patience():
    clock = Clock()
    with Site(lambda call: Said("", 500)) as site:
        failure(site, "hf:daily", clock, attempts=100, patience=20)
    assert clock.at - NOW <= 20


def test_a_key_that_is_missing_is_named_by_its_variable():
    with Site(lambda call: json_of({"error": "Unauthorized", "message": "API key required"}, 401)) as site:
        said = failure(site, "openalex:kettle")
    assert said == (
        "openalex:kettle: OpenAlex wants a key (401: API key required): set the environment variable OPENALEX_API_KEY."
    )


def test_a_key_that_is_refused_is_shown_nowhere(monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(lambda call: json_of({"message": f"bad key {call.query['api_key']}"}, 403)) as site:
        said = failure(site, "openalex:kettle")
    assert said == ("openalex:kettle: OpenAlex refuses the key in OPENALEX_API_KEY (403: bad key (hidden)): check it.")


def test_a_busy_service_with_keys_names_the_variable():
    with Site(lambda call: json_of({"message": "Too Many Requests"}, 429)) as site:
        said = failure(site, "s2:kettle", attempts=1)
    assert said.endswith(
        "(429: Too Many Requests): try again later, or set S2_API_KEY: it serves those with a key first."
    )


def test_a_question_that_is_not_accepted_is_asked_once():
    with Site(lambda call: json_of({"error": "Invalid filter"}, 400)) as site:
        said = failure(site, "openalex:kind:kettle")
    assert len(site.calls) == 1
    assert said.endswith("OpenAlex does not accept the question (400: Invalid filter): check the name and its options.")


def test_an_address_is_fetched_as_it_is_and_shown_without_its_secrets():
    with Site(lambda call: Said("A page of kettles")) as site:
        url = site.url.replace("//", "//ada:pass1234@") + "/list?q=tea&token=abcd1234"
        got = fetch(site, url)
    assert site.calls[0].query == {"q": "tea", "token": "abcd1234"}
    assert site.calls[0].headers["authorization"].startswith("Basic ")
    assert got == Fetched(f"{site.url}/list?q=tea&token=...", ("A page of kettles",))


def test_redirects_are_followed_five_times_and_no_more():
    def answer(call: Call) -> Said:
        left = int(call.path[1:])
        return Said("", 302, {"Location": f"/{left - 1}"}) if left else Said("arrived")

    with Site(answer) as site:
        assert fetch(site, f"{site.url}/5").texts == ("arrived",)
        assert "leads from address to address, more than 5 times" in failure(site, f"{site.url}/6")


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "javascript:alert(1)"])
def test_a_redirect_leads_to_the_web_or_nowhere(target):
    with Site(lambda call: Said("", 302, {"Location": target})) as site:
        assert "neither http nor https" in failure(site, f"{site.url}/")


def test_a_key_does_not_follow_to_another_server(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret-of-s2")
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-openalex")
    with Site(lambda call: json_of({"total": 0, "data": [], "results": []})) as other:
        with Site(lambda call: Said("", 302, {"Location": f"{other.url}/elsewhere"})) as site:
            fetch(site, "s2:kettle")
            fetch(site, "openalex:kettle")
        assert "x-api-key" in site.calls[0].headers
        assert site.calls[1].query["api_key"] == "secret-of-openalex"
        assert [("x-api-key" in call.headers, call.query) for call in other.calls] == [(False, {})] * 2


def test_an_encoding_that_is_named_is_used():
    with Site(
        lambda call: Said("чайник".encode("koi8-r"), 200, {"Content-Type": "text/plain; charset=KOI8-R"})
    ) as site:
        assert fetch(site, f"{site.url}/").texts == ("чайник",)


def test_an_encoding_that_is_no_text_or_a_trap_is_found_out_instead():
    for named in ("hex", "punycode", "kettle", "utf-16-le; x"):
        with Site([Said("Wasserkocher für Tee", 200, {"Content-Type": f"text/plain; charset={named}"})]) as site:
            assert fetch(site, f"{site.url}/{named[:3]}").texts == ("Wasserkocher für Tee",)


@pytest.mark.parametrize("location", ["http://[::1", "http://example.org:99999/", "//", "", "http:///x", "\\\\"])
def test_a_redirect_that_leads_nowhere_is_told(location):
    with Site(lambda call: Said("", 302, {"Location": location})) as site:
        said = failure(site, f"{site.url}/", attempts=1)
    assert "neither http nor https" in said or "from address to address" in said


def test_a_key_that_cannot_be_sent_is_named_and_not_shown(monkeypatch):
    monkeypatch.setenv("S2_API_KEY", "secret\nof s2")
    with Site([]) as site:
        said = failure(site, "s2:kettle")
    assert said == "s2:kettle: the key in S2_API_KEY holds characters that no key has: copy it again."


def test_what_a_server_says_of_an_answer_is_sent_back_only_where_it_can_be():
    clock = Clock()
    with Site([Said("kettles", 200, {"ETag": "\xe4\xf6"}), Said("kettles")]) as site:
        for _ in range(2):
            fetch(site, f"{site.url}/", clock)
            clock.at += 4000
    assert "if-none-match" not in site.calls[1].headers


def test_arxiv_is_asked_on_a_connection_that_is_not_left_open():
    with Site(lambda call: Said(FEED.format(items=ITEM)) if "rss" in call.path else json_of([])) as site:
        fetch(site, "arxiv:cs.CL")
        fetch(site, "hf:daily")
    assert [call.headers["connection"] for call in site.calls] == ["close", "keep-alive"]


def test_a_long_wait_is_told_of_while_it_lasts(caplog):
    with Site([Said("", 429, {"Retry-After": "37"}), json_of([])]) as site:
        fetch(site, "hf:daily")
    assert "Hugging Face: it is too busy (429); asking again in 37 s" in caplog.text


def test_counts_beyond_reason_are_no_counts():
    message = {"items": papers(0, 3), "total-results": "9" * 9000, "next-cursor": None}
    with Site([json_of({"message": message})]) as site:
        assert len(fetch(site, "crossref:kettle").texts) == 1


def test_ids_that_arxiv_has_and_does_not_give_are_asked_for_again():
    with Site([atom(0, 0, 2), atom(0, 2, 2)]) as site:
        got = fetch(site, "arxiv:2611.00000,2611.00001")
    assert (len(site.calls), got.why) == (2, "")


def test_without_settings_the_real_services_are_asked_for():
    with Fetcher() as source:
        plans = {name: source.plan(name).first.url for name in ("arxiv:cs.CL", "arxiv:kettle", "hf:daily")}
    assert plans == {
        "arxiv:cs.CL": "https://rss.arxiv.org/rss/cs.CL",
        "arxiv:kettle": "https://export.arxiv.org/api/query",
        "hf:daily": "https://huggingface.co/api/daily_papers",
    }
