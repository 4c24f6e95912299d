"""Evaluates backends and prompts on labelled papers: TL;DRs, their checks, and themes."""
