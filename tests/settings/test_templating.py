"""Compiled templates are kept between runs."""

from pathlib import Path

import jinja2
import pytest

from broadsheet.settings.templating import MOST_KEPT, KeptTemplates


def environment(folder: Path, **more) -> jinja2.Environment:
    """A new one, as a new process makes it, with a template `{{ 1 }}`."""
    templates = folder / "sources"
    templates.mkdir(exist_ok=True)
    (templates / "a.txt").write_text("{{ 1 }}", encoding="utf-8")
    kept = KeptTemplates(folder / "kept", more.get("finalize"))
    return jinja2.Environment(loader=jinja2.FileSystemLoader(templates), bytecode_cache=kept, **more)


def forbid_compiling(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jinja2.Environment, "compile", None)


def show(value: object) -> str:
    return f"<{value}>"


def test_a_second_process_compiles_nothing(tmp_path, monkeypatch):
    assert environment(tmp_path).get_template("a.txt").render() == "1"
    forbid_compiling(monkeypatch)
    assert environment(tmp_path).get_template("a.txt").render() == "1"


def test_a_template_that_was_changed_is_compiled_anew(tmp_path):
    environment(tmp_path).get_template("a.txt")
    again = environment(tmp_path)
    (tmp_path / "sources" / "a.txt").write_text("{{ 2 }}", encoding="utf-8")
    assert again.get_template("a.txt").render() == "2"


def test_what_was_compiled_for_another_escaping_is_not_taken(tmp_path):
    environment(tmp_path).get_template("a.txt")
    assert environment(tmp_path, finalize=show).get_template("a.txt").render() == "<1>"


def test_what_is_damaged_is_made_anew(tmp_path):
    environment(tmp_path).get_template("a.txt")
    (kept,) = (tmp_path / "kept").iterdir()
    for damaged in (b"", kept.read_bytes()[:-9], kept.read_bytes() + b"x", b"x" * 99):
        kept.write_bytes(damaged)
        assert environment(tmp_path).get_template("a.txt").render() == "1"


def test_only_the_user_can_read_or_write_what_is_kept(tmp_path):
    environment(tmp_path).get_template("a.txt")
    (kept,) = (tmp_path / "kept").iterdir()
    assert [path.stat().st_mode & 0o777 for path in (kept.parent, kept)] == [0o700, 0o600]


def test_nothing_is_run_from_a_folder_that_others_write_to(tmp_path, monkeypatch):
    environment(tmp_path).get_template("a.txt")
    (kept,) = (tmp_path / "kept").iterdir()
    for mode in (0o770, 0o702):
        kept.parent.chmod(mode)
        written = kept.read_bytes(), kept.stat().st_ino
        monkeypatch.setattr(jinja2.bccache.Bucket, "load_bytecode", None)
        assert environment(tmp_path).get_template("a.txt").render() == "1"
        assert (kept.read_bytes(), kept.stat().st_ino) == written


def test_a_folder_that_cannot_be_is_none(tmp_path):
    (tmp_path / "kept").write_text("", encoding="utf-8")
    assert environment(tmp_path).get_template("a.txt").render() == "1"


def test_they_do_not_grow_without_bound(tmp_path):
    environment(tmp_path).get_template("a.txt")
    for number in range(MOST_KEPT):
        (tmp_path / "kept" / str(number)).touch()
    environment(tmp_path, finalize=show).get_template("a.txt")
    assert len(list((tmp_path / "kept").iterdir())) == 1
