"""What every step that uses a model needs: the dispatcher, the settings, the prompts, and the limits of a batch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from broadsheet.llm.batching import Limits
from broadsheet.llm.cache import cache_key, code_key
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.tokens import Counter
from broadsheet.settings.loading import Choice, Settings
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import Resources

TOKENS_PER_WORD = 3
"""Tokens reserved for a word of an answer: an upper bound for any language, with the JSON around it."""


@dataclasses.dataclass(frozen=True)
class Session:
    """What every step that uses a model needs; made once a run."""

    dispatcher: Dispatcher
    backend: Backend
    settings: Settings
    resources: Resources
    count: Counter
    identity: tuple[str, ...] = ()
    """Names the model: its server, its name, how it is sampled."""
    secret: bytes = b""
    """The installation's secret; the delimiters around papers are made with it, so no abstract can contain them."""
    readable: Callable[[str], str] = str
    """Makes plain text of the TeX in an answer."""
    thinking_tokens: int = 0
    """The tokens that an answer's thoughts take, as far as an earlier run found out."""
    _made: dict[str, str] = dataclasses.field(default_factory=dict)

    def beside(self, dispatcher: Dispatcher) -> Session:
        """A session about other papers, with a dispatcher of its own, which remembers only what it made itself."""
        return dataclasses.replace(self, dispatcher=dispatcher, _made={})

    @property
    def limits(self) -> Limits:
        """What a batch of papers may hold, with room kept for the instructions and the answer."""
        return self.limits_by(self.count)

    def limits_by(self, count: Counter) -> Limits:
        """The same where the instructions have as many tokens as `count` says."""
        # Instructions, papers and answer share the context; 256 tokens are the least room for papers.
        room = self.backend.context - count(self.instructions()) - self.answer_room(self.most_items)
        return Limits(items=self.most_items, tokens=max(room, 256), at_once=self.at_once)

    @property
    def most_items(self) -> int:
        """How many papers a prompt may hold."""
        return self.settings.llm.batch_size or self.backend.batch_size

    @property
    def alone(self) -> bool:
        """Whether every prompt holds one paper."""
        return self.most_items == 1

    @property
    def at_once(self) -> int:
        """How many calls may run at once."""
        return self.settings.llm.concurrency or self.backend.concurrency

    @property
    def hints(self) -> str:
        """The extracted sentences in a prompt; `auto`: only those for a model in this process, which reads slowly."""
        chosen = self.settings.writing.hints
        if chosen != "auto":
            return chosen
        return "only" if self.backend.in_process else "none"

    @property
    def blurbs(self) -> bool:
        """Whether a heading comes with a blurb."""
        return self._is_wanted(self.settings.writing.blurbs)

    @property
    def overview(self) -> bool:
        """Whether the digest begins with an overview."""
        return self._is_wanted(self.settings.overview)

    def _is_wanted(self, chosen: Choice) -> bool:
        """With `auto`, not for a model in this process: it is slow on long prompts, and its answers fail the checks."""
        return not self.backend.in_process if chosen == "auto" else chosen

    def instructions(self, *, alone: bool | None = None) -> str:
        """The standing part of the prompt, the same for every batch so that a server's prompt cache hits.

        `alone` words it for one paper or for several, and not as the prompts of this run are.
        """
        writing = self.settings.writing
        text = self.resources.render(
            "prompts",
            "summarise.txt",
            length=writing.length,
            max_words=writing.length,
            audience=writing.audience,
            alone=self.alone if alone is None else alone,
            hints=self.hints,
            language=self.settings.language,
        )
        return text.strip()

    def recall(self, key: str) -> str | None:
        """The answer that an earlier run kept under a key, or the one that it refused unless it is to be tried again.

        The caller checks either: what was refused is refused again, without a call.
        """
        memory, refused = self.dispatcher.memory, cache_key("refused", key)
        kept = memory.recall([key]).get(key)
        return kept if kept is not None or self.settings.llm.retry else memory.recall_notes([refused]).get(refused)

    async def ask(self, key: str, prompt: Prompt) -> str:
        """The model's answer, kept as refused until the caller, who checks it, keeps it as good; raises `BackendError`.

        A run that is killed meanwhile has it for the next one.
        """
        text = (await self.dispatcher.call(prompt)).text
        self.keep(key, text, good=False)
        return text

    def keep(self, key: str, text: str, *, good: bool) -> None:
        """Keeps an answer for later runs, and one that was refused so that it is not paid for twice."""
        if good:
            self.dispatcher.memory.keep(key, text)
        elif text.strip():
            self.dispatcher.memory.note(cache_key("refused", key), text)

    def remember(self, make: Callable[[], str], *parts: str) -> str:
        """What `make` gives, which depends on these parts alone: made once, and looked up in later runs."""
        key = cache_key("made", code_key(), *parts)
        if key not in self._made:
            memory = self.dispatcher.memory
            known = memory.recall_notes([key]).get(key)
            if known is None:
                known = make()
                memory.note(key, known)
            self._made[key] = known
        return self._made[key]

    def tokens(self, text: str) -> int:
        """The tokens of a text that the next run asks about again, where it needs no vocabulary to know."""
        return int(self.remember(lambda: str(self.count(text)), "tokens", *self.identity, text))

    def answer_room(self, papers: int) -> int:
        """Tokens kept for the answer to a batch."""
        # Reasoning tokens, a fixed part for the JSON around the list, and for each paper its id and its words.
        return self.backend.thinking + 64 + papers * (32 + TOKENS_PER_WORD * self.settings.writing.max_words)
