"""The standing edition: collect what is new, digest it, number and keep it, publish the archive."""
