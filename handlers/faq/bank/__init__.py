"""The folder of answers: files → entries, or what is wrong with them."""
