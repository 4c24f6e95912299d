"""Makes a digest from papers: the pipeline, selection, themes and overview, and the cost estimate."""
