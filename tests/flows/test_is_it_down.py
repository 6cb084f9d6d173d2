"""Something breaks; people ask whether it is down, in several ways, and hear what was measured."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

import pytest

from bot.demo.pages import Mood, Services, services
from tests.support.bot_process import BotProcess
from tests.support.person import Person

pytestmark = pytest.mark.homeserver

TITLES = {"mastodon": "Mastodon", "wiki": "the wiki"}
QUICKLY = {"every": "5s", "timeout": "4s", "fails": 1, "recovers": 1}
#: Until something is noticed: a few seconds, but for a busy machine.
LONG = 90


@dataclass
class Town:
    """A room for news, its bot, and what the bot watches over."""

    ana: Person
    room: str
    steward: BotProcess
    services: Services

    async def breaks(self, name: str) -> str:
        """A service breaks, and the room is told: the notice's event id."""
        self.services.moods[name] = Mood.BROKEN
        notice = await self.ana.next_event(self.room, self.steward.user, seconds=LONG)
        assert "unreachable" in notice["content"]["body"]
        return str(notice["event_id"])

    async def asks(self, text: str, room: str = "") -> dict[str, object]:
        """Ana says something that is answered: the answer's content."""
        asked = await self.ana.say(room or self.room, text)
        while True:
            content: dict[str, object] = (await self.ana.next_event(room or self.room, self.steward.user))["content"]
            relation = content.get("m.relates_to")
            if isinstance(relation, dict) and asked in {
                relation.get("event_id"),
                relation.get("m.in_reply_to", {}).get("event_id"),
            }:
                return content

    async def status(self, args: str, said: str) -> str:
        """Ask by command until the answer says this: a probe may not have looked yet."""
        while said not in (body := str((await self.asks(f"!status {args}"))["body"])):
            continue
        return body


Build = Callable[..., Awaitable[Town]]


@pytest.fixture
async def town(bot, person) -> AsyncIterator[Build]:
    async with services(TITLES) as pretend:

        async def build(**room: object) -> Town:
            ana = await person("ana")
            here = await ana.create_room()
            steward = await bot(
                rooms=[{"room": here, "name": "tech-chat", "notices": True, **room}],
                services=[
                    {"name": name, "title": title, "url": pretend.addresses[name]} for name, title in TITLES.items()
                ],
                outside={"allow_private": ["127.0.0.1"]},
                status={
                    "probes": [
                        {"service": "mastodon", "kind": "mastodon", **QUICKLY},
                        {"service": "wiki", "kind": "mediawiki", **QUICKLY},
                    ],
                    "control": [pretend.well],
                    "gather": "1s",
                },
            )
            await steward.start()
            return Town(ana, here, steward, pretend)

        yield build


async def test_while_all_is_well_only_who_asks_the_bot_is_answered(town):
    here = await town()
    assert "measured" in await here.status("", "works")
    body = await here.status("wiki", "works")
    assert body.startswith("✅ The wiki: works, seen so since ")
    assert "Measured by me" in body

    await here.ana.say(here.room, "is the wiki down?")
    answered = await here.asks("Steward, is the wiki down?")

    # The question before it was heard and left alone: answers come in order.
    assert str(answered["body"]).startswith("✅ The wiki: works")
    said = [event for event in await here.ana.history(here.room) if event["sender"] == here.steward.user]
    assert "is the wiki down?" not in [event["content"].get("body") for event in said]
    assert not [event for event in said if event["content"].get("m.relates_to", {}).get("rel_type") == "m.thread"]


async def test_in_an_outage_all_who_ask_hear_what_was_measured_and_what_others_say(town):
    here = await town()
    notice = await here.breaks("wiki")

    unasked = await here.asks("is the wiki down?")
    assert unasked["m.relates_to"]["rel_type"] == "m.thread"
    assert unasked["msgtype"] == "m.notice"
    assert unasked["m.mentions"] == {"user_ids": [here.ana.user]}
    assert str(unasked["body"]).startswith("❌ The wiki: unreachable since ")
    assert "incident open" in str(unasked["body"])
    assert notice in str(unasked["formatted_body"])

    asked = str((await here.asks("Steward, is the wiki down?"))["body"])
    assert "Measured by me" in asked
    assert "HTTP 503" in asked
    assert "An incident is open since" in asked

    await here.ana.reply(here.room, notice, "same here")
    body = await here.status("wiki", "")
    assert "1 person here says it doesn't work for them either (in the last hour)" in body

    here.services.moods["wiki"] = Mood.WELL
    while (
        "is back"
        not in (event := await here.ana.next_event(here.room, here.steward.user, seconds=LONG))["content"]["body"]
    ):
        continue
    assert "It was unreachable for" in event["content"]["body"] or event["content"].get("m.new_content")
    assert "works" in await here.status("wiki", "works")


async def test_in_an_outage_the_communitys_own_answer_is_given_at_once_and_once(town):
    here = await town()
    await here.breaks("mastodon")

    answer = await here.asks("is it just me?")

    assert answer["m.relates_to"]["rel_type"] == "m.thread"
    assert "Mastodon" in str(answer["body"])
    assert "unreachable" in str(answer["body"])
    assert "HTTP 503" in str(answer["body"])
    await here.status("", "unreachable")
    said = [event for event in await here.ana.history(here.room) if event["sender"] == here.steward.user]
    assert len([one for one in said if one["content"].get("m.relates_to", {}).get("rel_type") == "m.thread"]) == 1


async def test_the_command_works_in_a_private_chat(town):
    here = await town()
    await here.breaks("wiki")
    chat = await here.ana.open_chat(here.steward.user)
    while here.steward.user not in await here.ana.members(chat):
        await here.ana.listen()

    assert str((await here.asks("!status", chat))["body"]).startswith("- ❌ The wiki: unreachable")
    assert "HTTP 503" in str((await here.asks("is the wiki down?", chat))["body"])
    wrong = str((await here.asks("!status wikki", chat))["body"])
    assert wrong == "I don't know a service “wikki”. Did you mean `!status wiki`?"
