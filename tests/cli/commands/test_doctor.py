"""`broadsheet doctor`: a line for each check, and the exit code of the first that failed."""

from __future__ import annotations

from commands import run, write
from doctor import lines


def test_without_a_model_all_is_well_and_the_backends_are_named():
    result = run("doctor")
    checks = lines(result.stdout)
    assert (result.exit_code, result.stderr) == (0, "")
    checks.pop("Server", None)  # a developer may have one running
    assert list(checks) == ["Version", "Config", "Prompts", "Templates", "Output", "Backend"]
    assert {verdict for verdict, _ in checks.values()} == {"ok"}
    assert "--backend NAME --model NAME plugs one in: openai, anthropic" in checks["Backend"][1]


def test_a_mistake_in_the_config_ends_the_examination_with_its_line():
    write("thems: 3\n", "my.yaml")
    result = run("doctor", "--config", "my.yaml")
    assert result.exit_code == 5
    assert lines(result.stdout)["Config"][1].startswith("my.yaml, line 1: unknown key `thems`")


def test_broken_templates_and_prompts_and_a_taken_folder_are_all_told_and_the_first_gives_the_code():
    write("output: {folder: taken}\n", "config.yaml")
    write("x", "taken")
    write("{% if %}", "templates/digest.html")
    write("{{ pappers }}", "prompts/summarise_papers.txt")
    result = run("doctor")
    checks = lines(result.stdout)
    assert result.exit_code == 8
    assert [checks[name][0] for name in ("Prompts", "Templates", "Output")] == ["fail"] * 3
    assert "prompts/summarise_papers.txt, line 1: 'pappers' is undefined" in checks["Prompts"][1]


def test_the_users_own_files_are_named():
    write("title: Mine\n", "config.yaml")
    write("{{ page.title }}", "templates/digest.md")
    assert lines(run("doctor").stdout)["Templates"][1].startswith("yours: digest.md in ")
