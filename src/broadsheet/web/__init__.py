"""The pages that are served: the archive, and where people subscribe, choose and leave."""
