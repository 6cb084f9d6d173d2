"""Logs, of a process of its own: what is in them, and what never is."""

import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]

#: What must never be read in a log is put together when it runs: it stands in no source line either.
SAYING = """
import logging, structlog, sys, warnings
from bot import logs
logs.set_up("info", sys.argv[1])
log = structlog.get_logger()
canary = "".join(["ca", "nary"])
for name in sorted(logs.SECRET):
    log.warning("told", **{name: canary, "room": "!room:example.org"})
log.info("shown")
log.debug("hidden", room=canary)
structlog.contextvars.bind_contextvars(password=canary, worker="w")
log.error("in context")
logging.getLogger("aiohttp").warning("from a library")
logging.getLogger("aiohttp").info(canary)
logging.getLogger("nio.crypto").warning(canary)
"""


@functools.cache
def log_of(form: str, script: str = SAYING) -> str:
    """What a process logs that runs this."""
    command = [sys.executable, "-c", script, form]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    return ended.stderr


@pytest.fixture(scope="module")
def json_lines() -> list[dict[str, Any]]:
    lines = log_of("json").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


@pytest.mark.parametrize("form", ["json", "human", "auto"])
def test_no_secret_and_no_text_is_ever_logged_by_its_name(form: str) -> None:
    logged = log_of(form)
    assert "canary" not in logged
    assert logged.count("told") == 8
    assert "!room:example.org" in logged
    assert "from a library" in logged
    assert "hidden" not in logged


def test_a_line_of_json_has_event_level_and_time(json_lines: list[dict[str, Any]]) -> None:
    for line in json_lines:
        assert {"event", "level", "timestamp"} <= line.keys()
    assert [line["event"] for line in json_lines[-2:]] == ["shown", "in context"]
    assert json_lines[-1]["worker"] == "w"
    assert json_lines[-1]["password"] == "…"
    assert all("…" in line.values() for line in json_lines if line["event"] == "told")


def test_where_nobody_watches_auto_is_json() -> None:
    assert log_of("auto").startswith("{")
    assert not log_of("human").startswith("{")
