"""The demo as a whole: `steward demo`."""

import asyncio
import signal
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from bot.demo import welcome
from bot.demo.asking import ask
from bot.demo.chat import Chat
from bot.demo.screen import Screen
from bot.demo.stage import Stage, stage
from bot.demo.steps import Steps
from bot.demo.terminal import piped, prompted

#: What a shell's scripts expect of a program that a signal ended: 128 and its number.
_SIGNALLED = 128
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(config: Path, *, question: str | None, within: float, port: int | None) -> int:
    """Run the demo until one leaves it; the exit code. Raises StewardError for what can't be helped here."""
    return asyncio.run(_until_signalled(_demo(config.absolute(), question, within, port)))


async def _until_signalled(work: Coroutine[Any, Any, None]) -> int:
    """The first signal asks for an orderly end; further ones don't disturb it."""
    task = asyncio.create_task(work)
    received: list[signal.Signals] = []

    def end(number: signal.Signals) -> None:
        received.append(number)
        if len(received) == 1:
            task.cancel()

    for number in _SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, end, number)
    try:
        await task
    except asyncio.CancelledError:
        return _SIGNALLED + received[0]
    return 0


async def _demo(config: Path, question: str | None, within: float, port: int | None) -> None:
    steps = Steps()
    async with stage(config, port, steps) as ready:
        if question:
            await _first(ask(ready, question, within), ready.bot.watch())
        else:
            await _chat(ready, steps)
            steps.say("Leaving; everything is being taken down.")


async def _chat(ready: Stage, steps: Steps) -> None:
    screen = Screen()
    chat = Chat(ready, screen)
    await chat.feed.catch_up()
    screen.say(
        "", f"Ready after {steps.seconds:.1f} s. All of this is on this machine alone, and goes when you leave.", ""
    )
    screen.say(*welcome.access(ready), "", "Try:", *welcome.suggestions(ready), "", "/help lists the rest.", "")
    chat.show_place()
    await _first(prompted(chat) if screen.live else piped(chat), chat.feed.run(), ready.bot.watch())


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """Wait for the first of these to end, end the others, and raise what it raised."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
