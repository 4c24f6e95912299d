"""Everything about mail: the message, its transports, the outbox, subscribers and what comes back."""
