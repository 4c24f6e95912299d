"""Whether a TL;DR is borne out by its abstract: numbers and names first, then a learned check of every word."""
