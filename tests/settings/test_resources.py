"""The user's own copy of a file counts before the shipped one, and a mistake in it is named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from broadsheet.errors import TemplateError
from broadsheet.settings.resources import Resources, shipped_root


def put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_first_folder_that_has_a_file_gives_it_and_the_shipped_one_is_last(tmp_path: Path) -> None:
    name = "digest.md"
    mine = put(tmp_path / "mine" / "templates" / name, "mine")
    put(tmp_path / "ours" / "templates" / name, "ours")
    resources = Resources((tmp_path / "empty", tmp_path / "mine", tmp_path / "ours"))
    assert resources.find("templates", name) == mine
    assert Resources().find("templates", name) == shipped_root() / "templates" / name


def test_a_file_that_is_nowhere_says_how_to_get_the_shipped_ones() -> None:
    with pytest.raises(TemplateError, match=r"no templates/kettle\.txt: `broadsheet init`"):
        Resources().find("templates", "kettle.txt")


def test_a_style_comes_before_all_others_and_an_unknown_one_names_what_is_known(tmp_path: Path) -> None:
    put(tmp_path / "templates" / "styles" / "tea" / "digest.md", "tea")
    assert Resources((tmp_path,), style="tea").render("templates", "digest.md") == "tea"
    with pytest.raises(TemplateError, match=r"no style 'coffee': known are .*broadsheet.*tea"):
        Resources((tmp_path,), style="coffee").search_path("templates")


def test_only_html_is_escaped_and_finalize_sees_every_value(tmp_path: Path) -> None:
    for form in ("html", "txt"):
        put(tmp_path / "templates" / f"tea.{form}", "{{ name }}")
    resources = Resources((tmp_path,))
    assert resources.render("templates", "tea.html", name="<b>") == "&lt;b&gt;"
    assert resources.render("templates", "tea.txt", name="<b>") == "<b>"
    assert resources.render("templates", "tea.txt", finalize=str.upper, name="tea") == "TEA"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fine\n{{ nobody }}\n", r"tea\.txt, line 2: 'nobody' is undefined"),
        ("fine\n\n{% if %}\n", r"tea\.txt, line 3: .*correct the template"),
        ("{% include 'pot.txt' %}", r"no templates/pot\.txt"),
    ],
)
def test_a_mistake_in_a_template_is_named_with_its_file_and_line(tmp_path: Path, text: str, says: str) -> None:
    put(tmp_path / "templates" / "tea.txt", text)
    with pytest.raises(TemplateError, match=says):
        Resources((tmp_path,)).render("templates", "tea.txt")


def test_the_users_own_files_are_those_that_are_looked_for(tmp_path: Path) -> None:
    own = put(tmp_path / "templates" / "digest.md", "mine")
    put(tmp_path / "templates" / "notes to myself.txt", "not asked for")
    styled = put(tmp_path / "templates" / "styles" / "tea" / "digest.md", "tea")
    assert Resources((tmp_path,)).own_files("templates") == [own]
    assert Resources((tmp_path,), style="tea").own_files("templates") == [styled, own]
