"""The foreign client's process: calls to it, answers and news from it, one JSON object a line."""

import asyncio
import itertools
import json
import os
from asyncio.subprocess import PIPE, Process
from collections import defaultdict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent
_ROOT = _HERE.parents[1]
_SECONDS_FOR_A_CALL = 60
_LONGEST_LINE = 2**22  # an event has at most 64 KiB; its description may hold it twice


class ForeignClientError(Exception):
    """What the client, or its homeserver, objects to."""


def node() -> Path:
    """The Node that runs the client: `$STEWARD_NODE`, or the one that `tools/setup.py node` chose."""
    found = Path(os.environ.get("STEWARD_NODE") or _ROOT / ".cache/node/bin/node")
    if found.exists() and (_HERE / "node_modules/matrix-js-sdk").exists():
        return found
    raise ForeignClientError("The foreign client isn't installed: run 'python3 tools/setup.py foreign' first.")


class NodeProcess:
    """A running client.mjs."""

    def __init__(self, process: Process) -> None:
        assert process.stdin is not None
        self._process = process
        self._input = process.stdin
        self._numbers = itertools.count()
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._news: defaultdict[str, list[Any]] = defaultdict(list)
        self._something_new = asyncio.Event()
        self._log: deque[str] = deque(maxlen=30)
        self._ended: ForeignClientError | None = None
        self._readers = asyncio.gather(self._listen(), self._keep_log())

    @classmethod
    async def start(cls, *args: str) -> "NodeProcess":
        """Start client.mjs with these arguments."""
        process = await asyncio.create_subprocess_exec(
            node(), _HERE / "client.mjs", *args, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=_LONGEST_LINE
        )
        return cls(process)

    async def call(self, call: str, **args: Any) -> Any:
        """The answer of one of client.mjs's calls."""
        if self._ended is not None:
            raise self._ended
        number = next(self._numbers)
        self._answers[number] = asyncio.get_running_loop().create_future()
        self._input.write(json.dumps({"id": number, "call": call, "args": args}).encode() + b"\n")
        try:
            return await asyncio.wait_for(self._answers[number], _SECONDS_FOR_A_CALL)
        finally:
            del self._answers[number]

    async def take(self, kind: str, wanted: Callable[[Any], bool], timeout: float, what: str) -> Any:  # noqa: ASYNC109
        """Remove and return the first news of a kind that is wanted, as soon as there is one within `timeout` s."""
        try:
            async with asyncio.timeout(timeout):
                while (found := next(filter(wanted, self._news[kind]), None)) is None:
                    if self._ended is not None:
                        raise self._ended
                    self._something_new.clear()
                    await self._something_new.wait()
        except TimeoutError:
            raise TimeoutError(f"No {what} within {timeout} s. Nobody asked yet for: {self._news[kind]}") from None
        self._news[kind].remove(found)
        return found

    async def close(self) -> None:
        """Let it end, by itself or not."""
        self._input.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
        await self._readers

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            told: dict[str, Any] = json.loads(line)
            if "id" in told:
                self._answer(told)
            else:
                [(kind, news)] = told.items()
                self._news[kind].append(news)
                self._something_new.set()
        await self._process.wait()
        self._end()

    def _answer(self, answer: dict[str, Any]) -> None:
        waiting = self._answers.get(answer["id"])
        if waiting is None or waiting.done():
            return  # nobody waits any more
        if "error" in answer:
            waiting.set_exception(ForeignClientError(answer["error"]))
        else:
            waiting.set_result(answer["result"])

    def _end(self) -> None:
        why = self._news["failed"] or [f"exit code {self._process.returncode}"]
        self._ended = ForeignClientError("\n".join([f"The foreign client ended: {why[0]}. Its log:", *self._log]))
        for waiting in self._answers.values():
            if not waiting.done():
                waiting.set_exception(self._ended)
        self._something_new.set()

    async def _keep_log(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self._log.append(line.decode(errors="replace").rstrip())
