"""TL;DRs without a model: the abstract's own best sentence, shortened, or two joined to one."""
