"""The door, `broadsheet serve`: the archive, and the pages where people subscribe, confirm, choose and leave."""
