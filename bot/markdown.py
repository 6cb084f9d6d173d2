"""Somebody else's words inside our Markdown: they stay words."""

import re

#: Characters that turn or hide text: bidirectional controls, zero-width characters, other controls.
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~.&-])")


def escape(text: str) -> str:
    """The text on one line, with nothing in it that Markdown or a terminal would take for more than words."""
    return _SPECIAL.sub(r"\\\1", " ".join(_INVISIBLE.sub("", text).split()))


def unescaped(markdown: str) -> str:
    """What `escape` put in, taken out again."""
    return re.sub(r"\\([\\`*_{}\[\]<>()#+!|~.&-])", r"\1", markdown)
