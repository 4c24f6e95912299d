"""Runs a model file in this process as an OpenAI-compatible server on loopback, with a random key."""

from __future__ import annotations

import dataclasses
import logging
import os
import secrets
from pathlib import Path
from typing import Any

from broadsheet.errors import ConfigError
from broadsheet.local.memory_fit import Fit
from broadsheet.settings.extras import missing_extra

_UBATCH = 512
_SPIN = "1000"
"""Spins of an idle thread before it sleeps; the default of some hundred thousand would keep a shared core busy."""

log = logging.getLogger(__name__)


@dataclasses.dataclass
class LlamaServer:
    """A running model: its address and the key for it; `close` frees its memory."""

    base_url: str
    key: str = dataclasses.field(repr=False)
    _server: Any = dataclasses.field(repr=False)

    def close(self) -> None:
        """Unloads the model. Clients must have closed their connections before: the server waits for them."""
        self._server = None

    def time_tokens(self, prompt: str, answer: int) -> tuple[float, float]:
        """Tokens a second, read and written, for one prompt without the prompt cache."""
        asked = {"prompt": prompt, "n_predict": answer, "temperature": 0, "cache_prompt": False, "ignore_eos": True}
        timings = self._server.handle_completions(asked)["timings"]
        return float(timings["prompt_per_second"]), float(timings["predicted_per_second"])


def start_engine(path: Path, fit: Fit, *, gpu_layers: int | None) -> LlamaServer:
    """Loads the model and begins to listen, which takes seconds; raises `ConfigError` where it cannot be loaded.

    The port is the system's choice and the key is random.
    """
    parameters, server = _parameters(path, fit, gpu_layers)
    key = secrets.token_urlsafe(32)
    parameters.api_keys = [key]
    log.debug("loading %s: %d slots of %d tokens, %d threads", path.name, fit.slots, fit.context, fit.threads)
    try:
        running = server(parameters)
    except RuntimeError as error:
        raise ConfigError(
            f"{path}: llama.cpp cannot load it: the file is damaged, or of a kind newer than it is; take another "
            "file, or bring xllamacpp up to date."
        ) from error
    return LlamaServer(base_url=f"{running.listening_address}/v1", key=key, _server=running)


def check_extra() -> None:
    """Raises `ConfigError` where the library that runs models is not installed."""
    _import()


def _import() -> Any:
    # Read once, when the library of the threads is loaded; what the user has set stays.
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", _SPIN)
    try:
        import xllamacpp  # an extra
    except ImportError as error:
        raise ConfigError(missing_extra("local", error)) from error
    return xllamacpp


def _parameters(path: Path, fit: Fit, gpu_layers: int | None) -> tuple[Any, Any]:
    library = _import()
    parameters = library.CommonParams()
    parameters.model.path = str(path)
    parameters.port, parameters.hostnames = 0, ["127.0.0.1"]
    # llama.cpp divides its context evenly among the slots.
    parameters.n_ctx, parameters.n_parallel = fit.context * fit.slots, fit.slots
    parameters.n_ubatch = _UBATCH
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = fit.threads
    parameters.cache_type_k = parameters.cache_type_v = getattr(library.ggml_type, f"GGML_TYPE_{fit.kv.upper()}")
    parameters.cache_ram_mib = fit.kept >> 20
    parameters.n_threads_http = fit.slots + 2
    parameters.verbosity = -1
    parameters.ui = parameters.endpoint_slots = False
    if gpu_layers is not None:
        parameters.n_gpu_layers = gpu_layers
    return parameters, library.Server
