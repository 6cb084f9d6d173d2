"""What is kept: engine, schema, and one file for each of the engine's tables."""
