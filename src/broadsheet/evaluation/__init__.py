"""Scores whoever writes on papers that people have summed up, so that a model and a prompt are chosen on facts."""
