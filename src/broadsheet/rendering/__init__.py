"""Digest -> text, pure: one view of a digest, rendered by the templates of the user or the shipped ones."""
