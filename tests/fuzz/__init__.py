"""Hostile input: seeded, structure-aware mutation of bytes for every machine that reads any."""
