"""The registration form: whether it works, and writing to those who wait for it."""
