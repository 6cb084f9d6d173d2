"""Looking in a room's history for what may have been said already, when the homeserver can't be relied on to know."""

import json
from typing import Any

import structlog

from bot.errors import TryLater
from bot.matrix import wire
from bot.matrix.api import Api, Denied, path
from bot.storage.outbox import Row

log = structlog.get_logger()

#: Where a message carries our own id for it, so that it can be found again.
OWN_ID = "coop.steward.id"
#: How far back is looked: pages of our own messages; and how wrong the clocks may be, in seconds.
MOST_PAGES, PAGE, SLACK = 20, 100, 3600.0


async def said_before(api: Api, row: Row, us: str) -> str | None:
    """The id of the event that this row has become, if it has: back to when the row was made."""
    query = {"dir": "b", "limit": str(PAGE), "filter": json.dumps({"senders": [us]})}
    for _ in range(MOST_PAGES):
        try:
            page = await api.call("GET", path("rooms", row.room, "messages"), query=query)
        except Denied:
            # We may not look, so we won't be let speak either: sending will tell.
            return None
        if not isinstance(page.get("chunk"), list):
            raise TryLater("the homeserver's page of history has no events")
        events = wire.objects(page, "chunk")
        for event in events:
            if is_row(event, row, us):
                log.info("found_as_said", outbox=row.id, room=row.room, event_id=event.get("event_id"))
                return wire.identifier(event.get("event_id"))
        if not isinstance(page.get("end"), str) or older(events, row):
            return None
        query["from"] = page["end"]
    return None


def is_row(event: dict[str, Any], row: Row, us: str) -> bool:
    """Whether this event of ours is what became of the row."""
    own = wire.mapping(event, "content").get(OWN_ID)
    transaction = wire.mapping(event, "unsigned").get("transaction_id")
    return event.get("sender") == us and row.txn in {own, transaction} - {None}


def older(events: list[dict[str, Any]], row: Row) -> bool:
    """Whether the oldest of these was sent before the row was made, so that looking further is no use."""
    at = wire.seconds(events[-1].get("origin_server_ts")) if events else None
    return at is not None and at < row.created - SLACK
