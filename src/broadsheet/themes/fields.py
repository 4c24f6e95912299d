"""The field of science of a paper, by the categories of arXiv: the one whose papers lie nearest in the background.

An area is broader than a field: several categories, or a whole archive.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from broadsheet.text.words import split_words
from broadsheet.themes.background import Background, Matrix

NAMES: Mapping[str, str] = {
    "astro-ph.CO": "Cosmology",
    "astro-ph.EP": "Planets and exoplanets",
    "astro-ph.GA": "Galaxies",
    "astro-ph.HE": "High-energy astrophysics",
    "astro-ph.IM": "Astronomical instruments and methods",
    "astro-ph.SR": "Solar and stellar physics",
    "cond-mat.dis-nn": "Disordered systems",
    "cond-mat.mtrl-sci": "Materials science",
    "cond-mat.soft": "Soft matter",
    "cond-mat.stat-mech": "Statistical mechanics",
    "cond-mat.str-el": "Strongly correlated electrons",
    "cs.AR": "Hardware architecture",
    "cs.CC": "Computational complexity",
    "cs.CG": "Computational geometry",
    "cs.CL": "Natural language processing",
    "cs.CR": "Security",
    "cs.CV": "Computer vision",
    "cs.CY": "Computing and society",
    "cs.DB": "Databases",
    "cs.DC": "Distributed and parallel computing",
    "cs.DL": "Digital libraries",
    "cs.DS": "Algorithms and data structures",
    "cs.ET": "Emerging computing technologies",
    "cs.FL": "Formal languages and automata",
    "cs.GR": "Computer graphics",
    "cs.GT": "Game theory",
    "cs.HC": "Human-computer interaction",
    "cs.IR": "Information retrieval",
    "cs.IT": "Information theory",
    "cs.LO": "Logic in computer science",
    "cs.MA": "Multi-agent systems",
    "cs.MM": "Multimedia",
    "cs.MS": "Mathematical software",
    "cs.NE": "Evolutionary and neural computing",
    "cs.NI": "Computer networks",
    "cs.OS": "Operating systems",
    "cs.PF": "Computing performance",
    "cs.PL": "Programming languages",
    "cs.RO": "Robotics",
    "cs.SD": "Sound and audio",
    "cs.SE": "Software engineering",
    "cs.SI": "Social networks",
    "econ.EM": "Econometrics",
    "econ.GN": "Economics",
    "eess.AS": "Speech and audio processing",
    "eess.IV": "Image and video processing",
    "eess.SP": "Signal processing",
    "eess.SY": "Systems and control",
    "gr-qc": "General relativity and cosmology",
    "hep-ex": "High-energy physics experiments",
    "hep-lat": "Lattice field theory",
    "hep-ph": "High-energy physics phenomenology",
    "hep-th": "High-energy physics theory",
    "math.CO": "Combinatorics",
    "math.DS": "Dynamical systems",
    "math.NA": "Numerical analysis",
    "math.OC": "Optimization and control",
    "math.PR": "Probability theory",
    "math.ST": "Statistics theory",
    "math-ph": "Mathematical physics",
    "nlin.CD": "Chaotic dynamics",
    "nucl-th": "Nuclear theory",
    "physics.ao-ph": "Atmospheric and oceanic physics",
    "physics.bio-ph": "Biological physics",
    "physics.chem-ph": "Chemical physics",
    "physics.comp-ph": "Computational physics",
    "physics.flu-dyn": "Fluid dynamics",
    "physics.geo-ph": "Geophysics",
    "physics.ins-det": "Instruments and detectors",
    "physics.med-ph": "Medical physics",
    "physics.optics": "Optics",
    "physics.plasm-ph": "Plasma physics",
    "physics.soc-ph": "Physics of society",
    "q-bio.BM": "Biomolecules",
    "q-bio.GN": "Genomics",
    "q-bio.NC": "Neuroscience",
    "q-bio.PE": "Populations and evolution",
    "q-fin.CP": "Computational finance",
    "q-fin.PM": "Portfolio management",
    "q-fin.RM": "Financial risk",
    "q-fin.ST": "Statistical finance",
    "q-fin.TR": "Trading",
    "quant-ph": "Quantum physics",
    "stat.AP": "Applied statistics",
    "stat.CO": "Statistical computing",
    "stat.ME": "Statistical methods",
}
"""The fields that say what a paper is about; others ("Machine learning", "Quantitative methods") say how it is done."""
NEAR = 0.45
"""The least cosine to a field's mean for a paper to count to it."""


_AREAS: Mapping[str, str] = {
    "Vision": "cs.CV cs.GR cs.MM eess.IV",
    "Language": "cs.CL cs.IR cs.DL",
    "Speech and sound": "cs.SD eess.AS",
    "Machine learning": "cs.LG cs.NE stat.ML",
    "Agents and reasoning": "cs.AI cs.MA",
    "Robots and control": "cs.RO eess.SY",
    "People and society": "cs.HC cs.CY cs.SI physics.soc-ph",
    "Security": "cs.CR",
    "Software": "cs.SE cs.PL cs.LO cs.FL cs.MS",
    "Computer systems": "cs.AR cs.DC cs.OS cs.PF cs.ET cs.DB",
    "Networks and signals": "cs.NI cs.IT eess.SP",
    "Algorithms": "cs.CC cs.CG cs.DM cs.DS cs.GT cs.SC",
    "Statistics": "stat econ.EM physics.data-an",
    "Mathematics": "math math-ph nlin",
    "Economics and finance": "econ q-fin",
    "Biology": "q-bio physics.bio-ph",
    "Medicine": "physics.med-ph",
    "Astronomy": "astro-ph gr-qc",
    "Particle physics": "hep-ex hep-lat hep-ph hep-th nucl-ex nucl-th",
    "Matter and materials": "cond-mat physics.chem-ph",
    "Physics": "physics quant-ph",
}
WIDER: Mapping[str, frozenset[str]] = {
    "Physical sciences": frozenset({"Physics", "Particle physics", "Astronomy", "Matter and materials"}),
    "Life sciences": frozenset({"Biology", "Medicine"}),
    "Mathematics and machine learning": frozenset({"Mathematics", "Statistics", "Machine learning", "Algorithms"}),
    "Vision, speech and robots": frozenset({"Vision", "Speech and sound", "Robots and control"}),
    "Language, agents and people": frozenset({"Language", "Agents and reasoning", "People and society"}),
    "Systems and software": frozenset({"Computer systems", "Networks and signals", "Software", "Security"}),
}
"""Several areas under one name, for a section of which no area has most papers."""
AREAS = frozenset(_AREAS) - frozenset(NAMES.values())
"""The areas that are no field as well."""
_AREA = {category: area for area, categories in _AREAS.items() for category in categories.split()}


def name_areas(places: Matrix, background: Background) -> list[str]:
    """The area of each paper's nearest category, given their vectors of `background.place`, a row a paper.

    Empty where nothing is known of the paper.
    """
    return [_area_of(category) for category, _ in _nearest(places, background)]


def _area_of(category: str) -> str:
    """The area of a category, or of its archive; empty for none."""
    return _AREA.get(category, _AREA.get(category.partition(".")[0], ""))


_NEARLY, _SECOND = 0.93, 0.5
"""The least cosine to a field, as a share of that to the nearest, of a paper that is of both, and how much it is."""
_COULD, _COULD_BE_WIDE = 0.85, 0.7
"""From this share on a paper could stand under the name of a field, or of one as wide as an area."""
_WIDE = frozenset(
    {"Applied statistics", "Computer vision", "Natural language processing", "Statistical methods", "Statistics theory"}
)
_NO_HEADING = frozenset({"Vision", "Language", "Agents and reasoning", "Software", "Algorithms"})
"""Areas that a field of the same matter heads better, or that say too little over a single theme."""


@dataclasses.dataclass(frozen=True)
class Membership:
    """How much each paper is of a field (`own`), and how much it could stand under its name (`could`): 0 to 1."""

    own: Matrix
    could: Matrix


def weigh_fields(places: Matrix, background: Background) -> dict[str, Membership]:
    """The members of each field and of each area that may head a theme, by name.

    `places` are the papers' vectors of `background.place`, a row a paper; what is near to no field is of none.
    """
    if not background.fields or not len(places):
        return {}
    near = places @ np.stack(list(background.fields.values())).T
    best = near.max(axis=1, keepdims=True)
    share = near / np.maximum(best, 1e-6)
    own = np.where(share >= 1.0, 1.0, np.where(share >= _NEARLY, _SECOND, 0.0)) * (best >= NEAR)
    found: dict[str, list[Membership]] = {}
    for at, category in enumerate(background.fields):
        for name in {NAMES.get(category, ""), _area_of(category)} - {"", *_NO_HEADING.difference(NAMES.values())}:
            least = _COULD_BE_WIDE if name in AREAS | _WIDE else _COULD
            could = ((share[:, at] - least) / (1 - least)).clip(0, 1)
            found.setdefault(name, []).append(Membership(own[:, at], could))
    return {name: join_members(parts) for name, parts in found.items()}


def join_members(parts: Sequence[Membership]) -> Membership:
    """The members of several fields under one heading."""
    return Membership(np.max([part.own for part in parts], axis=0), np.max([part.could for part in parts], axis=0))


def may_join(one: str, other: str) -> bool:
    """Whether two names can stand beside each other: two fields or two areas, without a word in common."""
    return (one in AREAS) == (other in AREAS) and set(split_words(one)).isdisjoint(split_words(other))


def _nearest(places: Matrix, background: Background) -> list[tuple[str, float]]:
    """Each paper's nearest category and its cosine with the mean of that; no name where nothing is near."""
    if not background.fields or not len(places):
        return [("", 0.0)] * len(places)
    near = places @ np.stack(list(background.fields.values())).T
    categories = list(background.fields)
    return [
        (categories[at] if row[at] > 0 else "", float(row[at]))
        for row, at in zip(near, near.argmax(axis=1).tolist(), strict=True)
    ]
