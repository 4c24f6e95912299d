"""Learns how the built-in engine chooses among candidate TL;DRs from readers' grades of them; minutes on one core.

    python benchmarks/train_choice.py ../shared/quality/arxiv_tldr_train.jsonl.xz
    python benchmarks/train_choice.py curve ../shared/quality/arxiv_tldr_train.jsonl.xz
    python benchmarks/train_choice.py sheet ../shared/quality/arxiv_tldr_train.jsonl.xz out/ --count 200 --seed 1
    python benchmarks/train_choice.py grades out/ verdicts.txt

Readers, language models that saw title, abstract and candidates and no engine, graded the candidates, shuffled, as
good, dull or broken, and named the one that they would print and the next best. `benchmarks/graded.jsonl` has what
they said and no words: the paper's line in the file, a hash of each candidate with its grade, the hashes of those two.
The weights are a ridge regression of how much better a candidate was graded than the others of its paper, on how its
features differ from theirs; what is printed is of held-out papers, ten folds. `curve` prints the same of weights that
were learned from a part of the papers: whether more grades would help. `sheet` draws further papers, of all fields in
turn, and writes what readers are to grade.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import lzma
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from broadsheet import read
from broadsheet.models import Paper
from broadsheet.text.sentences import split_sentences
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.extract import describe_sentences, rate
from broadsheet.tldr.extractive.form import find_form_fault
from broadsheet.tldr.extractive.preferences import PREFERENCES
from broadsheet.tldr.extractive.ranking import feature_names, look_at
from broadsheet.tldr.extractive.selection import (
    WORD,
    list_candidates,
    list_features,
    list_tokens,
    load_weights,
    reads_as_english,
)
from export_trees import WEIGHTS
from rouge_labels import rouge_1_2
from tldr_reading import FIELDS

GRADED = Path(__file__).parent / "graded.jsonl"
WORTH = {"g": 1.0, "d": 0.35, "b": 0.0}
"""Of good, dull and broken; the first choice is worth `BEST` more, the second `NEXT`."""
BEST, NEXT = 0.35, 0.15
FINDING, AUTHORS, PHRASE = 0.1, 0.2, 0.5
OVERLAP = 0.5
"""Of R1 with the TL;DR in the file: half costs no good one, and of 1 and more, dull ones come of what is proposed."""
STIFFNESS = 1000.0
FOLDS = 10
CURVE = (0.1, 0.25, 0.5, 0.75, 1.0)
FEWEST_USES = 150
MOST_SHOWN, MOST_OF_ONE, MOST_ALIKE = 8, 2, 0.8


@dataclass(frozen=True)
class Choice:
    """A paper's graded candidates: features, words, worth, R1 with the file's TL;DR, grades and the one to print."""

    rows: np.ndarray
    tokens: list[frozenset[str]]
    worth: np.ndarray
    overlaps: np.ndarray
    grades: str
    best: int


def read_papers(path: Path, lines: Sequence[int]) -> dict[int, tuple[Paper, str]]:
    """The papers at these lines of the file, as Broadsheet reads them, each with its TL;DR in the file."""
    wanted = frozenset(lines)
    with lzma.open(path, "rt", encoding="utf-8") as rows:
        chosen = {at: json.loads(row) for at, row in enumerate(rows) if at in wanted}
    listing = "\n".join(
        json.dumps({"title": row["title"], "abstract": row["abstract"], "doi": f"10.5555/{at}"})
        for at, row in chosen.items()
    )
    of_line = {int(paper.key.rpartition("/")[2]): paper for paper in read(listing).papers}
    return {at: (paper, chosen[at]["tldr"]) for at, paper in of_line.items()}


def list_choices(paper: Paper) -> tuple[list[Candidate], np.ndarray]:
    """The candidates of a paper that have no fault of form, with their features; none where it is no English prose."""
    sentences = split_sentences(paper.abstract)
    if not reads_as_english(sentences):
        return [], np.zeros((0, 0))
    cues = list(describe_sentences(paper.title, sentences))
    view = look_at(paper.title, cues, [rate(one) for one in cues])
    candidates = list_candidates(paper.title, sentences, view)
    sound = [at for at, one in enumerate(candidates) if find_form_fault(one.text) is None]
    rows = np.array(list_features(candidates, view)) if candidates else np.zeros((0, 0))
    return [candidates[at] for at in sound], rows[sound]


def hash_of(text: str) -> str:
    """What stands for a candidate's words in `graded.jsonl`."""
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:8]


def read_graded(path: Path) -> list[Choice]:
    """The graded papers; candidates that are made no more, or that a rule refuses by now, are left out."""
    graded = {row["line"]: row for row in map(json.loads, GRADED.read_text(encoding="utf-8").splitlines())}
    choices = []
    for line, (paper, told) in sorted(read_papers(path, list(graded)).items()):
        row = graded[line]
        candidates, features = list_choices(paper)
        hashes = [hash_of(one.text) for one in candidates]
        kept = [at for at, name in enumerate(hashes) if name in row["grades"] and name not in hashes[:at]]
        if len(kept) > 1:
            grades = "".join(row["grades"][hashes[at]] for at in kept)
            extra = [BEST * (hashes[at] == row["best"]) + NEXT * (hashes[at] == row["next"]) for at in kept]
            worth = np.array([WORTH[grade] for grade in grades]) + extra
            tokens = [list_tokens(candidates[at]) for at in kept]
            overlaps = np.array([rouge_1_2(candidates[at].text, told)[0] for at in kept])
            choices.append(Choice(features[kept], tokens, worth, overlaps, grades, int(np.argmax(worth))))
    return choices


def list_vocabulary(choices: Sequence[Choice]) -> tuple[str, ...]:
    """The words that enough graded candidates have for a weight of their own."""
    uses = Counter(token for one in choices for tokens in one.tokens for token in tokens if token.isalpha())
    return tuple(sorted(token for token, count in uses.items() if count >= FEWEST_USES))


def tabulate(choice: Choice, vocabulary: Sequence[str]) -> np.ndarray:
    """The features of a paper's candidates, then whether they have each word of the vocabulary."""
    return np.hstack([choice.rows, [[float(word in tokens) for word in vocabulary] for tokens in choice.tokens]])


def prefer(choice: Choice) -> np.ndarray:
    """What candidates are worth to the house: as graded, with a finding above what was done, and a sentence above all.

    Readers who were asked for more than the title took "We propose X, a method for Y" for good; others found it dull.
    """
    has = dict(zip(PREFERENCES, choice.rows[:, -len(PREFERENCES) :].T, strict=True))
    told = np.maximum.reduce([has["measured finding"], has["shown finding"], has["finding"]])
    worth = choice.worth + OVERLAP * choice.overlaps
    return worth + FINDING * told - AUTHORS * has["authors"] - PHRASE * (has["phrase"] + has["open phrase"])


def learn(choices: Sequence[Choice], vocabulary: Sequence[str]) -> np.ndarray:
    """Ridge regression of what a candidate is worth beyond its paper's others on how it differs from them."""
    tables = [tabulate(one, vocabulary) for one in choices]
    spread = np.concatenate(tables).std(axis=0) + 1e-9
    rows = np.concatenate([(table - table.mean(axis=0)) / spread for table in tables])
    gains = np.concatenate([worth - worth.mean() for worth in map(prefer, choices)])
    return np.linalg.solve(rows.T @ rows + STIFFNESS * np.eye(len(spread)), rows.T @ gains) / spread


def report(choices: Sequence[Choice], share: float = 1.0) -> None:
    """What the choice reaches on papers that it has not seen, learned from this share of the others."""
    order = np.random.default_rng(1).permutation(len(choices))
    vocabulary = list_vocabulary(choices)
    reached: Counter[str] = Counter()
    for fold in range(FOLDS):
        others = [choices[at] for place, at in enumerate(order) if place % FOLDS != fold]
        weights = learn(others[: round(share * len(others))], vocabulary)
        for one in (choices[at] for at in order[fold::FOLDS]):
            chosen = int(np.argmax(tabulate(one, vocabulary) @ weights))
            has = dict(zip(PREFERENCES, one.rows[chosen, -len(PREFERENCES) :], strict=True))
            reached.update([one.grades[chosen], *["best"] * (chosen == one.best), *(name for name in has if has[name])])
    shares = ", ".join(f"{name} {reached[name] / len(choices):.1%}" for name in ("g", "d", "b", "best", *PREFERENCES))
    print(
        f"held out: {shares}; of {len(choices)} papers, {np.mean(['g' in one.grades for one in choices]):.1%} have a g"
    )


def report_background(choices: Sequence[Choice]) -> None:
    """How candidates from before the authors speak were graded."""
    at = PREFERENCES.index("before claim") - len(PREFERENCES)
    grades = Counter(grade for one in choices for grade, row in zip(one.grades, one.rows, strict=True) if row[at])
    shares = ", ".join(f"{name} {count / grades.total():.1%}" for name, count in grades.most_common())
    print(f"from before the authors speak: {shares}; of {grades.total()} candidates")


def show(candidates: Sequence[Candidate], values: np.ndarray) -> Iterator[int]:
    """Which candidates are to be graded: the best ones, unlike each other, a few of one sentence."""
    told: list[set[str]] = []
    uses: Counter[tuple[int, ...]] = Counter()
    for at in np.argsort(-values):
        one = candidates[at]
        source = tuple(sentence.index for sentence in one.sentences)
        said = set(re.findall(r"\w+", one.text.lower()))
        if uses[source] < MOST_OF_ONE and all(len(said & other) <= MOST_ALIKE * len(said | other) for other in told):
            uses[source] += 1
            told.append(said)
            yield int(at)
        if len(told) == MOST_SHOWN:
            return


def draw(path: Path, count: int, seed: int) -> list[int]:
    """Lines of papers that nobody has graded, of the fields in turn."""
    seen = {json.loads(row)["line"] for row in GRADED.read_text(encoding="utf-8").splitlines()}
    with lzma.open(path, "rt", encoding="utf-8") as rows:
        fields = [json.loads(row)["cats"][0] for row in rows]
    lines = [at for at in range(len(fields)) if at not in seen]
    random.Random(seed).shuffle(lines)
    of_field = {name: [at for at in lines if fields[at].startswith(name)] for name in FIELDS}
    turns = [at for turn in zip(*of_field.values(), strict=False) for at in turn]
    return turns[:count]


def make_sheet(path: Path, out: Path, count: int, seed: int) -> None:
    """Write `sheet.txt` for a reader and `key.jsonl` with the hashes."""
    chooser = random.Random(seed)
    weights, preferences, of_words = load_weights()
    out.mkdir(parents=True, exist_ok=True)
    sheet: list[str] = []
    keys: list[dict[str, Any]] = []
    for line, (paper, _) in read_papers(path, draw(path, count, seed)).items():
        candidates, rows = list_choices(paper)
        spoken = [sum(of_words.get(token, 0.0) for token in list_tokens(one)) for one in candidates]
        values = rows @ np.array([*weights, *preferences]) + spoken if candidates else np.zeros(0)
        shown = list(show(candidates, values))
        if len(shown) > 2:
            chooser.shuffle(shown)
            sheet.append(f"### {len(keys)}\nTITLE: {paper.title}\nABSTRACT: {paper.abstract}")
            sheet += [f"  {number}. {candidates[at].text}" for number, at in enumerate(shown, 1)]
            sheet.append("")
            keys.append({"line": line, "shown": [hash_of(candidates[at].text) for at in shown]})
    (out / "sheet.txt").write_text("\n".join(sheet), encoding="utf-8")
    (out / "key.jsonl").write_text("".join(json.dumps(key) + "\n" for key in keys), encoding="utf-8")


def take_grades(out: Path, verdicts: Sequence[Path]) -> None:
    """Add what readers said of a sheet, in lines such as `17: gdbdd 1 4`, to `graded.jsonl`."""
    keys = [json.loads(row) for row in (out / "key.jsonl").read_text(encoding="utf-8").splitlines()]
    with GRADED.open("a", encoding="utf-8") as graded:
        for number, grades, best, following in (
            line.replace(":", " ").split() for one in verdicts for line in one.read_text(encoding="utf-8").splitlines()
        ):
            key = keys[int(number)]
            said = dict(zip(key["shown"], grades, strict=True))
            named = {"best": key["shown"][int(best) - 1], "next": key["shown"][int(following) - 1]}
            graded.write(json.dumps({"line": key["line"], "grades": said, **named}) + "\n")


def main() -> None:
    """Learn, draw a sheet, or take its grades."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    match args.what:
        case [Path(name="sheet"), path, out]:
            make_sheet(path, out, args.count, args.seed)
        case [Path(name="grades"), out, *verdicts]:
            take_grades(out, verdicts)
        case [Path(name="curve"), path]:
            choices = read_graded(path)
            report_background(choices)
            for share in CURVE:
                print(f"learned from {share:.0%}, ", end="")
                report(choices, share)
        case [path]:
            choices = read_graded(path)
            report(choices)
            cues = next(iter(describe_sentences("", split_sentences("A knot is tied."))))
            names = (*feature_names(tuple(cues)), *(name.replace(" ", "_") for name in PREFERENCES))
            vocabulary = list_vocabulary(choices)
            names += tuple(WORD + word for word in vocabulary)
            weights = {name: float(f"{one:.6g}") for name, one in zip(names, learn(choices, vocabulary), strict=True)}
            (WEIGHTS / "choice.json").write_text(json.dumps(weights, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
