"""A real browser in the hands of a test: Chromium, driven on Node."""

import asyncio
import itertools
import json
import os
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_SECONDS_FOR_A_CALL = 120
_LONGEST_LINE = 2**24


class BrowserError(Exception):
    """What the browser, or its driver, objects to."""


def node() -> Path:
    """The Node that drives it: `$STEWARD_NODE`, or the one that `tools/setup.py node` chose."""
    found = Path(os.environ.get("STEWARD_NODE") or _ROOT / ".cache/node/bin/node")
    if found.exists() and (_HERE / "node_modules/playwright-core").exists():
        return found
    raise BrowserError("The browser isn't installed: run 'python3 tools/setup.py browser' first.")


@dataclass(kw_only=True)
class Browser:
    """A running browser. Calls may be made side by side; each page is a context of its own."""

    process: asyncio.subprocess.Process
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _answers: "dict[int, asyncio.Future[Any]]" = field(default_factory=dict)

    async def listen(self) -> None:
        """Hand out answers until it ends."""
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            reply = json.loads(line)
            waiting = self._answers[reply["id"]]
            if "error" in reply:
                waiting.set_exception(BrowserError(reply["error"]))
            else:
                waiting.set_result(reply["answer"])
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(BrowserError("The browser has ended."))

    async def call(self, call: str, **args: Any) -> Any:
        """The answer to one of pages.mjs's calls."""
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"id": number, "call": call, "args": args}).encode() + b"\n")
        try:
            return await asyncio.wait_for(self._answers[number], _SECONDS_FOR_A_CALL)
        finally:
            del self._answers[number]


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    """One that is open for as long as this lasts."""
    process = await asyncio.create_subprocess_exec(
        node(), _HERE / "pages.mjs", stdin=PIPE, stdout=PIPE, limit=_LONGEST_LINE
    )
    one = Browser(process=process)
    listening = asyncio.create_task(one.listen())
    try:
        yield one
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 20)
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening
