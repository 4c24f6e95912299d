"""The index of a search: every paper under the page that it stands on."""

from __future__ import annotations

from broadsheet.rendering.search_index import IndexedPage, index_script
from search_indexes import indexed


def test_every_row_names_the_page_its_paper_stands_on() -> None:
    pages = [
        IndexedPage("a.html", "Tides", [("paper-1", "Bathtubs", "Tides are small.")]),
        IndexedPage("b.html", "Nothing", []),
        IndexedPage("c.html", "Kettles & <tea>", [("paper-2", "Kettles", ""), ("paper-3", "“Tea”", "It steams.")]),
    ]
    assert indexed("".join(index_script(pages))) == {
        "pages": [["a.html", "Tides"], ["b.html", "Nothing"], ["c.html", "Kettles & <tea>"]],
        "papers": [
            [0, "paper-1", "Bathtubs", "Tides are small."],
            [2, "paper-2", "Kettles", ""],
            [2, "paper-3", "“Tea”", "It steams."],
        ],
    }
