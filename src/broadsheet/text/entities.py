"""Finds names in a text without a model: acronyms, names of models and data sets, capitalised words in sentences."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import re
from collections.abc import Iterator

from broadsheet.text.lazy_regex import lazy_regex
from broadsheet.text.words import STOP_WORDS

_NAME = lazy_regex(r"[^\W_]*[^\W\d_][^\W_]*(?:[-+/.&]?[^\W_]+)*\+*")
_WORD = lazy_regex(r"[^\W_]+")
_PIECE = lazy_regex(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_NUMBERED = lazy_regex(r"(.*?)[-/](\d+(?:\.\d+)?)[-\w]*")

# Common acronyms that abstracts rarely spell out, each with a pattern for the words that justify it.
_USUAL = {
    "ai": "artificial|intelligen|learn|agent|neural",
    "ml": "learn",
    "dl": "deep|neural",
    "nn": "neural|network",
    "nns": "neural|network",
    "dnn": "deep|neural net",
    "ann": "neural net",
    "cnn": "convolution|convnet",
    "convnet": "convolution|cnn",
    "gnn": "graph",
    "gcn": "graph",
    "rnn": "recurrent|lstm|gru",
    "lstm": "long short|recurrent",
    "mlp": "perceptron|feed-?forward|fully.connected",
    "gan": "adversarial|generative",
    "vae": "variational|auto-?encoder",
    "rl": "reinforcement|reward|polic|agent",
    "drl": "reinforcement",
    "marl": "multi-?agent",
    "irl": "inverse",
    "nlp": "language",
    "nlu": "language",
    "nlg": "language|generat",
    "nmt": "translat",
    "mt": "translat",
    "nas": "architecture search",
    "mdp": "markov|reinforcement",
    "pomdp": "partially|markov",
    "sgd": "stochastic gradient|gradient descent",
    "sota": "state.of.the.art|outperform|best|prior|benchmark",
    "llm": "language model",
    "lm": "language model",
    "vlm": "language model",
    "qa": "question",
    "kg": "knowledge",
    "gp": "gaussian process",
    "ood": "out.of.distribution",
    "iid": r"i\.i\.d|independent",
    "cv": "vision|cross.validation",
    "slam": "locali[sz]ation|mapping",
    "ui": "interface",
    "ocr": "character recognition|text recognition",
    "seq2seq": "sequence.to.sequence",
    "lds": "dynamical system",
    "svd": "singular|low.rank",
    "pca": "principal",
    "hpo": "hyper-?parameter",
    "em": "expectation.maximi",
    "dsl": "domain.specific",
    "mcts": "tree search",
    "mcmc": "markov chain|monte carlo",
    "gpu": "hardware|parallel|accelerator",
    "imu": "inertial",
    "bci": "brain",
    "eeg": "brain|electroenc",
    "mri": "magnetic|brain imag",
    "vi": "variational",
    "pde": "differential equation",
    "ode": "differential equation|ordinary",
    "covid19": "covid|coronavirus|sars-?cov|ncov",
    "covid": "coronavirus|sars-?cov|ncov",
    "sarscov2": "covid|coronavirus|ncov",
    "2019ncov": "covid|coronavirus|sars-?cov",
    "ncov": "covid|coronavirus|sars-?cov",
}
_USUAL_FORMS = {name: lazy_regex(hint, re.IGNORECASE) for name, hint in _USUAL.items()}


@dataclasses.dataclass(frozen=True)
class KnownNames:
    """A source text in which names are looked up; what is indexed of it is so for the first name that needs it."""

    text: str

    @functools.cached_property
    def known(self) -> frozenset[str]:
        """Its words and names in normalised forms."""
        known = _joined(self.text).union(*map(_forms, set(_NAME.findall(self.text))))
        return frozenset(known.union(form.removesuffix("s") for form in known))

    @functools.cached_property
    def initials(self) -> str:
        """The first letters of its words in order, hyphenated words split, stop words left out."""
        return "".join(word[0] for word in _WORD.findall(self.text.lower()) if word not in STOP_WORDS)

    @functools.cached_property
    def all_initials(self) -> str:
        """The same with the stop words."""
        return "".join(word[0] for word in _WORD.findall(self.text.lower()))

    def has(self, name: str) -> bool:
        """Whether the text has the name: as it is, in the plural, in parts, as initials, or written out."""
        if _stands_whole(name, self.text):
            return True
        form = letters(name)
        single = form.removesuffix("s")
        if form in self.known or single in self.known:
            return True
        usual = _USUAL_FORMS.get(form) or _USUAL_FORMS.get(single)
        if usual is not None and usual.search(self.text):
            return True
        if _is_acronym(name) and self._spells(single):
            return True
        parts = [part for part in re.split(r"[-/+.&]", name) if part]
        if len(parts) < 2:
            return False
        numbered = any(char.isupper() for char in parts[0]) and any(part[0].isdigit() for part in parts[1:])
        if numbered and not self._has_numbered(name):
            return False
        return all(self._has_part(part) for part in parts)

    def _has_numbered(self, name: str) -> bool:
        """Whether the text has a name such as CIFAR-100 in another form: as "CIFAR-10 and 100", or as "100 CIFAR"."""
        found = _NUMBERED.fullmatch(name)
        if found is None:
            return True
        stem, digits = re.escape(found[1]).replace("\\-", r"\W{0,2}"), re.escape(found[2])
        between = rf"(?:\d[\w.]*(?:\s?[/,;–-]\s?|,? (?:and|or|to) )(?:{stem}\W{{0,3}})?){{0,6}}"
        behind = rf"{stem}s?\W{{0,4}}{between}{digits}(?!\d)"
        return bool(re.search(rf"{behind}|(?<!\d){digits}\W{{0,4}}(?:[a-z]+ )?{stem}", self.text, re.IGNORECASE))

    def _has_part(self, part: str) -> bool:
        return len(part) < 2 or part.lower() in STOP_WORDS or not is_name(part) or self.has(part)

    def _spells(self, acronym: str) -> bool:
        """Whether adjacent words start with the letters of an acronym, with or without the stop words between."""
        if len(acronym) < 3:
            return len(acronym) == 2 and acronym in self.initials and self._side_by_side(acronym)
        return acronym in self.initials or acronym in self.all_initials

    def _side_by_side(self, pair: str) -> bool:
        """Whether two adjacent words start with these letters; two initials alone occur by chance in any text."""
        small = rf"\b{pair[0]}\w+[- ]{pair[1]}\w+"
        return bool(re.search(small, self.text, re.IGNORECASE))


def unknown_names(text: str, source: KnownNames) -> Iterator[str]:
    """Yields the names in a text that its source does not have, in order."""
    for found in _NAME.findall(text):
        name = found.rstrip(".&/")
        if is_name(name) and not source.has(name):
            yield name


@functools.lru_cache(maxsize=1 << 15)  # the same words occur in very many texts
def is_name(word: str) -> bool:
    """Whether a word looks like a name at any position: two capitals, an inner capital, or letters with digits."""
    if word.isalpha() and word[1:].islower():
        return False
    digits, capitals = any(char.isdigit() for char in word), sum(char.isupper() for char in word)
    if digits:
        return any(char.isalpha() for char in word) and not re.fullmatch(r"\d+[-\w]*", word, re.ASCII)
    if capitals >= 2 and "-" in word:  # "Actor-Critic" is two words with a capital each
        return any(is_name(part) for part in word.split("-"))
    return capitals >= 2 or any(char.isupper() for char in word[1:])


@functools.lru_cache(maxsize=1 << 15)
def letters(text: str) -> str:
    """The letters and digits of a text, in lower case."""
    return re.sub(r"[\W_]+", "", text).lower()


def _is_acronym(name: str) -> bool:
    core = name.removesuffix("s")
    return core.isalnum() and core.isupper() and 2 <= len(core) <= 6


def _pieces(word: str) -> list[str]:
    """The parts of a name, split at capitals and digits: `TideNet` contains `Tide`, and `GPT4` contains `GPT`."""
    return [piece for piece in _PIECE.findall(word) if len(piece) > 2] if is_name(word) else []


@functools.lru_cache(maxsize=1 << 15)
def _forms(word: str) -> frozenset[str]:
    """The letters of a word and of its parts."""
    return frozenset(letters(part) for part in (word, *_WORD.findall(word), *_pieces(word)))


def _joined(text: str) -> set[str]:
    """Adjacent words joined to one, so that `Conv LSTM` matches `ConvLSTM`."""
    words = [letters(word) for word in re.split(r"[\s/-]+", text)]
    return {one + other for one, other in itertools.pairwise(words) if one and other}


def _stands_whole(name: str, source: str) -> bool:
    """Whether a name occurs in a text as a whole word, in the same case."""
    at = source.find(name)
    while at >= 0:
        before, after = source[at - 1 : at], source[at + len(name) : at + len(name) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = source.find(name, at + 1)
    return False
