"""The door: formats told apart, several inputs as one listing, every failure one sentence."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from broadsheet.errors import BinaryInput, EmptyInput, NoPapers, ReadingError
from broadsheet.reading.listing import read_inputs, read_text
from places import DATA, SHARED

PAPERS = json.loads((DATA / "reading_invented.json").read_text(encoding="utf-8"))
LISTINGS = SHARED / "listings"


def page(papers):
    return "".join(f"{paper['title']}\n\n{paper['abstract']}\n\n" for paper in papers)


@pytest.fixture
def write(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def test_papers_of_several_inputs_come_in_their_order(write):
    first, second = write("a.txt", page(PAPERS[:3])), write("b.json", json.dumps(PAPERS[3:5]))
    listing = read_inputs([second, "-", first], stdin=io.BytesIO(page(PAPERS[5:7]).encode()))
    assert [paper.title for paper in listing.papers] == [PAPERS[i]["title"] for i in (3, 4, 5, 6, 0, 1, 2)]
    assert [(s.name, s.format, s.papers) for s in listing.sources] == [
        (second, "JSON", 2),
        ("-", "pasted text", 2),
        (first, "pasted text", 3),
    ]


def test_a_paper_in_two_inputs_is_there_once_and_complete(write):
    first, second = write("a.txt", page(PAPERS[:3])), write("b.json", json.dumps(PAPERS[1:4]))
    listing = read_inputs([first, second])
    assert len(listing.papers) == 4
    assert [(d.title, d.source) for d in listing.duplicates] == [(PAPERS[i]["title"], second) for i in (1, 2)]
    assert listing.papers[1].authors == tuple(PAPERS[1]["authors"])
    assert {d.kept for d in listing.duplicates} <= {paper.key for paper in listing.papers}


def test_the_text_before_repair_is_kept_beside_it():
    paper = read_text(page([PAPERS[0] | {"title": r"Fr\'echet Means of 5\% Wetter Data"}])).papers[0]
    assert (paper.title, paper.raw_title) == ("Fréchet Means of 5% Wetter Data", r"Fr\'echet Means of 5\% Wetter Data")
    assert paper.raw_abstract == PAPERS[0]["abstract"]


def test_an_input_without_papers_is_a_fragment_among_good_ones(write):
    good, prose, empty = (
        write("a.txt", page(PAPERS[:2])),
        write("b.txt", "Dear Ada,\n\nall is well.\n"),
        write("c.txt", " "),
    )
    listing = read_inputs([prose, good, empty])
    assert [source.papers for source in listing.sources] == [0, 2, 0]
    assert [(f.source, f.first_line, f.last_line) for f in listing.fragments] == [(prose, 1, 3), (empty, 1, 1)]


def test_broken_json_among_good_inputs_is_a_fragment(write):
    listing = read_inputs([write("a.txt", page(PAPERS[:2])), write("b.json", '[{"title": }]')])
    assert "broken at line 1" in listing.fragments[0].why


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Dear Ada,\n\nall is well.\n", "titles and abstracts"),
        ("<!DOCTYPE html>\n<html><body><p>All is well.</p></body></html>", "HTML"),
        ('<?xml version="1.0"?>\n<feed></feed>', "the feed is empty"),
        ("<?xml version='1.0'?>\n<goats><goat/></goats>", "XML with <goats>"),
        ("@article{goat2029,\n  author = {Varga, Ilse},\n}", "BibTeX, and it has no title"),
        ("TY  - JOUR\nAU  - Varga\nER  - \n", "RIS"),
        ("PMID- 77\nAU  - Varga\n", "MEDLINE"),
        ("id,title,abstract,year\n1,,We count.,2029\n", "a table"),
        ("\\\\\narXiv:2911.00003\nAuthors: Ilse Varga\n\\\\\n", "arXiv mail"),
        ("# Papers\n\n- [Goats](https://a.b)\n- [Dams](https://a.b)\n- [Salt](https://a.b)\n", "Markdown"),
    ],
)
def test_a_listing_without_papers_is_said_by_its_format(text, says):
    with pytest.raises(NoPapers, match=says) as caught:
        read_text(text, source="x.txt")
    assert str(caught.value).startswith(("x.txt has no papers in it: ", "x.txt: "))


def test_nothing_and_rubbish_have_errors_of_their_own(write):
    with pytest.raises(EmptyInput, match="is empty"):
        read_inputs([write("a.txt", "\n")])
    with pytest.raises(BinaryInput, match="standard input is no text"):
        read_inputs(["-"], stdin=io.BytesIO(bytes(range(256)) * 9))
    with pytest.raises(NoPapers, match="none of the 2 inputs"):
        read_inputs([write("b.txt", "hello"), write("c.txt", "")])


@pytest.mark.parametrize(("inputs", "says"), [([], "name a file"), (["-", "-"], "once")])
def test_inputs_that_cannot_be_opened_are_told(inputs, says):
    with pytest.raises(ReadingError, match=says):
        read_inputs(inputs, stdin=io.BytesIO(b"x"))


def test_windows_newlines_make_no_difference():
    assert read_text(page(PAPERS).replace("\n", "\r\n"), source="a") == read_text(page(PAPERS), source="a")


@pytest.mark.skipif(not LISTINGS.is_dir(), reason="the folder of real listings is not beside the repository")
def test_the_real_listing_is_read_letter_for_letter():
    path = LISTINGS / "hf_trending_pasted.txt"
    lines = path.read_text(encoding="utf-8").split("\n")
    body = [line for line in lines[9:] if line]
    listing = read_inputs([str(path)])
    assert [(paper.raw_title, paper.raw_abstract) for paper in listing.papers] == list(
        zip(body[::2], body[1::2], strict=True)
    )
    assert len(listing.papers) == 109
    assert [(f.first_line, f.last_line, f.text) for f in listing.fragments] == [
        (n, n, lines[n - 1]) for n in (1, 3, 5, 7, 9)
    ]
    assert not listing.duplicates


@pytest.mark.skipif(not LISTINGS.is_dir(), reason="the folder of real listings is not beside the repository")
@pytest.mark.parametrize("name", ["noise_wikipedia.md", "noise_wikipedia.html", "README.md", "MANIFEST.tsv"])
def test_what_is_no_listing_among_the_real_files_has_no_papers(name):
    with pytest.raises(NoPapers):
        read_inputs([str(LISTINGS / name)])


def test_a_folder_is_its_files_in_the_order_of_their_names(tmp_path):
    folder = tmp_path / "week"
    folder.mkdir()
    (folder / "b.txt").write_text(page(PAPERS[:2]), encoding="utf-8")
    (folder / "a.json").write_text(json.dumps(PAPERS[2:4]), encoding="utf-8")
    (folder / "c.pdf").write_bytes(b"%PDF-1.7 \x00\x01")
    (folder / ".hidden").write_text("no", encoding="utf-8")
    listing = read_inputs([str(folder)])
    assert [Path(source.name).name for source in listing.sources] == ["a.json", "b.txt", "c.pdf"]
    assert [paper.title for paper in listing.papers] == [PAPERS[i]["title"] for i in (2, 3, 0, 1)]
    assert ["is a PDF" in fragment.why for fragment in listing.fragments] == [True]


def test_a_folder_without_files_is_told(tmp_path):
    with pytest.raises(NoPapers, match="a folder without files"):
        read_inputs([str(tmp_path)])


GOATS = "We counted goats on forty slopes over two winters, and found that most of them leave before noon."
INSIDE = (
    "TY  - JOUR is how an export begins.",
    "TY  - JOUR\nTI  - Another\nER  - ",
    "@article{other,\n  title = {Another}\n}",
    "\\\\\narXiv:2912.01234\nTitle: Another\n\\\\",
    "PMID- 12\nTI  - Another",
    "%0 Report\n%T Another",
    "PT J\nTI Another",
    "title,abstract,doi",
)


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize(
    ("form", "head", "row"),
    [
        ("a table", "title,abstract\n", '{title},"{abstract}"\n'),
        ("RIS", "", "TY  - JOUR\nTI  - {title}\nAB  - {abstract}\nER  - \n"),
        ("BibTeX", "", "@misc{{x,\n  title = {{{title}}},\n  abstract = {{{abstract}}}\n}}\n"),
    ],
)
def test_one_abstract_never_decides_for_the_file(form, head, row, inside):
    if form == "RIS":
        inside = inside.replace("TY  -", "> TY  -")  # a record of the same format cannot be told apart
    papers = [("First goats", GOATS), ("Second goats", f"{GOATS}\n\n{inside}\n"), ("Third goats", GOATS)]
    text = head + "".join(row.format(title=title, abstract=abstract) for title, abstract in papers)
    listing = read_text(text)
    assert listing.sources[0].format == form
    assert [paper.title for paper in listing.papers] == [title for title, _ in papers]


def test_what_is_quoted_in_a_reading_list_does_not_decide_for_it():
    items = "".join(f"- [Goats of the {n} kind on dams](https://arxiv.org/abs/2901.0{n})\n" for n in range(1000, 1008))
    listing = read_text(f"# Goats\n\n{items}\n## Cite\n\n```bibtex\n@misc{{us,\n  title = {{A list}}\n}}\n```\n")
    assert (listing.sources[0].format, len(listing.papers)) == ("Markdown", 8)


def test_a_pattern_that_the_shell_left_alone_is_the_files_it_matches(tmp_path):
    for name in ("b.json", "a.json", ".hidden.json", "c.txt"):
        (tmp_path / name).write_text(json.dumps([{"title": f"Paper {name} of a kettle", "abstract": "It sings."}]))
    listing = read_inputs([str(tmp_path / "*.json")])
    assert [Path(paper.source).name for paper in listing.papers] == ["a.json", "b.json"]
    assert len(read_inputs([str(tmp_path / "[ab].json"), str(tmp_path / "**" / "*.txt")]).papers) == 3


def test_a_pattern_that_nothing_matches_says_so(tmp_path):
    with pytest.raises(NoPapers, match=r"no file matches .*\*\.ris: check the pattern"):
        read_inputs([str(tmp_path / "*.ris")])


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    (tmp_path / "week[1].json").write_text('[{"title": "A kettle of the first week", "abstract": "It sings."}]')
    (tmp_path / "week1.json").write_text('[{"title": "Another kettle altogether", "abstract": "It does not."}]')
    assert [paper.title for paper in read_inputs([str(tmp_path / "week[1].json")]).papers] == [
        "A kettle of the first week"
    ]


def test_the_address_of_a_file_is_its_path(tmp_path):
    path = tmp_path / "my list.json"
    path.write_text('[{"title": "A kettle on a file system", "abstract": "It sings."}]')
    assert len(read_inputs([path.as_uri()]).papers) == 1
    assert len(read_inputs([f"file://localhost{path.as_uri()[7:]}"]).papers) == 1
    with pytest.raises(ReadingError, match="names a file of another machine"):
        read_inputs(["file://elsewhere/a.json"])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("example.org/x", "there is no file example.org/x: write https://example.org/x for an address"),
        ("www.example.org:8080/feed.xml", "write https://www.example.org:8080/feed.xml for an address"),
        ("folder/x.txt", "there is no file folder/x.txt: check the path."),
        ("listing.txt", "there is no file listing.txt: check the path."),
    ],
)
def test_a_name_that_no_file_has_is_told_with_the_likeliest_way_out(name, said):
    with pytest.raises(ReadingError) as caught:
        read_inputs([name])
    assert said in str(caught.value)


def test_a_file_named_like_an_identifier_is_read_as_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("2401.01234").write_text('[{"title": "A kettle in a file", "abstract": "It sings."}]')
    assert [paper.title for paper in read_inputs(["2401.01234"]).papers] == ["A kettle in a file"]


def test_what_is_broken_in_a_known_format_is_not_looked_up():
    with pytest.raises(NoPapers, match="arXiv mail"):
        read_text("\\\\\narXiv:2401.01234\nAuthors: Ada Ash\n\\\\\n")


def test_one_marked_field_of_a_record_is_repaired_and_the_others_keep_their_words():
    row = {"title": "A  kettle\tat sea", "abstract": "It is \\'elan.", "authors": ["Ada  Ash", " ", "B. Birch"]}
    paper = read_text(json.dumps([row])).papers[0]
    assert (paper.title, paper.abstract, paper.authors) == ("A kettle at sea", "It is élan.", ("Ada Ash", "B. Birch"))
    plain = read_text(json.dumps([{**row, "abstract": "It\nis  elan. "}])).papers[0]
    assert (plain.title, plain.abstract, plain.authors) == ("A kettle at sea", "It is elan.", ("Ada Ash", "B. Birch"))


def test_a_message_of_one_part_is_read_whole_with_the_blank_lines_of_its_body():
    body = page(PAPERS)
    for encoding in ("7bit", "8bit"):
        head = f"From: a@b.example\nSubject: New\nMIME-Version: 1.0\nContent-Transfer-Encoding: {encoding}\n\n"
        assert [paper.title for paper in read_text(head + body).papers] == [paper["title"] for paper in PAPERS]
