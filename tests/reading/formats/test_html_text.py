"""A page's tree becomes the lines a browser would copy, and its linked titles become records."""

from __future__ import annotations

from lxml import html

from broadsheet.reading.formats.html_text import is_title, read_links, read_page

ALERT = """<body><h1>New for you</h1>
<p><a href="https://doi.org/10.5555/kettle.1">Learning to Boil Water with Sparse Kettles</a><br>A. Kettle, B. Spout</p>
<p><a href="https://doi.org/10.5555/kettle.2">A Study of Lids for Large Language Models</a><br>C. Lid, D. Handle</p>
</body>"""


def page(source: str) -> str:
    return read_page(html.document_fromstring(source))


def test_blocks_are_lines_and_paragraphs_are_set_off() -> None:
    assert page("<h1>Kettles</h1><p>They   <b>sing</b>\nloud.</p><ul><li>one<li>two</ul>") == (
        "Kettles\n\nThey sing loud.\n\none\n\ntwo"
    )


def test_what_a_page_hides_and_its_frame_are_not_read() -> None:
    assert page("<nav>Home</nav><script>pour()</script><!-- no --><p>Tea.</p><footer>Imprint</footer>") == "Tea."


def test_titles_that_are_links_take_the_names_below_them() -> None:
    records = list(read_links(html.document_fromstring(ALERT)))
    assert [(record.title, record.authors) for record in records] == [
        ("Learning to Boil Water with Sparse Kettles", ("A. Kettle", "B. Spout")),
        ("A Study of Lids for Large Language Models", ("C. Lid", "D. Handle")),
    ]
    assert records[0].identifiers == {"doi": "10.5555/kettle.1"}


def test_an_address_that_only_counts_clicks_is_not_kept() -> None:
    source = ALERT.replace("https://doi.org/10.5555/kettle.1", "https://mail.example/ls/click?upn=abc")
    assert next(iter(read_links(html.document_fromstring(source)))).links == ()


def test_links_that_names_do_not_follow_are_no_papers() -> None:
    source = ALERT.replace("A. Kettle, B. Spout", "").replace("C. Lid, D. Handle", "")
    plain = source.replace("https://doi.org/10.5555/kettle", "https://shop.example/kettle")
    assert list(read_links(html.document_fromstring(plain))) == []


def test_a_button_or_a_pages_own_words_are_no_title() -> None:
    assert is_title("Learning to Boil Water with Sparse Kettles")
    assert not is_title("Read more")
    assert not is_title("Click here to unsubscribe from this list")
