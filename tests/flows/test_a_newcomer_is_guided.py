"""A newcomer walks to the registration form, in an encrypted chat with a strict client, and comes to it by any door."""

from dataclasses import dataclass

import pytest

from tests.foreign.driver import Event, ForeignClient, foreign_client
from tests.support.bot_process import BotProcess
from tests.support.guided import MONEY, QUESTION, answer_to, chat, coop, noted, rows

pytestmark = pytest.mark.homeserver

#: The hello, then the first step with what may be tapped at it.
BEGINNING = 4


@pytest.fixture
async def community(bot, person):
    """The co-op, with its bot at work."""
    async with coop(bot, person) as made:
        await made.steward.start()
        yield made


@dataclass
class Walk:
    """A walk in an encrypted chat. Whatever the bot says must be readable, encrypted and beyond doubt its own."""

    client: ForeignClient
    room: str
    steward: BotProcess

    async def hears(self) -> Event:
        heard = await self.client.next_from(self.room, self.steward.user)
        assert (heard["undecryptable"], heard["encrypted"]) == (False, True)
        assert heard["shield"]["colour"] == "NONE", heard["shield"]
        await noted(self.steward, heard["event_id"])
        return heard

    async def says(self, words: str) -> str:
        await self.client.say(self.room, words)
        return str((await self.hears())["body"])

    async def taps(self, event: Event, emoji: str) -> Event:
        await self.client.react(self.room, event["event_id"], emoji)
        return await self.hears()


def strict(homeserver, person):
    """This person's client, which trusts cross-signed devices alone."""
    return foreign_client(homeserver.url, user=person.user, password="password", strict=True)


@pytest.mark.foreign
async def test_the_whole_walk_is_gone_in_an_encrypted_chat_by_words_and_by_taps(homeserver, community):
    steward, ana, room = community.steward, community.ana, community.room
    async with strict(homeserver, ana) as client:
        asked = await ana.say(room, "!join")
        chat = await client.next_invite()
        await community.written(chat, BEGINNING)
        await client.join(chat)
        walk = Walk(client, chat, steward)

        hello, first = await walk.hears(), await walk.hears()
        assert "This is the walk to the registration form of Test Co-op" in hello["body"]
        assert "Step 1 of 4: What we are" in first["body"]
        second = await walk.taps(first, "➡️")
        assert "Step 2 of 4: Our code" in second["body"]
        assert MONEY in await walk.says(QUESTION)
        assert "Our walk waits at step 2 of 4: Our code" in (await walk.hears())["body"]
        assert "Step 1 of 4" in await walk.says("back")
        assert "Step 3 of 4: The form" in await walk.says("3")
        again = await walk.taps(second, "⬅️")
        assert "Step 2 of 4" in again["body"], "a tap on an older step counts from where they are"
        await client.say(chat, "next")
        form = await walk.hears()
        assert f'<a href="{community.form}">' in form["html"]
        last = await walk.taps(form, "➡️")
        assert "Step 4 of 4: What comes next" in last["body"]
        assert "That was the walk" in await walk.says("next")
        assert "We aren't on the walk" in await walk.says("next")

    assert {hello["msgtype"], first["msgtype"], form["msgtype"], last["msgtype"]} == {"m.notice"}
    assert await answer_to(ana, room, steward, asked) == "I've written to you in private."
    plain = [event for event in await ana.history(chat) if event["type"] == "m.room.message"]
    assert [event["content"] for event in plain] == []
    state = await ana.state(chat, "m.room.history_visibility")
    assert state["history_visibility"] == "invited"
    assert rows(steward, "SELECT * FROM newcomers_walks") == []


@pytest.mark.foreign
async def test_a_wave_under_the_answer_about_joining_begins_it_in_private(homeserver, community):
    steward, ana, room = community.steward, community.ana, community.room
    await ana.say(room, "Steward, how do I join?")
    answer = await ana.next_event(room, steward.user)
    async with strict(homeserver, ana) as client:
        await ana.react(room, answer["event_id"], "👋🏽")
        walk = Walk(client, await client.next_invite(), steward)
        await client.join(walk.room)

        assert "This is the walk" in (await walk.hears())["body"]
        assert "Step 1 of 4" in (await walk.hears())["body"]
        assert "Step 2 of 4" in await walk.says("next")

    asked = await ana.say(room, "Steward, " + QUESTION)
    following = (await ana.next_event(room, steward.user))["content"]
    assert following["m.relates_to"]["m.in_reply_to"]["event_id"] == asked, "nothing was said of it in the room"


@pytest.mark.foreign
async def test_the_encrypted_chat_that_there_is_takes_the_walk(homeserver, community):
    ana = community.ana
    async with strict(homeserver, ana) as client:
        walk = Walk(client, await client.open_chat(community.steward.user), community.steward)
        await walk.says("hello")

        begun = await walk.says("Hi! I'd like to join.")

        assert begun.index("This is the walk") < begun.index("Step 1 of 4")
        await ana.say(community.room, "!join")
        told = (await ana.next_event(community.room, community.steward.user))["content"]["body"]
        assert "Our walk is under way, in our private chat" in told
        assert "Step 2 of 4" in await walk.says("next")
    assert await ana.invited() == []


async def test_who_asks_in_a_room_is_written_to_in_the_chat_that_there_is(community):
    private = await chat(community.ana, community.steward)

    await community.ana.say(community.room, "!join")

    assert "This is the walk" in await private.hears()
    assert "Step 1 of 4" in await private.hears()
    assert "Step 2 of 4" in await private.says("next")
    assert await community.ana.invited() == []


async def test_it_goes_in_german_with_who_asks_in_german(community):
    private = await chat(community.ana, community.steward)

    begun = await private.says("Ich möchte mitmachen")

    assert "Das ist der Rundgang zum Anmeldeformular von Test Co-op" in begun
    assert "Schritt 1 von 4: Was wir sind" in begun
    assert "Dazu gehört: Was wir sind." in begun
    assert "Schritt 2 von 4: Unser Kodex" in await private.says("weiter")
    assert "Schritt 1 von 4" in await private.says("zurück")
    form = await private.says("Schritt 3")
    assert "Schritt 3 von 4: Das Formular" in form
    assert community.form in form
    assert "Das ist der letzte Schritt." in await private.says("weiter")
    assert "Das war der Rundgang." in await private.says("weiter")


async def test_the_form_is_held_back_while_it_does_not_work_and_the_walk_goes_on(community):
    community.site.pages.clear()
    private = await chat(community.ana, community.steward)
    await private.says("I'd like to join")

    form = await private.says("3")

    assert "doesn't work right now" in form
    assert "HTTP 404" in form
    assert community.form not in form
    assert "I'll write to you as soon as the form works again" in await private.hears()
    assert "Step 4 of 4" in await private.says("next")


async def test_words_for_a_walk_without_one_get_a_sentence_once(community):
    private = await chat(community.ana, community.steward)

    assert "We aren't on the walk to the registration form. Say" in await private.says("next")
    for word in ("back", "weiter", "next"):
        await community.ana.say(private.room, word)

    assert MONEY in await private.says(QUESTION), "nothing was said to the others"


async def test_ten_answers_at_once_lose_nobody(community):
    private = await chat(community.ana, community.steward)
    await private.says("I'd like to join")

    for _ in range(10):
        await community.ana.say(private.room, "next")
    heard = await private.says(QUESTION)
    while MONEY not in heard:
        heard = await private.hears()

    steps = await private.steps()
    assert steps == list(range(1, len(steps) + 1)), "none twice, and none left out"
    assert len(steps) > 1


async def test_what_is_no_text_gets_a_sentence_once_and_the_walk_goes_on(community):
    private = await chat(community.ana, community.steward)
    await private.says("I'd like to join")
    sticker = {"body": "a waving cat", "url": "mxc://steward.localhost/cat", "info": {"mimetype": "image/png"}}
    voice = {"msgtype": "m.audio", "body": "voice", "url": "mxc://steward.localhost/v", "org.matrix.msc3245.voice": {}}

    await community.ana.send(private.room, "m.sticker", sticker)
    told = await private.hears()
    await community.ana.send(private.room, "m.room.message", voice)

    assert "I can only read text" in told
    assert "Our walk waits at step 1 of 4" in told
    assert "Step 2 of 4" in await private.says("next"), "nothing was said to the other"
