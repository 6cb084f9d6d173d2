"""How many came, and how far: for moderators, without names."""
