-- What the pages that list editions tell of one: zlib-compressed JSON of rendering.archive.Outline, which is made again
-- where its kind (version, language, whether it is in the feed) is another one.
ALTER TABLE editions ADD COLUMN outline BLOB;
ALTER TABLE editions ADD COLUMN outline_kind TEXT;
