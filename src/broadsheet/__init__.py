"""Broadsheet turns a pile of paper abstracts into a digest worth reading."""
__version__ = "0.1.0"
