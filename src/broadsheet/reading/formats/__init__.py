"""One file a format: a function from text to records and the fragments that were not understood."""
