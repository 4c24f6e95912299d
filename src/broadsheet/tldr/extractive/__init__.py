"""TL;DRs without a model: the abstract's own best sentence, shortened by deletion only."""
