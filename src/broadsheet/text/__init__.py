"""Text analysis: words, sentences, numbers, names, word vectors, and the shipped weights."""
