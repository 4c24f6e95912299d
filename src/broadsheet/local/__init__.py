"""A model on this machine, run in this process: which there are, whether one fits, and how it answers."""
