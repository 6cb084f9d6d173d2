"""One story of all that is measured and reported: signals and deeds in, incidents out."""
