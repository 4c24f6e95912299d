"""Pages as browsers copy them, and reading lists in Markdown, in the layouts that sites have had."""

from __future__ import annotations

from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check

THREE = (GOAT, LOOM, TIDE)
ENTRIES = ((GOAT, GOATS), (LOOM, LOOMS), (TIDE, TIDES))
NONE = ("", "", "")


def each(form: str, between: str = "\n") -> str:
    return between.join(
        form.format(n=n, title=title, abstract=text, year=1842 + n, votes=n * 17)
        for n, (title, text) in enumerate(ENTRIES, start=1)
    )


FOOT = "\n\nAbout arXiv  Help  Contact  Subscribe\nCopyright  Privacy Policy  Web Accessibility Assistance"
LIST_HEAD = (
    "Goat Theory\nSee recent articles\nShowing new listings for Monday, 2 January 1843\nTotal of 3 entries\n"
    "Showing up to 2000 entries per page: fewer | more | all\n"
)
ARXIV = (
    Variety(
        "arXiv, recent, without abstracts",
        "Goat Theory\nAuthors and titles for recent submissions\nMon, 2 Jan 1843\nFri, 30 Dec 1842\nSee today's new changes\n\n"
        "Total of 53 entries : 1-25 26-50 51-53\nShowing up to 25 entries per page: fewer | more | all\nMon, 2 Jan 1843 (showing 3 of 3 entries )\n"
        + each(
            "[{n}] arXiv:1843.0000{n} [pdf, html, other]\nTitle: {title}\nAda Lovelace, Charles Babbage\n"
            "Comments: 10 pages, 2 figures\nSubjects: Goat Theory (cs.GT); Looms (cs.LO)\n"
        ),
        "an arXiv page, pasted",
        THREE,
        NONE,
        authors=("Ada Lovelace", "Charles Babbage"),
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002", "arxiv:1843.00003"),
    ),
    Variety(
        "arXiv, recent, of some years ago",
        "Authors and titles for recent submissions\n[ total of 3 entries: 1-3 ]\n[ showing 25 entries per page: fewer | more | all ]\nMon, 2 Jan 1843\n\n"
        + each(
            "[{n}]  arXiv:1843.0000{n} [pdf, ps, other]\nTitle: {title}\nAuthors: Ada Lovelace, Charles Babbage\nSubjects: Goat Theory (cs.GT)\n\n"
        ),
        "an arXiv page, pasted",
        THREE,
        NONE,
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "arXiv, new, with abstracts, cross-lists and replacements",
        LIST_HEAD + "New submissions (showing 1 of 1 entries )\n[1] arXiv:1843.00001 [pdf, html, other]\n"
        f"Title: {GOAT}\nAda Lovelace\nComments: 10 pages\nSubjects: Goat Theory (cs.GT)\n{GOATS}\n"
        "Cross submissions (showing 1 of 1 entries )\n[2] arXiv:1843.00002 (cross-list from math.GT) [pdf, other]\n"
        f"Title: {LOOM}\nJoseph Jacquard\nSubjects: Looms (cs.LO)\n\n{LOOMS}\n"
        "Replacement submissions (showing 1 of 1 entries )\n[3] arXiv:1842.00003 (replaced) [pdf, html, other]\n"
        f"Title: {TIDE}\nCharles Babbage\nSubjects: Goat Theory (cs.GT)\n{TIDES}\nTotal of 3 entries\n" + FOOT,
        "an arXiv page, pasted",
        THREE,
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002", "arxiv:1842.00003"),
    ),
    Variety(
        "arXiv, search",
        "Showing 1–3 of 3 results for all: goats\nSearch term...\nAll fields\nSearch\nShow abstracts Hide abstracts\nAdvanced Search\n"
        "50\nresults per page. Sort results by\nAnnouncement date (newest first)\nGo\n"
        + each(
            "arXiv:1843.0000{n} [pdf, other]  cs.GT  cs.LO\n{title}\nAuthors: Ada Lovelace, Charles Babbage\nAbstract: {abstract} △ Less\n"
            "Submitted {n} January, 1843; originally announced January 1843.\nComments: 10 pages\n"
        ),
        "an arXiv page, pasted",
        THREE,
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
)

FACE = (
    Variety(
        "Hugging Face, daily, without abstracts",
        "Hugging Face\nModels\nDatasets\nSpaces\nDocs\nPricing\nLog In\nSign Up\nDaily Papers\nby AK and the research community\nJan 2\nDaily\nWeekly\nMonthly\n"
        + each("Submitted by\n\nadalove\n{votes}\n{title}\n·\n7 authors\n4\n"),
        "Hugging Face, pasted",
        THREE,
        NONE,
    ),
    Variety(
        "Hugging Face, trending, with summaries, stars and organisations",
        "Trending Papers\nby AK and the research community\nTrending Papers\nGet trending papers in your email inbox once a day!\n"
        "Get trending papers in your email inbox!\nSubscribe\n"
        + each(
            "Submitted by\nadalove\n{title}\n{abstract}\n\nEngines Inc\n· Published on Jan {n}, 1843\nUpvote\n{votes}\nGitHub\n1.{n}k\narXiv Page\n"
        ),
        "pasted text",
        THREE,
    ),
    Variety(
        "Hugging Face, weekly, entries doubled by the copy",
        "Daily Papers\nWeek 1\n"
        + each("{title}\n{title}\n{abstract}\n{votes} authors\n·\nPublished on Jan {n}\nUpvote\n{votes}\n"),
        "pasted text",
        THREE,
    ),
    Variety(
        "Hugging Face, daily, who submitted a paper below it",
        "Daily Papers\n\n" + each("{votes}\n{title}\n5\nSubmitted by adalove\n\n"),
        "pasted text",
        THREE,
        NONE,
    ),
    Variety(
        "Hugging Face, titles and abstracts set off by blank lines",
        "Trending Papers\n\nby AK and the research community\n\n" + each("{title}\n\n{abstract}\n"),
        "pasted text",
        THREE,
    ),
    Variety(
        "Hugging Face, vote counts above, stars below",
        "Papers\n"
        + each("▲ {votes}\n{title}\n{abstract}\nAda Lovelace, Charles Babbage, Joseph Jacquard\n★ 4.{n}k\n💬 {n}\n"),
        "pasted text",
        THREE,
    ),
)

SITES = (
    Variety(
        "OpenReview, a venue's list",
        "GOATS 1843 Conference\nAccept (Oral)\nAccept (Poster)\nRecent Activity\n"
        + each(
            "{title}\nPDF\nAda Lovelace, Charles Babbage\nPublished: 02 Jan 1843, Last Modified: 03 Jan 1843\nGOATS 1843 Oral\nReaders: Everyone\n"
            "Keywords: goats, walls\nTL;DR: Goats climb.\nAbstract: {abstract}\nShow details\n"
        ),
        "OpenReview, pasted",
        THREE,
    ),
    Variety(
        "OpenReview, a venue's list without abstracts",
        "GOATS 1843\n"
        + each(
            "{title}\n\nAda Lovelace, Charles Babbage\n\nPublished: 02 Jan 1843, Last Modified: 03 Jan 1843GOATS 1843 OralReaders: Everyone\nShow details\n\n"
        ),
        "OpenReview, pasted",
        THREE,
        NONE,
    ),
    Variety(
        "Google Scholar, results",
        "Articles\nAbout 1,230 results (0.05 sec)\n"
        + each(
            "[PDF] engines.org\n{title}\nA Lovelace, C Babbage - Journal of Goats, {year} - engines.org\n{abstract}\nSave Cite Cited by {votes} Related articles All 5 versions\n"
        ),
        "Google Scholar, pasted",
        THREE,
    ),
    Variety(
        "CVF",
        "GOAT 1843\nPapers\nBack\n" + each("{title}\nAda Lovelace, Charles Babbage\n[pdf] [supp] [arXiv] [bibtex]\n"),
        "pasted text",
        THREE,
        NONE,
    ),
    Variety(
        "ACL Anthology, with abstracts shown",
        "Proceedings of the First Workshop on Goats\nAda Lovelace, Charles Babbage (Editors)\nAnthology ID: 1843.goat-1\nMonth: January\nYear: 1843\n\n"
        + each("pdf bib abs\n{title}\nAda Lovelace | Charles Babbage\n\n{abstract}\n"),
        "the ACL Anthology, pasted",
        THREE,
    ),
    Variety(
        "PMLR",
        "Volume 1: Goats, 2 January 1843, London\nEditors: Joseph Jacquard\n[bib][citeproc]\n\n"
        + each(
            "{title}\nAda Lovelace, Charles Babbage; Proceedings of the First Goats, PMLR 1:1-10\n[abs][Download PDF][Supplementary PDF]\n"
        ),
        "proceedings, pasted",
        THREE,
        NONE,
    ),
    Variety(
        "CVF, with abstracts",
        each(
            "{title}\nAda Lovelace, Charles Babbage; Proceedings of the Conference on Goats (GOAT), {year}, pp. 1-{votes}\nAbstract\n{abstract}\n\n"
        ),
        "proceedings, pasted",
        THREE,
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "arXiv, a paper's own page",
        f"Computer Science > Goats\n\n[Submitted on 2 Jan 1843]\nTitle:{GOAT}\nAuthors:Ada Lovelace, Charles Babbage\n"
        "View a PDF of the paper titled Climbing Goats, by Ada Lovelace\nView PDF\nHTML (experimental)\n"
        f"Abstract:{GOATS}\nComments:\t10 pages\nSubjects:\tGoats (cs.GT)\nCite as:\tarXiv:1843.00001 [cs.GT]\n",
        "an arXiv paper's page, pasted",
        (GOAT,),
        authors=("Ada Lovelace", "Charles Babbage"),
        identifiers=("arxiv:1843.00001",),
    ),
    Variety(
        "NeurIPS",
        "Advances in Goats 1 (GOATS 1843)\nEdited by: J. Jacquard\n"
        + each("{title} Ada Lovelace, Charles Babbage\n").replace(" Ada", "\nAda"),
        "pasted text",
        THREE,
        NONE,
    ),
    Variety(
        "PubMed, results with abstracts",
        "3 results\nSave\nEmail\nSend to\nSort by:\nBest match\n"
        + each(
            "{n}\nCite\nShare\n{title}.\nLovelace A, Babbage C.\nJ Goats. 1843 Jan 2;1(1):1-10. doi: 10.5555/g{n}.\nPMID: 184{n}\n{abstract}\n"
        ),
        "PubMed, pasted",
        tuple(f"{title}." for title in THREE),
        (GOATS, LOOMS, TIDES),
    ),
    Variety(
        "titles, authors and abstracts with labels",
        each(
            "Title: {title}\nAuthors: Ada Lovelace, Charles Babbage\nAbstract: {abstract}\nURL: https://example.org/{n}\n\n"
        ),
        "pasted text",
        THREE,
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "numbered, abstracts below",
        each("{n}. {title}\n   {abstract}\n"),
        "pasted text",
        THREE,
    ),
)

HEADINGS = "# Goats\n\nAll that we read.\n\n## Walls\n\n"
LISTS = (
    Variety("Markdown: bullets of links", HEADINGS + each("- [{title}](https://arxiv.org/abs/1843.0000{n})"), "Markdown", THREE, NONE),
    Variety("Markdown: bullets with abstracts below", HEADINGS + each("- [{title}](https://arxiv.org/abs/1843.0000{n})\n\n  {abstract}\n"), "Markdown", THREE),
    Variety("Markdown: numbers, bold, names and year", HEADINGS + each("{n}. **[{title}](https://arxiv.org/abs/1843.0000{n})**, Ada Lovelace et al., *{year}*"), "Markdown", THREE, NONE),
    Variety("Markdown: bold title, then [paper] and [code]", HEADINGS + each("* **{title}** [[paper](https://arxiv.org/pdf/1843.0000{n}.pdf)] [[code](https://github.com/a/{n})]"), "Markdown", THREE, NONE),
    Variety("Markdown: plain title, then (paper)", HEADINGS + each("- {title}. Lovelace et al. GOATS {year}. [paper](https://openreview.net/forum?id=aaaa{n}) [code](https://github.com/a/{n})"), "Markdown", THREE, NONE),
    Variety("Markdown: a table with links", HEADINGS + "| Date | Title | Code |\n|---|---|---|\n" + each("| {year}-01 | [{title}](https://arxiv.org/abs/1843.0000{n}) | [code](https://github.com/a/{n}) |"), "Markdown", THREE, NONE),
    Variety(
        "Markdown: a table with abstracts",
        "# Papers\n\n| Title | Authors | Abstract | Link |\n|:---|---|---|---|\n" + each("| {title} | A. Lovelace | {abstract} | [arXiv](https://arxiv.org/abs/1843.0000{n}) |"),
        "Markdown",
        THREE,
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002", "arxiv:1843.00003"),
    ),
    Variety("Markdown: a table without links", "| Title | Abstract |\n|---|---|\n" + each("| {title} | {abstract} |"), "Markdown", THREE),
    Variety("Markdown: headings with abstracts", "# Digest\n\n" + each("## [{title}](https://arxiv.org/abs/1843.0000{n})\n\n*Ada Lovelace, Charles Babbage*\n\n{abstract}\n"), "a Markdown digest", THREE),
    Variety("Markdown: headings and prose, no links", "# Reading\n\n" + each("## {n}. {title}\n\n{abstract}\n"), "pasted text", THREE),
    Variety("Markdown: headings with labels", each("### {title}\n- **Authors:** Ada Lovelace, Charles Babbage\n- **Link:** <https://arxiv.org/abs/1843.0000{n}>\n- **Abstract:** {abstract}\n"), "pasted text", THREE, authors=("Ada Lovelace", "Charles Babbage")),
    Variety("Markdown: abstracts folded away", HEADINGS + each("### [{title}](https://arxiv.org/abs/1843.0000{n})\n<details><summary>Abstract</summary>\n{abstract}\n</details>\n"), "a Markdown digest", THREE),
    Variety("Markdown: references to links", HEADINGS + each("- [{title}][{n}]") + "\n\n" + each("[{n}]: https://arxiv.org/abs/1843.0000{n}"), "Markdown", THREE, NONE),
    Variety("Markdown: bare addresses behind titles", HEADINGS + each("- {title} https://arxiv.org/abs/1843.0000{n}"), "Markdown", THREE, NONE),
)  # fmt: skip


@pytest.mark.parametrize("variety", [*ARXIV, *FACE, *SITES, *LISTS], ids=str)
def test_a_page_in_another_layout_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
