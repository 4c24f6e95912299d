"""Live services, one file each: a query becomes requests, and answers are looked at before they are believed."""
