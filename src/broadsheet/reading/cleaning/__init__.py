"""Repair of text and fields: TeX, HTML fragments, dates, authors, identifiers."""
