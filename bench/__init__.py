"""Benchmarks: Steward beside what else one could use, and beside what the homeserver itself allows, in the same run.

`make bench` runs all of them, `make bench ONLY="burst memory"` some; RESULTS.md here is written from their results.
"""
