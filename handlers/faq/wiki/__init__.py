"""Answers that are kept in step with pages of a MediaWiki: read, compared, shown, and taken over when approved."""
