"""Cases that were found by looking for them, kept so that they are tried each time; each says what it broke."""

from bot.markdown import escape

#: Emphasis has no depth of its own in Markdown: these came out as HTML with hundreds of elements in each other.
DEEP = [
    "*a **b " * 300 + "x" + " c** d*" * 300,
    "***a " * 300 + " b***" * 300,
    "*" * 2000 + "a" + "*" * 2000,
]

#: Each opening was looked up to the text's end: 16,000 characters held up everything for seconds.
LONG_TO_READ = ["[" * 16_000, escape("[" * 16_000), "[a](" * 5_000, "![" * 8_000]
