"""A digest as a folder of linked notes in Markdown, which its reader goes on with."""
