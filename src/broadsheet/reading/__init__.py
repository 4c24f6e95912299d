"""Anything -> Papers: understands listings; parsers are pure."""
