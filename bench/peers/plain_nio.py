"""A bot as one would write it from matrix-nio's own example: log in, join, sync for ever, answer in a callback.

Run as `python -m bench.peers.plain_nio URL USER ROOM [TIMELINE]`, with the password in `BOT_PASSWORD`. TIMELINE asks
the homeserver for so many events of a room in each sync; without it the homeserver decides.
"""

import asyncio
import os
import sys
from functools import partial

from nio import AsyncClient, MatrixRoom, RoomMessageText, SyncResponse

ANSWER = "Contributions go through Open Collective. Every expense is public there, and members decide on the budget."
READY = "ready"


async def answer(client: AsyncClient, room: MatrixRoom, event: RoomMessageText) -> None:
    """Answer what is said to us."""
    if event.body.startswith("Steward,"):
        reply = {"m.in_reply_to": {"event_id": event.event_id}}
        content = {"msgtype": "m.text", "body": ANSWER, "m.relates_to": reply}
        await client.room_send(room.room_id, "m.room.message", content)


async def say_ready(_response: SyncResponse) -> None:
    """Tell whoever started us that we listen; the first time is what counts."""
    sys.stderr.write(f"{READY}\n")
    sys.stderr.flush()


async def main(url: str, user: str, room: str, timeline: str = "") -> None:
    """Answer until killed."""
    client = AsyncClient(url, user)
    client.add_event_callback(partial(answer, client), RoomMessageText)
    client.add_response_callback(say_ready, SyncResponse)
    await client.login(os.environ["BOT_PASSWORD"])
    await client.join(room)
    limits = {"room": {"timeline": {"limit": int(timeline)}}} if timeline else None
    await client.sync_forever(timeout=30000, full_state=True, sync_filter=limits)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
