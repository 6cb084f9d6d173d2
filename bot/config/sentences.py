"""Pydantic's errors → plain sentences of ours: what is wrong, and what is allowed instead.

Validators raise ValueError with a sentence; one that begins with "expected" gets what was found behind it.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic_core import ErrorDetails

from bot.config.document import Trail, printable
from bot.config.shape import at, choices, homes, keys, nearest, secret, within

#: Templates, filled from the error's context. Each gets what was found behind it.
_EXPECTED: Mapping[str, str] = MappingProxyType(
    {
        "string_type": "expected text",
        "path_type": "expected a path, as text",
        "bool_type": "expected true or false",
        "bool_parsing": "expected true or false",
        "int_type": "expected a whole number",
        "int_parsing": "expected a whole number",
        "int_from_float": "expected a whole number",
        "float_type": "expected a number",
        "float_parsing": "expected a number",
        "finite_number": "expected a number",
        "greater_than": "expected more than {gt}",
        "greater_than_equal": "expected {ge} or more",
        "less_than": "expected less than {lt}",
        "less_than_equal": "expected {le} or less",
        "too_short": "expected at least {min_length} in this list",
        "too_long": "expected at most {max_length} in this list",
        "string_too_short": "expected at least {min_length} characters",
        "string_too_long": "expected at most {max_length} characters",
        "string_pattern_mismatch": "expected something that fits the pattern {pattern}",
        "time_delta_type": 'expected a duration such as "20s" or "15m"',
        "time_delta_parsing": 'expected a duration such as "20s" or "15m"',
        "url_type": 'expected a web address such as "https://social.coop"',
        "url_parsing": 'expected a web address such as "https://social.coop"',
        "url_scheme": 'expected a web address such as "https://social.coop"',
    }
)
#: How much there is of something: it is of the right kind, so that needn't be said.
_LENGTHS = frozenset({"too_short", "too_long"})
_LISTS = frozenset({"tuple_type", "list_type", "set_type", "frozen_set_type"})
_MAPPINGS = frozenset({"model_type", "model_attributes_type", "dict_type", "mapping_type", "dataclass_type"})


def sentence(error: ErrorDetails, file: Any) -> str:
    """What this error means to whoever wrote the config. `file` is the model of the whole file."""
    kind, trail = error["type"], error["loc"]
    expected = at(file, trail)
    found = None if _beside_a_secret(trail, file) else error["input"]
    if kind == "missing":
        return "is missing" + _below(expected, "; it needs {}")
    if kind == "extra_forbidden":
        return _unknown(trail, file)
    if secret(expected):
        return _of_secret(error)
    if error["input"] is None and kind not in _LISTS | _MAPPINGS:
        return "has nothing behind it; in YAML a # begins a comment, so a value with # in it needs quotes"
    if words := choices(expected):
        return _one_of(words, found)
    why = _plain(error, expected)
    return why + (_but(found) if why.startswith("expected") and kind not in _LENGTHS else "")


def _plain(error: ErrorDetails, expected: Any) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in _LISTS:
        return 'expected a list, with "- " before each entry'
    if kind in _MAPPINGS:
        return "expected" + (_below(expected, " {}") or " keys below it")
    if kind == "too_short" and isinstance(error["input"], Mapping):
        return "expected something below it"
    if kind == "string_type" and isinstance(error["input"], bool | int | float):
        return "expected text, in quotes"
    if kind in {"value_error", "assertion_error"}:
        return str(context.get("error", error["msg"]))
    return _EXPECTED[kind].format(**context) if kind in _EXPECTED else error["msg"]


def _beside_a_secret(trail: Trail, file: Any) -> bool:
    """People fill in the line above by mistake; so nothing that stands beside a secret is quoted."""
    around = at(file, trail[:-1])
    return any(secret(within(around, key)) for key in keys(around))


def _below(expected: Any, words: str) -> str:
    known = _listed([f"{key}:" for key in keys(expected)])
    return words.format(f"{known} below it") if known else ""


def _unknown(trail: Trail, file: Any) -> str:
    key, known = str(trail[-1]), keys(at(file, trail[:-1]))
    if near := nearest(key, known):
        return f'unknown key; did you mean "{near}"?'
    if elsewhere := [home for home in homes(file, key) if home != trail[0]]:
        return f"unknown key here; it belongs under {_listed([f'{home}:' for home in elsewhere], 'or')} (indented)"
    return f"unknown key; known here: {', '.join(known)}"


def _of_secret(error: ErrorDetails) -> str:
    """Without anything of the value, and without pydantic's words, which might quote it."""
    context = error.get("ctx", {})
    return str(context["error"]) if "error" in context else "expected ${NAME}, file:/path or credential:name"


def _one_of(words: tuple[str, ...], found: object) -> str:
    near = nearest(found, words) if isinstance(found, str) else None
    hint = f'; did you mean "{near}"?' if near else ""
    return f"expected {_listed(list(words), 'or')}{_but(found)}{hint}"


def _but(found: object) -> str:
    """What stands there instead, if it is short and says something. An address might hold a password."""
    match found:
        case str() if "://" in found:
            return ""
        case str():
            return f', not "{printable(found)}"'
        case bool():
            return f", not {str(found).lower()}"
        case int() | float():
            return f", not {found}"
        case list():
            return ", not a list"
        case dict():
            return ", not a mapping"
        case _:
            return ""


def _listed(words: list[str], joint: str = "and") -> str:
    return f" {joint} ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
