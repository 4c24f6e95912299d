"""Papers named by their identifiers: who is asked for which, several at once, and what is not found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from broadsheet.errors import NoPapers, SourceError
from broadsheet.models import Listing
from broadsheet.reading.listing import FORMATS, read_inputs
from broadsheet.reading.pasted import identifier_list
from broadsheet.reading.record import Record
from broadsheet.reading.sources.lookup import LookedUp, NotFound, look_up_papers
from site_of_ours import Call, Clock, Said, Site, fetcher, json_of, settings

ABSTRACT = "We boiled kettles on four stoves and counted how long each of them sang before it was taken off the fire."


@pytest.fixture(autouse=True)
def _own_pace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test waits for the pause after the one before."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def entry(number: str, version: str = "1") -> str:
    return (
        f"<entry><id>http://arxiv.org/abs/{number}v{version}</id><title>Kettle paper {number}</title>"
        f"<summary>{ABSTRACT}</summary><author><name>Ada Ash</name></author></entry>"
    )


def feed(*entries: str) -> Said:
    total = f'<opensearch:totalResults xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/">{len(entries)}'
    return Said(
        f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n{total}</opensearch:totalResults>'
        f"{''.join(entries)}</feed>\n"
    )


def work(doi: str, **fields: Any) -> dict[str, Any]:
    """A work as Crossref tells it."""
    return {"DOI": doi, "title": [f"Paper of {doi}"], "author": [{"given": "Ada", "family": "Ash"}], **fields}


def open_work(doi: str) -> dict[str, Any]:
    """A work as OpenAlex tells it, with its abstract."""
    words = {word: [at] for at, word in enumerate(dict.fromkeys(ABSTRACT.split()))}
    return {
        "id": "https://openalex.org/W1",
        "doi": f"https://doi.org/{doi}",
        "display_name": f"Paper of {doi}",
        "abstract_inverted_index": words,
    }


class Library:
    """All services at once, with the papers they have; `shut` are beginnings of paths that throttle."""

    def __init__(self, *, crossref: Mapping[str, Any] | None = None, shut: tuple[str, ...] = ()) -> None:
        self.crossref, self.shut = crossref or {}, shut
        self.arxiv = {"2401.00001", "2401.00002", "hep-th/9901001"}
        self.openalex = {"10.5555/bare", "10.5555/only", "10.48550/arxiv.2401.00001", "10.18653/v1/2026.tea-1.1"}
        self.notes = {"AbCd12": "openreview"}

    def __call__(self, call: Call) -> Said:
        if call.path.startswith(self.shut or ("nothing",)):
            return Said("", 503)
        if call.path == "/api/query":
            asked = [name.partition("v")[0] for name in call.query["id_list"].split(",")]
            return feed(*(entry(name) for name in asked if name in self.arxiv))
        if call.path == "/works" and "rows" in call.query:
            asked = [part.removeprefix("doi:") for part in call.query["filter"].split(",")]
            if not all(part.startswith("10.") for part in asked):
                return Said("", 400)
            return json_of(
                {"message": {"items": [work(doi, **self.crossref[doi]) for doi in asked if doi in self.crossref]}}
            )
        if call.path == "/works":
            asked = call.query["filter"].removeprefix("doi:").split("|")
            return json_of({"results": [open_work(doi) for doi in asked if doi in self.openalex]})
        if call.path.startswith("/works/"):
            doi = unquote(call.path.removeprefix("/works/"))
            return json_of({"message": work(doi, **self.crossref[doi])}) if doi in self.crossref else Said("", 404)
        if call.path.endswith("elink.fcgi"):
            linked = [number for number in call.query["id"].split(",") if number != "999"]
            links = {"linksetdbs": [{"linkname": "pmc_pubmed", "links": linked[::-1]}]} if linked else {}
            return json_of({"linksets": [{"dbfrom": "pmc", **links}]})
        if call.path.endswith("efetch.fcgi"):
            return Said(
                '<?xml version="1.0"?>\n<PubmedArticleSet>'
                + "".join(
                    f"<PubmedArticle><MedlineCitation><PMID>{number}</PMID><Article><ArticleTitle>Trial {number}"
                    f"</ArticleTitle><Abstract><AbstractText>{ABSTRACT}</AbstractText></Abstract></Article>"
                    f"</MedlineCitation><PubmedData><ArticleIdList><ArticleId IdType='pmc'>PMC{number}</ArticleId>"
                    "</ArticleIdList></PubmedData></PubmedArticle>"
                    for number in call.query["id"].split(",")
                    if number != "999"
                )
                + "</PubmedArticleSet>\n"
            )
        if call.path == "/notes" and call.query["id"] in self.notes:
            content = {"title": {"value": "A note on tea"}, "abstract": {"value": ABSTRACT}}
            return json_of({"notes": [{"id": call.query["id"], "forum": call.query["id"], "content": content}]})
        if call.path == "/P26-1001.bib":
            return Said(
                '@inproceedings{ash, title = "Old tea", author = "Ash, Ada", abstract = "Tea was old.", '
                'url = "https://aclanthology.org/P26-1001/"}\n'
            )
        if call.path.startswith("/graph/v1/paper/ARXIV:"):
            number = call.path.partition(":")[2]
            return json_of({"title": f"Kettle {number}", "abstract": ABSTRACT, "externalIds": {"ArXiv": number}})
        return Said("", 404)


def read(site: Site, *inputs: str, **fields: Any) -> Listing:
    fetch = settings(site, **{"attempts": 1, "folder": "fetched", **fields})
    return read_inputs(inputs, fetch=fetch)


def find(site: Site, text: str, clock: Clock | None = None) -> LookedUp:
    """What is known of the identifiers of a text, asked for by a clock that only sleeping moves."""
    with fetcher(site, clock, attempts=1) as source:
        return look_up_papers(identifier_list.parse(text).records, source, _records)


def _records(text: str) -> Sequence[Record]:
    form = next(form for form in FORMATS if form.recognises(text))
    return form.parse(text).records


def titles(found: LookedUp) -> dict[str, str]:
    return {name: record.title for name, record in found.found.items() if isinstance(record, Record)}


def whys(found: LookedUp) -> dict[str, str]:
    return {name: missed.why for name, missed in found.found.items() if isinstance(missed, NotFound)}


def put(text: str, name: str = "list.txt") -> str:
    Path(name).write_text(text, encoding="utf-8")
    return name


def test_identifiers_of_all_kinds_are_looked_up_in_the_order_they_stand_in():
    listed = put(
        "To read this week:\n2401.00001v2 - Ada says it is good\n"
        "https://doi.org/10.48550/arXiv.2401.00002, PMID: 12345678\n"
        "https://openreview.net/forum?id=AbCd12\n- https://aclanthology.org/P26-1001/\nhep-th/9901001\n"
    )
    with Site(Library()) as site:
        listing = read(site, listed)
    assert [(paper.title, paper.line) for paper in listing.papers] == [
        ("Kettle paper 2401.00001", 2),
        ("Kettle paper 2401.00002", 3),
        ("Trial 12345678", 3),
        ("A note on tea", 4),
        ("Old tea", 5),
        ("Kettle paper hep-th/9901001", 6),
    ]
    assert [paper.key for paper in listing.papers][:3] == ["arxiv:2401.00001", "arxiv:2401.00002", "pmid:12345678"]
    assert all(paper.abstract for paper in listing.papers)
    assert (listing.fragments, listing.sources[0].format, listing.sources[0].papers) == (
        (),
        "a list of identifiers",
        6,
    )


def test_all_inputs_of_a_run_are_asked_for_together():
    with Site(Library(crossref={"10.5555/a": {"abstract": ABSTRACT}, "10.5555/b": {"abstract": ABSTRACT}})) as site:
        listing = read(site, "2401.00001", "10.5555/a", put("2401.00002\ndoi:10.5555/b\n"))
    assert len(listing.papers) == 4
    assert [call.query.get("id_list") or call.query.get("filter") for call in site.calls] == [
        "2401.00001,2401.00002",
        "doi:10.5555/a,doi:10.5555/b",
    ]
    assert [paper.source for paper in listing.papers] == ["2401.00001", "10.5555/a", "list.txt", "list.txt"]


def test_many_are_asked_for_in_batches_with_pauses_and_none_is_lost():
    ids = [f"26{month:02}.{number:05}" for month in (1, 2, 3) for number in range(1, 85)]
    library, clock = Library(), Clock()
    library.arxiv = set(ids)
    with Site(library) as site:
        found = find(site, "\n".join(ids), clock)
    assert titles(found) == {f"arxiv:{name}": f"Kettle paper {name}" for name in ids}
    assert [call.query["id_list"].count(",") + 1 for call in site.calls] == [100, 100, 52]
    assert clock.slept == [3.0, 3.0]


def test_what_is_not_found_is_a_fragment_that_names_it():
    with Site(Library()) as site:
        listing = read(site, put("2401.00001\n2401.09999\n\n10.5555/nowhere\nPMID 999\n"))
    assert [(one.first_line, one.text, one.why) for one in listing.fragments] == [
        (2, "arxiv:2401.09999", "arXiv has no paper of that id"),
        (4, "doi:10.5555/nowhere", "Crossref has no work of that DOI"),
        (5, "pmid:999", "PubMed has no paper of that id"),
    ]


def test_a_work_without_an_abstract_is_completed_from_the_next_service():
    with Site(Library(crossref={"10.5555/bare": {}})) as site:
        listing = read(site, "10.5555/bare", "10.5555/only")
    assert [(paper.title, paper.abstract[:9]) for paper in listing.papers] == [
        ("Paper of 10.5555/bare", "We boiled"),
        ("Paper of 10.5555/only", "We boiled"),
    ]


def test_an_identifier_that_a_service_does_not_like_costs_the_others_nothing():
    dois = [f"10.5555/{letter}" for letter in "abcde"]
    known = {doi: {"abstract": ABSTRACT} for doi in [*dois, "10.5555/x,y"]}
    with Site(Library(crossref=known)) as site:
        found = find(site, "\n".join(known))
    assert set(titles(found)) == {f"doi:{doi}" for doi in known}


def test_a_service_that_is_shut_is_told_and_asked_once():
    listed = "\n".join(["10.5555/a", *(f"PMID: {number}" for number in range(1, 451))])
    with Site(Library(shut=("/entrez",), crossref={"10.5555/a": {"abstract": ABSTRACT}})) as site:
        listing = read(site, put(listed))
    assert [paper.key for paper in listing.papers] == ["doi:10.5555/a"]
    assert len(listing.fragments) == 450
    assert sum("efetch" in path for path in site.asked) == 1
    assert listing.sources[0].why == (
        "450 of its 451 papers could not be looked up: PubMed was asked once, and it is too busy (503): try again later"
    )


def test_where_arxiv_is_shut_openalex_is_asked_and_the_account_says_so():
    with Site(Library(shut=("/api/query",))) as site:
        listing = read(site, "2401.00001", "2401.00002")
    assert [(paper.key, bool(paper.abstract)) for paper in listing.papers] == [
        ("arxiv:2401.00001", True),
        ("arxiv:2401.00002", True),
    ]
    first, second = (source.why for source in listing.sources)
    assert first.startswith("arXiv was asked once, and it is too busy (503)")
    assert first.endswith("OpenAlex was asked in its place")
    assert second.endswith("Semantic Scholar was asked in its place")


def test_an_identifier_met_in_two_spellings_is_one_paper():
    with Site(Library()) as site:
        listing = read(site, put("2401.00001\nhttps://arxiv.org/abs/2401.00001v2\n10.48550/arXiv.2401.00001\n"))
    assert (len(listing.papers), len(listing.duplicates), len(site.calls)) == (1, 2, 1)


def test_answers_that_are_out_of_order_are_matched_by_identifier():
    def backwards(call: Call) -> Said:
        return feed(*(entry(name) for name in reversed(call.query["id_list"].split(","))))

    with Site(backwards) as site:
        listing = read(site, "2401.00001", "2401.00002")
    assert [paper.title for paper in listing.papers] == ["Kettle paper 2401.00001", "Kettle paper 2401.00002"]


def test_an_answer_about_another_paper_is_not_taken():
    with Site(lambda call: feed(entry("2401.00009"))) as site:
        found = find(site, "2401.00001\n2401.00002\n")
    assert set(whys(found)) == {"arxiv:2401.00001", "arxiv:2401.00002"}


def test_where_nothing_is_found_the_run_says_why():
    with Site(Library()) as site, pytest.raises(NoPapers, match=r"2401\.09999: arXiv has no paper of that id\."):
        read(site, "2401.09999")
    with Site(Library(shut=("/entrez",))) as site, pytest.raises(SourceError, match="PubMed was asked once"):
        read(site, "PMID:7")


def test_other_inputs_are_read_though_no_identifier_can_be_looked_up():
    with Site(Library(shut=("/",))) as site:
        listing = read(site, put("@article{b, title = {Kettles}}\n", "a.bib"), "PMID:7")
    assert [paper.title for paper in listing.papers] == ["Kettles"]
    assert listing.sources[1].why.startswith("1 of its 1 papers could not be looked up: PubMed was asked once")


def test_articles_of_pubmed_central_are_asked_for_together_and_matched_by_their_id():
    text = "PMC7000001\nhttps://pmc.ncbi.nlm.nih.gov/articles/PMC7000002/ the long one\nPMCID: PMC999, PMC7000003\n"
    with Site(Library()) as site:
        found = find(site, text)
        asked = [(call.path.rpartition("/")[2], call.query["id"]) for call in site.calls]
    assert titles(found) == {f"pmcid:PMC700000{n}": f"Trial 700000{n}" for n in (1, 2, 3)}
    assert whys(found) == {"pmcid:PMC999": "PubMed has no paper of that PMC id"}
    assert asked == [
        ("elink.fcgi", "7000001,7000002,999,7000003"),
        ("efetch.fcgi", "7000003,7000002,7000001"),
    ]


def test_where_no_article_of_pubmed_central_is_found_each_is_named_once():
    with Site(Library()) as site:
        listing = read(site, put("@article{b, title = {Kettles}}\n", "a.bib"), "PMC999")
        assert [call.path.rpartition("/")[2] for call in site.calls] == ["elink.fcgi"]
    assert [fragment.why for fragment in listing.fragments] == ["PubMed has no paper of that PMC id"]
