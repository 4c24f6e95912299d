"""Notes for Obsidian: linked, under names that every system takes, and renewed without a loss to the reader."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.models import Digest, Paper, Theme
from broadsheet.rendering.notes.folder import BEGINS, ENDS, escape_note, render_notes, with_region
from broadsheet.rendering.notes.front_matter import key_of_note
from broadsheet.rendering.write_files import read_notes, write_files
from broadsheet.settings.resources import Resources
from sample_digest import DIGEST, HOSTILE, KETTLES, MOSS, TIDES

TIDES_NOTE = "papers/Counting tides in bathtubs.md"


def notes(digest: Digest = DIGEST, kept: dict[str, str | None] | None = None) -> dict[str, str]:
    return render_notes(digest, kept or {}, resources=Resources())


def keys(files: dict[str, str]) -> dict[str, str]:
    """The path of each note by its key."""
    return {str(key_of_note(text)): path for path, text in files.items()}


def digest_of(*papers: Paper) -> Digest:
    theme = Theme(title="Water", paper_keys=tuple(paper.key for paper in papers))
    return DIGEST.model_copy(update={"papers": papers, "themes": (theme,), "overview": None, "highlights": ()})


def test_each_paper_and_each_theme_has_one_note_and_the_digest_one() -> None:
    files = notes()
    assert {"The Kitchen Physicist 2099-11-04.md", TIDES_NOTE, "themes/Patient plants.md"} <= set(files)
    assert {TIDES.key, KETTLES.key, MOSS.key, HOSTILE.key} <= set(keys(files))
    assert len(files) == len(keys(files)) == 4 + 3 + 1


def test_every_link_between_notes_leads_to_one() -> None:
    files = notes()
    links = [
        (Path(path).parent / unquote(target))
        for path, text in files.items()
        for target in re.findall(r"\]\(([^)]*\.md)\)", text)
    ]
    assert len(links) >= 2 * 4
    there = {Path(path) for path in files}
    assert [link for link in links if Path(*_resolved(link)) not in there] == []


def _resolved(path: Path) -> list[str]:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        else:
            parts.append(part)
    return parts


def test_a_note_of_a_paper_has_its_tldr_its_theme_and_its_abstract_with_the_evidence_marked() -> None:
    note = notes()[TIDES_NOTE]
    assert note.startswith('---\nbroadsheet: "arxiv:2699.00001"\ntitle: "Counting tides in bathtubs"\n')
    assert 'authors: ["Ida Quill", "Bo Marrow", "Tam Fenn", "Ruth Osk", "Lev Parr"]\n' in note
    assert "Of 40 bathtubs timed, 31 have tides of less than 2 mm." in note
    assert "#water-its-moods" in note
    assert "Bathtubs have tides. ==We timed 40 tubs & found tides < 2 mm in 31 of them.== More tubs are needed." in note


def test_what_the_reader_wrote_stays_byte_for_byte_and_only_our_region_is_renewed(tmp_path: Path) -> None:
    write_files(notes(), tmp_path)
    file = tmp_path / TIDES_NOTE
    front, region, after = file.read_bytes().partition(BEGINS.encode())
    mine = front.replace(b"---\n\n", b"rating: 5\n---\n\r\nMy  words.\t\n\n"), b"\n\xe2\x80\xa8 - [ ] try it\r\n\r\n"
    file.write_bytes(mine[0] + region + after + mine[1])
    new = DIGEST.model_copy(update={"summaries": ()})
    written = notes(new, read_notes(tmp_path))
    write_files(written, tmp_path)
    now = file.read_bytes()
    assert now.startswith(mine[0] + BEGINS.encode())
    assert now.endswith(ENDS.encode() + b"\n" + mine[1])
    assert b"Of 40 bathtubs timed" not in now
    assert b"No TL;DR was made" in now


def test_a_second_run_without_news_writes_nothing(tmp_path: Path) -> None:
    write_files(notes(), tmp_path)
    assert notes(DIGEST, read_notes(tmp_path)) == {}


def test_a_note_that_was_renamed_or_moved_is_found_by_its_key_and_links_follow(tmp_path: Path) -> None:
    write_files(notes(), tmp_path)
    (tmp_path / "papers/to read").mkdir()
    (tmp_path / TIDES_NOTE).rename(tmp_path / "papers/to read/My 100% tides (again).md")
    new = DIGEST.model_copy(update={"summaries": ()})
    written = notes(new, read_notes(tmp_path))
    assert "papers/to read/My 100% tides (again).md" in written
    assert TIDES_NOTE not in written
    theme = next(text for path, text in written.items() if path.startswith("themes/") and "tides" in text)
    assert "(../papers/to%20read/My%20100%25%20tides%20%28again%29.md)" in theme
    assert "(../../themes/" in written["papers/to read/My 100% tides (again).md"]


@pytest.mark.parametrize("take", [BEGINS, ENDS, f"{BEGINS}\n", "both", "swap", "twice"])
def test_a_note_whose_marks_are_gone_or_doubled_is_left_alone_and_named(
    take: str, caplog: pytest.LogCaptureFixture
) -> None:
    files = notes()
    note = files[TIDES_NOTE]
    changed = {
        "both": note.replace(BEGINS, "").replace(ENDS, ""),
        "swap": note.replace(BEGINS, "@").replace(ENDS, BEGINS).replace("@", ENDS),
        "twice": note + note,
    }.get(take, note.replace(take, ""))
    kept: dict[str, str | None] = {**files, TIDES_NOTE: changed}
    assert TIDES_NOTE not in notes(DIGEST.model_copy(update={"summaries": ()}), kept)
    assert f"notes/{TIDES_NOTE} is left as you have it" in caplog.text


def test_a_region_takes_the_newlines_of_its_note() -> None:
    note = f"mine\r\n{BEGINS}\r\nold\r\n{ENDS}\r\nmine\r\n"
    assert with_region(note, "a\nb\n") == f"mine\r\n{BEGINS}\r\na\r\nb\r\n{ENDS}\r\nmine\r\n"


@settings(derandomize=True, max_examples=50, deadline=None)
@given(st.text(alphabet="ab \n<!-broadsheet:begnd>\\", max_size=60))
def test_no_text_of_a_paper_ends_our_region_early(title: str) -> None:
    paper = Paper(key="k", title=f"t {title}", abstract=f"{ENDS}\n{title}\n{BEGINS}", authors=(ENDS,))
    (note,) = [text for path, text in notes(digest_of(paper)).items() if path.startswith("papers/")]
    assert [line for line in note.split("\n") if line in (BEGINS, ENDS)] == [BEGINS, ENDS]
    assert with_region(f"mine\n{note}mine", "new") == f"mine\n{note.partition(BEGINS)[0]}{BEGINS}\nnew\n{ENDS}\nmine"


def test_papers_of_one_title_have_names_that_do_not_depend_on_their_order() -> None:
    papers = [Paper(key=f"hash:{at}", title=title) for at, title in enumerate(["Tides", "TIDES", "Ti|des", "Tides?"])]
    there, back = keys(notes(digest_of(*papers))), keys(notes(digest_of(*reversed(papers))))
    assert {key: there[key] for key in back if key.startswith("hash:")} == {
        key: path for key, path in back.items() if key.startswith("hash:")
    }
    assert len({path.casefold() for path in there.values()}) == len(there)
    assert re.fullmatch(r"papers/Tides [0-9a-f]{8}\.md", there["hash:0"])


def test_a_note_keeps_its_name_when_another_of_that_title_comes() -> None:
    first = notes(digest_of(Paper(key="hash:1", title="Tides")))
    both = notes(digest_of(Paper(key="hash:2", title="Tides"), Paper(key="hash:1", title="Tides")), dict(first))
    assert keys(first)["hash:1"] == "papers/Tides.md"
    assert re.fullmatch(r"papers/Tides [0-9a-f]{8}\.md", keys(both)["hash:2"])


def test_a_file_of_the_readers_own_is_never_written_over(tmp_path: Path) -> None:
    own = tmp_path / TIDES_NOTE.replace("Counting", "counting")
    own.parent.mkdir(parents=True)
    own.write_bytes(b"mine \xff")
    write_files(notes(DIGEST, read_notes(tmp_path)), tmp_path)
    assert own.read_bytes() == b"mine \xff"
    assert [path for path in (tmp_path / "papers").iterdir() if path.name.startswith("Counting tides")] != []


def test_notes_of_hidden_folders_are_not_looked_at(tmp_path: Path) -> None:
    write_files({f".trash/{path}": text for path, text in notes().items()}, tmp_path)
    assert read_notes(tmp_path) == {}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a #tag and C#", r"a \#tag and C#"),
        ("100%% sure", r"100\%\% sure"),
        ("a == b", r"a \=\= b"),
        ("see [[this|that]]", r"see \[\[this\|that\]\]"),
        ("a block ^id", r"a block \^id"),
        ("x^2 at 5%", "x^2 at 5%"),
        (r"the terms $J_\ell,\,x_1$ of a_1_", r"the terms $J_\ell,\,x_1$ of a_1\_"),
        ("$5 and $10 [or] $<b>$", r"$5 and $10 \[or\] $\<b>$"),
    ],
)
def test_what_obsidian_would_read_is_escaped(text: str, escaped: str) -> None:
    assert escape_note(text) == escaped
