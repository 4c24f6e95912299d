"""Renderings -> files."""
