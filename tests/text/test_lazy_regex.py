"""Regular expressions that are compiled when they are first used."""

import gc
import importlib
import pkgutil
import re
import subprocess
import sys

import broadsheet
from broadsheet.text.lazy_regex import LazyRegex, lazy_regex


def test_it_finds_what_the_pattern_compiled_at_once_finds():
    lazy, eager = lazy_regex(r"(?P<whose>a|b)c", re.IGNORECASE), re.compile(r"(?P<whose>a|b)c", re.IGNORECASE)
    for method in ("search", "match", "fullmatch", "findall", "split"):
        assert str(getattr(lazy, method)("BC ac")) == str(getattr(eager, method)("BC ac"))
    assert [each["whose"] for each in lazy.finditer("BC ac")] == ["B", "a"]
    assert lazy.sub("-", "BC ac") == "- -"
    assert lazy.subn("-", "BC ac", count=1) == ("- ac", 1)
    assert (lazy.pattern, lazy.flags, lazy.groups) == (eager.pattern, eager.flags, eager.groups)
    assert lazy_regex(rb"\d").findall(b"a1") == [b"1"]


def test_nothing_is_compiled_before_it_is_used():
    compiled = "import re; re.compile = None; from broadsheet.text.lazy_regex import lazy_regex; lazy_regex('(')"
    subprocess.run([sys.executable, "-c", compiled], check=True)


def test_every_pattern_of_ours_compiles():
    """Here, for with none of them does importing its module show a mistake; and a warning is an error.

    A module that stands on an extra that is not installed is left out.
    """
    for module in pkgutil.walk_packages(broadsheet.__path__, "broadsheet."):
        if module.name.endswith("__main__"):
            continue
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("broadsheet"):
                raise
    gc.unfreeze()  # what a command has loaded in this process is left to no collector
    patterns = [each for each in gc.get_objects() if isinstance(each, LazyRegex)]
    assert len(patterns) > 500
    for each in patterns:
        re.compile(each.pattern, each._flags)
