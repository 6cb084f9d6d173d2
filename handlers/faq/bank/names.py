"""Names that no entry may have."""

#: What stands behind `!faq` in its own right: an entry with such a name could never be asked for.
RESERVED = (
    *("add", "alias", "edit", "export", "history", "learn", "remove", "review", "reviewed", "save", "search"),
    *("suggest", "sync", "tell", "undo", "unlike", "why"),
)
