"""Prompts -> answers keyed by paper: batches, calls, retries, answers."""
