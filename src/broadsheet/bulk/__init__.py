"""Abstracts by the million: cut into shards, digested shard by shard, kept as Parquet, and brought together again."""
