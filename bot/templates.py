"""Operators' own words in the place of ours: Jinja2 templates of Markdown, in a sandbox.

What a template is given is put in as words; only what is `Markdown` already stays as it is. A template is tried with a
sample before it is used, and one that fails in use says nothing, so that whoever asked falls back on words of ours.
"""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.commands import nearest
from bot.markdown import escape

log = structlog.get_logger()

#: A template that goes astray must not fill a room, in characters.
LONGEST = 4000


class Markdown(str):
    """A text that is Markdown of ours: a link, say. A template puts it in as it is."""

    __slots__ = ()


def _shown(value: Any) -> Any:
    """Everything else that is put in is words, not Markdown."""
    if isinstance(value, Markdown):
        return value
    return escape(str(value)) if value is not None else ""


ENVIRONMENT = ImmutableSandboxedEnvironment(undefined=StrictUndefined, finalize=_shown, autoescape=False)


def checked(where: str, source: str, sample: Mapping[str, Any], problems: list[str]) -> Template | None:
    """The template, ready; or None, and sentences among `problems` that say what is wrong, in which line.

    `where` is the key in the config; `sample` has a value for each name that the template may speak of.
    """
    try:
        spoken_of = meta.find_undeclared_variables(ENVIRONMENT.parse(source))
        unknown = sorted(spoken_of - {*sample, *ENVIRONMENT.globals})
        problems += [f"{where}, line {_line(source, one)}: there is no {one!r}{_hint(one, sample)}" for one in unknown]
        template = ENVIRONMENT.from_string(source)
        if not unknown:
            template.render(sample)
    except TemplateSyntaxError as error:
        problems.append(f"{where}, line {error.lineno}: {error.message}")
    except TemplateError as error:
        problems.append(f"{where}: {error.message}")
    except Exception as error:  # noqa: BLE001 - a template may fail in any way
        problems.append(f"{where}: {type(error).__name__}: {error}")
    else:
        return template
    return None


def rendered(name: str, template: Template, values: Mapping[str, Any]) -> str | None:
    """What the template says, cut where it is too long; None where it fails, which is logged under this name."""
    try:
        return template.render(values).strip()[:LONGEST]
    except Exception as error:  # noqa: BLE001 - whatever a template does, people are told
        log.warning("template_failed", template=name, why=type(error).__name__)
        return None


def _line(source: str, name: str) -> int:
    """The first line on which it stands."""
    lines = source.splitlines()
    return next((number for number, line in enumerate(lines, 1) if re.search(rf"\b{re.escape(name)}\b", line)), 1)


def _hint(name: str, sample: Mapping[str, Any]) -> str:
    near = nearest(name, tuple(sample))
    return f"; did you mean {near!r}?" if near else f"; there are {', '.join(sample)}"
