"""What a person types: the program, its options, and what it says on the terminal."""
