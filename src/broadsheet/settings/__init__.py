"""The configuration: config.yaml, environment and flags as one frozen tree; prompts and templates are found here."""
