"""Answers that are kept in step with a wiki: what changes there is shown, and taken over when a moderator says so."""

from pathlib import Path

import pytest

from tests.support.bot_process import ROOT
from tests.support.mediawiki import Reply, mediawiki

pytestmark = pytest.mark.homeserver

GERMANY = "appears to be based in Germany"
FINLAND = "appears to be based in Finland"
SHOWN_BEFORE = "- `hosting-location`: other words than the wiki's; that was shown before"
ITEMS = {
    "hosting-location": "Is this instance based in the US or somewhere else?",
    "money-where-goes": "Where does all the money go?",
}


def bank(folder: Path, hosting: str) -> Path:
    """Two of the shipped answers, one of them with these words."""
    folder.mkdir()
    for slug in ITEMS:
        text = (ROOT / "faq" / f"{slug}.md").read_text()
        if slug == "hosting-location":
            text = text[: text.rindex("---\n") + 4] + hosting + "\n"
        (folder / f"{slug}.md").write_text(text)
    return folder


def words(platforms, where):
    return f"Our {platforms} page says our hosting is Hetzner, which {where}."


class Scene:
    """A moderator in the control room, the bot, and the wiki."""

    def __init__(self, wiki, mo, control, room, steward):
        self.wiki, self.mo, self.control, self.room, self.steward = wiki, mo, control, room, steward

    def says(self, where):
        """What the wiki says, as it is read in a chat."""
        return words(f"Platforms ({self.wiki.url}/wiki/Platforms)", where)

    def written(self, where):
        """The same as it is written, and stands in a diff."""
        return words(f"[Platforms]({self.wiki.url}/wiki/Platforms)", where)

    async def sync(self, args=""):
        """`!faq sync`; everything that was said until its answer, and that."""
        asked = await self.mo.say(self.control, f"!faq sync {args}".strip())
        said = []
        while True:
            event = await self.mo.next_event(self.control, self.steward.user)
            said.append(event)
            if event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id") == asked:
                return said

    async def heard(self, *words):
        """The next message of the bot's that holds these words."""
        while True:
            event = await self.mo.next_event(self.control, self.steward.user)
            if all(word in event["content"]["body"] for word in words):
                return event

    async def answer(self):
        """What the bot gives for the answer now."""
        asked = await self.mo.say(self.control, "!faq hosting-location")
        while True:
            event = await self.mo.next_event(self.control, self.steward.user)
            if event["content"].get("m.relates_to", {}).get("m.in_reply_to", {}).get("event_id") == asked:
                return event["content"]["body"]


@pytest.fixture
async def scene(bot, person, tmp_path):
    """The bot with an answer that says what the wiki says, and another that has other words, which were left."""
    async with mediawiki() as wiki:
        mo = await person("mo")
        control, room = await mo.create_room(preset="private_chat"), await mo.create_room()
        folder = bank(tmp_path / "answers", words(f"[Platforms]({wiki.url}/wiki/Platforms)", GERMANY))

        async def make(apply="ask", items=("hosting-location",)):
            sync = [
                {
                    "entry": slug,
                    "page": "Main Page",
                    "section": "Common questions",
                    "item": ITEMS[slug],
                    "apply": apply,
                }
                for slug in items
            ]
            steward = await bot(
                control_room={"room": control},
                rooms=[{"room": room, "name": "open-chatroom"}],
                outside={"allow_private": ["127.0.0.1"]},
                faq={"folder": str(folder), "wiki": {"api": wiki.api, "sync": sync}},
            )
            await mo.call("POST", f"/rooms/{control}/invite", {"user_id": steward.user})
            await steward.start()
            return Scene(wiki, mo, control, room, steward)

        yield make


def bodies(events):
    return [event["content"]["body"] for event in events]


async def in_step(scene, **options):
    """The scene, once the bot has seen that answer and wiki say the same."""
    made = await scene(**options)
    assert bodies(await made.sync()) == ["- `hosting-location`: in step"]
    return made


async def test_a_change_is_shown_and_taken_over_once_a_moderator_agrees(scene):
    here = await in_step(scene)
    here.wiki.change("Main Page", GERMANY, FINLAND)

    question, word = await here.sync()

    shown = question["content"]["body"]
    assert "The page “Main Page”, section “Common questions”, has changed." in shown
    assert f"-{here.written(GERMANY)}" in shown
    assert f"+{here.written(FINLAND)}" in shown
    assert "2026-11-23" in shown
    assert word["content"]["body"] == "- `hosting-location`: shown, for a moderator to decide"
    assert GERMANY in await here.answer(), "nothing has changed yet"

    await here.mo.react(here.control, question["event_id"], "✅")
    await here.heard("Kept.")

    assert FINLAND in await here.answer()
    assert bodies(await here.sync()) == ["- `hosting-location`: in step"]


async def test_what_is_left_stays_and_is_asked_once(scene):
    here = await in_step(scene)
    here.wiki.change("Main Page", GERMANY, FINLAND)
    question, _ = await here.sync()

    await here.mo.react(here.control, question["event_id"], "❌")
    await here.heard("Left as it is.")

    assert bodies(await here.sync()) == [SHOWN_BEFORE]
    assert GERMANY in await here.answer()


async def test_what_was_left_is_asked_again_when_the_wiki_changes_again_or_somebody_wants_it(scene):
    here = await in_step(scene)
    here.wiki.change("Main Page", GERMANY, FINLAND)
    await here.sync()

    (again,) = bodies(await here.sync("hosting-location"))
    here.wiki.change("Main Page", FINLAND, "is in Iceland")
    question, _ = await here.sync()

    assert FINLAND in again
    assert "is in Iceland" in question["content"]["body"]
    assert FINLAND not in question["content"]["body"], "the difference is to what the answer says"


async def test_where_the_config_says_so_a_change_is_taken_over_at_once_and_can_be_taken_back(scene):
    here = await in_step(scene, apply="at_once")
    here.wiki.change("Main Page", GERMANY, FINLAND)

    said = bodies(await here.sync())

    assert said[-1] == "- `hosting-location`: taken over"
    assert any(FINLAND in text and "!faq undo hosting-location" in text for text in said[:-1])
    assert FINLAND in await here.answer()
    await here.mo.say(here.control, "!faq undo hosting-location")
    undo = await here.heard("keeps it")
    await here.mo.react(here.control, undo["event_id"], "✅")
    await here.heard("Kept.")
    assert GERMANY in await here.answer()
    assert bodies(await here.sync()) == [SHOWN_BEFORE], "what was taken back isn't taken over again"


async def test_words_of_our_own_are_never_written_over(scene):
    here = await in_step(scene, apply="at_once")
    await here.mo.say(here.control, "!faq edit hosting-location It is in a barn.")
    question = await here.heard("keeps it")
    await here.mo.react(here.control, question["event_id"], "✅")
    await here.heard("Kept.")
    here.wiki.change("Main Page", GERMANY, FINLAND)

    said = bodies(await here.sync())

    conflict = next(text for text in said if "words of its own" in text)
    assert f"+{here.written(FINLAND)}" in conflict
    assert "+It is in a barn." in conflict
    assert said[-1] == "- `hosting-location`: changed on the wiki and here; left alone"
    assert "It is in a barn." in await here.answer()


async def test_an_answer_that_never_said_what_the_wiki_says_is_asked_about_even_at_once(scene):
    here = await scene(apply="at_once", items=("money-where-goes",))

    question, word = bodies(await here.sync())

    assert "says something else than the answer" in question
    assert "+Our budget was outlined" in question
    assert word == "- `money-where-goes`: shown, for a moderator to decide"


def vandalised(wiki):
    wiki.edit("Main Page", "<p>" + "spam " * 1_000_000 + "</p>", size=1)


def huge(wiki):
    wiki.edit("Main Page", "<p>spam</p>", size=5_000_000)


def emptied(wiki):
    wiki.edit("Main Page", '<div class="mw-parser-output"></div>')


def renamed(wiki):
    wiki.change("Main Page", ">Common questions<", ">Most common questions<")


def scripted(wiki):
    wiki.change("Main Page", "Our <a", "<script>alert(1)</script><p>" + "x " * 400 + "</p><a")


def blocked(wiki):
    wiki.broken = Reply("<html>Checking your browser</html>", 403, {"Content-Type": "text/html"})


def something_else(wiki):
    wiki.broken = Reply("<html>A parking page</html>", 200, {"Content-Type": "text/html"})


TROUBLE = {
    "gone": (lambda wiki: wiki.delete("Main Page"), "there is no page “Main Page”"),
    "five megabytes": (vandalised, "answers with more than"),
    "a huge page": (huge, "larger than 256 KiB"),
    "emptied": (emptied, "no section “Common questions”"),
    "a section renamed": (renamed, "no section “Common questions”; did you mean “Most common questions”?"),
    "full of scripts, and long": (scripted, "too long an answer"),
    "blocked": (blocked, "status 403"),
    "something else": (something_else, "no MediaWiki API"),
}


@pytest.mark.parametrize("kind", TROUBLE)
async def test_a_page_that_is_no_good_is_one_line_for_the_operators_once(scene, kind):
    spoil, why = TROUBLE[kind]
    here = await in_step(scene)
    spoil(here.wiki)

    *told, word = bodies(await here.sync())
    again = bodies(await here.sync())

    assert len(told) == 1
    assert "`hosting-location`" in told[0]
    assert why in told[0]
    assert why in word
    assert again == [word], "it isn't told a second time"
    assert GERMANY in await here.answer()


async def test_a_page_that_moved_is_followed(scene):
    here = await in_step(scene)
    here.wiki.edit("Welcome", here.wiki.pages["Main Page"].html.replace(GERMANY, FINLAND))
    here.wiki.redirects["Main Page"] = "Welcome"

    question, _ = bodies(await here.sync())

    assert "It is now a redirect to “Welcome”." in question
    assert FINLAND in question


async def test_only_moderators_have_the_wiki_looked_at(scene, person):
    here = await in_step(scene)
    ana = await person("ana")
    await ana.join(here.room)
    asked = len(here.wiki.asked)

    await ana.say(here.room, "!faq sync")

    assert "moderator" in (await ana.next_event(here.room, here.steward.user))["content"]["body"]
    assert len(here.wiki.asked) == asked
