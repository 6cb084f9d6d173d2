"""What only people can decide: whom to ask."""
