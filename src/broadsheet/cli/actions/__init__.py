"""One file a command: what it does, loaded when it is invoked."""
