"""`steward faq …`."""
