"""Model servers of one's own as they describe themselves: Ollama, LM Studio, llama.cpp's, vLLM."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

OLLAMA = {
    "/api/version": {"version": "0.30.1"},
    "/api/tags": {"models": [{"name": "steam:8b"}, {"name": "lid:latest"}]},
    "/api/ps": {"models": [{"name": "steam:8b", "context_length": 4096}]},
    "/api/show": {"model_info": {"steam.context_length": 40960}, "parameters": "stop x"},
    "/v1/models": {"data": [{"id": "steam:8b", "owned_by": "library"}]},
}
STUDIO = {
    "/api/v0/models": {
        "data": [
            {"id": "steam-8b", "type": "llm", "max_context_length": 32768, "loaded_context_length": 8192},
            {"id": "embed", "type": "embeddings"},
        ]
    },
    "/v1/models": {"data": [{"id": "steam-8b"}]},
}
LLAMACPP = {
    "/props": {"default_generation_settings": {"n_ctx": 2048}, "total_slots": 4},
    "/v1/models": {"data": [{"id": "steam.gguf", "meta": {"n_ctx_train": 32768}}]},
}
VLLM = {"/v1/models": {"data": [{"id": "steam/8b", "owned_by": "vllm", "max_model_len": 16384}]}}


@contextlib.contextmanager
def serving(answers: Mapping[str, Any], *, asked: list[tuple[str, str]] | None = None) -> Iterator[str]:
    """A server with an answer (JSON, or bytes as they are) at each of these paths, and 404 elsewhere.

    `asked` gets the paths it was asked for, each with the key that was sent.
    """

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *said: object) -> None:
            pass

        def do_GET(self) -> None:
            if asked is not None:
                asked.append((self.path, self.headers.get("Authorization", "")))
            found = answers.get(self.path)
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(200 if found is not None else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with contextlib.suppress(OSError):  # the asker may have heard enough
                self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        finally:
            server.shutdown()
            thread.join()
