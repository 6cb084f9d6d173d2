"""Texts in the reader's language, as far as there are any. Pure."""

from collections.abc import Mapping

#: Those that the bot has sentences of its own in.
OURS = ("en", "de", "es", "fr")
ENGLISH = "en"


def said(words: Mapping[str, str], lang: str) -> str:
    """The text in this language; where there is none, the first."""
    return words.get(lang) or next(iter(words.values()))
