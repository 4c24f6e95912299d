"""Measures how fast each main format is read: 10,000 invented papers of it, in a process of its own.

    python benchmarks/reading_speed.py               # the table
    python benchmarks/reading_speed.py RIS BibTeX    # some formats
    python benchmarks/reading_speed.py --papers 2000

Times are the process's own (CPU) seconds of `read_inputs`, from a file to papers with repaired text, keys and
duplicates merged, the best of three; imports are paid before. A loop is a million rounds of `for _ in range(...): pass`
timed beside them: a machine that others use too slows both, so compare the loops. Memory is what the process's peak
grows by over a text of a tenth, per megabyte more of text: where that is a small constant, memory is proportional.
Targets: 2,000 papers a second where a library parses, 20,000 for pasted text.
"""

from __future__ import annotations

import argparse
import email.message
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

WORDS = (  # noqa: SIM905
    "kettle harbour lantern goat umbrella tram beacon moss ferry orchard pigeon compass quarry tide thimble saddle "
    "predicts measures compares improves reveals samples models estimates learns sparse robust deep linear slow noisy "
    "coastal nocturnal wooden copper between across without under through data error rate field season island signal"
).split()
LIBRARY, TEXT = 2_000, 20_000


class Invented(NamedTuple):
    """A paper that nobody wrote."""

    number: int
    title: str
    abstract: str
    authors: list[str]

    @property
    def arxiv(self) -> str:
        """An id of its own; there is no month 13."""
        return f"29{13 + self.number // 90_000:02d}.{self.number % 90_000 + 10_000:05d}"


def invent(count: int) -> list[Invented]:
    """Papers with abstracts of about 150 words, the same ones each time."""
    dice = random.Random(7)
    papers = []
    for number in range(count):
        title = " ".join(dice.choices(WORDS, k=dice.randint(7, 12))).title() + f" {number}"
        sentences = (
            f"See how the {' '.join(dice.choices(WORDS, k=dice.randint(14, 28)))} in {dice.randint(2, 99)}% of cases."
            for _ in range(dice.randint(4, 8))
        )
        authors = [f"{dice.choice('ABCDEFG')}. {dice.choice(WORDS).title()}son" for _ in range(dice.randint(1, 6))]
        papers.append(Invented(number, title, " ".join(sentences), authors))
    return papers


def pasted(papers: list[Invented]) -> str:
    return "".join(f"{p.title}\n\n{p.abstract}\n\n" for p in papers)


def pasted_arxiv(papers: list[Invented]) -> str:
    return "".join(
        f"[{p.number + 1}] arXiv:{p.arxiv} [pdf, other]\nTitle: {p.title}\n{', '.join(p.authors)}\n"
        f"Subjects: Robotics (cs.RO)\n\n{p.abstract}\n\n"
        for p in papers
    )


def arxiv_mail(papers: list[Invented]) -> str:
    rule = "-" * 78
    return "".join(
        f"\\\\\narXiv:{p.arxiv}\nDate: Thu, 1 Mar 2029 19:00:06 GMT   (3kb)\n\nTitle: {p.title}\n"
        f"Authors: {', '.join(p.authors)}\nCategories: cs.RO\n\\\\\n  {p.abstract}\n"
        f"\\\\ ( https://arxiv.org/abs/{p.arxiv} ,  3kb)\n{rule}\n"
        for p in papers
    )


def atom(papers: list[Invented]) -> str:
    entries = "".join(
        f"<entry><id>http://arxiv.org/abs/{p.arxiv}v1</id><title>{p.title}</title>"
        f"<published>2029-03-01T00:00:00Z</published><summary>{escape(p.abstract)}</summary>"
        f"{''.join(f'<author><name>{a}</name></author>' for a in p.authors)}"
        f'<category term="cs.RO"/></entry>\n'
        for p in papers
    )
    return f'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n{entries}</feed>'


def rss(papers: list[Invented]) -> str:
    items = "".join(
        f"<item><title>{p.title}</title><link>https://journal.example/{p.number}</link>"
        f"<dc:creator>{', '.join(p.authors)}</dc:creator>"
        f"<description>&lt;p&gt;{escape(p.abstract)}&lt;/p&gt;</description></item>\n"
        for p in papers
    )
    space = "http://purl.org/dc/elements/1.1/"
    return f'<rss version="2.0" xmlns:dc="{space}"><channel><title>Loom</title>{items}</channel></rss>'


def pubmed(papers: list[Invented]) -> str:
    people = "<Author><LastName>Son</LastName><ForeName>A</ForeName></Author>" * 3
    articles = "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{p.number + 1}</PMID><Article><ArticleTitle>{p.title}</ArticleTitle>"
        f"<Abstract><AbstractText Label='AIM'>{escape(p.abstract)}</AbstractText></Abstract>"
        f"<AuthorList>{people}</AuthorList></Article></MedlineCitation></PubmedArticle>\n"
        for p in papers
    )
    return f"<PubmedArticleSet>{articles}</PubmedArticleSet>"


def medline(papers: list[Invented]) -> str:
    return "".join(
        f"PMID- {p.number + 1}\nTI  - {p.title}\nAB  - {p.abstract}\n"
        + "".join(f"FAU - {a}\n" for a in p.authors)
        + "DP  - 2029 Mar 1\n\n"
        for p in papers
    )


def ris(papers: list[Invented]) -> str:
    return "".join(
        f"TY  - JOUR\nTI  - {p.title}\n{''.join(f'AU  - {a}{chr(10)}' for a in p.authors)}AB  - {p.abstract}\n"
        f"DO  - 10.9999/{p.number}\nER  - \n\n"
        for p in papers
    )


def bibtex(papers: list[Invented]) -> str:
    return "".join(
        f"@article{{goat{p.number},\n  title = {{{p.title}}},\n  author = {{{' and '.join(p.authors)}}},\n"
        f"  abstract = {{{p.abstract}}},\n  year = {{2029}},\n  doi = {{10.9999/{p.number}}}\n}}\n\n"
        for p in papers
    )


def csv_table(papers: list[Invented]) -> str:
    return "Title,Authors,Abstract,DOI,Year\n" + "".join(
        f'"{p.title}","{"; ".join(p.authors)};","{p.abstract}",10.9999/{p.number},2029\n' for p in papers
    )


def json_list(papers: list[Invented]) -> str:
    return json.dumps([{"title": p.title, "abstract": p.abstract, "authors": p.authors, "id": p.arxiv} for p in papers])


def json_lines(papers: list[Invented]) -> str:
    return "".join(
        json.dumps({"title": p.title, "abstract": p.abstract, "doi": f"10.9/{p.number}"}) + "\n" for p in papers
    )


def arxiv_page(papers: list[Invented]) -> str:
    entries = "".join(
        f"<dt><a href='/abs/{p.arxiv}'>arXiv:{p.arxiv}</a></dt><dd><div class='meta'>"
        f"<div class='list-title'>Title: {p.title}</div><div class='list-authors'>{', '.join(p.authors)}</div>"
        f"<p class='mathjax'>{escape(p.abstract)}</p></div></dd>\n"
        for p in papers
    )
    return f"<!DOCTYPE html><html><body><dl>{entries}</dl></body></html>"


def page(papers: list[Invented]) -> str:
    entries = "".join(
        f"<article><h3><a href='https://a.example/{p.number}'>{p.title}</a></h3><p>{escape(p.abstract)}</p></article>\n"
        for p in papers
    )
    return f"<!DOCTYPE html><html><body>{entries}</body></html>"


def markdown(papers: list[Invented]) -> str:
    return "# Digest\n\n" + "".join(
        f"## {p.number}. [{p.title}](https://arxiv.org/abs/{p.arxiv})\n**Authors:** {', '.join(p.authors)}\n\n"
        f"**Abstract:** {p.abstract}\n\n---\n\n"
        for p in papers
    )


def message(papers: list[Invented]) -> str:
    mail = email.message.EmailMessage()
    mail["From"], mail["Subject"] = "no-reply@arxiv.example", "cs daily"
    mail.set_content(arxiv_mail(papers), cte="quoted-printable")
    return mail.as_string()


def workbook(papers: list[Invented]) -> bytes:
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Title", "Authors", "Abstract", "DOI"])
    for p in papers:
        sheet.append([p.title, "; ".join(p.authors), p.abstract, f"10.9999/{p.number}"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FORMATS: dict[str, tuple[Callable[[list[Invented]], str | bytes], int]] = {
    "pasted page": (pasted, TEXT),
    "pasted arXiv list": (pasted_arxiv, TEXT),
    "arXiv mail": (arxiv_mail, TEXT),
    "arXiv API Atom": (atom, LIBRARY),
    "journal RSS": (rss, LIBRARY),
    "PubMed XML": (pubmed, LIBRARY),
    "MEDLINE": (medline, LIBRARY),
    "RIS": (ris, LIBRARY),
    "BibTeX": (bibtex, LIBRARY),
    "CSV": (csv_table, LIBRARY),
    "XLSX": (workbook, LIBRARY),
    "JSON": (json_list, LIBRARY),
    "JSON Lines": (json_lines, LIBRARY),
    "arXiv HTML": (arxiv_page, LIBRARY),
    "any HTML": (page, LIBRARY),
    "Markdown digest": (markdown, LIBRARY),
    "e-mail": (message, LIBRARY),
}


def peak() -> int:
    """The process's highest resident size so far, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


def loop() -> float:
    """The process's own seconds for a million rounds of nothing, the best of five."""
    times = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(1_000_000):
            pass
        times.append(time.process_time() - start)
    return min(times)


def measure(name: str, count: int) -> None:
    """Reads one format and prints its figures as JSON; runs in a process of its own."""
    from broadsheet.reading.listing import read_inputs

    make, _ = FORMATS[name]
    papers = invent(count)
    with tempfile.TemporaryDirectory() as folder:
        sizes, peaks, seconds, found = [], [], 0.0, 0
        for part in (papers[: count // 10], papers):
            data = make(part)
            path = Path(folder) / "listing"
            path.write_bytes(data.encode() if isinstance(data, str) else data)
            sizes.append(path.stat().st_size)
            del data
            start = time.process_time()
            found = len(read_inputs([str(path)]).papers)
            seconds = time.process_time() - start
            peaks.append(peak())
        for _ in range(2):
            start = time.process_time()
            read_inputs([str(path)])
            seconds = min(seconds, time.process_time() - start)
    growth = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
    print(
        json.dumps({"found": found, "seconds": seconds, "loop": loop(), "growth": growth, "megabytes": sizes[1] / 1e6})
    )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("formats", nargs="*", choices=[*FORMATS, []], help="all when none is named")
    parser.add_argument("--papers", type=int, default=10_000)
    parser.add_argument("--alone", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        measure(asked.alone, asked.papers)
        return
    print("| format | MB | papers | CPU s | papers/s | target | loop, ms | loops | memory, MB a MB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for name in asked.formats or FORMATS:
        command = [sys.executable, __file__, "--alone", name, "--papers", str(asked.papers)]
        figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rate = figures["found"] / figures["seconds"]
        target = FORMATS[name][1]
        print(
            f"| {name} | {figures['megabytes']:.1f} | {figures['found']:,} | {figures['seconds']:.2f} "
            f"| {rate:,.0f}{'' if rate >= target else ' (below)'} | {target:,} "
            f"| {figures['loop'] * 1e3:.1f} | {figures['seconds'] / figures['loop']:.0f} | {figures['growth']:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
