"""Extracts TL;DRs only from the sentences of an abstract that are no suspected prompt injection."""

from __future__ import annotations

from collections.abc import Iterable

from broadsheet.injection.output_filter import find_address
from broadsheet.injection.sanitise import SanitisedPaper, find_stray, is_of_a_piece, without_sentences
from broadsheet.models import Evidence, Paper, Summary
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.extract import extract_tldr

ONLY_INSTRUCTIONS = "the abstract holds nothing but instructions to a model"


def extract_sanitised(sanitised: SanitisedPaper) -> Summary:
    """`extract_tldr` on the sentences without suspicion, without addresses, and on the abstract's own topic.

    Method `none` with a reason where no such sentence is left. Evidence has the positions of the whole abstract.
    """
    paper, believed = sanitised.paper, sanitised.checked
    addressed = [sentence for sentence in split_sentences(believed.abstract) if find_address(sentence.text)]
    source = without_sentences(believed, addressed, title=believed.title) if addressed else believed
    if not source.abstract.strip():
        why = ONLY_INSTRUCTIONS if paper.abstract.strip() else ""
        return Summary(paper_key=paper.key, tldr="", method="none", why=why)
    summary = _extract_without_stray(believed, source)
    return summary.model_copy(update={"evidence": _counted_in(paper.abstract, summary.evidence)})


def _extract_without_stray(believed: Paper, source: Paper) -> Summary:
    """Extracts again without each sentence that was taken and is a stray; each is looked at only once it is taken.

    Of sentences that share nothing at all, none is more of a stray than the others: then all may be taken.
    """
    left = source
    while left.abstract.strip():
        summary = extract_tldr(left)
        stray = {
            piece.start
            for piece in summary.evidence
            if not is_of_a_piece(believed, piece.text) and find_stray(believed, piece.text)
        }
        if not stray:
            return summary
        sentences = [one for one in split_sentences(left.abstract) if one.start in stray]
        left = without_sentences(left, sentences, title=left.title)
    return extract_tldr(source)


def _counted_in(abstract: str, evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Evidence with its sentences renumbered as in the whole abstract; character positions are the same in both."""
    starts = [sentence.start for sentence in split_sentences(abstract)]
    return tuple(
        piece.model_copy(update={"sentence": sum(start <= piece.start for start in starts) - 1}) for piece in evidence
    )
