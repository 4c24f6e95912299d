"""The languages that pages, mails and the served pages speak: their words in English, and catalogues of the others."""
