"""What would fail later is found before work, and alike by every command that begins some."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from broadsheet.digests.preflight import check_before_work
from broadsheet.errors import BackendRefused, BroadsheetError, ConfigError, OutputError, ReadingError, TemplateError
from broadsheet.settings.loading import Settings, load_settings
from commands import run, write

MODEL = {"llm": {"backend": "ours"}, "backends": {"ours": {"base_url": "http://127.0.0.1:9/v1", "model": "m"}}}
KEYED = {"llm": {"backend": "ours"}, "backends": {"ours": {**MODEL["backends"]["ours"], "key_env": "NO_SUCH_KEY"}}}

Mistake = tuple[dict, dict[str, str], type[BroadsheetError], str]
MISTAKES: list[Mistake] = [
    ({"interests": ["liked.bib"]}, {}, ConfigError, "liked.bib: there is no such file"),
    ({"interests": ["liked.bib"]}, {"liked.bib": ""}, ReadingError, "liked.bib"),
    ({"top": 3}, {}, ConfigError, "`top` takes the best matches"),
    (KEYED, {}, BackendRefused, "NO_SUCH_KEY"),
    ({}, {"templates/digest.html": "{{ nothing_of_that_name }}"}, TemplateError, "nothing_of_that_name"),
    (MODEL, {"prompts/summarise.txt": "{{ nothing_of_that_name }}"}, TemplateError, "nothing_of_that_name"),
]


def configure(tree: dict, files: dict[str, str]) -> str:
    """A configuration with its files, whose one source is not there."""
    for name, text in files.items():
        write(text, name)
    return write(json.dumps({"sources": ["nowhere.txt"], **tree}), "ours.yaml")


def check(settings: Settings, folder: str = "out") -> None:
    check_before_work(settings, Path(folder), forms=settings.output.formats)


def digest_it(config: str) -> Result:
    return run("digest", "nowhere.txt", "--config", config)


def make_edition(config: str) -> Result:
    return run("weekly", "--config", config)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_found_and_nothing_is_written(tmp_path, mistake: Mistake):
    tree, files, kind, said = mistake
    settings = load_settings(Path(configure(tree, files)))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(kind, match=said):
        check(settings)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("command", [digest_it, make_edition])
@pytest.mark.parametrize("mistake", MISTAKES)
def test_commands_that_begin_work_find_it_before_they_read_their_sources(tmp_path, command, mistake: Mistake):
    tree, files, kind, said = mistake
    config = configure(tree, files)
    before = sorted(tmp_path.rglob("*"))
    done = command(config)
    assert done.exit_code == kind.exit_code, done.output
    assert said in done.stderr
    assert "nowhere.txt" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_plan_finds_wrong_interests_before_it_reads():
    done = run("plan", "nowhere.txt", "--config", configure({**MODEL, "interests": ["liked.bib"]}, {}))
    assert done.exit_code == ConfigError.exit_code
    assert "liked.bib: there is no such file" in done.stderr


def test_a_folder_that_cannot_be_written_names_where_to_choose_another():
    settings = load_settings(Path(configure({}, {"taken": "a file"})))
    with pytest.raises(OutputError, match="is a file: choose another with --out"):
        check(settings, "taken")
    with pytest.raises(OutputError, match="is a file: choose another in the settings"):
        check_before_work(settings, Path("taken"), forms=(), elsewhere="choose another in the settings")


def test_only_the_forms_that_will_be_written_are_tried():
    settings = load_settings(Path(configure({}, {"templates/digest.md": "{{ nothing_of_that_name }}"})))
    check_before_work(settings, Path("out"), forms=("html",))
    with pytest.raises(TemplateError):
        check_before_work(settings, Path("out"), forms=("html", "md"))


def test_prompts_that_nobody_is_asked_with_are_not_tried():
    check(load_settings(Path(configure({}, {"prompts/summarise.txt": "{{ nothing_of_that_name }}"}))))


def test_where_all_is_well_nothing_is_said(tmp_path):
    files = {"liked.bib": "@article{x, title={Tying wet knots}, author={Ada Invented}}"}
    check(load_settings(Path(configure({"interests": ["liked.bib", "kettles"], "top": 2, **MODEL}, files))))
    assert not Path("out").exists()
