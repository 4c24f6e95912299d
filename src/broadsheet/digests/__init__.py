"""Papers -> Digest: the pipeline, the choice of papers, the themes and the overview, and what it will cost."""
