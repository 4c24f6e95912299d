"""Front matter: any title is one value of valid YAML, tags are what Obsidian takes, and keys are found again."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from broadsheet.rendering.notes.front_matter import front_matter, key_of_note, tag_of
from broadsheet.rendering.text import plain

quick = settings(derandomize=True, max_examples=200, deadline=None)


def read(block: str) -> object:
    assert block.startswith("---\n")
    assert block.endswith("\n---\n")
    return yaml.safe_load(block.removeprefix("---\n").removesuffix("---\n"))


@quick
@given(st.text(max_size=60), st.text(alphabet="-:#'\"\\\n\r\t {}[]&*!|>%@`,?~ab1e\u2028\x85", max_size=40))
def test_any_title_comes_back_as_the_one_line_that_it_is(title: str, key: str) -> None:
    fields = read(front_matter({"broadsheet": f"k{key}", "title": f"t{title}", "tags": [f"a{title}"]}))
    one = plain(f"t{title}")
    assert fields == {"broadsheet": plain(f"k{key}"), "title": one, "tags": [plain(f"a{title}")]}
    assert key_of_note(front_matter({"broadsheet": f"k{key}"})) == plain(f"k{key}")


@pytest.mark.parametrize(
    "title", ["1e3", "0o17", "yes", "null", "2026-11-29", "12:30:45", "~", "---", "- a", "a: b # c"]
)
def test_a_title_that_looks_like_something_else_in_some_yaml_stays_text(title: str) -> None:
    block = front_matter({"title": title})
    assert f'title: "{title}"' in block
    assert read(block) == {"title": title}


def test_dates_and_numbers_are_bare_and_what_is_empty_is_left_out() -> None:
    fields = {"title": "T", "date": dt.date(2099, 11, 4), "number": 3, "url": None, "tags": [], "authors": ["A", "A"]}
    assert front_matter(fields) == '---\ntitle: "T"\ndate: 2099-11-04\nnumber: 3\nauthors: ["A"]\n---\n'


@pytest.mark.parametrize(
    ("title", "tag"),
    [
        ("Water & its moods", "water-its-moods"),
        ("C++ / #tags, [[links]]", "c-tags-links"),
        ("2024", "theme-2024"),
        ("???", "theme"),
        ("Été à Zürich", "été-à-zürich"),
    ],
)
def test_a_tag_has_letters_digits_and_hyphens_and_not_digits_alone(title: str, tag: str) -> None:
    assert tag_of(title) == tag
    assert re.fullmatch(r"[\w-]*[^\W\d][\w-]*", tag)


@pytest.mark.parametrize(
    "block",
    [
        "---\nbroadsheet: doi:10.5555/a\n---\n",
        "---\r\ntags:\r\n  - mine\r\nbroadsheet: 'doi:10.5555/a'\r\n---\r\nText\r\n",
        '\ufeff---\nrating: 5\nbroadsheet: "doi:10.5555/a"  # theirs\n...\n',
    ],
)
def test_the_key_is_found_however_an_editor_wrote_it(block: str) -> None:
    assert key_of_note(block) == "doi:10.5555/a"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "broadsheet: doi:10.5555/a\n",
        "---\nbroadsheet:\n---\n",
        "---\nbroadsheet: 12\n---\n",
        "---\nbroadsheet: [a\n---\n",
        "---\ntitle: x\n---\nbroadsheet: doi:10.5555/a\n",
        "---\nbroadsheet: doi:10.5555/a\n",
        "---\n" + "a: b\n" * 9000 + "broadsheet: x\n---\n",
    ],
)
def test_a_text_without_a_key_in_its_front_matter_has_none(text: str) -> None:
    assert key_of_note(text) is None
