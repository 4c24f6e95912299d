"""The editor's own Markdown as safe HTML; nothing that a paper or a model wrote comes through here."""

from __future__ import annotations

import nh3

_TAGS = {"p", "br", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "hr", "a", "h3", "h4", "h5", "h6"}
_LINKS = ("http://", "https://", "mailto:", "#")


def note_html(markdown_text: str) -> str:
    """The note as HTML: no scripts, no images, links to http, https, mailto and this page only.

    Its headings begin at the third level, below those of the page.
    """
    import markdown  # 40 ms, and few editions have a note

    html = markdown.markdown(
        markdown_text,
        extensions=["sane_lists", "toc"],
        extension_configs={"toc": {"baselevel": 3, "marker": ""}},
        output_format="html",
    )
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_keep_link,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )


def _keep_link(tag: str, attribute: str, value: str) -> str | None:
    return value if value.lower().startswith(_LINKS) else None
