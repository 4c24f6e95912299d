"""Digest -> text, pure."""
