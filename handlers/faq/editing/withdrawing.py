"""Whoever deletes their suggestion takes it back: it isn't asked about any more, and its words go."""

from bot.actions import Action, Decision, Done, Pass, Redact, Withdraw
from bot.events import Deleted
from bot.ports import Ports
from handlers.faq.editing import suggestions
from handlers.faq.library import Library


async def on_taken_back(library: Library, event: Deleted, ports: Ports) -> Decision:
    """A message is gone. If a suggestion of it waits, so does that."""
    del library
    rows = await ports.memory.rows(suggestions.made_in(event.of, event.room))
    if not rows:
        return Pass("no suggestion")
    asks, control = (rows[0].asks or "").split(), ports.rooms.control()
    reason = "The suggestion was taken back."
    gone: list[Action] = [Redact(room=control, key=key, reason=reason) for key in asks if control]
    return Done((*(Withdraw(key=key) for key in asks), *gone, suggestions.over_now(rows[0].key)), "taken back")
