"""Rounds through the wiki: what is asked of it, what the moderators are shown, and what is told only once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.actions import Ask, Audit, Decision, Done, Later, Remember, Say
from bot.commands import Call
from bot.events import Message, Tick
from handlers.faq.bank.checking import checked
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from handlers.faq.tables import edits
from handlers.faq.wiki.sync import on_wiki, run
from tests.support.fakes import START, FakeRooms, ports
from tests.support.mediawiki import FRONT_PAGE, MediaWiki, Nearby, Reply
from tests.unit.faq.bank import PLACE, Tables

ITEMS = {
    "coop-jobs": "Are there any coop jobs available to me? How do I find out about those?",
    "money-where-goes": "Where does all the money go?",
    "hosting-location": "Is this instance based in the US or somewhere else?",
    "matrix-chat": "What's the Matrix chat thing and should I be on that?",
}
WORDS = "Our [Platforms](https://wiki.example/wiki/Platforms) page says our hosting is Hetzner, which {}."
GERMANY, FINLAND = "appears to be based in Germany", "appears to be based in Finland"
MAXLAG = {"code": "maxlag", "info": "Waiting for a database server: 8 seconds lagged.", "lag": 8, "type": "db"}


class Conflict(Exception):
    """Somebody else was first."""


class Checked(Tables):
    """Tables that notice when somebody else was first, as the engine does."""

    def keep(self, decision: Decision) -> tuple[Any, ...]:
        actions = decision.actions if isinstance(decision, Done) else ()
        with self.engine.begin() as connection:
            for action in actions:
                if isinstance(action, Remember):
                    changed = connection.execute(action.statement).rowcount
                    if action.must_change and not changed:
                        raise Conflict
        return tuple(action for action in actions if not isinstance(action, Remember))


def front_page() -> MediaWiki:
    wiki = MediaWiki(url="https://wiki.example")
    wiki.edit("Main Page", FRONT_PAGE)
    return wiki


@dataclass
class Rounds:
    """A bank with these bodies, the wiki, and the time."""

    bodies: dict[str, str] = field(default_factory=lambda: {"hosting-location": WORDS.format(GERMANY)})
    apply: str = "ask"
    control: str | None = "!control"
    wiki: MediaWiki = field(default_factory=front_page)
    memory: Checked = field(default_factory=Checked)
    now: datetime = START
    more: tuple[dict[str, str], ...] = ()

    def library(self) -> Library:
        entries = [
            checked(slug, f"---\nquestions:\n  - {slug}\nas_of: 2024\n---\n{body}\n")[0]
            for slug, body in self.bodies.items()
        ]
        where = {"page": "Main Page", "section": "Common questions", "apply": self.apply}
        sync = (*({"entry": slug, "item": ITEMS[slug], **where} for slug in self.bodies), *self.more)
        settings = Settings.model_validate({"wiki": {"api": self.wiki.api, "sync": sync}})
        return Library.of([entry for entry in entries if entry], settings, PLACE)

    async def decision(self) -> Decision:
        """What is to be done, at this moment."""
        here = ports(
            now=self.now,
            memory=self.memory,
            http=Nearby(self.wiki),
            rooms=FakeRooms(control_room=self.control),
        )
        tick = Tick(id=f"$tick{self.now}", room="jobs:faq", sender="", at=self.now, key="wiki")
        return await on_wiki(self.library(), tick, here)

    async def turn(self) -> list[Any]:
        """What is done in a round, beside what is written down. Then an hour passes."""
        actions = self.memory.keep(await self.decision())
        self.now += timedelta(hours=1)
        return list(actions)

    def asked(self) -> list[str]:
        """What the wiki has been asked since this was called last."""
        asked, self.wiki.asked = self.wiki.asked, []
        return asked


async def test_a_page_is_read_once_for_all_its_answers_and_again_when_it_changes():
    rounds = Rounds(dict.fromkeys(ITEMS, "Own words."))

    assert [type(action) for action in await rounds.turn()] == [Ask] * 4
    assert rounds.asked() == ["query", "parse"]
    assert await rounds.turn() == []
    assert rounds.asked() == ["query"]
    rounds.wiki.change("Main Page", "Learn more", "Learn even more")
    assert await rounds.turn() == [], "what changed stands elsewhere"
    assert rounds.asked() == ["query", "parse"]


async def test_the_pages_etag_is_sent_back():
    rounds = Rounds()
    rounds.wiki.etags = True
    await rounds.turn()

    assert await rounds.turn() == []
    assert rounds.asked() == ["query", "parse", "query"]
    assert [reply.status for reply in rounds.wiki.replied] == [200, 200, 304]


async def test_a_templates_change_is_noticed():
    rounds = Rounds()
    await rounds.turn()
    rounds.wiki.touch("Main Page", FRONT_PAGE.replace(GERMANY, FINLAND), "2026-11-24T00:00:00Z")

    (ask,) = await rounds.turn()

    assert FINLAND in ask.text


async def test_a_change_is_asked_about_once_and_by_its_own_key():
    rounds = Rounds()
    assert await rounds.turn() == []
    rounds.wiki.change("Main Page", GERMANY, FINLAND)

    (ask,) = await rounds.turn()

    assert ask.room == "!control"
    assert ask.key.startswith("change:")
    assert ask.memo["change"]["author"] == "wiki"
    assert await rounds.turn() == []


async def test_what_was_approved_in_between_is_the_new_ground():
    rounds = Rounds()
    await rounds.turn()
    rounds.wiki.change("Main Page", GERMANY, FINLAND)
    await rounds.turn()
    rounds.bodies["hosting-location"] = WORDS.format(FINLAND)
    rounds.wiki.change("Main Page", FINLAND, "is in Iceland")

    (ask,) = await rounds.turn()

    assert isinstance(ask, Ask), "no conflict: nobody changed anything here"
    assert "is in Iceland" in ask.text


async def test_at_once_it_is_kept_with_its_author_and_told():
    rounds = Rounds(apply="at_once")
    await rounds.turn()
    rounds.wiki.change("Main Page", GERMANY, FINLAND)

    actions = await rounds.turn()

    (kept,) = await rounds.memory.rows(edits.select())
    assert (kept.slug, kept.author, kept.what) == ("hosting-location", "wiki", "sync")
    assert FINLAND in kept.after
    assert [type(action) for action in actions] == [Audit, Say, Later]


async def test_without_a_control_room_nothing_is_lost():
    rounds = Rounds(control=None)
    await rounds.turn()
    rounds.wiki.change("Main Page", GERMANY, FINLAND)
    assert await rounds.turn() == []

    rounds.control = "!control"

    assert [type(action) for action in await rounds.turn()] == [Ask]


async def test_two_at_the_same_time_ask_once():
    rounds = Rounds()
    await rounds.turn()
    rounds.wiki.change("Main Page", GERMANY, FINLAND)
    slower = await rounds.decision()
    rounds.now += timedelta(seconds=1)
    assert [type(action) for action in await rounds.turn()] == [Ask]

    with pytest.raises(Conflict):
        rounds.memory.keep(slower)


async def test_what_is_wrong_is_one_line_however_many_answers_it_is_for():
    rounds = Rounds(dict.fromkeys(ITEMS, "Own words."))
    rounds.wiki.delete("Main Page")

    (said,) = await rounds.turn()

    assert isinstance(said, Say)
    assert all(f"`{slug}`" in said.text for slug in ITEMS)
    assert await rounds.turn() == []


async def test_what_is_wrong_is_told_again_only_if_it_is_something_else_and_its_end_too():
    rounds = Rounds()
    await rounds.turn()
    rounds.wiki.change("Main Page", "based in the US", "based in the USA")
    (missing,) = await rounds.turn()
    rounds.wiki.broken = Reply("<html>Bad gateway</html>", 502)
    assert await rounds.turn() == [], "it is away, which says nothing new"
    rounds.wiki.broken = None
    assert await rounds.turn() == []
    rounds.wiki.delete("Main Page")
    (gone,) = await rounds.turn()
    rounds.wiki.edit("Main Page", FRONT_PAGE)
    (over,) = await rounds.turn()

    assert "no question" in missing.text
    assert "there is no page" in gone.text
    assert over.text == "`hosting-location`: the wiki can be followed again."
    assert await rounds.turn() == []


@pytest.mark.parametrize("error", [MAXLAG, {"code": "ratelimited", "info": "Slow down."}])
async def test_a_wiki_that_wants_to_be_left_alone_is_left_alone(error):
    elsewhere = {"entry": "coop-jobs", "page": "Jobs"}
    rounds = Rounds(more=(elsewhere,))
    rounds.wiki.error = error

    assert await rounds.turn() == []
    assert rounds.asked() == ["query"], "the other page isn't asked for"


async def test_a_wiki_that_is_away_for_a_day_is_told_of_once():
    rounds = Rounds()
    await rounds.turn()
    rounds.wiki.error = MAXLAG

    said = [await rounds.turn() for _ in range(30)]

    assert [number for number, actions in enumerate(said) if actions] == [24]
    assert "come back later" in said[24][0].text
    rounds.wiki.error = None
    assert [action.text for action in await rounds.turn()] == ["`hosting-location`: the wiki can be followed again."]


async def test_trouble_waits_for_a_control_room_too():
    rounds = Rounds(control=None)
    rounds.wiki.delete("Main Page")
    assert await rounds.turn() == []

    rounds.control = "!control"

    assert [type(action) for action in await rounds.turn()] == [Say]


async def test_words_that_can_be_no_answer_are_told_and_the_page_is_not_read_for_them_again():
    rounds = Rounds()
    rounds.wiki.change("Main Page", GERMANY, "is " + "far " * 300 + "away")

    (said,) = await rounds.turn()

    assert "too long an answer \\(" in said.text, "escaped once"
    assert rounds.asked() == ["query", "parse"]
    assert await rounds.turn() == []
    assert rounds.asked() == ["query"]


async def test_an_answer_that_does_not_exist_is_told():
    rounds = Rounds(more=({"entry": "moneyy", "page": "Main Page", "section": "Learn more"},))

    (said,) = await rounds.turn()

    assert "there is no answer moneyy" in said.text.replace("\\", "")


async def test_words_that_were_never_the_wikis_are_asked_about_even_at_once():
    rounds = Rounds({"hosting-location": "It is in a barn."}, apply="at_once")

    (ask,) = await rounds.turn()

    assert isinstance(ask, Ask)
    assert "says something else than the answer" in ask.text


@pytest.mark.parametrize(
    ("control", "room", "who"), [("!control", "!control", None), (None, "!lounge", "@mo:a.example")]
)
async def test_without_a_room_of_moderators_the_one_who_asked_decides(control: str | None, room: str, who: str | None):
    rounds = Rounds({"hosting-location": "Own words."}, control=control)
    said = Message(id="$sync", room="!lounge", sender="@mo:a.example", at=START, text="faq sync")
    here = ports(memory=rounds.memory, http=Nearby(rounds.wiki), rooms=FakeRooms(control_room=control))
    actions = rounds.memory.keep(await run(rounds.library(), Call(name="faq", args="", message=said), here))
    (ask,) = [one for one in actions if isinstance(one, Ask)]
    assert (ask.room, ask.who) == (room, who)
