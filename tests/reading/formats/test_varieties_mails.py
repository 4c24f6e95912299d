"""Mails as archives, services and publishers write them, and as people forward them."""

from __future__ import annotations

import base64
import quopri
import textwrap
from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check

RULE = "-" * 78
CLOSE = "%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%--%%\n%%%---%%%---%%%---%%%---%%%"


def entry(number: str, title: str, abstract: str, note: str = "", fields: str = "Authors: Ada Lovelace\n") -> str:
    wrapped = textwrap.fill(f"Title: {title}", 60, subsequent_indent="  ")
    body = "\n".join(f"  {line}" if n == 0 else line for n, line in enumerate(textwrap.wrap(abstract, 78)))
    return (
        f"\\\\\narXiv:{number}\nDate: Mon, 2 Jan 1843 18:00:00 GMT   (12kb)\n\n{wrapped}\n{fields}Categories: cs.GT cs.LG{note}\n"
        f"\\\\\n{body}\n\\\\ ( https://arxiv.org/abs/{number.split(maxsplit=1)[0]} ,  12kb)\n{RULE}\n"
    )


HEAD = (
    "------------------------------------------------------------------------------\n"
    "------------------------------------------------------------------------------\n"
    "Send any comments regarding submissions directly to submitter.\n" + RULE + "\nArchives at http://arxiv.org/\n"
    "To unsubscribe, e-mail To: cs@arXiv.org, Subject: cancel\n" + RULE + "\n Submissions to:\nGoats\n"
    " received from  Fri 30 Dec 42 19:00:00 GMT  to  Mon  2 Jan 43 19:00:00 GMT\n" + RULE + "\n" + RULE + "\n"
)
LONG = ", ".join(f"Ada M. Lovelace{n}" for n in "abcdefghijklmnopqrst")
REPLACED = (
    "%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%\n"
    "------------------------------------------------------------------------------\n"
    "\\\\\narXiv:1843.00003 (*cross-listing*)\nreplaced with revised version Mon, 2 Jan 1843 09:00:00 GMT   (9kb)\n\n"
    f"Title: {TIDE}\nAuthors: C. Babbage\nCategories: cs.GT\nComments: Nine wheels,\n  ten pages\n\\\\ ( https://arxiv.org/abs/1843.00003 ,  9kb)\n{RULE}\n"
)
MAIL = (
    HEAD
    + entry("1843.00001", GOAT, GOATS, fields=textwrap.fill(f"Authors: {LONG}", 70, subsequent_indent="  ") + "\n")
    + entry(
        "1843.00002 (*cross-listing*)", LOOM, LOOMS, note="\nComments: 10 pages, 2 figures. Code: https://example.org"
    )
    + REPLACED
    + CLOSE
)
IDS = ("arxiv:1843.00001", "arxiv:1843.00002", "arxiv:1843.00003")
THREE = (GOAT, LOOM, TIDE)


def eml(
    body: str, kind: str = "text/plain", encoding: str = "8bit", subject: str = "Goats", sender: str = "a@example.org"
) -> bytes:
    data = body.encode()
    coded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(data)
    head = (
        f"Return-Path: <x@example.org>\nReceived: by example.org; Mon, 2 Jan 1843 10:00:00 +0000\nFrom: Alerts <{sender}>\n"
        f"To: b@example.org\nSubject: {subject}\nDate: Mon, 2 Jan 1843 10:00:00 +0000\nMIME-Version: 1.0\n"
        f'Content-Type: {kind}; charset="UTF-8"\nContent-Transfer-Encoding: {encoding}\n\n'
    )
    return head.encode() + coded


def forwarded(body: str) -> str:
    return (
        "From: me@example.org\nTo: you@example.org\nSubject: Fwd: cs daily\nMIME-Version: 1.0\n\nLook at this!\n\n"
        "---------- Forwarded message ---------\nFrom: no-reply@arXiv.org <no-reply@arxiv.org>\n"
        "Date: Mon, 2 Jan 1843\nSubject: cs daily\nTo: cs daily title/abstract distribution\n\n\n" + body
    )


def mailbox(*mails: bytes) -> bytes:
    return b"\n".join(b"From alerts@example.org Mon Jan  2 10:00:00 1843\n" + mail + b"\n" for mail in mails)


def both(plain: str, page: str) -> bytes:
    return (
        "From: a@example.org\nTo: b@example.org\nSubject: New\nMIME-Version: 1.0\nContent-Type: multipart/alternative; "
        f'boundary="==b"\n\n--==b\nContent-Type: text/plain; charset=utf-8\n\n{plain}\n--==b\nContent-Type: text/html; '
        f"charset=utf-8\nContent-Transfer-Encoding: base64\n\n{base64.encodebytes(page.encode()).decode()}\n--==b--\n"
    ).encode()


ARXIV = (
    Variety("arXiv mail", MAIL, "arXiv mail", THREE, (GOATS, LOOMS, ""), identifiers=IDS),
    Variety(
        "arXiv mail with CRLF", MAIL.replace("\n", "\r\n"), "arXiv mail", THREE, (GOATS, LOOMS, ""), identifiers=IDS
    ),
    Variety(
        "arXiv mail quoted in an answer",
        "\n".join(f"> {line}" for line in MAIL.split("\n")),
        "arXiv mail",
        THREE,
        (GOATS, LOOMS, ""),
    ),
    Variety("arXiv mail saved as a message", eml(MAIL), "e-mail with arXiv mail", THREE, (GOATS, LOOMS, "")),
    Variety(
        "arXiv mail in quoted-printable",
        eml(MAIL, encoding="quoted-printable"),
        "e-mail with arXiv mail",
        THREE,
        (GOATS, LOOMS, ""),
    ),
    Variety("arXiv mail in base64", eml(MAIL, encoding="base64"), "e-mail with arXiv mail", THREE, (GOATS, LOOMS, "")),
    Variety("arXiv mail forwarded", forwarded(MAIL), "e-mail with arXiv mail", THREE, (GOATS, LOOMS, "")),
    Variety(
        "arXiv mails in a mailbox, one of them no listing",
        mailbox(
            eml(MAIL),
            eml("Dear Ada,\n\nshall we meet for tea tomorrow?\n\nYours, Charles"),
            eml(entry("1843.00004", "A Fourth Paper on Goats", GOATS)),
        ),
        "e-mail with arXiv mail",
        (*THREE, "A Fourth Paper on Goats"),
        (GOATS, LOOMS, "", GOATS),
    ),
    Variety(
        "arXiv mail with mathematics, blank lines and old ids",
        "\\\\\nPaper: hep-th/9301001\nFrom: Ada Lovelace <ada@example.org>\nDate: Mon, 4 Jan 1993 10:00:00 GMT   (10kb)\n\n"
        f"Title: {GOAT}\nAuthors: Ada Lovelace (Engines, London) and C. Babbage\nReport-no: GOAT-93-1\n\\\\\n  {GOATS[:100]}\n\n  {GOATS[100:].strip()}\n\\\\\n"
        + RULE
        + "\n",
        "arXiv mail",
        (GOAT,),
        (f"{GOATS[:100].rstrip()} {GOATS[100:].strip()}",),
        authors=("Ada Lovelace", "C. Babbage"),
        identifiers=("arxiv:hep-th/9301001",),
    ),
    Variety(
        "arXiv mail whose abstract holds a field's name and a rule",
        entry("1843.00001", GOAT, "Title: a word. " + GOATS).replace("In 240", "\n----\nIn 240"),
        "arXiv mail",
        (GOAT,),
        ("Title: a word. " + GOATS.replace("In 240", "---- In 240"),),
    ),
)


def quoted(text: str, mark: str = "> ") -> str:
    return "".join(f"{mark}{line}".rstrip() + "\n" for line in text.split("\n"))


LABELLED = "\n\n".join(
    textwrap.fill(f"Title: {title}", 60)
    + "\nAuthors: Ada Lovelace, C. Babbage\n"
    + textwrap.fill(f"Abstract: {text}", 60)
    for title, text in ((GOAT, GOATS), (LOOM, LOOMS))
)
QUOTED = (
    Variety("a pasted mail, quoted once", quoted(LABELLED), "pasted text", authors=("Ada Lovelace", "C. Babbage")),
    Variety("a pasted mail, quoted tightly", quoted(LABELLED, ">"), "pasted text"),
    Variety(
        "a mail forwarded twice, each time quoted",
        eml(
            f"See below!\n\n> From: Ada\n> Subject: papers\n>\n> For Monday:\n>\n{quoted(LABELLED, '> > ')}>\n> Yours, Ada\n"
        ),
        "e-mail with pasted text",
        authors=("Ada Lovelace", "C. Babbage"),
    ),
    Variety("arXiv mail, quoted", quoted(MAIL), "arXiv mail", THREE, (GOATS, LOOMS, ""), identifiers=IDS),
    Variety(
        "a line of an abstract that begins with a sign of comparison",
        f"Title: {GOAT}\nAbstract: Goats climb walls of\n> 45 degrees where these are dry, and none where they are wet.\n",
        "pasted text",
        (GOAT,),
        ("Goats climb walls of > 45 degrees where these are dry, and none where they are wet.",),
    ),
)


def scholar(*entries: tuple[str, str], sender: str = "") -> str:
    inner = "".join(
        f'<h3 style="font-weight:normal"><span style="font-size:11px">[PDF]</span> <a href="https://scholar.google.com/scholar_url?url=https://example.org/{n}&amp;hl=en" '
        f'class="gse_alrt_title">{title}</a></h3><div style="color:#006621">A Lovelace, C Babbage - Journal of Goats, 1843</div>'
        f'<div class="gse_alrt_sni">{text.replace("<", "&lt;")}</div><div><a href="https://scholar.google.com/citations?x"><img alt="Save"></a></div><br>'
        for n, (title, text) in enumerate(entries)
    )
    return f"<!doctype html><html><body><div>{inner}</div><p>This message was sent by Google Scholar because you follow goats.</p></body></html>"


def semantic(*entries: tuple[str, str]) -> str:
    inner = "".join(
        f'<table class="paper"><tr><td><a class="title" href="https://www.semanticscholar.org/paper/{n:040x}?utm_source=alert_email">{title}</a></td></tr>'
        '<tr><td><a href="https://www.semanticscholar.org/author/1">Ada Lovelace</a>, <a href="https://www.semanticscholar.org/author/2">C. Babbage</a></td></tr>'
        f"<tr><td>Journal of Goats • 2 January 1843</td></tr><tr><td><b>TLDR</b> Goats climb.</td></tr><tr><td>{text.replace('<', '&lt;')}</td></tr>"
        f'<tr><td><a href="https://www.semanticscholar.org/paper/{n:040x}?x=save">Save to Library</a> <a href="https://www.semanticscholar.org/paper/{n:040x}#cite">Cite</a></td></tr></table>'
        for n, (title, text) in enumerate(entries, start=10)
    )
    return (
        "<html><body><table><tr><td><h1>New papers in your library feed</h1></td></tr></table>"
        f"{inner}<p><a href='https://www.semanticscholar.org/me/alerts'>Manage alerts</a></p></body></html>"
    )


def toc(name: str, *entries: str) -> str:
    return f"<html><body><table><tr><td><h2>{name}</h2></td></tr></table>{''.join(entries)}<p><a href='https://example.org/u'>Unsubscribe</a> | Privacy policy</p></body></html>"


ALERTS = (
    Variety(
        "Google Scholar",
        eml(scholar((GOAT, GOATS), (LOOM, LOOMS)), "text/html", "quoted-printable"),
        "e-mail with Google Scholar",
        authors=("A Lovelace", "C Babbage"),
    ),
    Variety(
        "Google Scholar, plain text beside it",
        both("[PDF] Goats…", scholar((GOAT, GOATS), (LOOM, LOOMS))),
        "e-mail with Google Scholar",
    ),
    Variety(
        "Semantic Scholar",
        eml(semantic((GOAT, GOATS), (LOOM, LOOMS)), "text/html", "base64"),
        "e-mail with Semantic Scholar",
        authors=("Ada Lovelace", "C. Babbage"),
        identifiers=(f"s2:{10:040x}", f"s2:{11:040x}"),
    ),
    Variety(
        "Elsevier's table of contents",
        eml(
            toc(
                "Journal of Goats, Volume 1",
                *(
                    f"<table><tr><td>Research article</td></tr><tr><td><a href='https://www.sciencedirect.com/science/article/pii/S{n}?dgcid=raven'>{title}</a></td></tr>"
                    "<tr><td>Pages 1-10</td></tr><tr><td>Ada Lovelace, Charles Babbage</td></tr><tr><td><a href='https://x.example/pdf'>View PDF</a></td></tr></table>"
                    for n, title in enumerate(THREE)
                ),
            ),
            "text/html",
        ),
        "e-mail with a page of links",
        THREE,
        ("", "", ""),
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "Springer Nature's table of contents",
        eml(
            toc(
                "Nature Goats",
                *(
                    f"<div><h3><a href='https://www.nature.com/articles/s4{n}'>{title}</a></h3><p>Ada Lovelace, Charles Babbage &amp; Joseph Jacquard</p>"
                    f"<p>{text.replace('<', '&lt;')}</p><p>Article | 02 January 1843</p></div>"
                    for n, (title, text) in enumerate(((GOAT, GOATS), (LOOM, LOOMS), (TIDE, TIDES)))
                ),
            ),
            "text/html",
        ),
        "e-mail with HTML",
        THREE,
    ),
    Variety(
        "Wiley's table of contents",
        eml(
            toc(
                "Goats and Walls",
                *(
                    f"<p><a href='https://onlinelibrary.wiley.com/doi/10.5555/g{n}?campaign=wolearlyview'><b>{title}</b></a><br>Ada Lovelace, Charles Babbage<br>"
                    f"Pages: 1-10 | First Published: 02 January 1843</p>"
                    for n, title in enumerate(THREE)
                ),
            ),
            "text/html",
        ),
        "e-mail with a page of links",
        THREE,
        ("", "", ""),
    ),
)


@pytest.mark.parametrize("variety", [*ARXIV, *QUOTED, *ALERTS], ids=str)
def test_a_mail_in_another_form_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
