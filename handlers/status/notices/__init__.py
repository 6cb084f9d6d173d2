"""What rooms are told of incidents: one living message each."""
