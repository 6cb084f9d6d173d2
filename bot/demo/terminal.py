"""How lines come in: typed at a prompt that stays below what is shown, or read from whatever stands in for a person."""

import asyncio
import contextlib
import threading

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import DynamicCompleter, NestedCompleter
from prompt_toolkit.patch_stdout import patch_stdout

from bot.demo.chat import Chat
from bot.demo.slash import USAGES

#: How long a script waits for the bot: after something said to it, after anything else, and for what else it does.
_TO_ANSWER, _TO_REACT, _TO_FINISH = 10.0, 3.0, 0.5
#: And for what it says by itself of a service that has been broken or repaired.
_TO_NOTICE = 60.0


async def prompted(chat: Chat) -> None:
    """Lines from a person, until they have had enough."""
    session: PromptSession[str] = PromptSession(
        completer=DynamicCompleter(lambda: NestedCompleter.from_nested_dict(_words(chat))),
        erase_when_done=True,
        reserve_space_for_menu=4,
    )
    with patch_stdout(raw=True):
        while not chat.left:
            try:
                line = await session.prompt_async(lambda: chat.prompt, handle_sigint=False)
            except (EOFError, KeyboardInterrupt):
                return
            await chat.typed(line)


def _words(chat: Chat) -> dict[str, set[str] | None]:
    """What may be completed: the commands, and the names that some of them take."""
    names = {"as": {person.name for person in chat.stage.cast.people}, "room": set(chat.rooms)}
    names |= {command: set(chat.stage.services.moods) for command in ("break", "slow", "repair")}
    return {f"/{command}": names.get(command) for command in USAGES}


async def piped(chat: Chat) -> None:
    """Lines from a script. Before the next one is taken, the bot is given time to answer."""
    lines = _lines_of_stdin()
    while not chat.left and (line := await lines.get()) is not None:
        chat.heard.clear()
        await chat.typed(line)
        if chat.news:
            await _answered(chat, _TO_NOTICE)
        if chat.sent:
            await _answered(chat, _TO_ANSWER if chat.speaks_to_bot(line) else _TO_REACT)


async def _answered(chat: Chat, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(chat.heard.wait(), seconds)
        await asyncio.sleep(_TO_FINISH)


def _lines_of_stdin() -> asyncio.Queue[str | None]:
    """Standard input's lines, then None. A thread reads them, since there is no other way to wait for a file."""
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[str | None] = asyncio.Queue()

    def read() -> None:
        # Not sys.stdin: its lock, held by this thread, would make an ordinary exit crash.
        with contextlib.suppress(RuntimeError), open(0, encoding="utf-8", errors="replace", closefd=False) as lines:
            for line in lines:
                loop.call_soon_threadsafe(queue.put_nowait, line)
            loop.call_soon_threadsafe(queue.put_nowait, None)

    threading.Thread(target=read, daemon=True).start()
    return queue
