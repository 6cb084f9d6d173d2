"""The private chat with a person, found where we have spoken with them."""

from dataclasses import dataclass

from bot.matrix.api import Api
from bot.matrix.authority import members
from bot.matrix.rooms import RoomBook
from bot.storage import outbox
from bot.storage.engine import Storage


@dataclass(frozen=True, kw_only=True)
class Chats:
    """Finds private chats."""

    api: Api
    storage: Storage
    rooms: RoomBook

    async def chat_with(self, person: str) -> str | None:
        """The private chat in which we last answered this person and where they still are. Raises `TryLater`."""
        for room in await outbox.rooms_with(self.storage, person):
            if self.rooms.joined(room) and self.rooms.private(room) and person in await members(self.api, room):
                return room
        return None
