"""Where the files of an edition are, whoever calls and from wherever."""

from __future__ import annotations

from pathlib import Path

from broadsheet.editions.paths import EditionPaths
from broadsheet.settings.loading import load_settings
from commands import write


def paths_of(config: str | None) -> EditionPaths:
    path = Path(config) if config else None
    return EditionPaths.of(load_settings(path), path)


def test_paths_start_at_the_folder_of_the_configuration():
    config = write("edition: {archive: public, state: kept/s.sqlite}\n", "papers/weekly.yaml")
    home = Path("papers")
    assert paths_of(config) == EditionPaths(home, home / "public", home / "kept/s.sqlite")


def test_the_state_is_called_like_the_configuration_unless_it_is_named():
    assert paths_of(write("title: Papers\n", "papers/group.yaml")).state == Path("papers/group.sqlite")
    assert paths_of(None).state == Path("broadsheet.sqlite")


def test_whole_paths_stay_as_they_are(tmp_path):
    config = write(f"edition: {{archive: {tmp_path}/site, state: {tmp_path}/s.sqlite}}\n", "papers/weekly.yaml")
    assert paths_of(config) == EditionPaths(Path("papers"), tmp_path / "site", tmp_path / "s.sqlite")


def test_the_folders_with_mail_are_those_it_leaves_by_and_comes_back_to():
    config = write("bounces: {folder: returned}\nmail: {transport: {folder: post}}\n", "papers/weekly.yaml")
    settings = load_settings(Path(config))
    assert paths_of(config).with_mail(settings) == [Path("papers/post"), Path("papers/returned")]
    assert paths_of(None).with_mail(load_settings()) == [Path("outbox")]
