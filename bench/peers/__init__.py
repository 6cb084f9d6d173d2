"""What Steward is measured beside."""
