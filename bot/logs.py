"""Logs: for people on a terminal, JSON elsewhere; never a message's text, never a secret."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

#: Keys whose values never appear, whoever logs them.
SECRET = {"password", "token", "access_token", "authorization", "key", "text", "body", "content"}
#: Tracebacks without the values of variables, which hold what people wrote.
WITHOUT_LOCALS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def set_up(level: str, form: Literal["auto", "human", "json"]) -> None:
    """Configure structlog and the standard library's logging, which our libraries use."""
    human = form == "human" or (form == "auto" and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        redact,
    ]
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if human
        else [WITHOUT_LOCALS, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[*shared, *renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # nio logs messages and keys at DEBUG, and each lost key as a warning that we log ourselves.
    logging.getLogger("nio").setLevel(logging.ERROR)


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Take out what must never be logged."""
    for name in SECRET & event.keys():
        event[name] = "…"
    return event
