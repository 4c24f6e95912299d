"""Themes: the similarity of papers, their clusters, the titles of the clusters, and tracking across editions."""
