"""Papers -> words: decides what a digest says; does no I/O of its own."""
