"""Feeds, PubMed, EndNote and the ACL Anthology in the forms that their writers use."""

from __future__ import annotations

import html
from pathlib import Path

import pytest

from varieties import GOAT, GOATS, LOOM, LOOMS, TIDE, TIDES, Variety, check

ESCAPED = GOATS.replace("<", "&lt;")
NAMESPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/" '
    'xmlns:arxiv="http://arxiv.org/schemas/atom"'
)
PICTURE = '<img src="https://example.org/goat.png"/>'


def rss(*items: str, channel: str = "") -> str:
    inner = "\n".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {NAMESPACES}><channel><title>Goats today</title>'
        f"<description>All about goats</description><image><title>Logo</title></image>{channel}\n{inner}</channel></rss>"
    )


def atom(*entries: str) -> str:
    inner = "\n".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" {NAMESPACES}>'
        f"<title>Goats</title><subtitle>All</subtitle>{inner}</feed>"
    )


LOOM_ITEM = f"<title>{LOOM}</title><link>https://example.org/looms</link><description>{LOOMS}</description>"
LOOM_ENTRY = f'<title>{LOOM}</title><link href="https://example.org/looms"/><summary>{LOOMS}</summary>'

FEEDS = (
    Variety(
        "RSS with the abstract in content:encoded and a teaser above",
        rss(
            f"<title>{GOAT}</title><link>https://example.org/1</link><description>Goats can climb.</description>"
            f"<content:encoded><![CDATA[<p>{ESCAPED}</p>]]></content:encoded><dc:creator>Ada Lovelace</dc:creator>",
            LOOM_ITEM,
        ),
        "a feed",
        authors=("Ada Lovelace",),
    ),
    Variety(
        "RSS with the abstract in dc:description",
        rss(f"<title>{GOAT}</title><description/><dc:description>{ESCAPED}</dc:description>", LOOM_ITEM),
        "a feed",
    ),
    Variety(
        "RSS with escaped HTML, a heading and a picture",
        rss(
            f"<title><![CDATA[{GOAT}]]></title><description>"
            + html.escape(f"<h3>Abstract</h3>{PICTURE}<p>{ESCAPED}</p>")
            + "</description><media:content url='https://example.org/goat.png'><media:title>A goat</media:title>"
            "<media:description>A goat on a wall</media:description></media:content>",
            LOOM_ITEM,
        ),
        "a feed",
    ),
    Variety(
        "RSS of Elsevier: date, source and authors in paragraphs, and no abstract",
        rss(
            f"<title><![CDATA[{GOAT}]]></title><link>https://www.sciencedirect.com/science/article/pii/S1</link>"
            "<description><![CDATA[<p>Publication date: January 1843</p><p><b>Source:</b> Journal of Goats, Volume 1</p>"
            "<p>Author(s): Ada Lovelace, Charles Babbage</p>]]></description>",
            LOOM_ITEM,
        ),
        "a feed",
        abstracts=("", LOOMS),
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "RSS of Wiley: the citation as description, the abstract in content",
        rss(
            f"<title>{GOAT}</title><link>https://onlinelibrary.wiley.com/doi/abs/10.5555/g?af=R</link>"
            "<dc:description>Journal of Goats, Volume 1, Issue 2, Page 3-4, January 1843. </dc:description>"
            "<description>Journal of Goats, EarlyView.</description><prism:doi>10.5555/g</prism:doi>"
            f"<content:encoded>{html.escape(f'<h2>ABSTRACT</h2><p>{ESCAPED}</p>')}</content:encoded>"
            f"<dc:creator>\nAda Lovelace, \nCharles Babbage\n</dc:creator>",
            LOOM_ITEM,
        ),
        "a feed",
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "RSS of Nature: a line with the journal, the date and the DOI",
        rss(
            f"<title><![CDATA[{GOAT}]]></title><dc:creator>Ada Lovelace</dc:creator>"
            "<content:encoded><![CDATA[<p>Nature Goats, Published online: 02 January 1843; "
            f'<a href="https://www.nature.com/articles/g">doi:10.5555/g</a></p>{ESCAPED}]]></content:encoded>'
            "<link>https://www.nature.com/articles/g</link><prism:doi>10.5555/g</prism:doi>",
            LOOM_ITEM,
        ),
        "a feed",
        authors=("Ada Lovelace",),
    ),
    Variety(
        "RSS of PubMed: the citation first, the abstract behind ABSTRACT",
        rss(
            f"<title>{GOAT}</title><link>https://pubmed.ncbi.nlm.nih.gov/1843/?utm_source=x</link>"
            "<description><![CDATA[J Goats. 1843 Jan 2. doi: 10.5555/g. Online ahead of print.<br/>ABSTRACT]]></description>"
            '<content:encoded><![CDATA[<div><p style="color: #4aa564;">J Goats. 1843 Jan 2. doi: 10.5555/g. Online '
            f'ahead of print.</p><p><b>ABSTRACT</b></p><p xmlns:xlink="x">{ESCAPED}</p><p style="color: lightgray">'
            'PMID:<a href="https://pubmed.ncbi.nlm.nih.gov/1843/">1843</a> | DOI:<a href="https://doi.org/10.5555/g">'
            "10.5555/g</a></p></div>]]></content:encoded><dc:identifier>doi:10.5555/g</dc:identifier>",
            LOOM_ITEM,
        ),
        "a feed",
    ),
    Variety(
        "RSS of MDPI: citation, DOI and authors above",
        rss(
            f"<title>{GOAT}</title><link>https://www.mdpi.com/1</link><description>"
            + html.escape(
                f"<p>Goats, Vol. 1, Pages 2: {GOAT}</p>\n\t<p>Goats <a href='https://www.mdpi.com/1'>doi: 10.5555/g</a></p>"
                f"\n\t<p>Authors:\n\t\tAda Lovelace\n\t\tCharles Babbage\n\t\t</p>\n\t<p>{ESCAPED}</p>"
            )
            + "</description>",
            LOOM_ITEM,
        ),
        "a feed",
        authors=("Ada Lovelace", "Charles Babbage"),
    ),
    Variety(
        "RSS of APS: authors above, citation below",
        rss(
            f"<title>{GOAT}</title><description>"
            + html.escape(f"<p>Author(s): A. Lovelace and C. Babbage</p><p>{ESCAPED}</p><br/>[Phys. Rev. Goats 1, 2] ")
            + "Published Mon Jan 02, 1843</description>",
            f"<title>{LOOM}</title><description>by A. Lovelace, C. Babbage&lt;/p&gt;&lt;p&gt;{LOOMS}</description>",
        ),
        "a feed",
        authors=("A. Lovelace", "C. Babbage"),
    ),
    Variety(
        "RSS of SAGE: the journal and an issue above",
        rss(
            f"<title>{GOAT}</title><description>Journal of Goats, Ahead of Print. &lt;br/&gt;{html.escape(ESCAPED)}</description>",
            f"<title>{LOOM}</title><description>Looms, Volume 1, Issue 2, Page 3-4, January 1843. &lt;br/&gt;</description>",
        ),
        "a feed",
        abstracts=(GOATS, ""),
    ),
    Variety(
        "arXiv's RSS: new, cross and replaced",
        rss(
            *(
                f"<title>{title}</title><link>https://arxiv.org/abs/1843.0000{n}</link><description>arXiv:1843.0000{n}v{n} "
                f"Announce Type: {kind} \nAbstract: {text.replace('<', '&lt;')}</description>"
                f"<guid isPermaLink='false'>oai:arXiv.org:1843.0000{n}v{n}</guid><category>cs.GT</category>"
                f"<arxiv:announce_type>{kind}</arxiv:announce_type><dc:creator>Ada Lovelace, Charles Babbage</dc:creator>"
                for n, (title, text, kind) in enumerate(
                    ((GOAT, GOATS, "new"), (LOOM, LOOMS, "cross"), (TIDE, TIDES, "replace-cross")), start=1
                )
            )
        ),
        "a feed",
        (GOAT, LOOM, TIDE),
        authors=("Ada Lovelace", "Charles Babbage"),
        identifiers=("arxiv:1843.00001", "arxiv:1843.00002", "arxiv:1843.00003"),
    ),
    Variety(
        "Atom with xhtml, and with HTML content",
        atom(
            f'<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{GOAT.replace("Wet", "<b>Wet</b>")}</div></title>'
            f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{ESCAPED}</p></div></content>'
            "<author><name>Ada Lovelace</name><email>a@example.org</email></author><author><name>C. Babbage</name></author>",
            f'<title type="html">{html.escape(LOOM.replace("Faster", "<i>Faster</i>"))}</title>'
            f'<content type="html">{html.escape(f"<p>{LOOMS}</p>")}</content>',
        ),
        "a feed",
        authors=("Ada Lovelace", "C. Babbage"),
    ),
    Variety(
        "Atom with a prefix",
        f'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>{GOAT}</a:title><a:summary>{ESCAPED}</a:summary>'
        f"</a:entry><a:entry><a:title>{LOOM}</a:title><a:summary>{LOOMS}</a:summary></a:entry></a:feed>",
        "a feed",
    ),
    Variety(
        "RDF",
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        f'{NAMESPACES}><channel rdf:about="x"><title>Goats</title></channel><item rdf:about="https://example.org/1">'
        f"<title>\n{GOAT}\n</title><description><![CDATA[ {ESCAPED} ]]></description><dc:creator>Lovelace, A., Babbage, C."
        f"</dc:creator></item><item><title>{LOOM}</title><description>{LOOMS}</description></item></rdf:RDF>",
        "a feed",
        authors=("Lovelace, A.", "Babbage, C."),
    ),
    Variety(
        "RSS in Windows-1252 by its declaration, with a blank line above it",
        (
            "\n"
            + rss(f"<title>{GOAT} – Élan</title><description>{ESCAPED}</description>").replace("UTF-8", "windows-1252")
        ).encode("cp1252"),
        "a feed",
        (f"{GOAT} – Élan",),
        (GOATS,),
    ),
    Variety(
        "RSS with bare ampersands and entities of HTML",
        rss(f"<title>Goats & Sheep &mdash; Together</title><description>{ESCAPED}</description>", LOOM_ITEM),
        "a feed",
        ("Goats & Sheep — Together", LOOM),
        (GOATS, LOOMS),
    ),
    Variety(
        "RSS that stops in the middle",
        rss(LOOM_ITEM, f"<title>{GOAT}</title><description>{ESCAPED}").partition("</item></channel>")[0],
        "a feed",
        (LOOM, GOAT),
    ),
)


def pubmed(*articles: str) -> str:
    inner = "".join(
        f'<PubmedArticle><MedlineCitation><PMID Version="1">{n}</PMID><Article><Journal><Title>J Goats</Title></Journal>'
        f"{article}</Article></MedlineCitation></PubmedArticle>"
        for n, article in enumerate(articles, start=1843)
    )
    return f'<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle" "https://x/p.dtd">\n<PubmedArticleSet>{inner}</PubmedArticleSet>'


def endnote(*records: str) -> str:
    return f"<?xml version='1.0'?><xml><records>{''.join(f'<record>{record}</record>' for record in records)}</records></xml>"


STYLED = '<style face="normal" font="default" size="100%">{}</style>'
LIBRARIES = (
    Variety(
        "PubMed: a structured abstract, mathematics, a group of authors",
        pubmed(
            f"<ArticleTitle>{GOAT}</ArticleTitle><Abstract>"
            f'<AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">First <i>part</i>.</AbstractText>'
            '<AbstractText Label="RESULTS">p<sub>1</sub> &lt; 0.05 in <mml:math xmlns:mml="m"><mml:mi>R</mml:mi></mml:math>.</AbstractText>'
            "<CopyrightInformation>© 1843 Goats.</CopyrightInformation></Abstract><AuthorList><Author>"
            "<CollectiveName>The Goat Group</CollectiveName></Author><Author><LastName>Lovelace</LastName><ForeName>Ada</ForeName></Author></AuthorList>",
            f"<ArticleTitle>{LOOM}.</ArticleTitle><Abstract><AbstractText>{LOOMS}</AbstractText></Abstract>",
        ),
        "PubMed XML",
        (GOAT, f"{LOOM}."),
        ("BACKGROUND: First part. RESULTS: p₁ < 0.05 in R.", LOOMS),
        authors=("The Goat Group", "Ada Lovelace"),
    ),
    Variety(
        "PubMed: another abstract beside none, a translated title",
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1843</PMID><Article>"
        f"<ArticleTitle>[{GOAT}].</ArticleTitle><VernacularTitle>Ziegen</VernacularTitle></Article>"
        f'<OtherAbstract Type="Publisher" Language="eng"><AbstractText>{ESCAPED}</AbstractText></OtherAbstract>'
        "</MedlineCitation></PubmedArticle></PubmedArticleSet>",
        "PubMed XML",
        (GOAT,),
    ),
    Variety(
        "PubMed: a book and its chapter",
        "<PubmedArticleSet><PubmedBookArticle><BookDocument><PMID>1</PMID><Book><BookTitle>Engines</BookTitle></Book>"
        f"<ArticleTitle>{TIDE}</ArticleTitle><Abstract><AbstractText>{TIDES}</AbstractText></Abstract></BookDocument></PubmedBookArticle>"
        f"<PubmedBookArticle><BookDocument><PMID>2</PMID><Book><BookTitle>{LOOM}</BookTitle></Book><Abstract><AbstractText>{LOOMS}"
        "</AbstractText></Abstract></BookDocument></PubmedBookArticle></PubmedArticleSet>",
        "PubMed XML",
        (TIDE, LOOM),
    ),
    Variety(
        "EndNote with styles",
        endnote(
            f"<ref-type name='Journal Article'>17</ref-type><contributors><authors><author>{STYLED.format('Lovelace, Ada')}</author></authors></contributors>"
            f"<titles><title>{STYLED.format(GOAT[:20])}{STYLED.format(GOAT[20:])}</title></titles>"
            f"<abstract>{STYLED.format(ESCAPED)}</abstract>",
            f"<titles><title>{LOOM}</title></titles><abstract>{LOOMS}</abstract>",
        ),
        "EndNote XML",
        authors=("Lovelace, Ada",),
    ),
    Variety(
        "ACL Anthology with markup, an erratum and front matter",
        '<?xml version="1.0" encoding="UTF-8"?>\n<collection id="1843.goat"><volume id="main"><meta><booktitle>Proceedings of Goats</booktitle>'
        "<year>1843</year><month>January</month></meta><frontmatter><url>1843.goat-main.0</url></frontmatter>"
        f'<paper id="1"><title>{GOAT.replace("Wet", "<fixed-case>W</fixed-case>et").replace("Field", "<i>Field</i>")}</title>'
        "<author><first>Ada</first><last>Lovelace</last></author><author id='c'><last>Babbage</last></author>"
        f"<abstract>{ESCAPED.replace('12%', '<b>12%</b>')}</abstract><url hash='x'>1843.goat-main.1</url>"
        '<erratum id="1" hash="x">1843.goat-main.1e1</erratum><attachment>x.zip</attachment></paper>'
        f'<paper id="2"><title>{LOOM}</title><editor><first>J.</first><last>Jacquard</last></editor><abstract>{LOOMS}</abstract></paper>'
        "</volume></collection>",
        "ACL Anthology XML",
        authors=("Ada Lovelace", "Babbage"),
        identifiers=("acl:1843.goat-main.1", "hash:fd5eb8c89dc32e17"),
    ),
)


@pytest.mark.parametrize("variety", [*FEEDS, *LIBRARIES], ids=str)
def test_a_feed_or_a_library_in_another_form_is_read_whole(variety: Variety, tmp_path: Path) -> None:
    check(variety, tmp_path)
