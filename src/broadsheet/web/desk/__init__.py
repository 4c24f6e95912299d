"""The desk: a page on this machine where a listing is pasted, digested, starred and kept, for one reader."""
