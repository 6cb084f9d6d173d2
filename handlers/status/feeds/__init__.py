"""Feeds: what providers and makers of software announce, posted as theirs, never as the cause of anything here.

`fetching` asks politely, `reading` takes a feed apart, `deciding` says what is posted, `job` puts it together.
"""
