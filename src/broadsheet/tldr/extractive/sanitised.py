"""Extracts TL;DRs only from the sentences of an abstract that are no suspected prompt injection."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.injection.output_filter import find_address
from broadsheet.injection.sanitise import SanitisedPaper, find_stray, without_sentences
from broadsheet.models import Evidence, Summary
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import extract_tldr

ONLY_INSTRUCTIONS = "the abstract holds nothing but instructions to a model"


def extract_sanitised(sanitised: SanitisedPaper) -> Summary:
    """`extract_tldr` on the sentences without suspicion, without addresses, and on the abstract's own topic.

    Method `none` with a reason where no such sentence is left. Evidence has the positions of the whole abstract.
    """
    paper, believed = sanitised.paper, sanitised.checked
    sentences = split_sentences(believed.abstract)
    unfit = [sentence for sentence in sentences if find_address(sentence.text) or find_stray(believed, sentence.text)]
    source = without_sentences(believed, unfit, title=believed.title) if unfit else believed
    if not source.abstract.strip():
        # Of sentences that share nothing at all, none is more of a stray than the others.
        addressed = [sentence for sentence in sentences if find_address(sentence.text)]
        source = without_sentences(believed, addressed, title=believed.title)
    if not source.abstract.strip():
        why = ONLY_INSTRUCTIONS if paper.abstract.strip() else ""
        return Summary(paper_key=paper.key, tldr="", method="none", why=why)
    summary = extract_tldr(source)
    if source.abstract == paper.abstract:
        return summary
    return summary.model_copy(update={"evidence": _counted_in(paper.abstract, summary.evidence)})


def _counted_in(abstract: str, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with its sentences renumbered as in the whole abstract; character positions are the same in both."""
    starts = [sentence.start for sentence in split_sentences(abstract)]
    return tuple(
        piece.model_copy(update={"sentence": sum(start <= piece.start for start in starts) - 1}) for piece in evidence
    )
