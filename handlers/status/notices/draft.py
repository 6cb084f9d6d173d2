"""What is to be said in one room, while that is being decided."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.actions import Action, Edit, Say
from handlers.status.notices import pace
from handlers.status.notices.routing import Room
from handlers.status.notices.told import SEEN, Kind, Said, Told, keep_said, keep_told
from handlers.status.notices.view import View

#: A message that was sent longer ago can't be edited any more: which one it was is forgotten.
EDITABLE = timedelta(days=29)


@dataclass(kw_only=True)
class Draft:
    """A room, what it knows (`told`, by incident) and what was said in it (`said`, by key), as they are going to be.

    `wake`: when there is more to say. `noted`: what is remembered of no room. `wanted`: the text that each notice ought
    to have, as its digest.
    """

    room: Room
    view: View
    told: dict[str, Told] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    wake: list[datetime] = field(default_factory=list)
    noted: list[Told] = field(default_factory=list)
    wanted: dict[str, str] = field(default_factory=dict)
    _before: tuple[dict[str, Told], dict[str, Said]] = ({}, {})

    def __post_init__(self) -> None:
        view, room = self.view, self.room.id
        self.told = {incident: told for (incident, where), told in view.told.items() if where == room}
        self.said = {one.key: one for one in view.said.get(room, ())}
        self._before = (dict(self.told), dict(self.said))

    @property
    def now(self) -> datetime:
        """The time of deciding."""
        return self.view.now

    @property
    def gather(self) -> timedelta:
        """How long news is gathered."""
        return self.view.watch.settings.gather

    def waits(self, kinds: Iterable[Kind]) -> bool:
        """Whether messages of these kinds were on their way before."""
        return any(one.waits and one.kind in kinds for one in self._before[1].values())

    @property
    def blocked(self) -> bool:
        """Whether what was said last hasn't reached the room yet, so that more would only pile up."""
        return self.waits(SEEN)

    def free(self) -> bool:
        """Whether the room can bear another message now; if not, it is remembered that there is one."""
        at = pace.free_at(self.said.values(), self.now, self.gather)
        if at > self.now:
            self.wake.append(at)
        return at <= self.now

    @property
    def storm(self) -> bool:
        """Whether a lot is going wrong at once."""
        return bool(self.gather) and pace.is_storm(self.notified.values(), self.now)

    @property
    def notified(self) -> dict[str, Told]:
        """What it knows by a notice."""
        return {incident: told for incident, told in self.told.items() if told.key.startswith("notice:")}

    def say(self, key: str, text: str, kind: Kind, *, under: str | None = None) -> None:
        """Say something. What is loud is urgent, too."""
        loud = kind in (Kind.NOTICE, Kind.FRESH, Kind.AGAIN)
        self.actions.append(Say(room=self.room.id, text=text, key=key, loud=loud, urgent=kind in SEEN, under=under))
        self.said[key] = Said(key=key, room=self.room.id, kind=kind, at=self.now, digest=digest(text))

    def can_edit(self, key: str) -> bool:
        """Whether this message is there to be edited."""
        said = self.said.get(key)
        return said is not None and said.gone is not None and said.ok and self.now - said.gone < EDITABLE

    def edit(self, key: str, text: str) -> bool:
        """Have the message say this, if it doesn't; False where that must wait or isn't needed."""
        said, self.wanted[key] = self.said.get(key), digest(text)
        if said is None or not self.can_edit(key) or said.digest == self.wanted[key]:
            return False
        if self.waits(Kind):
            return False
        at = pace.edit_at([*self.said.values()], key)
        if at is not None and at > self.now:
            self.wake.append(at)
            return False
        edit = pace.edit_key(key)
        self.actions.append(Edit(room=self.room.id, key=key, text=text, tell=edit))
        self.said[key] = replace(said, digest=digest(text))
        self.said[edit] = Said(key=edit, room=self.room.id, kind=Kind.EDIT, at=self.now)
        return True

    def knows(self, incident: str, **changes: object) -> None:
        """The room has now been told this of an incident that it knew of."""
        self.told[incident] = replace(self.told[incident], **changes)  # type: ignore[arg-type]

    def kept(self) -> Sequence[Action]:
        """What is to be done, and what is to be remembered of it."""
        told, said = self._before
        new_told = [one for key, one in self.told.items() if one != told.get(key)]
        new_said = [one for key, one in self.said.items() if one != said.get(key)]
        writes = [*map(keep_told, (*new_told, *self.noted)), *map(keep_said, new_said)]
        return [*self.actions, *(write for both in writes for write in both)]


def digest(text: str) -> str:
    """By which a text is recognised."""
    return hashlib.sha256(text.encode()).hexdigest()
