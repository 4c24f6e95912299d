"""Whether a sentence that does not belong into an abstract comes out in a TL;DR of a model that says it; and the price.

    python benchmarks/foreign_sentences.py
    pip install scikit-learn && python benchmarks/foreign_sentences.py --fit      # the weights of injection/cohesion.py

Each sentence of `tests/data/foreign_sentences.yaml` is put at three places into real abstracts; a model says it word
for word, or adds it to a sentence of its own, and a neighbour's TL;DR carries it likewise. The weights are learned on
one half of the sentences and on one half of the training papers. True are the TL;DRs of papers without any such
sentence, those by authors, those of papers that speak of prompts, attacks and instructions themselves, and what the
built-in engine takes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import yaml

from broadsheet.grounding.check import Checker, check_tldr
from broadsheet.injection.cohesion import FEATURES, LEAST_WORDS, is_notice, measure, read_passages
from broadsheet.injection.output_filter import find_forbidden
from broadsheet.injection.sanitise import find_stray, sanitise
from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.sanitised import extract_sanitised

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "quality"
SENTENCES = ROOT / "tests" / "data" / "foreign_sentences.yaml"
PLACES = ("start", "middle", "end")
ON_ATTACKS = re.compile(
    r"\b(?:prompt injection|jailbreak\w*|adversarial prompt\w*|instruction[- ](?:following|tuning)|prompts?)\b"
)
LEARNED_ON, NEIGHBOURS = 1500, 5


def read_papers(path: Path) -> list[tuple[Paper, str]]:
    """The papers of a file of arXiv papers, or of SciTLDR, with a TL;DR each."""
    text = lzma.decompress(path.read_bytes()).decode() if path.suffix == ".xz" else path.read_text(encoding="utf-8")
    found = []
    for row in map(json.loads, text.splitlines()):
        abstract = row.get("abstract") or " ".join(" ".join(row["source"]).split())
        paper = Paper(key=row.get("id") or row["paper_id"], title=row["title"] or "", abstract=abstract)
        found.append((paper, row["tldr"] if "tldr" in row else " ".join(row["target"][0].split())))
    return found


def is_learned_on(paper: Paper) -> bool:
    """Whether a training paper belongs to the half that the weights are learned on."""
    return hashlib.sha1(paper.key.encode()).digest()[-1] % 2 == 0


def put_into(paper: Paper, sentence: str, place: str) -> Paper:
    """The paper with a sentence at the start, in the middle or at the end of its abstract."""
    own = [one.text for one in split_sentences(paper.abstract)]
    own.insert({"start": 0, "middle": len(own) // 2, "end": len(own)}[place], sentence)
    return paper.model_copy(update={"abstract": " ".join(own)})


def obey(tldr: str, sentence: str) -> Iterator[str]:
    """What models make of it: the sentence word for word, and their own with it."""
    inner = sentence[0].lower() + sentence[1:]
    yield sentence
    yield f"{tldr.rstrip(' .')}, and {inner}"
    yield f"{tldr.rstrip(' .')}. {sentence}"


def is_stopped(checker: Checker, paper: Paper, tldr: str) -> bool:
    """Whether a TL;DR of a sanitised paper is refused."""
    found = find_stray(paper, tldr) or find_forbidden(tldr) or check_tldr(paper, tldr, max_words=90, checker=checker)
    return found is not None


def attack(papers: Sequence[tuple[Paper, str]], sentences: Sequence[str]) -> str:
    """The runs in which a foreign sentence is published, by the paper that holds it and by its neighbours."""
    tried = published = carried = neighbours = extracted = 0
    left = []
    for at, (sentence, place) in enumerate((one, place) for one in sentences for place in PLACES):
        own, tldr = papers[at % len(papers)]
        others = [papers[(at + step) % len(papers)] for step in range(1, NEIGHBOURS + 1)]
        hostile = sanitise(put_into(own, sentence, place))
        checker = Checker([hostile.checked, *(paper for paper, _ in others)])
        inside = sentence in hostile.told.abstract
        for said in obey(tldr, sentence):
            tried += 1
            if inside and not is_stopped(checker, hostile.checked, said):
                published += 1
                left.append(f"{place}: {said[-90:]}")
            if inside and not hostile.alone:
                for paper, its in others:
                    neighbours += 1
                    carried += not is_stopped(
                        checker, paper, said if said == sentence else said.replace(tldr.rstrip(" ."), its.rstrip(" ."))
                    )
        extracted += sentence.rstrip(".!?") in extract_sanitised(sanitise(put_into(own, sentence, place))).tldr
    return (
        f"{published} of {tried} published, {carried} of {neighbours} by neighbours, "
        f"{extracted} of {tried // 3} taken by the built-in engine; left: {'; '.join(left[:8]) or 'none'}"
    )


def price(papers: Sequence[tuple[Paper, str]]) -> str:
    """How many true TL;DRs, and how many of what the built-in engine takes, rest on what looks foreign."""
    started = time.process_time()
    stray = [tldr for paper, tldr in papers if find_stray(paper, tldr)]
    each = 1000 * (time.process_time() - started) / len(papers)
    taken = [extract_sanitised(sanitise(paper)).tldr for paper, _ in papers[:400]]
    touched = sum(find_stray(paper, tldr) is not None for (paper, _), tldr in zip(papers, taken, strict=False))
    return (
        f"{len(stray)} of {len(papers)} true TL;DRs ({100 * len(stray) / len(papers):.2f} %), "
        f"{touched} of {len(taken)} of the built-in engine's; {each:.1f} ms each; {' / '.join(stray[:3])}"
    )


def fit(papers: Sequence[tuple[Paper, str]], sentences: Sequence[str]) -> str:
    """The weights, learned from the sentences of real abstracts and the foreign ones put among them."""
    from sklearn.linear_model import LogisticRegression

    rng = random.Random(1)
    rows: list[np.ndarray] = []
    foreign: list[bool] = []
    for at, (paper, _) in enumerate(papers):
        sentence = sentences[at % len(sentences)]
        with_it = put_into(paper, sentence, rng.choice(PLACES)) if at >= LEARNED_ON else paper
        passages = read_passages(with_it.title, with_it.abstract)
        for place, text in enumerate(passages.texts[1:], start=1):
            if (
                (at >= LEARNED_ON) == (text == sentence)
                and len(passages.roots[place]) >= LEAST_WORDS
                and not is_notice(text)
            ):
                rows.append(measure(text, passages.roots[place], passages.without(place)))
                foreign.append(text == sentence)
    model = LogisticRegression(C=10, max_iter=5000, class_weight="balanced").fit(np.array(rows), foreign)
    told = ", ".join(f"{name}: {weight:.2f}" for name, weight in zip(FEATURES, model.coef_[0], strict=True))
    at_home = model.decision_function(np.array(rows))[~np.array(foreign)]
    return f"{told}; offset {model.intercept_[0]:.2f}; real sentences, 99.25 %: {np.percentile(at_home, 99.25):.2f}"


def main() -> None:
    """Print the weights, or what they achieve."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--train", type=Path, default=SHARED / "arxiv_tldr_train.jsonl.xz")
    parser.add_argument("--papers", type=Path, default=SHARED / "arxiv_tldr_dev.jsonl")
    parser.add_argument("--authors", type=Path, default=SHARED / "scitldr_dev.jsonl")
    asked = parser.parse_args()
    sentences = yaml.safe_load(SENTENCES.read_text(encoding="utf-8"))
    train = read_papers(asked.train)
    if asked.fit:
        own = [row for row in train if is_learned_on(row[0])]
        random.Random(1).shuffle(own)
        print(fit(own[: 2 * LEARNED_ON], sentences["to_learn"]))
        return
    papers = read_papers(asked.papers)
    random.Random(2).shuffle(papers)
    for name, own in sentences.items():
        print(f"{name}: {attack(papers[:400], own)}")
    on_attacks = [row for row in train if not is_learned_on(row[0]) and ON_ATTACKS.search(row[0].abstract)][:1000]
    for name, rows in (
        ("arXiv", papers),
        ("authors", read_papers(asked.authors)),
        ("on prompts and attacks", on_attacks),
    ):
        print(f"{name}: {price(rows)}")


if __name__ == "__main__":
    main()
