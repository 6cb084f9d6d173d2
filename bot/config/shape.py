"""What the models expect at a place of the file, and which known name was probably meant by an unknown one."""

from collections.abc import Iterable, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from rapidfuzz import process
from rapidfuzz.distance import OSA, JaroWinkler

from bot.config.document import Trail

#: How alike (0 to 1) two names must be. Jaro-Winkler, since it trusts beginnings: "username" is near "user".
NEAR = 0.78
#: Or how many slips apart. Short names need it: "ulr" is one pair of swapped letters away from "url".
SLIPS = 1


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was probably meant, if any."""
    names = list(known)
    slip = process.extractOne(name, names, scorer=OSA.distance, processor=_plain, score_cutoff=SLIPS)
    alike = process.extractOne(
        name, names, scorer=JaroWinkler.normalized_similarity, processor=_plain, score_cutoff=NEAR
    )
    found = slip or alike
    return found[0] if found else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def kinds(expected: Any) -> tuple[Any, ...]:
    """The types that a value may have: a union's members, what stands inside of Annotated, and so on."""
    if get_origin(expected) is Annotated:
        return kinds(get_args(expected)[0])
    if get_origin(expected) in (Union, UnionType):
        return tuple(kind for member in get_args(expected) for kind in kinds(member))
    return (expected,)


def models(expected: Any) -> list[type[BaseModel]]:
    """Those of the kinds that are mappings with known keys."""
    return [kind for kind in kinds(expected) if isinstance(kind, type) and issubclass(kind, BaseModel)]


def keys(expected: Any) -> list[str]:
    """The keys that may stand in a mapping here, in the order of the model."""
    return [field.alias or name for model in models(expected) for name, field in model.model_fields.items()]


def within(expected: Any, step: str | int) -> Any:
    """What is expected one step further. None where nothing is known to be."""
    for kind in kinds(expected):
        args = get_args(kind)
        origin = get_origin(kind) or kind
        if isinstance(step, str) and isinstance(origin, type) and issubclass(origin, BaseModel):
            fields = {field.alias or name: field.annotation for name, field in origin.model_fields.items()}
            if step in fields:
                return fields[step]
        elif args and _holds(origin, step):
            return args[-1] if isinstance(step, str) else args[0]
    return None


def _holds(origin: Any, step: str | int) -> bool:
    if not isinstance(origin, type):
        return False
    return issubclass(origin, Mapping) if isinstance(step, str) else issubclass(origin, Sequence | frozenset | set)


def at(expected: Any, trail: Trail) -> Any:
    """What is expected at the end of this trail."""
    for step in trail:
        expected = within(expected, step)
    return expected


def secret(expected: Any) -> type[SecretStr] | None:
    """The kind of secret that is expected, if it is one."""
    return next((kind for kind in kinds(expected) if isinstance(kind, type) and issubclass(kind, SecretStr)), None)


def choices(expected: Any) -> tuple[str, ...]:
    """The words that may stand here, where only certain ones may."""
    return tuple(str(word) for kind in kinds(expected) if get_origin(kind) is Literal for word in get_args(kind))


def empty(expected: Any) -> Any:
    """What a key with nothing behind it stands for: no keys, no entries, or None."""
    if NoneType in kinds(expected):
        return None
    if models(expected):
        return {}
    return [] if _is_list(expected) else None


def _is_list(expected: Any) -> bool:
    origins = (get_origin(kind) for kind in kinds(expected))
    return any(isinstance(origin, type) and issubclass(origin, tuple | list | frozenset | set) for origin in origins)


def homes(expected: Any, key: str) -> list[str]:
    """The keys at the top under which `key` is known: where a wrongly indented one belongs."""
    return [home for home in keys(expected) if key in _keys_below(within(expected, home))]


def _keys_below(expected: Any) -> list[str]:
    return keys(expected) or keys(within(expected, 0))
