"""The bot, but mortal: it kills itself at a chosen step, and its database and clock fail it on command.

Run as `python -m tests.chaos.mortal run …` with `MORTAL` naming a folder. What is to happen is written there, by the
test, while the bot runs:

- `die`: JSON `{"point", "when", "nth"}`: die at the nth crossing of a point, "before" or "after" it. Read once, for it
  is deleted in the moment of death.
- `database`: `readonly` or `full`, for as long as the file is there.
- `clock`: seconds by which the machine's clock is set.
"""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from bot import dispatch, effects, outbox
from bot.cli import main
from bot.clock import SystemClock
from bot.matrix import chats, rooms, send, sync
from bot.storage import journal
from bot.storage import outbox as outbox_table

ORDERS = Path(os.environ["MORTAL"])
#: Pages that a full database may still have, so that it is full at once.
FULL = 1

#: Every step of receive, decide, commit and send that a power cut can come between.
POINTS: dict[str, tuple[Any, str]] = {
    "ask for news": (sync.Sync, "_ask"),
    "write to the journal": (journal, "write"),
    "take over what is received": (rooms.RoomBook, "update"),
    "decide": (dispatch.Dispatch, "_fenced"),
    "commit": (dispatch.Dispatch, "_commit"),
    "apply": (effects.Effects, "apply"),
    "send": (send.MatrixSender, "deliver"),
    "mark as sent": (outbox_table, "mark_sent"),
    "send and mark": (outbox.Outbox, "_send"),
    "make a room": (chats.Chats, "_create"),
}
crossed: Counter[str] = Counter()


def wrap(point: str, owner: Any, name: str) -> None:
    """Have the bot look at its orders before and after this function."""
    plain = getattr(owner, name)
    if point == "take over what is received":

        def mortal_at_once(*args: Any, **kwargs: Any) -> Any:
            cross(point, "before", args)
            result = plain(*args, **kwargs)
            cross(point, "after", args)
            return result

        setattr(owner, name, mortal_at_once)
        return

    async def mortal(*args: Any, **kwargs: Any) -> Any:
        cross(point, "before", args)
        result = await plain(*args, **kwargs)
        cross(point, "after", args)
        return result

    setattr(owner, name, mortal)


def cross(point: str, when: str, args: tuple[Any, ...]) -> None:
    """Die here, if that is the order."""
    if point == "write to the journal" and not list(args[1]):
        return
    try:
        order = json.loads((ORDERS / "die").read_text())
    except (FileNotFoundError, ValueError):
        return
    if (order["point"], order["when"]) != (point, when):
        return
    crossed[order["id"]] += 1
    if crossed[order["id"]] >= order["nth"]:
        (ORDERS / "die").unlink(missing_ok=True)
        os.kill(os.getpid(), signal.SIGKILL)


def fail_databases() -> None:
    """Have SQLite refuse what the orders say, in its own words."""

    @event.listens_for(Engine, "begin")
    def on_begin(connection: Any) -> None:
        if connection.dialect.name != "sqlite":
            return
        order = ORDERS / "database"
        trouble = order.read_text() if order.exists() else ""
        connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if trouble == 'readonly' else 'OFF'}")
        connection.exec_driver_sql(f"PRAGMA max_page_count = {FULL if trouble == 'full' else 2**31}")


def fail_clocks(plain: Callable[[SystemClock], datetime]) -> None:
    """Have the clock show what the orders say."""

    def now(self: SystemClock) -> datetime:
        order = ORDERS / "clock"
        return plain(self) + timedelta(seconds=float(order.read_text()) if order.exists() else 0)

    SystemClock.now = now  # type: ignore[method-assign]


if __name__ == "__main__":
    for point, (owner, name) in POINTS.items():
        wrap(point, owner, name)
    fail_databases()
    fail_clocks(SystemClock.now)
    main()
