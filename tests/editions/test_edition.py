"""Editions week after week, from sources that are replayed: nothing twice, nothing lost, the archive whole."""

from __future__ import annotations

import email
import mailbox
from collections import Counter
from collections.abc import Iterator
from email import policy
from pathlib import Path

import pytest

from broadsheet.reading.sources import fetcher as live
from commands import run, write
from month import FRIDAYS, Month, broken_links, configure, edition, put, record, summary, title_of, titles, weekly
from search_indexes import indexed


@pytest.fixture
def month(monkeypatch) -> Iterator[Month]:
    for service in live.PAUSES:  # they spare other people's servers
        monkeypatch.setitem(live.PAUSES, service, 0.0)
    monkeypatch.setattr(live, "_ELSEWHERE", 0.0)
    with Month() as site:
        configure(site)
        yield site


@pytest.fixture
def inbox() -> None:
    configure()
    put("first.jsonl", *(record(number) for number in range(4)))


def make_month(month: Month) -> list[dict]:
    """Four editions in a row; in the third week a paper comes late, and one comes back under its DOI."""
    put("first.jsonl", record(50), record(51))
    said = []
    for week, friday in enumerate(FRIDAYS):
        month.week = week
        if week == 2:
            put("late.jsonl", record(60, published="2026-10-01"), record(2, doi="10.9999/kettle.2"))
        said.append(summary(friday))
    return said


def test_four_weeks_have_each_paper_in_exactly_one_edition(month):
    said = make_month(month)
    assert [(one["edition"], one["outcome"]) for one in said] == [(number, "made") for number in (1, 2, 3, 4)]
    stood = Counter(title for number in (1, 2, 3, 4) for title in titles(number))
    expected = {title_of(number) for number in (*range(16), *range(100, 108), 50, 51, 60)}
    assert set(stood) == expected
    assert set(stood.values()) == {1}
    for number in (1, 2, 3, 4):
        account = edition(number)["account"]
        parts = ("duplicates", "seen", "left_out", "digested")
        assert account["received"] == sum(account[part] for part in parts), account


def test_a_late_paper_is_new_when_it_arrives_and_a_preprint_under_its_doi_is_not(month):
    make_month(month)
    assert title_of(60) in titles(3)
    assert title_of(2) in titles(1)
    assert title_of(2) not in titles(3)


def test_a_new_version_is_told_of_once_and_not_digested_again(month):
    make_month(month)
    returned = [
        [(one["title"], one["version"], one["edition"]) for one in edition(n)["returned"]] for n in (1, 2, 3, 4)
    ]
    assert returned == [[], [], [(title_of(1), 2, 1)], []]
    page = Path("site/editions/003/index.html").read_text()
    assert "Returned in a new version" in page
    assert "version 2, after no. 1" in page


def test_a_new_version_is_digested_again_where_replacements_are_wanted(month):
    configure(month, reading={"replacements": True})
    make_month(month)
    assert title_of(1) in titles(3)
    assert edition(3)["account"]["seen"] > 0


def test_the_archive_is_a_whole_site(month):
    make_month(month)
    site = Path("site")
    assert broken_links(site) == []
    front = (site / "index.html").read_text()
    assert front.index("No. 4, 27 November 2026") < front.index("No. 1, 6 November 2026")
    indexes = [indexed(file.read_text()) for file in site.glob("search/*.js")]
    rows = [(index["pages"][at][0], anchor) for index in indexes for at, anchor, *_ in index["papers"]]
    assert len(rows) == sum(len(titles(number)) for number in (1, 2, 3, 4))
    for href, anchor in rows:
        assert f'id="{anchor}"' in (site / href).read_text()
    assert list(site.rglob("*.part")) == []


def test_a_feed_that_did_not_change_is_not_sent_again(month):
    make_month(month)
    summary("2026-11-28")
    assert month.unchanged == 1


def test_the_archive_is_rebuilt_wholly_from_the_state(month):
    make_month(month)
    before = {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file()}
    for path in before:
        path.unlink()
    write("<p>no edition of ours</p>", "site/editions/009/index.html")
    write("theirs", "site/CNAME")
    assert run("weekly", "--config", "weekly.yaml", "--rebuild").exit_code == 0
    assert {path: path.read_bytes() for path in Path("site").rglob("*") if path.is_file()} == {
        **before,
        Path("site/CNAME"): b"theirs",
    }


def test_a_source_that_fails_is_told_of_and_the_others_go_on(month):
    put("first.jsonl", record(50))
    month.down = {"/feed.xml"}
    said = summary(FRIDAYS[0])
    assert [name.endswith("/feed.xml") for name in said["incomplete_sources"]] == [True]
    assert said["papers"] == 5
    page = Path("site/editions/001/index.html").read_text()
    assert "/feed.xml: 127.0.0.1 has nothing at that address (404)." in page
    assert "check the name" not in page
    month.down, month.week = set(), 1
    summary(FRIDAYS[1])
    assert {title_of(100), title_of(101)} <= titles(2)


def test_where_every_source_fails_there_is_no_edition(month):
    configure(month, sources=["arxiv:cs.CL", f"{month.url}/feed.xml", "nowhere.txt"])
    month.down = {"/feed.xml", "/api/query", "/rss/cs.CL"}
    done = weekly(FRIDAYS[0])
    assert done.exit_code == 3
    assert done.stderr.splitlines()[-1].startswith("broadsheet: no source could be read, and no edition was made")
    assert not Path("site").exists()
    month.down = set()
    assert summary(FRIDAYS[0])["edition"] == 1


def test_run_again_with_nothing_new_makes_nothing_and_says_so(inbox):
    summary(FRIDAYS[0])
    files = {path: path.stat().st_mtime_ns for path in Path("site").rglob("*")}
    again = run("weekly", "--config", "weekly.yaml", "--now", FRIDAYS[0])
    assert again.stdout.startswith("Nothing is new since edition 1; no edition is made.")
    assert {path: path.stat().st_mtime_ns for path in Path("site").rglob("*")} == files


def test_run_again_with_something_new_makes_an_edition_of_that_alone(inbox):
    summary(FRIDAYS[0])
    put("more.jsonl", record(9))
    assert summary("2026-11-07")["edition"] == 2
    assert titles(2) == {title_of(9)}


def test_a_week_without_anything_new_is_a_short_edition_that_says_so(inbox):
    summary(FRIDAYS[0])
    said = summary(FRIDAYS[1])
    assert (said["edition"], said["outcome"], said["papers"], said["seen"]) == (2, "made", 0, 4)
    for name in ("index.html", "digest.md", "digest.txt"):
        assert "Nothing new since the last edition." in Path("site/editions/002", name).read_text()
    assert "Nothing new since the last edition." in Path("site/index.html").read_text()
    assert broken_links(Path("site")) == []


def test_a_week_without_anything_new_is_skipped_where_that_is_wanted(inbox):
    configure(when_empty="skip")
    summary(FRIDAYS[0])
    said = summary(FRIDAYS[1])
    assert (said["edition"], said["outcome"]) == (1, "nothing new")
    put("more.jsonl", record(9))
    assert summary(FRIDAYS[2])["edition"] == 2


def test_a_dry_run_writes_nothing(inbox):
    before = sorted(Path().rglob("*"))
    said = summary(FRIDAYS[0], "--dry-run")
    assert (said["edition"], said["outcome"], said["papers"]) == (1, "would make", 4)
    assert sorted(Path().rglob("*")) == before
    summary(FRIDAYS[0])
    put("more.jsonl", record(9))
    kept = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert summary(FRIDAYS[1], "--dry-run")["papers"] == 1
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == kept


def test_an_edition_is_made_again_under_its_number_and_date(inbox):
    summary(FRIDAYS[0])
    put("more.jsonl", record(9))
    summary(FRIDAYS[1])
    configure(edition={"title": "Kitchen monthly", "archive": "site"})
    said = summary(FRIDAYS[2], "--again", "1")
    assert (said["edition"], said["outcome"], said["papers"]) == (1, "again", 4)
    assert (edition(1)["title"], edition(1)["created"][:10]) == ("Kitchen monthly", FRIDAYS[0])
    assert edition(2)["title"] == "Kitchen weekly"
    assert broken_links(Path("site")) == []
    assert weekly(FRIDAYS[2], "--again", "7").exit_code == 2


def test_days_that_are_named_bound_what_is_taken_and_lose_nothing(inbox):
    dated = [record(20 + day, published=f"2026-11-{day:02d}") for day in (1, 3, 5)]
    put("dated.jsonl", *dated)
    said = summary(FRIDAYS[0], "--since", "2026-11-02", "--until", "2026-11-04")
    assert said["papers"] == 5  # four have no date
    assert {title_of(21), title_of(25)} & titles(1) == set()
    summary(FRIDAYS[1])
    assert titles(2) == {title_of(21), title_of(25)}


def test_where_it_is_not_due_nothing_is_done(inbox):
    assert summary("2026-11-07", "--if-due")["outcome"] == "made"  # the first one is always due
    assert summary("2026-11-12", "--if-due")["outcome"] == "not due"
    assert summary("2026-11-13T07:00", "--if-due")["outcome"] == "made"
    assert summary("2026-11-13T08:00", "--if-due")["outcome"] == "not due"


def test_a_clock_that_was_ahead_once_stops_nothing(inbox):
    summary("2099-01-02")
    put("more.jsonl", record(9))
    assert summary(FRIDAYS[0], "--if-due")["edition"] == 2
    assert summary(FRIDAYS[0], "--if-due")["outcome"] == "not due"


def test_a_paper_twice_in_one_week_under_two_names_is_one(inbox):
    put("first.jsonl", record(1, arxiv_id="2611.00001"), record(1, doi="10.9999/journal.1"))
    assert summary(FRIDAYS[0])["papers"] == 1
    account = edition(1)["account"]
    assert (account["received"], account["duplicates"], account["digested"]) == (2, 1, 1)


def test_the_first_number_the_title_and_the_editor_are_those_of_the_configuration():
    configure(edition={"title": "Tea & tides", "editor": "Ada <Quill>", "first_number": 12, "archive": "public"})
    put("first.jsonl", record(1))
    assert summary(FRIDAYS[0])["edition"] == 12
    page = Path("public/editions/012/index.html").read_text()
    assert "<span>No. 12</span> <span>6 November 2026</span>" in page
    assert "Edited by Ada &lt;Quill&gt;" in page
    assert "Tea\u00a0&amp; tides" in Path("public/index.html").read_text()


def test_paths_are_those_beside_the_configuration(tmp_path, monkeypatch):
    configure()
    put("first.jsonl", record(1))
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    done = run("weekly", "--config", str(tmp_path / "weekly.yaml"), "--now", FRIDAYS[0], "--quiet")
    assert done.exit_code == 0, done.stderr
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "site/index.html").is_file()
    assert (tmp_path / "weekly.sqlite").is_file()
    assert str(tmp_path) not in (tmp_path / "site/editions/001/digest.json").read_text()


def test_an_edition_is_mailed_once_and_what_a_killed_run_owed_is_made_good(inbox):
    def mails() -> int:
        return len(list(Path("outbox").rglob("*.eml")))

    mail = {"from": "Kitchen weekly <weekly@example.org>", "to": ["ada@example.org"]}
    configure(mail=mail)
    assert summary(FRIDAYS[0], "--no-send")["sent"] is None  # as if the run had been killed before it sent
    assert mails() == 0
    assert summary(FRIDAYS[0], "--if-due")["sent"]["now"] == 1
    assert mails() == 1
    said = summary(FRIDAYS[0])
    assert (said["outcome"], said["sent"], mails()) == ("nothing new", None, 1)
    put("more.jsonl", record(9))
    assert summary(FRIDAYS[1])["sent"]["now"] == 1
    assert mails() == 2


FIELDS = {
    "tying wet rope": "Sailors tie knots. We tie {0} knots in a wet rope of {0} strands and pull until each slips.",
    "baking sour bread": "Bakers feed yeast. We bake {0} loaves of sour bread from dough that rose for {0} hours.",
    "naming far stars": "Astronomers name stars. We name {0} dwarf stars by the light in a telescope of {0} mirrors.",
}


def field_paper(number: int) -> dict:
    """A paper of one of three fields that share no word."""
    about, abstract = list(FIELDS.items())[number % 3]
    return record(number, title=f"{about.capitalize()}, attempt {number}", abstract=abstract.format(number))


def test_themes_go_on_from_week_to_week():
    configure()
    for week, friday in enumerate(FRIDAYS):
        put(f"{week}.jsonl", *map(field_paper, range(12 * week, 12 * week + 12)))
        summary(friday)
    themes = [[theme for theme in edition(number)["themes"] if not theme["other"]] for number in (1, 2, 3, 4)]
    statuses = [[theme["status"] for theme in one] for one in themes]
    assert set(statuses[0]) == {""}
    for later in statuses[1:]:
        assert set(later) <= {"continued", "grown"}
    named = [[theme["title"] for theme in one] for one in themes]
    assert len(named[0]) == 3
    assert named == [named[0]] * 4


def test_four_weeks_reach_a_maildir_each_paper_in_one_mail(month):
    mail = {"from": "Kitchen weekly <weekly@example.org>", "to": ["ada@example.org"]}
    configure(month, mail={**mail, "transport": {"kind": "maildir", "folder": "post"}})
    make_month(month)
    letters = [email.message_from_bytes(letter.as_bytes(), policy=policy.default) for letter in mailbox.Maildir("post")]
    assert len({letter["Message-ID"] for letter in letters}) == len(letters) == 4
    assert {letter["To"] for letter in letters} == {"ada@example.org"}
    texts = {letter["Message-ID"]: " ".join(letter.get_body(("plain",)).get_content().split()) for letter in letters}
    told = [sum(title in text for text in texts.values()) for number in (1, 2, 3, 4) for title in titles(number)]
    assert told
    assert set(told) == {1}


def test_what_is_never_shown_is_left_out_named_and_not_shown_later_either():
    configure(never={"words": ["moss"]}, at_most={"source": 3})
    put("first.jsonl", *(record(number) for number in range(6)))
    assert summary("2026-11-06")["papers"] == 3
    first = edition(1)
    assert [(one["kind"], one["title"]) for one in first["left_out"]] == [
        ("excluded", title_of(2)),
        *(("capped", title_of(number)) for number in (4, 5)),
    ]
    account = first["account"]
    assert (account["received"], account["excluded"], account["capped"], account["digested"]) == (6, 1, 2, 3)
    put("second.jsonl", record(7))
    assert summary("2026-11-13")["papers"] == 1
    assert titles(2) == {title_of(7)}
    assert edition(2)["account"]["seen"] == 6
    configure()
    assert run("weekly", "--config", "weekly.yaml", "--again", "1").exit_code == 0
    assert titles(1) == {title_of(number) for number in range(6)}


def test_an_edition_of_nothing_but_what_is_never_shown_has_nothing_new_and_says_what_it_left_out():
    configure(when_empty="skip")
    put("first.jsonl", record(0))
    summary("2026-11-06")
    put("second.jsonl", record(2), record(8))
    said = summary("2026-11-13", "--never", "moss")
    assert (said["outcome"], said["papers"]) == ("nothing new", 0)
    configure()
    assert summary("2026-11-13", "--never", "moss")["outcome"] == "made"
    made = edition(2)
    assert (made["papers"], made["account"]["excluded"], made["account"]["left_out"]) == ([], 2, 2)
    assert made["account"]["received"] == made["account"]["seen"] + made["account"]["left_out"]
    assert [one["title"] for one in made["left_out"]] == [title_of(2), title_of(8)]


def test_a_dry_run_says_what_would_be_left_out():
    configure()
    put("first.jsonl", *(record(number) for number in range(6)))
    flags = ("--never", "moss", "--at-most-source", "4", "--never-author", "A. Invented3")
    said = run("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--dry-run", *flags).stdout
    assert f"1 paper: “moss” is never shown here (“{title_of(2)[:20]}" in said
    assert f"1 paper: an author is never shown here (“{title_of(3)[:20]}" in said
    assert not Path("site").exists()
    said = run("weekly", "--config", "weekly.yaml", "--now", "2026-11-06", "--dry-run", "--never", "hours").stdout
    assert "6 papers: “hours” is never shown here" in said
