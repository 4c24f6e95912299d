"""Papers -> themes: how alike papers are, their groups, the titles of the groups, and how they go on over editions."""
