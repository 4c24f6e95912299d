"""Word lists that separate titles from headings, abstracts from other prose, and both from a page's chrome."""

from __future__ import annotations

import re

from broadsheet.text.lazy_regex import lazy_regex


def word_set(text: str) -> frozenset[str]:
    """The words between white space."""
    return frozenset(text.split())


def phrases(text: str) -> frozenset[str]:
    """The phrases between the bars."""
    return frozenset(" ".join(part.split()) for part in text.split("|"))


TITLE_WORDS = word_set(
    """
    abstraction accelerating acceleration active adaptation adapters adaptive adversarial agent agents aggregation
    algorithm algorithms algorithmic alignment analysis analyzing annotation annotations anomaly application
    applications approach approaches approximation assessing assessment attack attacks attention augmentation
    automated automatic autonomous based bayesian behavior behaviour benchmark benchmarking benchmarks bias cancer
    captioning case cell cells challenge challenges characterization chemical classification clinical clustering
    code coding cohort collaborative communication comparative comparing comparison complexity compression
    computation computational computing constrained construction continual contrastive control convolutional
    coupled coupling cross data dataset datasets decision decoding decomposition deep dense design detecting
    detection diagnosis diffusion discovery disease distillation distributed distribution domain dynamic dynamics
    edge editing effect effects efficacy efficiency efficient embedding embeddings emergent empirical encoder
    encoding energy engineering enhanced enhancing error estimating estimation evaluating evaluation evidence
    evolution evolutionary experimental exploration explainable exploring extraction factors fast feature features
    federated few-shot field fields fine-grained fine-tuning flow forecasting foundation framework frameworks
    functional functions fusion gene generalization generalized generating generation generative genetic genome
    geometry global gradient graph graphs guided hierarchical high high-dimensional human hybrid hypothesis image
    images imaging impact implementation implications improved improving incremental inference influence
    information interaction interactions interactive interpretable interpretability investigating investigation
    joint kernel knowledge label labels language large large-scale latent lattice law laws layer layers learned
    learners learning lightweight linear local localization long low low-rank machine magnetic management mapping
    masked matching measurement measurements measuring mechanism mechanisms medical memory meta-analysis method
    methodology methods metric metrics mining mitigating mitigation mixture model modeling modelling models
    modular molecular monitoring multi-agent multi-modal multi-task multilingual multimodal multiple navigation
    network networks neural neurons noise noisy non-linear nonlinear novel numerical object observation
    observations on-device online open optical optimal optimization optimizing outcomes parallel parameter
    parameter-efficient parameters parsing particle patient patients pattern patterns perception performance
    perspective phase physics planning plasma policy population practical pre-trained pre-training predicting
    prediction predictive preliminary pretrained pretraining principles privacy probabilistic problem problems
    process processes processing program prompt prompting prompts properties protein protocol quality quantum
    question random randomized reasoning recognition reconstruction recurrent reducing reduction regression
    regularization reinforcement relation representation representations response retrieval review risk robot
    robotic robust robustness role safety sampling scalable scale scaling scene search segmentation self-supervised
    semantic semantics semi-supervised sensing sensitivity sensor sequence sequential shot simulation simulations
    single solar solution solutions solving source space sparse spatial spectral speech stability state static
    statistical stochastic strategies strategy structural structure structured structures studies study studying
    supervised supervision surface survey synthesis synthetic system systematic systems task tasks technical
    technique techniques temporal test testing text theoretical theory therapy time time-series token tokens
    towards tracking training transfer transformation transformer transformers transition translation treatment
    trial tuning uncertainty understanding unified universal unlabeled unlearning unsupervised update using
    validation variational verification via video videos vision visual visualization weakly word zero-shot
    """
)
"""Words that are frequent in titles of research papers."""

CUES = word_set(
    """
    abstract accuracy achieve achieves address addresses algorithm algorithms analyse analyses analysis analyze
    approach approaches associated baseline baselines benchmark benchmarks classification cohort compare compared
    comparison conclude conclusion conclusions consider data dataset datasets demonstrate demonstrates derive
    describe describes design develop developed effect effectiveness effects efficient empirical estimate
    estimates evaluate evaluated evaluation evidence examine existing experiment experimental experiments explore
    finding findings framework functions general generalization hypothesis improve improves improvement
    improvements investigate investigated investigates introduce introduces learning limitations literature
    measure measured measurements method methodology methods metric metrics model modeling models network networks
    novel numerical objective observations observed obtain obtained optimal optimization outperform outperforms
    paper parameter parameters participants patients performance performed predict prediction present presents
    problem problems propose proposed proposes proof properties prove provide provides randomized recent research
    result results reveal reveals review sample samples scheme setting settings show showed showing shown shows
    significant significantly simulation simulations solution solutions state-of-the-art studied studies study
    survey system systems task tasks technique techniques test tested theorem theoretical theory training trained
    treatment validate work
    """
)
"""Words that are frequent in abstracts; several in one paragraph are evidence for one."""

CONTACT = word_set("you your you're you'll i i'm i've my me mine us! dear sincerely hi hello thanks")
"""Words of personal address, in web pages and letters; rare in abstracts."""

FUNCTION_WORDS = word_set(
    """
    a an and are as at by can do does for from how in into is its of on or over the their through to toward towards
    under using versus via vs what when where why with within without
    """
)
"""Words a title leaves in lower case, and a wrapped line may end on."""

ABSTRACT_PARTS = phrases(
    """
    background|objective|objectives|aim|aims|purpose|introduction and aims|method|methods|materials and methods
    |methods and results|results|result|findings|finding|conclusion|conclusions|interpretation|significance|setting
    |participants|design|main outcome measures|limitations|discussion|context|importance|motivation|availability
    |availability and implementation|supplementary information|summary|rationale|measurements and main results
    """
)
"""Headings inside a structured abstract."""

ARTICLE_PARTS = phrases(
    """
    introduction|related work|references|bibliography|acknowledgements|acknowledgments|acknowledgement
    |acknowledgment|appendix|see also|external links|further reading|table of contents|table of content
    |footnotes|installation|usage|license|licence|getting started|contributing|requirements|changelog
    """
)
"""Headings of articles and manuals."""

PAGE_PARTS = phrases(
    """
    about|about us|contact|contact us|contents|privacy policy|terms of service|cookie policy|careers|navigation|menu
    |subscribe|newsletter|comments|leave a comment|related articles|recent posts|categories|tags|notes|faq|help
    """
)
"""Headings of web pages: never the title of a paper."""

BUTTONS = phrases(
    """
    pdf|html|abs|abstract page|code|github|arxiv|arxiv page|view pdf|view arxiv page|view on arxiv|read more
    |show more|show less|see more|load more|share|save|bookmark|upvote|cite|citation|bibtex|export citation
    |download|download pdf|project page|add to library|edit|copy|copy link|like|reply|follow|supplementary
    |supplementary material|poster|video|slides|openreview|paper|papers|view|view paper|view abstract|details
    |expand|collapse|more|less|tex source|other formats|community|full text|full-text|open access|listen|play
    |html (experimental)
    |sign in|sign up|log in|login|next|previous|back to top|show abstract|hide abstract|related articles
    |project|demo|dataset|models|spaces|repo|website|link|links|top|new
    """
)
"""Lines that are a button or a link of a page."""

CHROME = lazy_regex(
    r"\b(?:subscribe|unsubscribe|newsletter|inbox|cookies?|sign (?:in|up)|log ?in|log ?out|privacy policy|terms of"
    r"|all rights reserved|copyright|click|sort(?:ed)? by|filter by|skip to|back to|powered by|follow us|showing \d"
    r"|by AK and the|view a pdf of"
    r"|search results|results for|entries per page|total of \d+|page \d+ of|loading|javascript|cited by|read more"
    r"|get (?:the|trending|our)|see recent|view all|load more|help center|advanced search|export (?:to|as))\b",
    re.IGNORECASE,
)
"""Phrases of web pages about themselves."""

SALUTATION = lazy_regex(
    r"(?:dear|hi|hello|hey|to whom|yours|sincerely|best|kind regards|regards|thanks|cheers|with love)\b.{0,60}[,!]?$",
    re.IGNORECASE,
)
