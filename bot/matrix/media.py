"""Pictures: into the homeserver's media first, encrypted where the room is, and then a message that points there."""

import base64
from typing import Any

from nio.crypto.attachments import encrypt_attachment

from bot.actions import Picture, Reply
from bot.errors import Permanent, SlowDown, TryLater, Unreachable
from bot.matrix import render
from bot.matrix.api import Api, path
from bot.storage.outbox import Row

#: Where a row's content holds the picture itself, until it is uploaded.
IMAGE = "coop.steward.image"
#: How often an upload is tried that fails while the homeserver answers other calls.
UPLOADS = 5


def content(picture: Picture) -> dict[str, Any]:
    """The content of its `m.image`, with the picture itself in the place of its address."""
    answer = Reply(to=picture.to, room=picture.room, text="", mention=picture.mention, in_thread=picture.in_thread)
    info = {"w": picture.width, "h": picture.height, "mimetype": "image/png", "size": len(picture.image)}
    return {
        "msgtype": "m.image",
        "body": picture.alt,
        "filename": picture.name,
        "info": info,
        "m.mentions": {"user_ids": [picture.mention]} if picture.mention else {},
        IMAGE: base64.b64encode(picture.image).decode(),
        **render.relation(answer),
    }


async def placed(api: Api, row: Row, content: dict[str, Any], *, sealed: bool) -> dict[str, Any]:
    """The content with the picture's address, once it is uploaded; `sealed`: so that only the message's readers see it.

    Raises `TryLater`; `Permanent` where the homeserver takes other calls, but no upload.
    """
    image = base64.b64decode(content[IMAGE])
    shown = {name: value for name, value in content.items() if name != IMAGE}
    if not sealed:
        return {**shown, "url": await _uploaded(api, row, image, "image/png")}
    secret, keys = encrypt_attachment(image)
    return {**shown, "file": {**keys, "url": await _uploaded(api, row, secret, "application/octet-stream")}}


async def _uploaded(api: Api, row: Row, data: bytes, kind: str) -> str:
    persistent = row.attempts >= UPLOADS
    if persistent:
        # Raises where it is the homeserver that is away.
        await api.call("GET", path("account", "whoami"))
    try:
        return await api.upload(data, kind)
    except (SlowDown, Unreachable):
        raise
    except TryLater as error:
        # A web server in between that knows no way to the media must not hold up the room for good.
        raise (Permanent(f"the picture can't be uploaded: {error}") if persistent else error) from error
