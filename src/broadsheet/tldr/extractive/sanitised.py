"""TL;DRs extracted from what may be believed of an abstract, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.injection.output_filter import find_address
from broadsheet.injection.sanitise import SanitisedPaper, find_stray, without_sentences
from broadsheet.models import Evidence, Summary
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import extract_tldr

ONLY_INSTRUCTIONS = "the abstract holds nothing but instructions to a model"


def extract_sanitised(sanitised: SanitisedPaper) -> Summary:
    """`extract_tldr` on what may be believed, and never a sentence with an address in it, nor a stray one.

    Method `none`, and why, where nothing else is there.
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
    """Evidence with the numbers that its sentences have in the whole abstract."""
    starts = [sentence.start for sentence in split_sentences(abstract)]
    return tuple(
        piece.model_copy(update={"sentence": sum(start <= piece.start for start in starts) - 1}) for piece in evidence
    )
