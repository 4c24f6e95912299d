"""One sentence a paper: written by a model, or taken from the abstract."""
