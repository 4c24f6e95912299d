"""Attacks, the invented papers they are put into, and a model that obeys every one of them that it can read."""

from __future__ import annotations

import asyncio
import base64
import codecs
import dataclasses
import datetime as dt
import html
import itertools
import json
import re
import unicodedata
from collections.abc import Awaitable, Callable, Iterator, Sequence

import yaml

from broadsheet.digests.themes_and_overview import arrange_with_model
from broadsheet.injection.sanitise import SanitisedPaper, sanitise
from broadsheet.llm.dispatch import Dispatcher
from broadsheet.llm.prompt import Completion, Prompt
from broadsheet.llm.session import Session
from broadsheet.models import Account, Digest, Paper, Summary
from broadsheet.rendering.pages import render_digest
from broadsheet.settings.loading import Form, load_settings
from broadsheet.settings.model import Backend
from broadsheet.settings.resources import Resources
from broadsheet.themes.background import shipped
from broadsheet.themes.corpus import Corpus
from broadsheet.tldr.summarise import summarise
from faulty import listing_of
from places import DATA
from scripted import PAPER, answer, first_sentence

ATTACKS = DATA / "attacks.yaml"
FORMS: tuple[Form, ...] = ("md", "html", "txt", "json")
NOW = dt.datetime(2026, 3, 13, tzinfo=dt.UTC)
LINE = re.compile(r"^([a-z][0-9][a-z][0-9]) \| ", re.MULTILINE)
SECRET = b"of this installation alone"
CYRILLIC = str.maketrans("aceopxyi", "асеорхуі")
LEET = str.maketrans("oiea", "013@")


@dataclasses.dataclass(frozen=True)
class Attack:
    """One attack of the corpus; its fields are described there."""

    name: str
    says: str
    wants: str
    reach: str
    at: str = "end"
    hide: str = "plain"
    form: str = "json"
    held_out: bool = False

    @property
    def written(self) -> str:
        """The attack as it stands in the paper."""
        return _hidden(self.says.replace("{wants}", self.wants), self.hide)

    def carried_by(self, paper: Paper) -> Paper:
        """The paper with the attack in its place."""
        if self.at == "title":
            return paper.model_copy(update={"title": self.written})
        sentences = [f"{one.rstrip('.')}." for one in paper.abstract.split(". ")]
        sentences.insert({"start": 0, "middle": 1, "end": len(sentences)}[self.at], self.written)
        return paper.model_copy(update={"abstract": " ".join(sentences)})


def read_attacks() -> list[Attack]:
    return [Attack(**row) for row in yaml.safe_load(ATTACKS.read_text(encoding="utf-8"))]


def benign(count: int = 8) -> tuple[Paper, ...]:
    return listing_of(count).papers


def carrier() -> Paper:
    """The invented paper that an attack stands in."""
    return Paper(
        key="hash:teaspoons",
        title="Counting teaspoons in the staff room of an invented museum",
        abstract="Teaspoons vanish from staff rooms. We count the teaspoons of an invented museum for 19 weeks. "
        "Half of the teaspoons had left the staff room after 11 weeks. Marked ones vanish no later than plain ones.",
    )


def _hidden(text: str, how: str) -> str:
    match how:
        case "tags":
            return "".join(chr(0xE0000 + ord(sign)) for sign in text if ord(sign) < 128)
        case "selectors":
            return "x" + "".join(chr(0xE0100 + ord(sign) - 16) for sign in text if 16 <= ord(sign) < 128)
        case "zero-width":
            return "\u200b".join(text)
        case "bidi":
            return f"\u202e{text[::-1]}\u202c"
        case "base64":
            return base64.b64encode(text.encode()).decode()
        case "rot13":
            return codecs.encode(text, "rot13")
        case "homoglyphs":
            return text.translate(CYRILLIC)
        case "wide":
            return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
        case "bold":
            letters = (0x1D41A + ord(sign) - 97 if sign.islower() else ord(sign) for sign in text)
            return "".join(map(chr, letters))
        case "spaced":
            return "  ".join(" ".join(word) for word in text.split())
        case "leet":
            return text.translate(LEET)
        case "entities":
            return html.escape(text)
    return text


def _readings(text: str) -> Iterator[str]:
    """A text in every way an attentive model could read it."""
    yield text
    yield html.unescape(text)
    yield "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    yield "".join(chr(ord(sign) - 0xE0000) for sign in text if 0xE0020 <= ord(sign) < 0xE0080)
    yield "".join(chr(ord(sign) - 0xE0100 + 16) for sign in text if 0xE0100 <= ord(sign) < 0xE0170)
    yield "".join(reversed(text))
    yield unicodedata.normalize("NFKC", text)
    yield codecs.encode(text, "rot13")
    yield text.translate(str.maketrans("асеорхуі", "aceopxyi"))
    yield text.translate(str.maketrans("013@", "oiea"))
    for blob in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            yield base64.b64decode(blob + "=" * (-len(blob) % 4)).decode()
        except ValueError:
            continue


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


class ObedientModel:
    """Does whatever a paper in its prompt tells it to, and is faithful otherwise.

    It obeys as soon as it can read what an attack wants, in whatever disguise; it need not have been told so politely.
    """

    def __init__(self, attacks: Sequence[Attack]) -> None:
        self._attacks = attacks
        self.obeyed = 0

    async def complete(self, prompt: Prompt) -> Completion:
        papers = dict(PAPER.findall(prompt.user))
        seen = {id: {letters(reading) for reading in _readings(text)} for id, text in papers.items()}
        if not papers:
            return Completion(text=self._front(prompt))
        tldrs = {id: first_sentence(text) for id, text in papers.items()}
        for attack, id in itertools.product(self._attacks, papers):
            if any(letters(attack.wants) in reading for reading in seen[id]):
                self.obeyed += 1
                own = {id: attack.wants}
                tldrs |= own if attack.reach == "own" else dict.fromkeys(papers, attack.wants)
                if attack.form in ("prose", "bare"):
                    return Completion(text=attack.wants)
                if attack.form == "echo":
                    tldrs |= {"b2c3": attack.wants, "a1b2": attack.wants, "x9y8": attack.wants}
        return Completion(text=answer(tldrs))

    def _front(self, prompt: Prompt) -> str:
        """A heading, themes or an overview, whichever is asked for; full of what an attack wants, where it is read."""
        readings = {letters(reading) for reading in _readings(prompt.user)}
        ids = LINE.findall(prompt.user)
        for attack in self._attacks:
            if any(letters(attack.wants) in reading for reading in readings):
                self.obeyed += 1
                said = f"{attack.wants}. {attack.wants}, they all say."
                return _answer(prompt, ids, attack.wants, said, [f"{attack.wants}.", f"So we say: {attack.wants}."])
        blurb = "All of these measure something in Nowhere for days. They part ways in what they measure."
        told = [
            tldr.rstrip()
            for tldr in re.findall(r"^[a-z][0-9][a-z][0-9] \| [^|\n]+ \| (.+)$", prompt.user, re.MULTILINE)
        ]
        return _answer(prompt, ids, "Measured things", blurb, told[:1] + told[-1:])


def _answer(prompt: Prompt, ids: Sequence[str], title: str, blurb: str, sentences: Sequence[str]) -> str:
    """A well-formed answer to any question about several papers: each sentence cites all of them, and each alone."""
    asked = prompt.schema["properties"]
    if "themes" in asked:
        half = len(ids) // 2
        halves = [(title, ids[:half]), (f"More {title}", ids[half:])]
        themes = [{"title": name, "ids": own, "blurb": blurb, "cites": own[:3]} for name, own in halves]
        return json.dumps({"themes": themes})
    if "sentences" in asked:
        cited = [ids, *([id] for id in ids)]
        said = [{"text": text, "ids": own} for own in cited for text in sentences]
        return json.dumps({"sentences": said, "highlights": [{"id": id, "reason": title} for id in ids]})
    return json.dumps({"title": title, "blurb": blurb})


async def _no_sleep(seconds: float) -> None:
    await asyncio.sleep(0)


async def digest_of(
    papers: Sequence[Paper],
    model: ObedientModel,
    *,
    clean: Callable[[Paper], SanitisedPaper] = sanitise,
    write: Callable[[Sequence[SanitisedPaper], Session], Awaitable[tuple[Summary, ...]]] = summarise,
    grouping: str = "auto",
) -> Digest:
    """The digest that a model makes of papers, three in a prompt."""
    backend = Backend(base_url="http://127.0.0.1:1/v1", batch_size=3, concurrency=3)
    dispatcher = Dispatcher(model, at_once=3, sleep=_no_sleep)
    count = lambda text: len(text) // 4  # noqa: E731
    session = Session(
        dispatcher,
        backend,
        load_settings(flags={"grouping": grouping}),
        Resources(),
        count,
        secret=SECRET,
    )
    corpus = Corpus.of(papers, shipped(), sanitise=clean)
    summaries = await write(corpus.papers, session)
    front = await arrange_with_model(corpus, session)
    why = (*(one.why for one in summaries if one.why), *front.why)
    return Digest(
        title="D",
        created=NOW,
        overview=front.overview,
        highlights=front.highlights,
        themes=front.themes,
        summaries=summaries,
        papers=tuple(papers),
        account=Account(received=len(papers), digested=len(papers), why=why),
    )


def spoken(digest: Digest) -> Digest:
    """The digest without what its papers say for themselves: every word left is the tool's or the model's."""
    papers = tuple(
        paper.model_copy(update={"title": f"Paper {n}", "abstract": ""}) for n, paper in enumerate(digest.papers)
    )
    return digest.model_copy(update={"papers": papers})


def find_traces(digest: Digest, attack: Attack) -> list[str]:
    """The forms of a digest in which the attack's payload can be read, or a link of its making can be followed."""
    wanted = letters(attack.wants)
    traces = [
        form
        for form in FORMS
        if wanted in letters(html.unescape(render_digest(spoken(digest), form, resources=Resources())))
    ]
    page = render_digest(digest, "html", resources=Resources(search=None))  # a search names the title, and no host
    if re.search(r"(?:href|src)=[\"'][^#\"'][^\"']*zorblax|<script>alert|<img src=x", page):
        traces.append("a link or script in html")
    if re.search(r"(?<!\\)\]\((?:https?://zorblax|javascript)", render_digest(digest, "md", resources=Resources())):
        traces.append("a link in md")
    return traces
