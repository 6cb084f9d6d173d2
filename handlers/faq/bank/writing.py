"""Changes to an entry's file, as text: every line that isn't meant stays as somebody wrote it. Pure."""

import re
from collections.abc import Sequence

import yaml

from handlers.faq.bank.checking import TRANSLATION
from handlers.faq.bank.entries import Phrasing
from handlers.faq.bank.frontmatter import FENCE, Fields, Items, Text, Value, take_apart

_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}")


def fresh(questions: Sequence[Phrasing], body: str, **fields: str) -> str:
    """A new file. `fields` are further ones of the front matter, such as `source`."""
    front = [_field(key, value) for key, value in fields.items()]
    return "\n".join([FENCE, "questions:", *map(_item, questions), *front, FENCE, body.strip(), ""])


def with_line(text: str, key: str, line: Phrasing) -> str:
    """The file with another phrasing under `questions` (or `not`), behind those that are there."""
    return _with_item(text, key, _item(line))


def with_alias(text: str, name: str) -> str:
    """The file with another name of the entry."""
    return _with_item(text, "aliases", f"  - {_scalar(name)}")


def with_field(text: str, key: str, value: str) -> str:
    """The file with this value for a field of one line, in its place or at the end of the front matter."""
    lines, page = text.split("\n"), take_apart(text)
    written = _field(key, value)
    at = next((name.line for name, _ in page.front.values if name.value == key), None)
    if at is None:
        lines.insert(_end(lines), written)
    else:
        lines[at - 1] = written
    return "\n".join(lines)


def with_answer(text: str, body: str, lang: str = "") -> str:
    """The file with another answer; with `lang`, the one in this language, at the end if it is the first."""
    head, sections = _sections(text)
    if lang not in sections:
        sections[lang] = ""
    sections[lang] = body.strip()
    main = sections.pop("")
    parts = [main, *(f"--- {code}\n{answer}" for code, answer in sections.items())]
    return head + "\n" + "\n\n".join(parts) + "\n"


def _sections(text: str) -> tuple[str, dict[str, str]]:
    """The front matter with both its fences, and the answers by language, the main one under no name."""
    lines = text.split("\n")
    end = _end(lines) + 1
    main, *others = TRANSLATION.split("\n".join(lines[end:]))
    answers = {"": main.strip()}
    answers.update((lang.lower(), body.strip()) for lang, body in zip(others[::2], others[1::2], strict=True))
    return "\n".join(lines[:end]), answers


def _with_item(text: str, key: str, item: str) -> str:
    lines, fields = text.split("\n"), take_apart(text).front.values
    at = next((number for number, (name, _) in enumerate(fields) if name.value == key), None)
    if at is None:
        lines[_end(lines) : _end(lines)] = [f"{key}:", item]
        return "\n".join(lines)
    name, value = fields[at]
    items = value.values if isinstance(value, Items) else ()
    if items and lines[items[-1].line - 1].lstrip().startswith("- "):
        lines.insert(_after(lines, items[-1].line), _indented(item, lines[items[-1].line - 1]))
    else:
        # Empty, or in brackets on one line: each gets a line of its own.
        end = fields[at + 1][0].line - 1 if at + 1 < len(fields) else _end(lines)
        while not lines[end - 1].partition("#")[0].strip():
            # What stands between is about the next field.
            end -= 1
        lines[name.line - 1 : end] = [f"{key}:", *map(_written, items), item]
    return "\n".join(lines)


def _written(value: Value) -> str:
    """An item of a list on a line of its own."""
    match value:
        case Fields(((Text(lang), Text(words)),)):
            return _item(Phrasing(words, lang))
        case Text(words):
            return _item(Phrasing(words))
        case _:
            raise ValueError("neither a text nor a text in a language")


def _after(lines: Sequence[str], item: int) -> int:
    """Where the lines of the list's last item end: it may run over several, which are indented deeper."""
    end, dash = item, _indent(lines[item - 1])
    while lines[end].strip() and _indent(lines[end]) > dash:
        end += 1
    return end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _indented(item: str, like: str) -> str:
    return like[: _indent(like)] + item.lstrip()


def _end(lines: Sequence[str]) -> int:
    """Where the front matter's second fence stands, counted from 0."""
    return next(number for number, line in enumerate(lines[1:], 1) if line.rstrip() == FENCE)


def _item(phrasing: Phrasing) -> str:
    value = phrasing.text if phrasing.lang == "en" else {phrasing.lang: phrasing.text}
    return "  " + yaml.safe_dump([value], allow_unicode=True, width=10**6).rstrip("\n")


def _field(key: str, value: str) -> str:
    # A date is read as it is written, so it needs no quotes.
    return f"{key}: {value if _DATE.fullmatch(value) else _scalar(value)}" if value else f"{key}:"


def _scalar(value: str) -> str:
    """A text as YAML writes it on one line."""
    return yaml.safe_dump([value], allow_unicode=True, width=10**6).removeprefix("- ").rstrip("\n")
