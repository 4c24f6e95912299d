"""The editor's note: Markdown, and nothing that loads or runs."""

from __future__ import annotations

from broadsheet.rendering.markdown_note import note_html


def test_the_note_is_markdown_without_scripts_images_or_odd_links() -> None:
    html = note_html(
        "# Hello\n\n*a* [b](javascript:alert(1)) [c](https://c.example) [d](mailto:d@d.example) [e](/e) "
        "![f](https://f.example/f.png) <script>alert(2)</script> <b onclick=x>g</b>"
    )
    assert "<h3>Hello</h3>" in html
    assert "<em>a</em>" in html
    assert html.count("href=") == 2
    for word in ("javascript", "<script", "<img", "onclick", "alert(2)"):
        assert word not in html
