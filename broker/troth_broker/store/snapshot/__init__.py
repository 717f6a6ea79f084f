"""Snapshots: a whole store in one SQLite file, to keep, to read in any tool, to ask offline and to merge."""
