"""The interface for programs: from a paste to a digest, its search and its stars, and problems in one sentence."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest

import broadsheet
from broadsheet.models import Digest, Listing
from desk_process import DeskProcess, open_desk
from places import EXAMPLES

TEXT = (EXAMPLES / "listing.txt").read_text(encoding="utf-8")

RIS = "TY  - JOUR\nTI  - Knots in nets\nAU  - Ash, Ada\nAB  - Knots slip when wet, and hold when dry.\nER  - \n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskProcess]:
    with open_desk(tmp_path_factory.mktemp("desk") / "desk.sqlite") as opened:
        yield opened


@pytest.fixture(scope="module")
def run(desk: DeskProcess) -> dict:
    return desk.digest(TEXT, title="Harbour week")


def form(*files: tuple[str, str]) -> tuple[bytes, str]:
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n{text}\r\n'
        for name, text in files
    ]
    return ("".join(parts) + "--edge--\r\n").encode(), "multipart/form-data; boundary=edge"


def test_a_pasted_text_is_read_as_the_command_reads_it(desk: DeskProcess) -> None:
    listing = Listing.model_validate(desk.ask("POST", "/api/v1/read", {"text": TEXT}).json)
    assert len(listing.papers) == 36
    assert listing.sources[0].name == "pasted"


def test_files_are_read_under_their_own_names(desk: DeskProcess) -> None:
    body, kind = form(("knots[1].ris", RIS), ("../../sneaky.txt", TEXT))
    listing = desk.ask("POST", "/api/v1/read", body, Content_Type=kind).json
    assert [(source["name"], source["papers"]) for source in listing["sources"]] == [
        ("knots[1].ris", 1),
        ("sneaky.txt", 36),
    ]
    assert {paper["source"] for paper in listing["papers"]} == {"knots[1].ris", "sneaky.txt"}
    assert b"broadsheet-desk-" not in json.dumps(listing).encode()


@pytest.mark.parametrize("name", ["", "..", "a/b\\..\\..", "no\x00body.txt", "名" * 200])
def test_an_upload_with_a_strange_name_is_read_all_the_same(desk: DeskProcess, name: str) -> None:
    body, kind = form((name, TEXT))
    answer = desk.ask("POST", "/api/v1/read", body, Content_Type=kind)
    assert (answer.status, len(answer.json["papers"]) if answer.status == 200 else answer.json) == (200, 36)


def test_an_upload_that_cannot_be_read_is_said_by_its_own_name(desk: DeskProcess) -> None:
    body, kind = form(("picture.bin", "\x00\x01\x02" * 100))
    answer = desk.ask("POST", "/api/v1/read", body, Content_Type=kind)
    assert answer.status == 422
    assert answer.json["detail"].startswith("picture.bin")


def test_the_plan_of_a_digest_without_a_model_costs_nothing(desk: DeskProcess) -> None:
    assert desk.ask("POST", "/api/v1/plan", {"text": TEXT}).json == {"papers": 36, "left_out": [], "plan": None}


def test_what_is_never_shown_and_what_is_above_a_cap_is_planned_and_left_out(desk: DeskProcess) -> None:
    settings = {"never": {"words": ["robots"]}, "at_most": {"theme": 2}}
    plan = desk.ask("POST", "/api/v1/plan", {"text": TEXT, "settings": settings}).json
    assert {one["kind"] for one in plan["left_out"]} == {"excluded", "capped"}
    assert plan["papers"] + len(plan["left_out"]) == 36
    made = desk.digest(TEXT, **settings)["digest"]
    assert made["left_out"] == plan["left_out"]
    assert max(len(theme["paper_keys"]) for theme in made["themes"]) == 2
    wrong = desk.ask("POST", "/api/v1/digests", {"text": TEXT, "settings": {"at_most": {"theme": 0}}})
    assert (wrong.status, "should be 1 or more" in wrong.json["detail"]) == (422, True)


def test_a_plan_with_a_model_has_calls_and_tokens(desk: DeskProcess) -> None:
    settings = {"llm": {"backend": "openai", "model": "gpt-5-mini"}}
    plan = desk.ask("POST", "/api/v1/plan", {"text": TEXT, "settings": settings}).json["plan"]
    assert plan["calls"] > 0
    assert plan["prompt_tokens"] > 1000


def test_a_digest_is_queued_told_and_kept(desk: DeskProcess, run: dict) -> None:
    assert (run["state"], run["title"], run["papers"]) == ("done", "Harbour week", 36)
    digest = Digest.model_validate(run["digest"])
    told = desk.events(run["id"])
    assert [number for number, *_ in told] == list(range(1, len(told) + 1))
    papers = [data["summary"]["paper_key"] for _, kind, data in told if kind == "paper"]
    assert papers == [paper.key for paper in digest.papers]
    themes = [data["title"] for _, kind, data in told if kind == "theme"]
    assert themes == [theme.title for theme in digest.themes]
    assert (told[0][1], told[-1][1]) == ("started", "done")
    assert run["id"] in {each["id"] for each in desk.ask("GET", "/api/v1/digests").json}


def test_a_listener_who_comes_back_hears_what_is_new(desk: DeskProcess, run: dict) -> None:
    told = desk.events(run["id"])
    assert desk.events(run["id"], Last_Event_ID=str(told[5][0])) == told[6:]


def test_a_listing_that_was_corrected_is_digested_as_it_is(desk: DeskProcess) -> None:
    listing = desk.ask("POST", "/api/v1/read", {"text": TEXT}).json
    kept = listing | {"papers": listing["papers"][:5]}
    made = desk.ask("POST", "/api/v1/digests", {"listing": kept}).json
    assert desk.wait(made["id"])["papers"] == 5


def test_the_digest_is_saved_in_every_form(desk: DeskProcess, run: dict) -> None:
    forms = (("md", b'---\ntitle: "Harbour week"\n'), ("html", b"<!doctype html>"), ("bib", b"@"), ("ris", b"TY  - "))
    for name, begins in forms:
        answer = desk.ask("GET", f"/api/v1/digests/{run['id']}/files/{name}")
        assert answer.body.startswith(begins)
        assert answer.headers["content-disposition"] == f'attachment; filename="digest.{name}"'
    csl = desk.ask("GET", f"/api/v1/digests/{run['id']}/files/csl")
    assert csl.body.startswith(b"[\n")
    assert csl.headers["content-type"] == "application/vnd.citationstyles.csl+json"
    assert csl.headers["content-disposition"] == 'attachment; filename="digest.csl.json"'
    assert desk.ask("GET", f"/api/v1/digests/{run['id']}/files/exe").status == 404
    assert desk.ask("GET", f"/api/v1/digests/{run['id']}/files/obsidian").status == 404


def test_a_search_finds_papers_by_the_beginnings_of_their_words(desk: DeskProcess, run: dict) -> None:
    title = run["digest"]["papers"][3]["title"]
    words = [word[:5] for word in title.split()[:3]]
    hits = desk.ask("GET", f"/api/v1/search?q={'+'.join(words)}").json
    assert (run["id"], title) in {(hit["run"], hit["title"]) for hit in hits}
    assert desk.ask("GET", "/api/v1/search?q=%22zzq*%20NEAR(lamp").json == []


def test_a_star_is_kept_and_taken_away(desk: DeskProcess, run: dict) -> None:
    paper = run["digest"]["papers"][0]
    path = f"/api/v1/stars/{paper['key']}"
    asked = {"run": run["id"], "verdict": -1, "note": "seen before"}
    assert desk.ask("PUT", path, asked).json["verdict"] == -1
    assert desk.ask("PUT", path, {"run": run["id"]}).json["verdict"] == 1
    assert [star["title"] for star in desk.ask("GET", "/api/v1/stars").json] == [paper["title"]]
    saved = desk.ask("GET", "/api/v1/stars.bib")
    assert (saved.headers["content-type"], saved.body.count(b"@")) == ("application/x-bibtex", 1)
    assert [desk.ask("DELETE", path).status for _ in range(2)] == [204, 404]
    assert desk.ask("GET", "/api/v1/stars.bib").body.strip() == b""


def test_an_edit_changes_the_digest_that_is_kept(desk: DeskProcess) -> None:
    made = desk.digest(TEXT)
    path, key = f"/api/v1/digests/{made['id']}", made["digest"]["papers"][0]["key"]
    changed = desk.ask("PATCH", path, {"edit": "reword", "paper_key": key, "tldr": " Lamps  burn blue. "})
    assert changed.status == 200
    summary = desk.ask("GET", path).json["digest"]["summaries"][0]
    assert (summary["tldr"], summary["edited"]) == ("Lamps burn blue.", True)
    wrong = desk.ask("PATCH", path, {"edit": "rename", "theme": 0, "title": ""})
    assert (wrong.status, "`rename.title` is not right" in wrong.json["detail"]) == (422, True)


def test_a_deleted_digest_is_gone_from_the_shelf_too(desk: DeskProcess) -> None:
    made = desk.digest(RIS.replace("Knots", "Zebrafinch clocks"))
    assert len(desk.ask("GET", "/api/v1/search?q=zebrafinch").json) == 1
    assert desk.ask("DELETE", f"/api/v1/digests/{made['id']}").status == 204
    assert desk.ask("GET", "/api/v1/search?q=zebrafinch").json == []
    assert desk.ask("GET", f"/api/v1/digests/{made['id']}").status == 404


@pytest.mark.parametrize(
    ("path", "body", "said"),
    [
        ("read", {"text": "/etc/passwd"}, "no papers"),
        ("read", {"text": "file:///etc/passwd"}, "no papers"),
        ("read", {"sources": ["/etc/passwd"]}, "/etc/passwd: is no live source"),
        ("read", {"sources": ["file:///etc/passwd"]}, "is no live source"),
        ("read", {}, "there is nothing to read"),
        ("read", {"files": [["/etc/passwd", "x"]]}, "there is nothing to read"),
        ("plan", {"text": TEXT, "settings": "none"}, "`settings` should be a JSON object"),
        ("read", [], "should be a JSON object"),
        ("digests", {"listing": {"papers": 3}}, "`listing` should be what"),
        ("digests", {"text": TEXT, "settings": {"output": {"folder": "x"}}}, "`output` cannot be chosen on the desk"),
        ("digests", {"text": TEXT, "settings": {"llm": {"base_url": "x"}}}, "`llm.base_url` cannot be chosen"),
        ("digests", {"text": TEXT, "settings": {"llm": 3}}, "`llm` should be a group"),
        ("digests", {"text": TEXT, "settings": {"llm": {"backend": "nosuch"}}}, "there is no backend 'nosuch'"),
        ("digests", {"text": TEXT, "settings": {"interests": ["/etc/hostname"]}}, "is a phrase, and no file"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_and_nothing_begins(
    desk: DeskProcess, path: str, body: object, said: str
) -> None:
    before = len(desk.ask("GET", "/api/v1/digests").json)
    answer = desk.ask("POST", f"/api/v1/{path}", body)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert said in answer.json["detail"]
    assert "Traceback" not in answer.body.decode()
    assert len(desk.ask("GET", "/api/v1/digests").json) == before


def test_a_body_that_is_no_json_is_a_problem(desk: DeskProcess) -> None:
    answer = desk.ask("POST", "/api/v1/read", b"{", Content_Type="application/json")
    assert (answer.status, "is no JSON" in answer.json["detail"]) == (422, True)
    assert json.loads(answer.body)["status"] == 422


def test_a_note_is_kept_found_saved_and_taken_away(desk: DeskProcess, run: dict) -> None:
    key = run["digest"]["papers"][2]["key"]
    where = f"/api/v1/notes/{key}"
    assert desk.ask("PUT", where, {"note": " Ask the **zarfish** crew. "}).json["note"] == "Ask the **zarfish** crew."
    assert desk.ask("GET", "/api/v1/notes").json == {key: "Ask the **zarfish** crew."}
    hits = desk.ask("GET", "/api/v1/search?q=zarfish").json
    assert {(hit["paper_key"], hit["note"]) for hit in hits} == {(key, "Ask the **zarfish** crew.")}
    saved = desk.ask("GET", f"/api/v1/digests/{run['id']}/files/md").body.decode()
    assert "Your note: Ask the \\*\\*zarfish\\*\\* crew." in saved
    again = desk.ask("POST", "/api/v1/read", {"text": saved}).json["papers"]
    assert [paper["title"] for paper in again] == [
        next(paper["title"] for paper in run["digest"]["papers"] if paper["key"] == key)
        for theme in run["digest"]["themes"]
        for key in theme["paper_keys"]
    ]
    assert not any("zarfish" in paper["abstract"] for paper in again)
    assert desk.ask("DELETE", where).status == 204
    assert desk.ask("DELETE", where).status == 404
    assert desk.ask("PUT", "/api/v1/notes/nobody", {"note": "x"}).status == 404
    for wrong in ({"note": 3}, {"note": "x" * 4001}, [], b"{"):
        assert desk.ask("PUT", where, wrong).status == 422


def test_a_search_is_narrowed_and_says_which_day_is_none(desk: DeskProcess, run: dict) -> None:
    paper = next(paper for paper in run["digest"]["papers"] if paper["authors"])
    surname = paper["authors"][0].split()[-1]
    hits = desk.ask("GET", f"/api/v1/search?author={urllib.parse.quote(surname)}").json
    assert paper["key"] in {hit["paper_key"] for hit in hits}
    assert desk.ask("GET", "/api/v1/search?q=we&since=2999-01-01").json == []
    wrong = desk.ask("GET", "/api/v1/search?since=friday")
    assert (wrong.status, wrong.json["detail"]) == (422, "since 'friday' is no day: write it as 2026-11-20.")


def test_what_changed_between_two_digests_is_told(desk: DeskProcess, run: dict) -> None:
    listing = desk.ask("POST", "/api/v1/read", {"text": TEXT}).json
    fewer = listing | {"papers": listing["papers"][4:]}
    made = desk.wait(desk.ask("POST", "/api/v1/digests", {"listing": fewer}).json["id"])
    changes = desk.ask("GET", f"/api/v1/digests/{made['id']}/changes?since={run['id']}").json
    assert [one["paper_key"] for one in changes["gone"]] == [paper["key"] for paper in listing["papers"][:4]]
    assert changes["new"] == []
    assert changes["stayed"] + len(changes["moved"]) == 32
    assert desk.ask("GET", f"/api/v1/digests/{made['id']}/changes?since=nobody").status == 404


def test_what_changed_tells_of_no_paper_that_is_never_to_be_shown(desk: DeskProcess, run: dict) -> None:
    listing = desk.ask("POST", "/api/v1/read", {"text": TEXT}).json
    author = listing["papers"][0]["authors"][0]
    theirs = {paper["key"] for paper in listing["papers"] if author in paper["authors"]}
    settings = {"never": {"authors": [author]}}
    made = desk.wait(desk.ask("POST", "/api/v1/digests", {"listing": listing, "settings": settings}).json["id"])
    changes = desk.ask("GET", f"/api/v1/digests/{made['id']}/changes?since={run['id']}").json
    assert (changes["gone"], changes["new"], changes["excluded"]) == ([], [], len(theirs))
    assert changes["stayed"] + len(changes["moved"]) == 36 - len(theirs)
    page = desk.ask("GET", f"/changes?before={run['id']}&after={made['id']}").body.decode()
    assert f"{len(theirs)} left out, as you never want to see" in page


def test_a_search_tells_of_no_paper_that_is_never_to_be_shown_by_now(tmp_path: Path) -> None:
    state, config = tmp_path / "desk.sqlite", tmp_path / "config.yaml"
    with open_desk(state) as desk:
        desk.digest(TEXT)
        found = desk.ask("GET", "/api/v1/search?q=robots").json
    assert len(found) > 1
    author = next(paper.authors[0] for paper in broadsheet.read(TEXT).papers if paper.key == found[0]["paper_key"])
    theirs = {paper.key for paper in broadsheet.read(TEXT).papers if author in paper.authors}
    config.write_text(f"never: {{authors: [{json.dumps(author)}]}}\n")
    left = [hit["paper_key"] for hit in found if hit["paper_key"] not in theirs]
    with open_desk(state, config=config) as desk:
        assert [hit["paper_key"] for hit in desk.ask("GET", "/api/v1/search?q=robots").json] == left
        page = desk.ask("GET", "/shelf?q=robots").body.decode()
    assert f"{len(left)} paper" in page
    assert f"found; {len(found) - len(left)} left out, as you never want to see" in page
