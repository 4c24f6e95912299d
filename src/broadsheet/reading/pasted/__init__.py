"""Text without a format: what was copied from a page, a mail or a program, line by line."""
