"""How Sphinx shows the documentation; `build_site.py` gives it the pages."""

project = "Broadsheet"
root_doc = "README"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 4
html_theme = "furo"
html_title = "Broadsheet"
html_copy_source = False
html_show_sphinx = False
