"""What outlasts a run."""
