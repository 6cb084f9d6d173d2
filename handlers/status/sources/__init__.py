"""What monitoring systems send, read: a file for each format, found by its name."""
