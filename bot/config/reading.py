"""A file → values that know their lines. YAML without its traps: no tags, no anchors, and `off` and `no` are words."""

import re
from collections.abc import Callable
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from bot.config.document import Placed, Problem, Report, Source, Trail
from bot.config.syntax import TOO_DEEP, explained

LARGEST = 1024 * 1024
DEEPEST = 20

_NULL, _BOOL, _INT, _FLOAT, _TEXT = (f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str"))

# The core schema of YAML 1.2: of version 1.1's sixty ways to write something else than text, those that one expects.
_PLAIN = {
    _NULL: r"~|null|Null|NULL|",
    _BOOL: r"true|True|TRUE|false|False|FALSE",
    _INT: r"[-+]?[0-9]{1,18}",
    _FLOAT: r"[-+]?[0-9]{1,18}\.[0-9]{0,18}(?:[eE][-+]?[0-9]{1,2})?",
}
_VALUES: dict[str, Callable[[str], object]] = {
    _NULL: lambda _: None,
    _BOOL: lambda text: text.lower() == "true",
    _INT: int,
    _FLOAT: float,
}


class _Loader(yaml.SafeLoader):
    """PyYAML's, up to the node graph. What is refused on the way is gathered in `refused`: line and sentence."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's form; filled below

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.refused: list[tuple[int, str]] = []
        self.depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        self.refused += [(event.start_mark.line + 1, why) for why in _refusals(event)]
        if isinstance(event, yaml.AliasEvent):
            self.get_event()  # type: ignore[no-untyped-call]
            return ScalarNode(_NULL, "")
        if self.depth == DEEPEST:
            raise yaml.MarkedYAMLError(problem=TOO_DEEP, problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


for _tag, _pattern in _PLAIN.items():
    _Loader.add_implicit_resolver(_tag, re.compile(rf"(?:{_pattern})\Z"), None)


def _refusals(event: yaml.Event) -> list[str]:
    if isinstance(event, yaml.AliasEvent):
        return ["an alias (*) is not supported; write the value itself, or put it in quotes if it begins with *"]
    why = []
    if getattr(event, "anchor", None):
        why.append("an anchor (&) is not supported; write the value without it, or in quotes if it begins with &")
    if getattr(event, "tag", None):
        why.append('a tag (!) is not supported; a value that begins with ! needs quotes, such as "!"')
    return why


def read(path: Path, source: Source, report: Report) -> Placed | None:
    """What stands in this file; None where it can't be read at all. Everything that is wrong is reported."""
    try:
        text = _text(path)
        loader = _Loader(text)
        root = loader.get_single_node()
    except FileNotFoundError:
        why = f"no configuration at {path}; say where it is: `steward run --config PATH`"
        report(Problem(Source("", source.rank), 0, why))
    except OSError as error:
        report(Problem(source, 0, f"can't be read: {error.strerror}"))
    except ValueError as error:
        report(Problem(source, 0, str(error)))
    except yaml.YAMLError as error:
        report(Problem(source, *explained(error, text)))
    else:
        for line, why in loader.refused:
            report(Problem(source, line, why))
        return None if loader.refused else _top(root, source, report)
    return None


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST + 1)
        if len(raw) > LARGEST:
            raise ValueError(f"is larger than {LARGEST // 1024} KiB; that can't be a configuration")
        return raw.decode("utf-8-sig")
    except IsADirectoryError:
        raise ValueError("is a folder; name the file in it, such as config.yaml") from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ValueError(f"is not UTF-8 text (line {line}); save it as UTF-8") from None


def _top(root: Node | None, source: Source, report: Report) -> Placed | None:
    if root is None or root.tag == _NULL:
        report(Problem(source, 1, "is empty; begin with the config.yaml that comes with Steward"))
        return None
    if not isinstance(root, MappingNode):
        report(Problem(source, root.start_mark.line + 1, 'expected keys such as "homeserver:" at the top'))
        return None
    return _placed(root, (), source, report)


def _placed(node: Node, trail: Trail, source: Source, report: Report, key_line: int = 0) -> Placed:
    line = node.start_mark.line + 1
    match node:
        case MappingNode():
            value: object = _entries(node, trail, source, report)
        case SequenceNode():
            value = [_placed(inner, (*trail, at), source, report) for at, inner in enumerate(node.value)]
        case _:
            value = _scalar(node, Problem(source, line, "holds half of a character", trail), report)
    return Placed(value, source, line, key_line or line)


def _entries(node: MappingNode, trail: Trail, source: Source, report: Report) -> dict[str, Placed]:
    entries: dict[str, Placed] = {}
    for key, inner in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or not key.value:
            report(Problem(source, line, "expected a word before the colon", trail))
        elif key.value in entries:
            first = entries[key.value].key_line
            report(
                Problem(source, line, f"stands here a second time; the first is on line {first}", (*trail, key.value))
            )
        else:
            entries[key.value] = _placed(inner, (*trail, key.value), source, report, line)
    return entries


def _scalar(node: Node, broken: Problem, report: Report) -> object:
    text = str(node.value)
    if any("\ud800" <= sign <= "\udfff" for sign in text):  # from an escape such as "\ud83d"; JSON refuses these
        report(broken)
        return text.encode(errors="replace").decode()
    return _VALUES.get(node.tag, str)(text)
