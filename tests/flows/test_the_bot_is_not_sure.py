"""When the bot isn't sure which answer is meant, it offers some; when it knows none, it says so."""

import pytest

pytestmark = [pytest.mark.homeserver, pytest.mark.both_profiles]

ENTRY = """---
questions:
  - {title}
  - {other}
source: https://example.org/wiki
topic: about
---
{answer}
"""
BANK = {
    "chickens": ("Who looks after the red chickens?", "red chickens, who feeds them", "Ana looks after the chickens."),
    "goats": ("Who looks after the brown goats?", "brown goats, who feeds them", "Ben looks after the goats."),
}


@pytest.fixture
async def farm(bot, person, tmp_path):
    """A room of a community with two answers that are easily mistaken for each other."""
    folder = tmp_path / "bank"
    folder.mkdir()
    for slug, (title, other, answer) in BANK.items():
        (folder / f"{slug}.md").write_text(ENTRY.format(title=title, other=other, answer=answer))
    ana, ben = await person("ana"), await person("ben")
    room = await ana.create_room()
    await ben.join(room)
    steward = await bot(rooms=[{"room": room, "name": "yard"}], faq={"folder": str(folder)})
    await steward.start()
    return ana, ben, room, steward


async def offered(ana, room, steward):
    """Ask something that could be either, and be offered both."""
    await ana.say(room, "Steward, who looks after them?")
    choice = await ana.next_event(room, steward.user)
    assert "1. Who looks after the" in choice["content"]["body"]
    titles = [title for title, _, _ in BANK.values() if title in choice["content"]["body"]]
    assert len(titles) == 2
    return choice


def answer_to(choice, number):
    """What the bot is to say when this number is picked."""
    line = choice["content"]["body"].split(f"{number}. ")[1].split("\n")[0]
    return next(answer for title, _, answer in BANK.values() if title == line)


async def test_the_asker_picks_by_number(farm):
    ana, _, room, steward = farm
    choice = await offered(ana, room, steward)

    await ana.reply(room, choice["event_id"], "2")

    assert answer_to(choice, 2) in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_the_asker_picks_by_reaction_and_somebody_else_does_not(farm):
    ana, ben, room, steward = farm
    choice = await offered(ana, room, steward)
    assert (await ana.next_event(room, steward.user, "m.reaction"))["content"]["m.relates_to"]["key"] == "1️⃣"

    await ben.react(room, choice["event_id"], "2️⃣")
    await ana.react(room, choice["event_id"], "1️⃣")

    assert answer_to(choice, 1) in (await ana.next_event(room, steward.user))["content"]["body"]


async def test_what_it_does_not_know_it_does_not_know_and_says_where_to_ask(farm):
    ana, _, room, steward = farm

    await ana.say(room, "Steward, when is the concert in Leipzig?")

    said = (await ana.next_event(room, steward.user))["content"]["body"]
    assert "I don't know" in said
    assert "Ask in the Open Chatroom." in said


async def test_thanks_get_silence(farm):
    ana, _, room, steward = farm
    await ana.say(room, "Steward, who looks after the red chickens?")
    first = await ana.next_event(room, steward.user)

    await ana.reply(room, first["event_id"], "thanks!")
    await ana.say(room, "Steward, who looks after the brown goats?")

    assert "goats" in (await ana.next_event(room, steward.user))["content"]["body"], "nothing was said to the thanks"


async def test_a_question_in_a_thread_is_answered_in_that_thread(farm):
    ana, _, room, steward = farm
    root = await ana.say(room, "Let us talk about animals")
    thread = {"rel_type": "m.thread", "event_id": root, "is_falling_back": True, "m.in_reply_to": {"event_id": root}}

    asked = await ana.say(room, "Steward, who looks after the red chickens?", **{"m.relates_to": thread})

    relation = (await ana.next_event(room, steward.user))["content"]["m.relates_to"]
    assert relation["rel_type"] == "m.thread"
    assert relation["event_id"] == root
    assert relation["m.in_reply_to"] == {"event_id": asked}


async def test_a_broken_answer_file_is_told_and_the_others_serve(farm):
    ana, _, room, steward = farm
    await steward.stop()
    folder = steward.config.parents[1] / "bank"
    (folder / "broken.md").write_text("---\nquestions:\n  - is this broken\nsource: nowhere\n---\nYes.\n")

    await steward.start()

    told = next(line for line in steward.logged if line["event"] == "left_out")
    assert "broken.md:4: " in told["why"]
    await ana.say(room, "Steward, who looks after the red chickens?")
    assert "Ana looks after" in (await ana.next_event(room, steward.user))["content"]["body"]
