"""A text as words that can be compared: without case, accents, punctuation and markup. Pure."""

import re
import unicodedata

_BETWEEN = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """The words with a blank between them: "¡Sí, por favor!" is "si por favor"."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return _BETWEEN.sub(" ", "".join(one for one in letters if not unicodedata.combining(one))).strip()


def phrases(written: str) -> frozenset[str]:
    """The phrases of a list that has a comma between them, as `plain` writes them."""
    return frozenset(plain(one) for one in written.split(","))
