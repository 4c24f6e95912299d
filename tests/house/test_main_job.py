"""What the main job loads: neither mail nor web pages nor a library that only a model, a mail or a server needs."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from places import ROOT

LISTING = str(ROOT / "examples/listing.txt")
OTHER_JOBS = ("broadsheet.mailing", "broadsheet.web", "broadsheet.editions", "broadsheet.evaluation")
LIBRARIES = (
    *("openai", "httpx2", "tiktoken"),  # a model, and live sources
    *("xllamacpp", "huggingface_hub", "psutil", "onnxruntime", "tokenizers"),  # a model or an encoder in this process
    *("starlette", "uvicorn"),  # pages that are served
    "scipy",  # more papers than these, or an edition before
    "numpy.ma.core",  # nothing: arrays with gaps
    *("dkim", "css_inline", "flufl", "email_validator", "apprise"),  # mail, and other news
)
RUN = """
import atexit, json, sys
from pathlib import Path
from broadsheet.cli.main import main
atexit.register(lambda: Path("loaded.json").write_text(json.dumps(sorted(sys.modules))))
main()
"""


def loaded(*command: str) -> set[str]:
    """The modules that a process of its own has loaded when the command has ended well."""
    done = subprocess.run([sys.executable, "-c", RUN, *command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(json.loads(Path("loaded.json").read_text()))


def among(names: tuple[str, ...], modules: set[str]) -> set[str]:
    """Those of the names that are loaded, or have a part that is."""
    return {name for name in names if any(module == name or module.startswith(f"{name}.") for module in modules)}


@pytest.mark.parametrize("command", [("read", LISTING), ("digest", LISTING, "--quiet")])
def test_the_main_job_loads_neither_mail_nor_pages_nor_a_library_it_does_not_use(command):
    assert among((*OTHER_JOBS, *LIBRARIES), loaded(*command)) == set()


def test_the_collector_passes_over_what_was_loaded_and_goes_on_with_the_rest():
    asked = RUN.replace("sorted(sys.modules)", "[gc.isenabled(), gc.get_freeze_count()]").replace("json,", "gc, json,")
    done = subprocess.run([sys.executable, "-c", asked, "read", LISTING], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    collects, frozen = json.loads(Path("loaded.json").read_text())
    assert collects
    assert frozen > 20_000


def test_a_digest_by_the_built_in_engine_loads_nothing_that_only_a_model_needs():
    of_models = ("broadsheet.llm", "broadsheet.grounding", "broadsheet.tldr.summarise", "broadsheet.themes.llm_labels")
    more = ("broadsheet.digests.model_writer", "broadsheet.digests.open_session", "broadsheet.digests.estimate")
    local = ("broadsheet.local.model", "broadsheet.local.engine", "broadsheet.local.discovery")
    assert among((*of_models, *more, *local), loaded("digest", LISTING, "--quiet")) == set()


def test_reading_alone_loads_nothing_that_writes():
    others = ("broadsheet.digests", "broadsheet.llm", "broadsheet.local", "broadsheet.themes", "broadsheet.tldr")
    assert among((*others, "numpy", "scipy", "jinja2"), loaded("read", LISTING)) == set()


def test_a_desk_opens_its_first_page_before_it_loads_what_makes_a_digest():
    begin = "import sys, broadsheet.cli.actions.desk, broadsheet.web.desk.server; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", begin], capture_output=True, text=True, check=True).stdout
    digest = ("broadsheet.api", "broadsheet.digests", "broadsheet.reading", "broadsheet.mailing", "broadsheet.editions")
    assert among((*digest, "numpy", "scipy", "lxml", "openai"), set(said.split())) == set()


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_help_loads_neither_settings_nor_numbers(flag):
    assert among(("broadsheet.cli.commands", "broadsheet.settings", "pydantic", "numpy", "rich"), loaded(flag)) == set()


EACH_HELP = """
import json, sys, click
from broadsheet.cli.main import COMMANDS, main
def tell(command, *words):
    for flag in ("--help", "--no-such-option"):
        try: main([*words, flag])
        except SystemExit as end: codes[flag].append(end.code)
    for name, below in getattr(command, "commands", {}).items():
        tell(below, *words, name)
codes, loaded = {"--help": [], "--no-such-option": []}, {}
for name in COMMANDS:
    tell(main.get_command(click.Context(main), name), name)
    loaded[name] = list(sys.modules)
sys.stderr.write("\\n" + json.dumps([codes, loaded]))
"""


def test_neither_the_help_of_a_command_nor_a_mistyped_option_loads_what_does_its_work():
    done = subprocess.run([sys.executable, "-c", EACH_HELP], capture_output=True, text=True, check=True)
    codes, loaded = json.loads(done.stderr.splitlines()[-1])
    assert {flag: {*ended} for flag, ended in codes.items()} == {"--help": {0}, "--no-such-option": {2}}
    rooms = {path.stem for path in (ROOT / "src/broadsheet").iterdir() if path.stem not in ("cli", "text", "errors")}
    work = ("cli.actions", "cli.progress", "cli.summary", *rooms - {"__init__", "__pycache__"})
    heavy = (*(f"broadsheet.{room}" for room in work), "pydantic", "numpy", "asyncio", "rich", "yaml")
    assert {name: found for name, modules in loaded.items() if (found := among(heavy, set(modules)))} == {}


def test_importing_the_package_loads_nothing_but_itself(tmp_path):
    code = "import sys, broadsheet, broadsheet.editions; print(*(m for m in sys.modules if m.startswith('broadsheet')))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["broadsheet", "broadsheet.editions"]
