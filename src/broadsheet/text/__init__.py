"""What every reader of text needs: words, sentences, numbers, names, word vectors, and the shipped weights."""
