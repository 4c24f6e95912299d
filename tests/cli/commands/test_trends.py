"""`broadsheet trends`: what rises is printed, drawn and tabled, over editions and over a listing."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from broadsheet.errors import NoPapers
from commands import run, write
from month import FRIDAYS, configure, put, record, summary

RISING = (0, 1, 1, 2, 4, 6)


def write_listing() -> str:
    """Six weeks of papers in which one subject rises."""
    rows = [
        {"title": f"Notes on {subject}, part {n}", "abstract": f"We saw {subject} {n} times.", "published": str(day)}
        for week, many in enumerate(RISING)
        for day in [dt.date(2026, 10, 1) + dt.timedelta(weeks=week)]
        for subject, count in (("singing kettles", many), ("bathtub tides", 10), ("candle logic", 10))
        for n in range(100 * week, 100 * week + count)
    ]
    return write(json.dumps([*rows, {"title": "Without a date", "abstract": "None."}]), "listing.json")


def test_a_listing_shows_what_rises_with_its_papers() -> None:
    done = run("trends", write_listing(), "--out", "made")
    assert done.exit_code == 0, done.stderr
    assert "Papers     134, and 1 without a date left out\n" in done.stdout
    assert "Subjects that rise\n  Singing kettles\n    ·▁▁▃▅█  14 papers, about " in done.stdout
    assert "    - Notes on singing kettles, part 500\n" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 60
    assert "Singing kettles" in Path("made/trends.svg").read_text(encoding="utf-8")
    assert "\nSubjects that rise,Singing kettles,0,1,1,2,4,6\n" in Path("made/trends.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ((), "trends need two weeks, and all papers with a date are of the week of 2026-10-05. Try --every day."),
        (("--every", "month"), "are of the month of 2026-10-01. Try --every week."),
        (("--every", "day"), "trends need two days, and all papers with a date are of the day of 2026-10-07."),
    ],
)
def test_a_listing_of_one_period_has_no_trend_and_another_period_is_named(flags: tuple[str, ...], said: str) -> None:
    papers = [{"title": f"Kettle {n}", "abstract": "It sang.", "published": "2026-10-07"} for n in range(3)]
    done = run("trends", write(json.dumps(papers), "listing.json"), *flags)
    assert done.exit_code == NoPapers.exit_code
    assert said in " ".join(done.stderr.split())


def test_the_picture_speaks_the_language_of_the_configuration(monkeypatch) -> None:
    monkeypatch.setenv("BROADSHEET_LANGUAGE", "German")
    assert run("trends", write_listing(), "--out", "made").exit_code == 0
    picture = Path("made/trends.svg").read_text(encoding="utf-8")
    assert "Arbeiten, 28. September – 2. November 2026" in picture
    assert "Begriffe, die zunehmen" in picture


@pytest.mark.parametrize("never", ["kettle", '["kettles", "nothing"]'])
def test_what_is_never_shown_rises_nowhere_and_is_counted(never: str, monkeypatch) -> None:
    monkeypatch.setenv("BROADSHEET_NEVER__WORDS", never)
    done = run("trends", write_listing())
    assert done.exit_code == 0, done.stderr
    assert "Papers     120, and 1 without a date left out; 14 never shown\n" in done.stdout
    assert "kettle" not in done.stdout.lower()


def test_editions_show_no_paper_that_is_never_shown_by_now(monkeypatch) -> None:
    configure()
    for number, friday in enumerate(FRIDAYS[:2]):
        put(f"{number}.jsonl", *(record(one) for one in range(10 * number, 10 * number + 6)))
        summary(friday)
    shown = run("trends", "--config", "weekly.yaml").stdout
    assert "Papers     12\n" in shown
    monkeypatch.setenv("BROADSHEET_NEVER__WORDS", json.dumps([record(0)["title"]]))
    assert "Papers     11; 1 never shown\n" in run("trends", "--config", "weekly.yaml").stdout


def test_editions_show_their_themes_in_the_range_that_is_named() -> None:
    configure()
    for number, friday in enumerate(FRIDAYS):
        put(
            f"{number}.jsonl",
            *(record(6 * one + number) for one in range(10 * number, 10 * number + 6)),
            *(record(6 * one + number + 1) for one in range(10 * number, 10 * number + 6)),
        )
        summary(friday)
    done = run("trends", "--config", "weekly.yaml", "--from", "2", "--to", "3")
    assert done.exit_code == 0, done.stderr
    assert "Periods    2: No. 2, 2026-11-13 to No. 3, 2026-11-20\n" in done.stdout
    assert "Papers     24\n" in done.stdout
    assert "  none more than chance explains\n" in done.stdout
    assert "Themes, by papers in each edition\n" in done.stdout
    assert "Periods    4: " in run("trends", "--config", "weekly.yaml", "--last", "9").stdout


@pytest.mark.parametrize(
    ("flags", "code", "said"),
    [
        (["--last", "3", "listing.json"], 2, "choose editions: leave them out with a listing"),
        (["--every", "day"], 2, "--every is for a listing"),
        (["--config", "weekly.yaml", "--from", "7"], 4, "trends need two editions, and there are 0 in this range"),
    ],
)
def test_a_range_that_cannot_be_is_said_in_a_sentence(flags: list[str], code: int, said: str) -> None:
    configure()
    put("0.jsonl", record(1))
    summary(FRIDAYS[0])
    write_listing()
    done = run("trends", *flags)
    assert (done.exit_code, said in done.stderr) == (code, True), done.stderr


def test_a_listing_without_dates_is_told_so() -> None:
    write(json.dumps([{"title": "Without a date", "abstract": "None."}]), "listing.json")
    done = run("trends", "listing.json")
    assert (done.exit_code, "no paper of the listing has a date" in done.stderr) == (4, True), done.stderr
