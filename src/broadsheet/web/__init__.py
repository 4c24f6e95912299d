"""The web application: the archive, and pages to subscribe, set preferences and unsubscribe."""
