"""Atom and RSS feeds of providers and of software."""
