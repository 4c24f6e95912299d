"""The clauses on why a paper stands first, matches or is left out, and the account's: kept in English, and said again
in a page's language.

A digest's file is the same whatever language it is read in, so its reasons stay English there. Whoever shows one asks
`say_reason` for it, which knows these messages by their form.
"""

from __future__ import annotations

import functools
import re

from broadsheet.locale.labels import Labels, Text


class ReasonLabels(Labels):
    """The messages; what a paper, a listing or a reader says stands in the braces."""

    # Translators: Of a paper that leads the page.
    only = Text("the only paper of its theme")
    central_in_largest = Text("closest to the middle of the largest theme")
    central = Text("closest to the middle of a theme of {number} papers")
    beside_in_largest = Text("among the three closest to the middle of the largest theme")
    beside = Text("among the three closest to the middle of a theme of {number} papers")
    # Translators: Of papers that fit no theme.
    central_of_others = Text("closest to the middle of these {number} papers")
    beside_of_others = Text("among the three closest to the middle of these {number} papers")
    # Translators: What the paper measures, in its own words, such as "an accuracy of 93%".
    reports = Text("reports {figure}")
    # Translators: {thing} is such as "a dataset", below.
    introduces_named = Text("introduces {name}, {thing}")
    introduces = Text("introduces {thing}")
    in_title = Text("matches your interest in {phrase}, which its title names")
    in_abstract = Text("matches your interest in {phrase}, which its abstract names")
    speaks = Text("matches your interest in {phrase}: it speaks of {words}")
    interest = Text("matches your interest in {phrase}")
    interests = Text("matches your interests: {clause}")
    liked = Text("stands in {name}, among the papers you like")
    both_speak = Text("like “{title}” in {name}: both speak of {words}")
    like = Text("like “{title}” in {name}")
    your_stars = Text("your stars")

    # Translators: What papers introduce.
    dataset, datasets = Text("a dataset"), Text("datasets")
    benchmark, benchmarks = Text("a benchmark"), Text("benchmarks")
    corpus, corpora = Text("a corpus"), Text("corpora")
    test_suite, test_suites = Text("a test suite"), Text("test suites")
    framework, frameworks = Text("a framework"), Text("frameworks")
    method, methods = Text("a method"), Text("methods")
    model, models = Text("a model"), Text("models")
    algorithm, algorithms = Text("an algorithm"), Text("algorithms")
    architecture, architectures = Text("an architecture"), Text("architectures")
    tool, tools = Text("a tool"), Text("tools")


class AccountLabels(Labels):
    """What the account says of papers that are left out, and of what became of the others; without full stops."""

    # Translators: Why a paper is left out; {number} is two or more.
    replaced = Text("a new version of an older paper")
    one_better = Text("a paper matches your interests better")
    better = Text("{number} papers match your interests better")
    never_word = Text("“{word}” is never shown here")
    never_author = Text("an author is never shown here")
    # Translators: {source} is a file, a journal or a field.
    never_source = Text("{source} is never shown here")
    one_of_source = Text("{source} may give 1 paper")
    of_source = Text("{source} may give {number} papers")
    one_in_theme = Text("“{theme}” has 1 paper already")
    in_theme = Text("“{theme}” has {number} papers already")
    # Translators: What became of the others.
    unmatched = Text("No paper clearly matches your interests: they are ranked by how near they come")
    fewer_themes = Text("{number} themes were asked for and {made} made: in any more a paper would stand alone")
    # Translators: {key} is an identifier, such as a DOI.
    merged = Text("“{title}” was taken for “{kept}” ({key}), and stands once")
    seen_as = Text("“{title}” stood in an earlier edition as “{kept}” ({key})")
    more_merged = Text("{number} more papers were met under two titles")
    # Translators: {why} may be English.
    one_taken = Text("1 TL;DR was taken from the abstract: {why}")
    taken = Text("{number} TL;DRs were taken from the abstract: {why}")
    no_overview = Text("There is no overview: {why}")


def say_reason(clause: str, labels: Labels) -> str:
    """A clause that the messages of reasons make, in the language of the labels; another one as it is."""
    return _say(clause, labels, account=False)


def say_account(clause: str, labels: Labels) -> str:
    """The same for what the account says."""
    return _say(clause, labels, account=True)


def _say(clause: str, labels: Labels, *, account: bool) -> str:
    for form, english in _forms(account):
        if found := form.fullmatch(clause):
            blanks = {name: _say_again(name, said, labels) for name, said in found.groupdict().items()}
            return labels.say(english).format(**blanks)
    return clause


def _say_again(name: str, said: str, labels: Labels) -> str:
    """What stands in a brace: a paper's or a reader's words as they are, the program's in the language."""
    match name:
        case "clause":
            return say_reason(said, labels)
        case "thing":
            return labels.say(said)
        case "name" if said == ReasonLabels.your_stars:
            return labels.say(said)
        case "words":
            words = said.replace(" and ", ", ").split(", ")
            return "".join(map("".join, zip(words, (*labels.list_separators(len(words)), ""), strict=True)))
    return said


@functools.cache
def _forms(account: bool) -> list[tuple[re.Pattern[str], str]]:
    """The messages, each as a pattern whose groups are its braces; in their order, the exact ones first."""
    messages = [
        each.english for each in vars(AccountLabels if account else ReasonLabels).values() if isinstance(each, Text)
    ]
    return [(re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(message))), message) for message in messages]
