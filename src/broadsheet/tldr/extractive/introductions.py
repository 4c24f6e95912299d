"""Says in a TL;DR what a name in it is, where only another sentence of the abstract does: "the Knot Tier (KT)"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.sentences import Sentence
from broadsheet.text.word_statistics import load_word_statistics
from broadsheet.text.words import PROPER, words
from broadsheet.tldr.extractive.candidates import Candidate
from broadsheet.tldr.extractive.form import LONGEST, find_form_fault
from broadsheet.tldr.extractive.glosses import NAMED, find_long_form, list_glosses

_DEFINED = lazy_regex(
    r"(?<![\w'’/-])(?P<long>(?:[\w'’/-]++ ){1,10}[\w'’/-]++) \((?P<name>[A-Za-z][\w+-]{1,11})(?:[,;] [^()]*)?\)"
)
_MOST = 2
"""The most names of a TL;DR that are spelled out."""
_WELL_KNOWN = words(
    "2D 3D 4D AI API BERT BLEU CAD CFD CNN COVID CPU CT DNA DNN ECG EEG EU FFT FPGA GAN GDP GNN GPS GPT GPU HIV HPC"
    " HTTP IoT IT LLM LSTM MCMC MIMO ML MLP MRI NASA NLP ODE PCA PDE PDF PET QCD RGB RNA RNN ROC ROUGE SGD SLAM SQL SVD"
    " UAV UK US USA VAE VLM VR WHO"
)
"""What the titles of many fields have and nobody spells out there."""
_VERB_AHEAD = lazy_regex(
    r" (?:(?:[a-z]+ly|also|not only) )?([a-z]+(?:s|ed(?! (?:with|on|in|by|from|using|for|to|at)\b)))\b"
)
_SAYS_WHAT = lazy_regex(r",? (?:\(|(?:is )?an? |is the |which |called )")
_KIND_LAST = lazy_regex(
    r"\b(?:model|network|framework|algorithm|method|approach|GAN|autoencoder|transformer|estimator)\Z", re.I
)
_PLURAL = lazy_regex(r"[^ius]s\Z")
_ARTICLE_BEFORE = lazy_regex(r"\b(?:an?|the|our)(?: (?:new|novel|simple|so-called|\w+ed))* \Z", re.IGNORECASE)
_ARTICLE_LAST = lazy_regex(r"\b([Aa])n? \Z")
_BEFORE_SUBJECT = lazy_regex(r"(?:\A|, |\bthat |\band )\Z")
_FIRST_ONLY = lazy_regex(r"[^,]+, the first [\w-]+\Z")
_VOWEL = lazy_regex(r"(?!uni|use|us[aeiu]|eu|one\b|uti)[aeiou]|hour|hones", re.IGNORECASE)


def introduce_names(chosen: Candidate, sentences: Sequence[Sentence], title: str) -> Candidate:
    """The same TL;DR with at most two names said in full, or with what they are, by the sentences that do so.

    Names of the title, those that every reader knows, and those that no sentence explains stay as they are; so does
    what would become longer than a TL;DR may be, or break its form. The sentences become part of its evidence.
    """
    text, sources = chosen.text, list(chosen.sentences)
    given = 0
    for name, full, sentence in (*_spell_out(text, sentences), *_say_what_it_is(text, sentences)):
        if given == _MOST or _is_known(name, text, title):
            continue
        alone = full.partition(" (")[0] if text.count(name) == 1 else full
        for longer in (_put(told, name, text) for told in dict.fromkeys((full, alone))):
            if longer and len(longer.split()) <= LONGEST and find_form_fault(longer) is None:
                text, given = longer, given + 1
                sources += [sentence] if sentence not in sources else []
                break
    return replace(chosen, text=text, sentences=tuple(sources))


def _spell_out(text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[str, str, Sentence]]:
    """Acronyms of the text, each with what another sentence says that it stands for, and that sentence."""
    for sentence in sentences:
        for found in _DEFINED.finditer(sentence.text) if "(" in sentence.text else ():
            name = found["name"]
            singular = name.removesuffix("s")
            full = find_long_form(found["long"], singular) if _is_acronym(singular) and singular in text else None
            if full is None:
                continue
            before = found["long"].removesuffix(full)
            common = _is_common(full) and _ARTICLE_BEFORE.search(before)
            article = "the " if common or _KIND_LAST.search(full) else ""
            opens = not before and sentence.text[: found.start()].rstrip()[-1:] in ("", ":", ".")
            full = _as_inside(full, opens=opens)
            forms = [(name, full)]
            if name != singular and _PLURAL.search(full) and not full.endswith("es"):
                forms.append((singular, full[:-1]))
            elif name == singular and not full.endswith("s"):
                forms.append((f"{name}s", f"{full}s"))
            said = [(at, form, words) for form, words in forms if (at := _mention(form, text)) >= 0]
            if said and (told := _fit(*min(said), article, text)):
                yield min(said)[1], told, sentence


def _fit(at: int, name: str, full: str, article: str, text: str) -> str:
    """A name in full as it is to stand there; nothing where it would stutter, or take a verb of another number."""
    nearby = text[:at].lower().split()[-3:]
    verb = _VERB_AHEAD.match(text, at + len(name))
    plural = _PLURAL.search(full) is not None
    if full.lower().split()[0] in nearby or (verb and plural and not name.endswith("s") and verb[1].endswith("s")):
        return ""
    opening = article if verb and not plural and _BEFORE_SUBJECT.search(text[:at]) else ""
    return f"{opening}{full} ({name})"


def _say_what_it_is(text: str, sentences: Sequence[Sentence]) -> Iterator[tuple[str, str, Sentence]]:
    """Names that are subjects of the text, each with the glosses of it, the longest first: "Knot9, a loom for rope"."""
    if NAMED.search(text) is None:
        return
    for phrase, sentence in list_glosses(tuple(sentences), load_word_statistics().ends_phrase):
        name, comma, _ = phrase.partition(", ")
        if comma and not _FIRST_ONLY.match(phrase) and any(_is_subject(at, name, text) for at in _places(name, text)):
            yield name, f"{phrase},", sentence


def _is_subject(at: int, name: str, text: str) -> bool:
    before = text[:at]
    return (not before or before.endswith((", ", " that "))) and _VERB_AHEAD.match(text, at + len(name)) is not None


def _is_acronym(name: str) -> bool:
    return name.replace("-", "").isalpha() and sum(char.isupper() for char in name) >= 2


def _as_inside(full: str, *, opens: bool) -> str:
    """Words as they go on inside a sentence: those that open one lose their capital, unless it is a name's."""
    first = full.split(" ", 1)[0].lower()
    name = first.split("-", 1)[0] in PROPER or "’s" in first or "'s" in first
    return full[0].lower() + full[1:] if opens and _is_common(full) and not name else full


def _is_common(full: str) -> bool:
    """Whether words are written as no name is, but for what opens a sentence."""
    return full[1:] == full[1:].lower()


def _places(name: str, text: str) -> Iterator[int]:
    """Where a name stands in a text as a word of its own."""
    at = text.find(name)
    while at >= 0:
        around = text[max(0, at - 1) : at] + text[at + len(name) : at + len(name) + 1]
        if not any(char.isalnum() or char == "_" for char in around):
            yield at
        at = text.find(name, at + 1)


def _mention(name: str, text: str) -> int:
    """Where a name stands in a text for the first time, not in brackets nor in a compound; -1 where it does not."""
    for at in _places(name, text):
        before, after = text[max(0, at - 1) : at], text[at + len(name) : at + len(name) + 1]
        if before not in ("$", "(", "/", "-") and after not in (")", "/", "+", "'", "’", "-"):
            return at
    return -1


def _is_known(name: str, text: str, title: str) -> bool:
    """Whether a reader knows the name: everybody does, the title has it, or the text says what it is."""
    singular = name.removesuffix("s")
    if singular in _WELL_KNOWN or any(True for form in (singular, f"{singular}s") for _ in _places(form, title)):
        return True
    if f"({singular})" in text or f"({singular}s)" in text:
        return True
    return any(_SAYS_WHAT.match(text, at + len(name)) for at in _places(name, text))


def _put(full: str, name: str, text: str) -> str | None:
    """The text with a name said in full at its first mention; `None` where its words are there already."""
    at = _mention(name, text)
    long = full.partition(" (")[0]
    if at < 0 or long.lower().removesuffix("s") in text.lower():
        return None
    before, after = text[:at], text[at + len(name) :]
    if not before:
        full = full[0].upper() + full[1:]
    article = _ARTICLE_LAST.search(before)
    if article:
        before = f"{before[: article.start()]}{article[1]}{'n' if _VOWEL.match(full) else ''} "
    return f"{before}{full}{after}"
