"""Writes TL;DRs with a model and checks them; extracts them where there is no model or where it failed."""

from __future__ import annotations

import itertools
import re
from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

import pydantic

from broadsheet.errors import BackendError, BackendRefused, BadAnswer
from broadsheet.grounding.check import Checker, check_tldr, find_evidence, find_swapped, tidy_tldr
from broadsheet.grounding.misplaced import find_misplaced
from broadsheet.injection.cohesion import read_passages
from broadsheet.injection.delimiters import escape_delimiters, make_delimiter, strip_hidden
from broadsheet.injection.output_filter import find_forbidden
from broadsheet.injection.sanitise import SanitisedPaper, find_stray
from broadsheet.llm.answer_schema import Answer, json_schema
from broadsheet.llm.answers import read_answers
from broadsheet.llm.batch_queries import CALL_FAILED, CALL_REFUSED, CUT, BatchQuery, Item, Reply, Share, short_ids
from broadsheet.llm.cache import cache_key
from broadsheet.llm.prompt import Prompt
from broadsheet.llm.session import Session
from broadsheet.llm.tokens import Counter, at_most
from broadsheet.models import Evidence, Finding, Paper, Summary
from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import split_sentences
from broadsheet.text.words import split_words, words
from broadsheet.tldr.extractive.extract import best_sentences
from broadsheet.tldr.extractive.parallel import extract_all
from broadsheet.tldr.extractive.sanitised import extract_sanitised
from broadsheet.tldr.opening import FORM, find_opening, mend_opening

TOKENS_AROUND = 32
"""Tokens that the delimiters and the id of a paper add to its text."""

Settled = Callable[[int, Summary], None]
"""Hears of a TL;DR that is settled: how many are by now, and the summary."""
Heard = Callable[[Summary, Share], None]
"""Hears of a model's TL;DR that is settled, and of its share of the tokens."""
SAME = "the model wrote the same sentence for several papers"
TRIMMED = "trimmed"
LONGEST_ENDING = 2
"""Letters by which one form of a word is longer than another (model, models)."""
COPIED = 4
"""Words in a row that are taken to be copied from the abstract."""
_TEX = lazy_regex(r"\\[A-Za-z]+")
_LAST_WORD = lazy_regex(r"([^\W_]+)[\s\"'”’)\]]*([.!?…。！？]?)[\s\"'”’)\]]*\Z")
_GOES_ON = frozenset(words("a an and as at by for from in into of on or than that the to which while with whose"))
"""Words that no English sentence ends with."""

Written = TypeVar("Written", Paper, SanitisedPaper)
_EVIDENCE = pydantic.TypeAdapter(tuple[Evidence, ...])

HINTS = {"first": 3, "only": 2}
"""How many extracted sentences a prompt has before the abstract, or in its place, by `writing.hints`."""


class PaperTldr(Answer):
    """The TL;DR of the paper under this id."""

    id: str
    tldr: str


class Tldrs(Answer):
    """What is answered about several papers."""

    papers: list[PaperTldr]


class Tldr(Answer):
    """What is answered about the only paper of a prompt: without an id, which saves tokens."""

    tldr: str


class PaperFault(Answer):
    """What is wrong with the TL;DR of the paper under this id."""

    id: str
    fault: str


class Faults(Answer):
    """What a second reading answers: the papers at fault."""

    papers: list[PaperFault]


SCHEMA, ALONE_SCHEMA, JUDGE_SCHEMA = json_schema(Tldrs), json_schema(Tldr), json_schema(Faults)


class TldrQuestion:
    """The question for a TL;DR: makes the prompts, and checks the answers against their abstracts."""

    field = "tldr"
    distinct = True

    def __init__(self, papers: Sequence[SanitisedPaper], session: Session) -> None:
        self._papers = {paper.key: paper.checked for paper in papers}
        self._session = session
        self.examines = session.settings.writing.judge
        self._tries: Tally[str] = Tally()
        self._told_of_form: set[str] = set()
        self._checker = Checker(list(self._papers.values()))
        self._instructions = session.instructions()
        judged = [session.resources.render("prompts", "judge.txt")] if session.settings.writing.judge else []
        self._schema = ALONE_SCHEMA if session.alone else SCHEMA
        asked = session.instructions(alone=False)  # another number of papers in a prompt is the same question
        self.fingerprint = cache_key(session.identity, asked, SCHEMA, self.field, *judged)
        self.rules = cache_key(session.settings.writing.max_words, is_english(session.settings.language))

    def prompt(self, batch: Sequence[Item], faults: Mapping[str, Finding]) -> Prompt:
        """The prompt for a batch of papers; an earlier answer's fault is named beside its paper."""
        told = [{"id": item.id, "text": item.text, "fault": _fault(faults.get(item.key))} for item in batch]
        for item in batch:
            fault = faults.get(item.key)
            self._tries[item.key] += 1
            if fault is not None and fault.kind == FORM:
                self._told_of_form.add(item.key)
        letters = make_delimiter(self._session.secret, [item.text for item in batch])
        render, alone = self._session.resources.render, self._session.alone
        user = render("prompts", "summarise_papers.txt", papers=told, seal=letters, alone=alone).strip()
        room = self._session.answer_room(len(batch))
        return Prompt(system=self._instructions, user=user, schema=self._schema, max_tokens=room, seal=letters)

    def prepare(self, item: Item) -> None:
        """Reads an abstract, for its TL;DR to be checked."""
        paper = self._papers[item.key]
        self._checker.prepare(paper)
        read_passages(paper.title, paper.abstract)

    def judge(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Iterator[tuple[str, Finding | None]]:
        """Of each answer its key, and the reason where its abstract does not support it."""
        settings = self._session.settings
        max_words, english = settings.writing.max_words, is_english(settings.language)
        # Words can be compared with the abstract only in its own language; other checks hold for any.
        swapped = find_swapped([self._papers[item.key] for item in batch], texts) if english else {}
        for key, text in texts.items():
            paper, whole = self._papers[key], _tidy_whole(text, self._session)
            tidy = mend_opening(whole)
            finding = (
                swapped.get(key)
                or find_forbidden(tidy)
                or find_broken(strip_hidden(text), tidy, f"{paper.title}. {paper.abstract}", english=english)
                or check_tldr(paper, tidy, max_words=max_words, english=english, checker=self._checker)
            )
            if finding is None and english and tidy != whole:
                # What is said of another name may show by the words that are deleted: "We introduce B, a counter".
                finding = next(find_misplaced(whole, self._checker.read(paper).wording), None)
            if finding is None and english:
                finding = find_stray(paper, tidy) or (find_opening(tidy) if self._may_ask_for_form(key) else None)
            if finding is None:
                self._checker.release(paper)
            yield key, finding

    def _may_ask_for_form(self, key: str) -> bool:
        """Whether a TL;DR of wrong form is asked for again: once, where there is another try.

        In the end a sentence that is true is better than none of the model's, and one that an earlier run kept is not
        paid for again.
        """
        return 0 < self._tries[key] <= self._session.settings.writing.repairs and key not in self._told_of_form

    async def examine(self, batch: Sequence[Item], texts: Mapping[str, str]) -> Mapping[str, Finding]:
        """With `writing.judge`, what a second call finds wrong; an answer that cannot be read finds nothing."""
        if not self.examines or not batch:
            return {}
        return await ask_judge(batch, texts, self._session)


async def ask_judge(batch: Sequence[Item], texts: Mapping[str, str], session: Session) -> dict[str, Finding]:
    """By key, the TL;DRs that the model judges to be unsupported; none where the call fails."""
    told = [
        {"id": item.id, "text": item.text, "tldr": escape_delimiters(" ".join(texts[item.key].split()))}
        for item in batch
    ]
    letters = make_delimiter(session.secret, [value for paper in told for value in paper.values()])
    system = session.resources.render("prompts", "judge.txt").strip()
    user = session.resources.render("prompts", "judge_papers.txt", papers=told, seal=letters).strip()
    room = session.answer_room(len(batch))
    prompt = Prompt(system=system, user=user, schema=JUDGE_SCHEMA, max_tokens=room, seal=letters)
    try:
        completion = await session.dispatcher.call(prompt, early=True)
    except BackendError:
        return {}
    keys = {item.id: item.key for item in batch}
    faults = read_answers(completion.text, keys, field="fault").texts
    return {keys[id]: _judged(texts[keys[id]], words) for id, words in faults.items()}


def _judged(tldr: str, words: str) -> Finding:
    """What the judge found; its words are quoted only where the TL;DR has them: a model's text is untrusted."""
    quoted = words.strip("\"'“”. ")
    if quoted and quoted in tldr:
        return Finding(kind="judge", span=quoted, detail=f"the abstract does not say “{quoted}”")
    return Finding(kind="judge", detail="a second reading found something that the abstract does not say")


async def summarise(
    papers: Sequence[SanitisedPaper], session: Session | None, *, report: Settled = lambda count, summary: None
) -> tuple[Summary, ...]:
    """A summary for every paper, in the papers' order; raises `BackendError` only when nothing at all was answered."""
    if session is None:
        return await extract_all(papers, report)
    settled = itertools.count(1)
    written = await ask_tldrs(papers, session, report=lambda summary, share: report(next(settled), summary))
    return tuple(replace_repeats(papers, written, lambda paper: extract_once(paper, session)))


async def ask_tldrs(
    papers: Sequence[SanitisedPaper], session: Session, *, report: Heard = lambda summary, share: None
) -> list[Summary]:
    """A model's summary for every paper, in the papers' order, where several may be the same sentence.

    Raises `BackendError` only when nothing at all was answered. Papers without an abstract, and those that the end of
    the run sends home unasked, are not reported.
    """
    asked = askable(papers)
    items = to_items(asked, session)
    by_key = {paper.key: paper for paper in asked}
    trimmed = {item.key for item in items if item.trimmed}
    settled: dict[str, Summary] = {}

    def finish(paper: SanitisedPaper, reply: Reply | None) -> Summary:
        return to_summary(paper, reply, session, trimmed=paper.key in trimmed)

    def hear(count: int, key: str, reply: Reply) -> None:
        settled[key] = finish(by_key[key], reply)
        report(settled[key], reply.share)

    count = _counter_for(items, session)
    asking = BatchQuery(
        TldrQuestion(asked, session),
        session.dispatcher,
        limits=lambda: session.limits_by(count),
        count=lambda item: count(item.text) + TOKENS_AROUND,
        repairs=session.settings.writing.repairs,
        retry=session.settings.llm.retry,
        report=hear,
    )
    replies = await asking.run(items)
    return [settled.get(paper.key) or finish(paper, replies.get(paper.key)) for paper in papers]


def _counter_for(items: Sequence[Item], session: Session) -> Counter:
    """An upper bound where by it any papers fit a prompt: then nothing hangs on their tokens but which come first."""
    longest = max((at_most(item.text) for item in items), default=0) + TOKENS_AROUND
    surely = session.limits_by(at_most).tokens
    return at_most if longest * session.most_items <= surely else session.count


def extract_once(paper: SanitisedPaper, session: Session) -> Summary:
    """`extract_sanitised` of a paper, which several prompts of a run may show, and those of the next run again."""
    own, told = paper.paper, paper.checked
    texts = own.key, own.title, own.abstract, told.title, told.abstract
    return Summary.model_validate_json(
        session.remember(lambda: extract_sanitised(paper).model_dump_json(), "extracted", *texts)
    )


def nothing_written(summaries: Sequence[Summary]) -> BackendError | None:
    """What a run ends with whose model was asked about every paper and wrote none of the TL;DRs; `None` for others.

    A run that was stopped, by a cap or a reader, did not ask about every paper.
    """
    tried = [summary for summary in summaries if summary.method != "none"]
    if not tried or not all(summary.method == "extracted" and _is_given_up(summary) for summary in tried):
        return None
    why = Tally(summary.why for summary in tried).most_common(1)[0][0].rstrip(".")
    papers = "the TL;DR" if len(tried) == 1 else f"any of the {len(tried):,} TL;DRs"
    kind = BackendRefused if why.startswith(CALL_REFUSED) else BadAnswer
    return kind(f"the model did not write {papers} ({why}): `broadsheet doctor --ask` tries it out.")


def _is_given_up(summary: Summary) -> bool:
    answered = any(finding.kind != TRIMMED for finding in summary.findings)
    return answered or summary.why == SAME or summary.why.startswith((CALL_REFUSED, CALL_FAILED))


def askable(papers: Sequence[SanitisedPaper]) -> list[SanitisedPaper]:
    """The papers whose checked abstract is not empty."""
    return [paper for paper in papers if paper.checked.abstract.strip()]


def is_english(language: str) -> bool:
    """Whether TL;DRs are in the abstracts' own language, so that their words can be compared."""
    return language.strip().lower() in ("english", "en", "en-us", "en-gb")


def to_items(papers: Sequence[SanitisedPaper], session: Session) -> list[Item]:
    """The papers as items of a prompt, each trimmed to the tokens that a prompt can hold."""
    ids = short_ids([paper.key for paper in papers])
    surely = session.limits_by(at_most).tokens - TOKENS_AROUND
    items = []
    for paper in papers:
        whole = escape_delimiters(_text(paper.told, session))
        # No token is shorter than a character: most papers fit without being counted.
        text = (
            whole
            if at_most(whole) <= surely
            else trim_to_tokens(whole, session.limits.tokens - TOKENS_AROUND, session.count)
        )
        trimmed = text != whole
        items.append(Item(key=paper.key, id=ids[paper.key], text=text, trimmed=trimmed, alone=paper.alone))
    return items


def _text(paper: Paper, session: Session) -> str:
    """A paper's text in a prompt: title and abstract, or extracted sentences before the abstract or in its place."""
    best = best_sentences(paper, HINTS[session.hints]) if session.hints in HINTS else []
    if session.hints == "only":
        best.sort(key=lambda sentence: sentence.index)
    sentences = " ".join(sentence.text for sentence in best)
    render, title, abstract = session.resources.render, paper.title, paper.abstract
    text = render("prompts", "paper.txt", title=title, abstract=abstract, sentences=sentences, hints=session.hints)
    return text.strip()


def trim_to_tokens(text: str, tokens: int, count: Counter) -> str:
    """A text cut after its last sentence that fits; a text whose first sentence does not fit is cut in it."""
    if len(text) <= tokens or count(text) <= tokens:  # no token is shorter than a character
        return text
    kept = 0
    for sentence in split_sentences(text):
        if count(text[: sentence.end]) > tokens:
            break
        kept = sentence.end
    return text[: kept or tokens]


def tidy_answer(text: str, session: Session) -> str:
    """A TL;DR as it is published: what a model wrote, without hidden characters and TeX, as a sentence.

    It begins with what was found, where that can stand alone.
    """
    return mend_opening(_tidy_whole(text, session))


def _tidy_whole(text: str, session: Session) -> str:
    return tidy_tldr(strip_hidden(session.readable(text)), max_words=session.settings.writing.max_words)


def find_broken(text: str, tidy: str, abstract: str, *, english: bool = True) -> Finding | None:
    """What shows that a sentence breaks off in its middle, or holds TeX that nobody can read; `None` for most.

    Servers cut answers off without saying so. A number at the end is compared with those of the abstract: "every 51."
    is no number of one that has 51.3 and no 51.
    """
    if command := next((found for found in _TEX.findall(tidy) if found not in abstract), ""):
        return Finding(kind="markup", span=command, detail="it holds TeX: it must be plain text")
    last = _LAST_WORD.search(text)
    if last is None:
        return None
    word, stop = last[1], last[2]
    if word.isdecimal():
        broken = re.search(rf"(?<![\d.,]){word}[.,]\d", abstract) and not re.search(
            rf"(?<![\d.,]){word}(?![.,]?\d)", abstract
        )
    elif stop:
        return None
    else:
        beginning = english and (word.lower() in _GOES_ON or _is_beginning(word.lower(), split_words(abstract)))
        broken = beginning or _goes_on_in(abstract, text)
    return Finding(kind=CUT, span=word, detail="it breaks off in the middle") if broken else None


def _goes_on_in(abstract: str, text: str) -> bool:
    """Whether the last words of a text are words of the abstract in the middle of one of its clauses."""
    tail = " ".join(text.split()[-COPIED:]).rstrip("\"'”’)]")
    if tail.count(" ") + 1 < COPIED:
        return False
    after = " ".join(abstract.split()).casefold().partition(tail.casefold())[2]
    return after[:1].isalnum() or (after[:1] == " " and after[1:2].isalnum())


def _is_beginning(word: str, words: Collection[str]) -> bool:
    """Whether a word is none of these, and the beginning of one that is no other form of it."""
    least = 1 if len(word) < 3 else LONGEST_ENDING + 1
    return word not in words and any(other.startswith(word) and len(other) >= len(word) + least for other in words)


def to_summary(paper: SanitisedPaper, reply: Reply | None, session: Session, *, trimmed: bool) -> Summary:
    """What is published of a paper by the reply about it; extracted where there is none, or none with a text.

    `trimmed` says that the prompt held only the beginning of the abstract.
    """
    summary = _summary(paper, reply, session)
    return _say_trimmed(summary) if trimmed else summary


def _summary(paper: SanitisedPaper, reply: Reply | None, session: Session) -> Summary:
    if reply is None:
        return extract_once(paper, session)
    if reply.text is None:
        findings = tuple(map(_without_quotation, reply.findings))
        why = findings[0].detail if findings else reply.why
        update = {"asked": reply.asked, "why": why, "findings": findings}
        return extract_once(paper, session).model_copy(update=update)
    tldr, abstract = tidy_answer(reply.text, session), paper.paper.abstract
    return Summary(
        paper_key=paper.key,
        tldr=tldr,
        method="written",
        evidence=_EVIDENCE.validate_json(
            session.remember(
                lambda: _EVIDENCE.dump_json(find_evidence(abstract, tldr)).decode(), "evidence", abstract, tldr
            )
        ),
        asked=reply.asked,
    )


def _without_quotation(finding: Finding) -> Finding:
    """A finding that quotes no more than a name or a number of the answer that was refused: pages show findings."""
    if len(finding.span.split()) <= 2:
        return finding
    detail = finding.detail.replace(f"“{finding.span}”", "what it said")
    return finding.model_copy(update={"span": "", "detail": detail})


def _say_trimmed(summary: Summary) -> Summary:
    finding = Finding(kind=TRIMMED, detail="the model saw only the abstract's first sentences: it is longer")
    return summary.model_copy(update={"findings": (*summary.findings, finding)})


def replace_repeats(
    papers: Sequence[Written], summaries: Sequence[Summary], extract: Callable[[Written], Summary]
) -> list[Summary]:
    """The summaries, with an extracted one wherever the model wrote the same sentence for several papers."""
    times = Tally(summary.tldr for summary in summaries if summary.method == "written")
    return [
        extract(paper).model_copy(update={"asked": summary.asked, "why": SAME})
        if summary.method == "written" and times[summary.tldr] > 1
        else summary
        for paper, summary in zip(papers, summaries, strict=True)
    ]


def _fault(finding: Finding | None) -> str:
    """What a prompt says of an earlier answer; without it, a repeated prompt would get the same answer."""
    return "" if finding is None else finding.detail
