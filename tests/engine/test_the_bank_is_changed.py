"""Changes of the bank on both databases: two at once, and suggestions from the first word to the last."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from bot.actions import Remember
from bot.effects import Conflict, Effects, remember
from bot.events import Addressed
from bot.readers import Memory
from bot.roles import Role
from bot.storage import outbox
from bot.storage.engine import Storage
from bot.storage.migrate import migrate
from handlers.faq import HANDLER
from handlers.faq.bank.merging import Edit
from handlers.faq.editing import suggestions
from handlers.faq.editing.proposing import Where
from handlers.faq.settings import Settings
from handlers.faq.tables import edit_of, edits_of, last_change, note_edit
from tests.support.fakes import PLACE, START, FakeRoles
from tests.support.house import ANA, BEN, CONTROL, ROOM, House, reacted, said

OTHER = "!other:example.org"
MONEY = "---\nquestions:\n  - Where does all the money go?\n---\nTo hosting.\n"


@dataclass
class Together(FakeRoles):
    """Moderators whose roles are known only once both are asked for: by then both decisions have begun."""

    both: asyncio.Barrier | None = None
    asked: set[str] = field(default_factory=set)

    async def role(self, person: str, *, room: str | None = None) -> Role:
        if self.both is not None and person not in self.asked:
            self.asked.add(person)
            await self.both.wait()
        return await super().role(person, room=room)


@pytest.fixture
async def storage(empty: URL) -> AsyncIterator[Storage]:
    """Storage on a database that has the handler's tables."""
    assert HANDLER.migrations is not None
    migrate(empty, [HANDLER.migrations])
    storage = Storage(empty)
    yield storage
    await storage.close()


@pytest.fixture
async def home(storage: Storage, tmp_path: Path) -> House:
    (tmp_path / "bank").mkdir()
    (tmp_path / "bank" / "money.md").write_text(MONEY)
    faq = HANDLER.open(Settings(folder=Path("bank")), replace(PLACE, root=tmp_path))
    assert faq.start is not None
    await faq.start(Memory(storage))
    roles = Together({ANA: Role.MODERATOR, BEN: Role.MODERATOR})
    return House(storage=storage, handlers={"faq": faq}, roles=roles)


async def shown(home: House, room: str, who: str, text: str) -> str:
    """The event id of the question that this change becomes."""
    command = said(f"faq edit money {text}", f"$by{who}", room=room, sender=who, addressed=Addressed.PREFIX)
    await home.arrives(command)
    await home.works(room)
    await home.outbox.work(room)
    ours = await outbox.sent_under(home.storage, "faq", f"change:$by{who}")
    assert ours is not None
    return ours.event_id


async def test_one_of_two_changes_at_once_is_kept_and_the_other_is_shown_again(home: House) -> None:
    mine, theirs = await shown(home, ROOM, ANA, "To Ana."), await shown(home, OTHER, BEN, "To Ben.")
    assert isinstance(home.roles, Together)
    home.roles.both = asyncio.Barrier(2)
    await home.arrives(reacted(mine, "✅", "$mine"))
    await home.arrives(reacted(theirs, "✅", "$theirs", room=OTHER, sender=BEN))

    await asyncio.gather(home.works(ROOM), home.works(OTHER))

    (kept,) = [edit_of(row) for row in await home.storage.rows(edits_of("money"))]
    rooms = {ANA: ROOM, BEN: OTHER}
    winner = rooms.pop(kept.author)
    (loser,) = rooms.values()
    assert [text for text in await home.queued(winner) if text.startswith("Kept.")]
    (again, *_) = await home.queued(loser)
    assert again.startswith("`money` has been changed meanwhile, so nothing was kept yet.")
    assert kept.after == MONEY.replace("hosting", "Ana" if kept.author == ANA else "Ben")


async def test_a_suggestion_is_counted_while_it_waits_and_for_a_day_and_then_forgotten(storage: Storage) -> None:
    async def keep(*actions: object) -> None:
        async with storage.begin() as tx:
            for action in actions:
                if isinstance(action, Remember):
                    await remember(tx, action)

    message = said("faq suggest money: To Ana.", "$a")
    where = Where(room=CONTROL, key="change:$a", until=START + timedelta(days=7))
    await keep(suggestions.noted(message, "money", where, START))
    await keep(suggestions.noted(replace(message, id="$b"), "money", where, START), suggestions.forgotten(START))
    assert [row.open for row in await storage.rows(suggestions.of(ANA))] == [True, True]
    assert await storage.rows(suggestions.of(BEN)) == []

    again = replace(where, key="change:$c", origin=suggestions.origin(message, "money"))
    await keep(*suggestions.shown_again(again))
    assert (await storage.rows(suggestions.made_in("$a", ROOM)))[0].asks == "change:$a change:$c"
    await keep(*suggestions.answered(suggestions.origin(message, "money"), kept=True))
    assert [row.message for row in await storage.rows(suggestions.over())] == ["$b"]
    await keep(suggestions.forgotten(START + timedelta(days=2)))
    assert [row.message for row in await storage.rows(suggestions.of(ANA))] == ["$b"]

    late = START + timedelta(days=8)
    await keep(*suggestions.expired(await storage.rows(suggestions.over()), late), suggestions.forgotten(late))
    assert await storage.rows(suggestions.of(ANA)) == []


async def test_that_nobody_has_decided_is_told_once_by_two_who_notice_at_the_same_time(storage: Storage) -> None:
    message, late = said("faq suggest money: To Ana.", "$a"), START + timedelta(days=8)
    where = Where(room=CONTROL, key="change:$a", until=START + timedelta(days=7))
    async with storage.begin() as tx:
        await remember(tx, suggestions.noted(message, "money", where, START))
    seen = await storage.rows(suggestions.over())
    one, other = suggestions.expired(seen, late), suggestions.expired(seen, late)
    async with storage.begin() as tx:
        await Effects(now=0.0, cause="$one").apply(tx, "faq", one)
    with pytest.raises(Conflict):
        async with storage.begin() as tx:
            await Effects(now=0.0, cause="$other").apply(tx, "faq", other)


async def test_only_the_last_change_that_changed_something_is_read_to_undo_it(storage: Storage) -> None:
    async with storage.begin() as tx:
        for number, after in enumerate((None, "a", "b", "b"), 1):
            edit = Edit(
                slug="money",
                number=number,
                before="b" if number == 4 else None,
                after=after,
                base=None,
                author=ANA,
                what="edit",
                at=START.timestamp(),
            )
            await remember(tx, note_edit(edit))
    assert [row.number for row in await storage.rows(last_change("money"))] == [3]
    assert await storage.rows(last_change("wiki")) == []
