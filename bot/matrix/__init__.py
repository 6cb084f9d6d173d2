"""Everything that knows Matrix: a thin layer over nio, and what nio doesn't do."""
