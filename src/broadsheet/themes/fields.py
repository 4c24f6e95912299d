"""The field of science of a paper, by the categories of arXiv: the one whose papers lie nearest in the background.

An area is broader than a field: several categories, or a whole archive.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

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
    "cs.AR": "Hardware architecture",
    "cs.CC": "Computational complexity",
    "cs.CG": "Computational geometry",
    "cs.CL": "Natural language processing",
    "cs.CR": "Security and privacy",
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
    "math.DS": "Dynamical systems",
    "math.NA": "Numerical analysis",
    "math.OC": "Optimization and control",
    "math.PR": "Probability theory",
    "math.ST": "Statistics theory",
    "math-ph": "Mathematical physics",
    "nucl-th": "Nuclear theory",
    "physics.ao-ph": "Atmospheric and oceanic physics",
    "physics.chem-ph": "Chemical physics",
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
    "q-fin.PM": "Portfolio management",
    "q-fin.ST": "Statistical finance",
    "quant-ph": "Quantum physics",
    "stat.AP": "Applied statistics",
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
_AREA = {category: area for area, categories in _AREAS.items() for category in categories.split()}


def name_areas(places: Matrix, background: Background) -> list[str]:
    """The area of each paper's nearest category, given their vectors of `background.place`, a row a paper.

    Empty where nothing is known of the paper.
    """
    return [
        _AREA.get(category, _AREA.get(category.partition(".")[0], "")) for category, _ in _nearest(places, background)
    ]


def name_fields(places: Matrix, background: Background) -> list[str]:
    """The name of the nearest field of each paper, given their vectors of `background.place`, a row a paper.

    Empty where none is near, or the nearest says nothing of the matter.
    """
    return [NAMES.get(category, "") if near >= NEAR else "" for category, near in _nearest(places, background)]


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
