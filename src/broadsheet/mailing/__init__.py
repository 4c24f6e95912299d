"""Mail: messages, transports, the outbox, subscribers and returned mail."""
