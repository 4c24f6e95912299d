-- What an edition adds to the themes over time: a JSON list of strand, title, size and status of its lasting themes.
ALTER TABLE editions ADD COLUMN strands TEXT;
