"""A hosted batch endpoint in OpenAI's form, through the openai SDK: files of requests, and what becomes of each.

Form as in OpenAI's references of files and batches: a file of requests is uploaded, a batch is created from it, goes
through its states, and leaves a file of answers and one of errors. Importing openai takes long: this module is
imported where batches are spoken of.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import httpx2
import openai
from openai.types import Batch

from broadsheet.errors import BackendBusy, BackendRefused
from broadsheet.llm.client import Endpoint
from broadsheet.llm.openai_calls import Translated, cap_body, stay_at

MOST_LINES = 50_000
MOST_BYTES = 200_000_000
URL: Literal["/v1/chat/completions"] = "/v1/chat/completions"
"""What each line of a file asks; the documents say so, whatever the address of the API."""
ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
_OWN = "broadsheet"
"""The key in a batch's metadata under which our own name for it stands."""
_PAGE = 100


@dataclasses.dataclass(frozen=True)
class LineMistake:
    """What the endpoint has against a file: in which line, from 1 (`None`: in the whole), its code and its words."""

    line: int | None
    code: str
    message: str


@dataclasses.dataclass(frozen=True)
class RemoteBatch:
    """A batch as the endpoint tells of it."""

    id: str
    state: str
    output_file: str | None
    error_file: str | None
    answered: int
    """Lines that are done, well or not."""
    mistakes: tuple[LineMistake, ...]


class BatchEndpoint:
    """The files and batches at one address; every method raises `BackendError` for what goes wrong."""

    def __init__(self, address: Endpoint, *, timeout: float) -> None:
        self.address = address
        self._sdk = openai.AsyncOpenAI(
            api_key=address.key,
            base_url=address.base_url,
            max_retries=0,  # a layer that knows nothing of our own names might create something twice
            timeout=httpx2.Timeout(timeout, connect=min(timeout, 15.0)),
            http_client=openai.DefaultAsyncHttpxClient(event_hooks={"response": [stay_at(address), _cap_answers]}),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._sdk.close()

    async def upload(self, path: Path, name: str) -> str:
        """Uploads a file of requests under a name; returns the file's id."""
        async with Translated(self.address):
            with path.open("rb") as file:
                return (await self._sdk.files.create(file=(name, file, "application/jsonl"), purpose="batch")).id

    async def find_file(self, name: str) -> str | None:
        """The id of a file of requests of that name."""
        async with Translated(self.address):
            async for file in self._sdk.files.list(purpose="batch", limit=_PAGE):
                if file.filename == name:
                    return file.id
        return None

    async def create(self, file: str, own: str) -> RemoteBatch:
        """Makes a batch of an uploaded file, which keeps our own name for it."""
        async with Translated(self.address):
            return _told(
                await self._sdk.batches.create(
                    input_file_id=file, endpoint=URL, completion_window="24h", metadata={_OWN: own}
                )
            )

    async def find(self, own: str, file: str | None) -> RemoteBatch | None:
        """The batch of our own name or of that file, where it was made although nobody here heard of it."""
        async with Translated(self.address):
            async for batch in self._sdk.batches.list(limit=_PAGE):
                if (batch.metadata or {}).get(_OWN) == own or batch.input_file_id == file:
                    return _told(batch)
        return None

    async def retrieve(self, id: str) -> RemoteBatch:
        """A batch as it is now."""
        async with Translated(self.address):
            return _told(await self._sdk.batches.retrieve(id))

    async def cancel(self, id: str) -> RemoteBatch:
        """A batch that is told to end; one that has ended meanwhile is told as it is."""
        try:
            async with Translated(self.address):
                return _told(await self._sdk.batches.cancel(id))
        except (BackendRefused, BackendBusy) as refusal:
            found = await self.retrieve(id)
            if found.state not in ENDED:
                raise refusal
            return found

    async def download(self, file: str, path: Path) -> None:
        """Writes a file of answers or errors to a path, piece by piece."""
        async with Translated(self.address), self._sdk.files.with_streaming_response.content(file) as response:
            with path.open("wb") as here:
                async for piece in response.iter_bytes():
                    here.write(piece)

    async def delete(self, file: str) -> None:
        """Deletes a file; one that is gone is gone."""
        try:
            async with Translated(self.address):
                await self._sdk.files.delete(file)
        except BackendRefused as refusal:
            if refusal.status != 404:
                raise


def _told(batch: Batch) -> RemoteBatch:
    counts, errors = batch.request_counts, batch.errors
    return RemoteBatch(
        id=batch.id,
        state=batch.status,
        output_file=batch.output_file_id,
        error_file=batch.error_file_id,
        answered=counts.completed + counts.failed if counts else 0,
        mistakes=tuple(
            LineMistake(one.line, one.code or "", " ".join((one.message or "").split())[:300])
            for one in (errors.data or [] if errors else [])
        ),
    )


async def _cap_answers(response: httpx2.Response) -> None:
    """Bounds what is read of a body, but for files, which go to the disk."""
    if not response.request.url.path.endswith("/content"):
        await cap_body(response)
