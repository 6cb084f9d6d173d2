"""A Markdown file with YAML in front → fields that know their lines, and the text below."""

from dataclasses import dataclass
from typing import Any

import yaml

FENCE = "---"


class Malformed(Exception):
    """The file can't be taken apart. `line` is where."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(problem)
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Text:
    """A value that is written as text, exactly as it stands there. `quoted` or not, `tag` is what YAML takes it for."""

    value: str
    line: int
    tag: str = "str"


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    values: tuple["Value", ...]
    line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping: its keys in order, with their lines."""

    values: tuple[tuple[Text, "Value"], ...]
    line: int


Value = Text | Items | Fields


@dataclass(frozen=True, slots=True)
class Page:
    """A file taken apart: what stands in front, the text below, and the line on which that begins."""

    front: Fields
    body: str
    body_line: int


class _Plain(yaml.SafeLoader):
    """YAML without anchors and aliases: nobody needs them in a list of questions, and they can blow up."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """The next node, unless it is an alias."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(problem='a text that begins with "*" needs quotes', problem_mark=mark)
        return super().compose_node(parent, index)


def take_apart(text: str) -> Page:
    """The page in this text. Raises `Malformed`."""
    lines = text.split("\n")
    if lines[0].rstrip() != FENCE:
        raise Malformed(1, f'no front matter; expected "{FENCE}" on the first line, then "questions:" and so on')
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE), None)
    if end is None:
        raise Malformed(1, f'the front matter has no end; expected a line "{FENCE}" below it')
    front = _front("\n".join(lines[1:end]))
    start = next((number for number in range(end + 1, len(lines)) if lines[number].strip()), end)
    return Page(front, "\n".join(lines[start:]).strip() if start > end else "", start + 1)


def _front(text: str) -> Fields:
    try:
        loader = _Plain(text)
        value = _value(loader.get_single_node())
    except yaml.MarkedYAMLError as error:
        # What has no end is better shown where it begins.
        mark = error.context_mark or error.problem_mark
        line = mark.line if mark else 0
        raise Malformed(line + 2, f"YAML: {error.problem or error.context}; expected 'key: value' lines") from error
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n")
        raise Malformed(line + 2, "a character that can't be shown; expected plain text") from error
    except RecursionError as error:
        raise Malformed(2, "nested too deeply; expected 'key: value' lines") from error
    if not isinstance(value, Fields):
        raise Malformed(2, "the front matter is no mapping; expected 'key: value' lines")
    return value


def _value(node: yaml.Node | None) -> Value:
    match node:
        case yaml.ScalarNode():
            return Text(node.value, _line(node), node.tag.rpartition(":")[2])
        case yaml.SequenceNode():
            return Items(tuple(_value(each) for each in node.value), _line(node))
        case yaml.MappingNode():
            return Fields(tuple((_key(key), _value(value)) for key, value in node.value), _line(node))
        case _:
            return Text("", 2, "null")


def _key(node: yaml.Node) -> Text:
    value = _value(node)
    return value if isinstance(value, Text) else Text("?", value.line, "complex")


def _line(node: yaml.Node) -> int:
    # Marks count from 0, and the fence stands above.
    return int(node.start_mark.line) + 2
