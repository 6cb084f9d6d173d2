"""Taking an answer back because somebody doesn't want it, and noting that for the review list."""

from datetime import datetime
from typing import Any

from bot.actions import Audit, Done, Redact
from bot.events import Happened
from handlers.faq import tables
from handlers.faq.answering import records

#: Why, in the room's words, by who asked for it.
_REASONS = {"asker": "The asker didn't want it.", "moderator": "A moderator removed it."}


def removed(by: Happened, row: Any, who: str, now: datetime) -> Done:
    """Take back what was remembered as `row`. `who` is "asker" or "moderator"; what moderators do is audited."""
    noted = records.note_rating(by.id, key=row.key, slug=row.slug, what=records.REMOVED, now=now) if row.slug else ()
    told = Audit(who=by.sender, what="removed an answer", outcome=row.slug or "no answer", room=by.room, event_id=by.id)
    redact = Redact(room=row.room, key=row.key, reason=_REASONS[who])
    audited = (told,) if who == "moderator" else ()
    return Done((redact, tables.forget_given(row.key), *noted, *audited), f"removed by the {who}")
