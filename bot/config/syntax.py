"""What PyYAML says of broken YAML → what it most likely is, in plain words."""

import yaml

from bot.config.document import printable

TOO_DEEP = "is nested too deep to be a configuration"

#: Told on the line on which it began, since PyYAML notices only further down.
_BEGUN = (
    ("could not find expected ':'", "a key without a colon (:) behind it"),
    ("found unexpected end of stream", "a quote is opened here and never closed"),
)
#: Told where PyYAML noticed. The first that fits; `{opened}` is the line on which it began.
_NOTICED = (
    (TOO_DEEP, TOO_DEEP),
    ("single document", "a second document begins here (---); a configuration is one"),
    ("special characters are not allowed", "holds a control character; remove it"),
    ("cannot start any token", "a value can't begin with {sign}; put it in quotes"),
    (
        "mapping values are not",
        "a colon where none is expected: check the indentation from here up, or quote the value",
    ),
    ("sequence entries are not", "a list entry (-) can't begin here; begin it on a line of its own"),
    ("mapping keys are not", "a value can't begin with ?; put it in quotes"),
    ("scanning a block scalar", "nothing may stand behind | or >; to begin a value with it, use quotes"),
    ("<block end>, but found '<scalar>'", "a value goes on behind its closing quote, or the indentation is wrong"),
    ("<block end>, but found ']'", "a closing bracket too many"),
    ("<block end>, but found '}'", "a closing bracket too many"),
    ("expected <block end>", "the indentation doesn't fit the lines above"),
    ("expected ',' or", "a bracket opened on line {opened} isn't closed, or a comma is missing"),
    ("scanning a double-quoted scalar", "a backslash (\\) in double quotes must be doubled; or use single quotes"),
    ("scanning an alias", "a value that begins with * needs quotes"),
    ("scanning an anchor", "a value that begins with & needs quotes"),
    ("a tag", "a value that begins with ! needs quotes"),
    ("<document start>", "what stands above it began with % or ended with ...; neither belongs here"),
)


def explained(error: yaml.YAMLError, text: str) -> tuple[int, str]:
    """Line and sentence. Of the file's own text no more than one sign is shown, since a secret might stand there."""
    if isinstance(error, yaml.reader.ReaderError):
        return text.count("\n", 0, int(error.position)) + 1, _sentence(_NOTICED, error.reason) or ""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return 0, "is not valid YAML"
    here = error.problem_mark
    begun = error.context_mark or here
    if any("\t" in _indentation(text, mark.line) for mark in (here, begun)):
        return here.line + 1, "a tab is used for indentation; use spaces"
    words = f"{error.context} {error.problem}"
    if told := _sentence(_BEGUN, words):
        return begun.line + 1, told
    plain = _sentence(_NOTICED, words) or "is not valid YAML"
    return here.line + 1, plain.format(opened=begun.line + 1, sign=printable(text[here.index : here.index + 1]))


def _sentence(table: tuple[tuple[str, str], ...], words: str) -> str | None:
    return next((sentence for hint, sentence in table if hint in words), None)


def _indentation(text: str, line: int) -> str:
    """The white space that this line (counted from 0) begins with."""
    here = "".join(text.split("\n")[line : line + 1])
    return here[: len(here) - len(here.lstrip())]
