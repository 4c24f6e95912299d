"""What text from outside may not do: instructions in papers are found and taken out, answers are held to plain text."""
