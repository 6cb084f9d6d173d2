"""A sticker, a voice message, a picture on the walk: the bot says once that it can only read."""

from dataclasses import replace

import structlog

from bot.actions import Decision, Done, Pass, Reply
from bot.events import Wordless
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.guide import asides, records

log = structlog.get_logger()


async def on_wordless(desk: Desk, event: Wordless, ports: Ports) -> Decision:
    """Somebody sent something that isn't words."""
    guide = desk.settings.guide
    walk = await records.walk_here(ports.memory, event.sender, event.room) if guide and event.private else None
    if guide is None or walk is None:
        return Pass("no walk here")
    touched = records.move(walk, replace(walk, touched=ports.now))
    log.info("guide_wordless", reason="only text can be read", kind=event.kind)
    if not desk.may_hint(event.sender, event.id, ports.now):
        return Done((touched,), "told a moment ago that only text can be read")
    parts = (asides.of(walk.lang).only_text, asides.resume_line(walk, guide.steps))
    text = " ".join(part for part in parts if part)
    answer = Reply(to=event.id, room=event.room, text=text, mention=event.sender)
    return Done((touched, answer), "only text can be read")
