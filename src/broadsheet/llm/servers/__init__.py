"""Model servers on this machine or network: which one it is, and what it really holds."""
