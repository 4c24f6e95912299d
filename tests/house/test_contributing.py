"""CONTRIBUTING.md is true: its paths, its map of rooms, and the rules it states, each held against the code."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from places import ROOT

SOURCE = ROOT / "src" / "broadsheet"
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
FILES = sorted(SOURCE.rglob("*.py"))
TREES = {path.relative_to(SOURCE).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
LINES = {path.relative_to(SOURCE).as_posix(): path.read_text(encoding="utf-8").split("\n") for path in FILES}

NETWORK = {
    *("httpx2", "httpx", "openai", "requests", "aiohttp", "urllib3", "huggingface_hub", "xllamacpp", "apprise"),
    *("smtplib", "imaplib", "poplib", "ftplib", "socket", "socketserver", "starlette", "uvicorn", "websockets"),
    *("http.client", "http.server", "urllib.request", "xmlrpc.client", "webbrowser", "fsspec"),
}
"""Libraries that open connections or listen for them, whether Broadsheet uses them or not."""
LOOPS = {"asyncio.run", "asyncio.Runner", "asyncio.new_event_loop", "asyncio.get_event_loop"}
TASKS = {"asyncio.TaskGroup", "asyncio.gather", "asyncio.ensure_future", "asyncio.create_task", "asyncio.wait"}
THREADS = {"asyncio.to_thread", "run_in_executor", "threading", "concurrent.futures", "multiprocessing", "_thread"}
PROGRAMS = {"subprocess", "os.system", "os.popen", "os.fork", "os.execv", "asyncio.create_subprocess_exec"}

TOLD = re.compile(
    r"answer (?:now|with (?:json|one|only))|json alone|\byou (?:are an?|write|sort|check|summari[sz]e|put together) "
    r"|(?:write|say|give|find) (?:one|a|the|only) (?:short |single |best )*(?:sentence|title|tl;?dr|summary)"
    r"|never an instruction|your (?:answer|task|job) (?:is|must)",
    re.IGNORECASE,
)
"""Words that tell a model what to do."""
OF_ATTACKS = "injection/detection.py"
"""Its patterns are of what others tell a model."""

MOST_IMPORTS_INSIDE = 30
"""Imports inside functions, never to be raised."""
MOST_MODULES = 22


def section(title: str) -> str:
    """The text under a heading of the guide, up to the next one."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", GUIDE, re.DOTALL | re.MULTILINE)
    assert found, f"CONTRIBUTING.md has no section {title!r}"
    return found[1]


def block(title: str) -> list[str]:
    """The lines of the first plain block of a section."""
    found = re.search(r"^```\n(.*?)^```", section(title), re.DOTALL | re.MULTILINE)
    assert found, f"{title!r} has no block"
    return found[1].splitlines()


def rows(title: str) -> list[list[str]]:
    """The rows of the table of a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def in_code(text: str) -> list[str]:
    return re.findall(r"`([^`\n]+)`", text)


def mapped() -> dict[str, int]:
    """The paths of the map of rooms, each with its depth below the checkout, in the map's order."""
    found, above = {}, [""]
    for line in block("What is where"):
        named = re.match(r"( *)(\S+)", line)
        assert named, "the map has an empty line"
        depth = len(named[1]) // 2
        del above[depth + 1 :]
        above.append(above[-1] + named[2])
        found[above[-1]] = depth
    return found


def imports(name: str) -> Iterator[tuple[str, ast.stmt]]:
    """What a module imports, wherever it does: `from a import b` is `a` and `a.b`."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def imported_of(name: str, libraries: set[str]) -> set[str]:
    """The libraries among these that a module imports, by whatever part of them."""
    parts = {".".join(module.split(".")[:length]) for module, _ in imports(name) for length in (1, 2)}
    return parts & libraries


def uses(name: str, called: set[str]) -> bool:
    """Whether a module calls one of these, or imports it; a name without a dot counts as an attribute of anything."""
    if imported_of(name, called):
        return True
    attributes = [node for node in ast.walk(TREES[name]) if isinstance(node, ast.Attribute)]
    return any(ast.unparse(node) in called or node.attr in called for node in attributes)


def texts(tree: ast.Module) -> Iterator[ast.Constant]:
    """The string literals of a module that are no docstrings."""
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node


def words_of_prompt(call: ast.Call) -> list[ast.expr]:
    """What a call hands on as the words of a prompt: by name, or as the first two things that a `Prompt` is made of."""
    named = [keyword.value for keyword in call.keywords if keyword.arg in {"system", "user"}]
    return named + (call.args[:2] if ast.unparse(call.func).split(".")[-1] == "Prompt" else [])


def inside_functions(name: str) -> Iterator[ast.stmt]:
    """The imports of a module that stand inside a function."""
    found = {
        id(node): node
        for function in ast.walk(TREES[name])
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return iter(sorted(found.values(), key=lambda node: node.lineno))


def has_reason(name: str, node: ast.stmt) -> bool:
    """Whether a comment says why: at the end of the line, above it, or on the import that stands right above it."""
    lines = LINES[name]
    if any("#" in line for line in lines[node.lineno - 1 : node.end_lineno]):
        return True
    above = lines[node.lineno - 2].strip()
    if above.startswith("#"):
        return True
    earlier = [other for other in inside_functions(name) if other.end_lineno == node.lineno - 1]
    return any(has_reason(name, other) for other in earlier)


def test_each_path_that_is_named_exists():
    named = [word for word in in_code(GUIDE) if re.fullmatch(r"[\w.*-]+(/[\w.*-]*)+|[\w-]+\.(py|md|yaml|toml)", word)]
    assert len(named) > 150
    gone = [word for word in named if not any(list(root.glob(word.rstrip("/"))) for root in (ROOT, SOURCE))]
    assert gone == []


def test_each_path_of_the_map_exists():
    assert [path for path in " ".join(mapped()).split() if not (ROOT / path).exists()] == []


def test_the_map_has_every_room_and_every_module_of_the_top():
    inside = {path.removeprefix("src/broadsheet/") for path in mapped() if path.startswith("src/broadsheet/")}
    rooms = {f"{path.parent.relative_to(SOURCE).as_posix()}/" for path in SOURCE.rglob("__init__.py")} - {"./"}
    top = {path.name for path in SOURCE.glob("*.py")}
    assert inside - {""} == rooms | top
    assert top == {"__init__.py", "__main__.py", "api.py", "models.py", "errors.py"}


def test_each_room_says_in_its_first_line_what_it_is():
    silent = [name for name, tree in TREES.items() if not ast.get_docstring(tree)]
    assert silent == []


def test_the_layers_are_those_of_pyproject():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    assert block("Which way imports go") == [layer.replace("broadsheet.", "") for layer in layers]


def test_the_network_is_where_the_guide_says():
    said = {in_code(library)[0]: set(in_code(modules)) for library, modules in rows("Where the network is")}
    found: dict[str, set[str]] = defaultdict(set)
    for name in TREES:
        for library in imported_of(name, NETWORK):
            found[library].add(name)
    assert found == said


@pytest.mark.parametrize(
    ("what", "called"),
    [
        ("starts an event loop (`asyncio.run`)", LOOPS),
        ("runs tasks side by side", TASKS),
        ("uses threads, or processes", THREADS),
        ("starts another program", PROGRAMS),
    ],
)
def test_things_run_at_the_same_time_where_the_guide_says(what, called):
    said = dict(rows("Where things run at the same time"))
    assert {name for name in TREES if uses(name, called)} == set(in_code(said[what]))


def test_no_prompt_is_given_words_that_stand_in_python():
    given = [
        (name, part.lineno, part.value)
        for name, tree in TREES.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for value in words_of_prompt(call)
        for part in ast.walk(value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and " " in part.value
    ]
    assert given == []


def test_no_text_in_python_tells_a_model_what_to_do():
    told = [
        (name, node.lineno, node.value)
        for name, tree in TREES.items()
        if name != OF_ATTACKS
        for node in texts(tree)
        if TOLD.search(node.value)
    ]
    assert told == []


def test_the_prompt_files_do_tell_a_model_what_to_do():
    """Or the pattern that looks for such words in Python looks for nothing."""
    instructions = [path for path in (ROOT / "prompts").glob("*.txt") if "papers" not in path.stem]
    silent = [path.name for path in instructions if not TOLD.search(path.read_text(encoding="utf-8"))]
    assert set(silent) <= {"paper.txt", "merge_themes.txt", "name_sections_themes.txt", "check_json_mode_question.txt"}


def test_no_public_name_is_defined_in_two_modules():
    homes: dict[str, set[str]] = defaultdict(set)
    for name, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name[0] != "_":
                homes[node.name].add(name)
    rule = next(line for line in section("Rules").splitlines() if line.startswith("- **No public name"))
    assert {name for name, modules in homes.items() if len(modules) > 1} == set(in_code(rule))


def test_imports_inside_functions_are_few():
    assert sum(1 for name in TREES for _ in inside_functions(name)) <= MOST_IMPORTS_INSIDE


def test_an_import_inside_a_function_says_why():
    silent = [
        f"{name}:{node.lineno}" for name in TREES for node in inside_functions(name) if not has_reason(name, node)
    ]
    assert silent == []


def test_no_folder_has_more_modules_than_one_can_look_over():
    counts: dict[Path, int] = defaultdict(int)
    for path in FILES:
        counts[path.parent] += 1
    assert {folder.name: count for folder, count in counts.items() if count > MOST_MODULES} == {}
    assert f"more than {MOST_MODULES} modules" in section("Rules")


def test_the_types_of_the_glossary_exist():
    defined = {
        target
        for tree in TREES.values()
        for node in tree.body
        for target in (
            [node.name]
            if isinstance(node, ast.ClassDef)
            else [ast.unparse(node.target)]
            if isinstance(node, ast.AnnAssign)
            else []
        )
    }
    named = [word for _, meaning in rows("Glossary") for word in in_code(meaning) if re.fullmatch(r"[A-Z]\w+", word)]
    assert len(named) > 15
    assert [word for word in named if word not in defined] == []


def test_no_word_stands_twice_in_the_glossary():
    words = [word.strip() for cells in rows("Glossary") for word in cells[0].split(",")]
    assert len(words) == len(set(words)) > 20


def test_no_name_of_a_module_is_given_twice():
    """A second constant of one name would silently take the place of the first."""
    twice = []
    for name, tree in TREES.items():
        given = [
            part.id
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            for part in ast.walk(target)
            if isinstance(part, ast.Name)
        ]
        twice += [f"{name}: {one}" for one in sorted(set(given)) if given.count(one) > 1]
    assert twice == []
