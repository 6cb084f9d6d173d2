"""What nobody can read is kept for a week. Operators are told of it once an hour for each hook, and nothing it says."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import Select, delete, insert, select, update

from bot.actions import Action, Decision, Done, Remember, Say
from bot.events import Signal, Tick
from bot.handler import Recurring
from bot.markdown import escape
from bot.ports import Memory, Ports
from handlers.status.sources.taken import TEST
from handlers.status.sources.texts import digest
from handlers.status.tables import marks, unreadable
from handlers.status.watch import Watch

#: The recurring job that forgets.
UNREADABLE = "unreadable"
JOB = Recurring(key=UNREADABLE, every=timedelta(days=1), after=timedelta(minutes=4), each_start=True)
KEPT = timedelta(days=7)
#: Of one hook.
MOST = 100
#: Of one body, in bytes.
LARGEST = 64 * 1024
#: How often the operators hear the same of a hook. Whoever tests one waits for an answer.
QUIET, QUIET_AFTER_TEST = timedelta(hours=1), timedelta(minutes=1)
#: And how much they hear of one hook altogether, in an hour.
MOST_TOLD = 10


async def keep(watch: Watch, signal: Signal, why: str, ports: Ports) -> tuple[Action, ...]:
    """Keep the body of this signal, which can't be read for this reason (a phrase), and tell the operators."""
    del watch
    hook, raw, id_ = str(signal.body["hook"]), str(signal.body["raw"]), digest(signal.id)[:12]
    size = len(raw.encode("utf-8", "replace"))
    told = await _told(ports.memory, hook)
    before = await _since(ports.memory, hook, told.get(_mark(hook, UNREADABLE)))
    text = (
        f"Hook {escape(hook)} ({signal.source}) was sent {size} bytes that can't be read: {escape(why)}. "
        f"They are kept for {KEPT.days} days as `{id_}`, in the table `status_unreadable`.{_others(before)}"
    )
    why = why if size <= LARGEST else f"{why}; of {size} bytes the first {LARGEST} are kept"
    kept = {"id": id_, "hook": hook, "at": ports.now.timestamp(), "why": why, "raw": _storable(raw)}
    return (
        Remember(delete(unreadable).where(unreadable.c.hook == hook, unreadable.c.id.not_in(_newest(hook)))),
        Remember(insert(unreadable).values(**kept)),
        *_telling(told, _mark(hook, UNREADABLE), QUIET, text, ports),
    )


async def remarked(watch: Watch, hook: str, remark: str, ports: Ports) -> tuple[Action, ...]:
    """Tell the operators what was remarked (a phrase) about a body that could be read; nothing where it is empty."""
    del watch
    if not remark:
        return ()
    told = await _told(ports.memory, hook)
    if remark == TEST:
        return _telling(told, _mark(hook, TEST), QUIET_AFTER_TEST, f"Hook {escape(hook)} works: {TEST}.", ports)
    return _telling(told, _mark(hook, remark), QUIET, f"Hook {escape(hook)}: {escape(remark)}.", ports)


async def on_unreadable(watch: Watch, tick: Tick, ports: Ports) -> Decision:
    """Forget what has been kept for its term, and what the operators were told."""
    del watch, tick
    old = ports.now - KEPT
    forgotten = delete(marks).where(marks.c.name.startswith("hook:"), marks.c.value < _written(old))
    return Done((Remember(delete(unreadable).where(unreadable.c.at < old.timestamp())), Remember(forgotten)))


def ticks(watch: Watch) -> dict[str, Callable[[Tick, Ports], Awaitable[Decision]]]:
    """Who is to be told of a tick, by what its key begins with."""
    return {UNREADABLE: partial(on_unreadable, watch)}


def _telling(told: Mapping[str, datetime], mark: str, quiet: timedelta, text: str, ports: Ports) -> tuple[Action, ...]:
    room, last = ports.rooms.operators(), told.get(mark)
    lately = sum(ports.now - at < QUIET for at in told.values())
    if room is None or lately >= MOST_TOLD or (last is not None and ports.now - last < quiet):
        return ()
    value = _written(ports.now)
    noted = insert(marks).values(name=mark, value=value)
    again = update(marks).where(marks.c.name == mark).values(value=value)
    return (Remember(again if last else noted, must_change=True), Say(room=room, text=text))


def _others(number: int) -> str:
    return f" Since the last time that this was said, {number} more have come." if number else ""


def _storable(raw: str) -> str:
    """As much as is kept, without what databases don't take in texts."""
    kept = raw.encode("utf-8", "replace")[:LARGEST].decode("utf-8", "ignore")
    return kept.replace("\0", "�")


def _newest(hook: str) -> Select[tuple[str]]:
    """All but one of those that may be kept: there is a new one to come."""
    ours = select(unreadable.c.id).where(unreadable.c.hook == hook)
    return ours.order_by(unreadable.c.at.desc()).limit(MOST - 1)


async def _since(memory: Memory, hook: str, told: datetime | None) -> int:
    """How many have come since the operators were told of one. A moment later, since times are rounded."""
    if told is None:
        return 0
    later = unreadable.c.at > told.timestamp() + 0.001
    return len(await memory.rows(select(unreadable.c.id).where(unreadable.c.hook == hook, later)))


async def _told(memory: Memory, hook: str) -> dict[str, datetime]:
    """When the operators were last told what about this hook."""
    query = select(marks).where(marks.c.name.startswith(_mark(hook, "")[:22]))
    return {row.name: datetime.fromtimestamp(float(row.value), UTC) for row in await memory.rows(query)}


def _mark(hook: str, about: str) -> str:
    return f"hook:{digest(hook)[:16]}:{digest(about)[:32]}"


def _written(at: datetime) -> str:
    """Seconds since 1970, in so many digits that texts are in the order of the times that they stand for."""
    return f"{at.timestamp():017.6f}"
