"""From a text to the entries that it may be asking for, and how sure that is."""
