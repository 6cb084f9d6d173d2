"""What moderators type to change the bank, and what they are shown; what can't be kept is refused with a sentence."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions import Ask, Audit, Later, Reply
from bot.errors import Refused
from handlers.faq.bank.checking import checked
from handlers.faq.bank.names import RESERVED
from handlers.faq.bank.writing import with_line
from handlers.faq.commands import PARTS, faq_command
from handlers.faq.editing.adding import drafted, phrasing
from handlers.faq.editing.answers import changed
from handlers.faq.editing.change import Change, objection
from handlers.faq.library import Library
from handlers.faq.settings import Settings
from handlers.faq.tables import edits_of
from tests.support.fakes import START
from tests.unit.faq.bank import ANA, PLACE, ROOM
from tests.unit.faq.editing.chat import MO, MONEY, WIKI, Chat, texts

WORDS = "word " * 10_000
SHOWN = """\
`money` would change:

```diff
@@ -10,2 +10,4 @@
 ---
-To good causes.
+To the bank.
+
+And back.
```

✅ keeps it, ❌ leaves everything as it is. Nothing has changed yet."""


async def test_an_answer_is_changed_and_nothing_but_it():
    chat = Chat()
    shown = await chat.shows("edit money To the bank.\n\nAnd back.")
    assert shown.text == SHOWN
    assert (shown.to, shown.who, shown.mention, shown.room) == ("$said1", MO, MO, ROOM)
    assert (shown.options, shown.emoji) == (("keep it", "leave it"), ("✅", "❌"))
    assert await chat.text("money") == MONEY, "nothing is kept yet"

    noted, later, said = await chat.picks(shown)

    assert await chat.text("money") == MONEY.replace("To good causes.", "To the bank.\n\nAnd back.")
    assert noted == Audit(who=MO, what="faq edit money", outcome="kept as change 1", room=ROOM, event_id="$chosen2")
    assert later == Later(at=START, key="bank", room=ROOM)
    assert said == Reply(to="$said1", room=ROOM, text="Kept. To take it back: `!faq undo money`", mention=MO)


async def test_the_proposal_stays_in_the_thread_of_the_command():
    chat = Chat()
    shown = await chat.shows("edit money Other.", thread="$root")
    assert shown.in_thread == "$root"
    (said,) = [one for one in await chat.picks(shown) if isinstance(one, Reply)]
    assert said.in_thread == "$root"


CHANGES = [
    ("edit money de: Für Gutes.", "To good causes.\n", "To good causes.\n\n--- de\nFür Gutes.\n"),
    ("edit money de:\nFür Gutes.\nWirklich.", "causes.\n", "causes.\n\n--- de\nFür Gutes.\nWirklich.\n"),
    (
        "edit money source: https://example.org/x",
        "source: https://example.org/wiki/Main_Page",
        "source: https://example.org/x",
    ),
    ("edit money source:", "source: https://example.org/wiki/Main_Page", "source:"),
    ("edit money topic: fees", "topic: money", "topic: fees"),
    ("edit money as_of: 2024-05", "aliases: [budget]\n", "aliases: [budget]\nas_of: 2024-05\n"),
    ("edit money No: it doesn't.", "To good causes.", "No: it doesn't."),
    ("edit money source: of all trouble\nis money.", "To good causes.", "source: of all trouble\nis money."),
    ("edit BUDGET To the bank.", "To good causes.", "To the bank."),
    ("alias money fees", "aliases: [budget]", "aliases:\n  - budget\n  - fees"),
    ("reviewed money", "aliases: [budget]\n", "aliases: [budget]\nreviewed: 2026-05-04\n"),
]


@pytest.mark.parametrize(("typed", "before", "after"), CHANGES, ids=[typed for typed, _, _ in CHANGES])
async def test_what_is_typed_changes_just_that(typed: str, before: str, after: str):
    chat = Chat()
    await chat.keeps(typed)
    assert await chat.text("money") == MONEY.replace(before, after)


async def test_a_new_answer_comes_with_its_questions_and_lines():
    chat = Chat()
    shown = await chat.shows(
        "add bike-shed Where is the bike shed?\n- where do I put my bike: inside?\nde: Wo ist der Schuppen?\n"
        "source: https://example.org/bikes\n \nBehind the hall.\n\nMind the step."
    )
    assert "`bike-shed` would be new:" in shown.text
    await chat.picks(shown)
    assert await chat.text("bike-shed") == (
        "---\nquestions:\n  - Where is the bike shed?\n  - 'where do I put my bike: inside?'\n"
        "  - de: Wo ist der Schuppen?\nsource: https://example.org/bikes\n---\nBehind the hall.\n\nMind the step.\n"
    )


async def test_an_answer_is_removed_and_is_back_by_undo_and_gone_again_by_another():
    chat = Chat()
    shown = await chat.shows("remove wiki")
    assert "`wiki` would be removed:" in shown.text
    await chat.picks(shown)
    assert await chat.text("wiki") is None

    undoing = await chat.shows("undo wiki")
    before = "The last change of `wiki` was *remove* by @mo:example\\.org. Without it, `wiki` would be new:"
    assert undoing.text.startswith(before)
    await chat.picks(undoing)
    assert await chat.text("wiki") == WIKI

    await chat.keeps("undo wiki")
    assert await chat.text("wiki") is None


async def test_the_history_has_the_newest_first_and_no_texts():
    chat = Chat()
    await chat.keeps("edit money To the bank.")
    await chat.keeps("reviewed wiki")
    await chat.keeps("undo money")
    who = "@mo:example\\.org"
    (all_of_it,) = texts(await chat.says("history"))
    assert sorted(all_of_it.split("\n")) == sorted(
        [
            f"- 2026-05-04 12:00 UTC: `money`, *undo* by {who} (change 2)",
            f"- 2026-05-04 12:00 UTC: `money`, *edit* by {who} (change 1)",
            f"- 2026-05-04 12:00 UTC: `wiki`, *reviewed* by {who} (change 1)",
        ]
    )
    (of_one,) = texts(await chat.says("history budget"))
    assert [line.split("*")[1] for line in of_one.split("\n")] == ["undo", "edit"]


async def test_a_long_history_is_cut():
    chat = Chat()
    for number in range(14):
        await chat.keeps(f"edit money Answer {number}.")
    (said,) = texts(await chat.says("history"))
    assert said.count("\n- ") == 12
    assert said.endswith("- … and earlier ones")


@pytest.mark.parametrize(
    ("typed", "said"), [("history", "Nothing has been changed yet."), ("history wiki", "`wiki` has not been changed")]
)
async def test_no_history_is_said_so(typed: str, said: str):
    (text,) = texts(await Chat().says(typed))
    assert text.startswith(said)


BAD = [
    ("add", "```\n!faq add bike-shed Where is the bike shed?\n"),
    ("add bike-shed", "Write the new name and a question"),
    ("add bike-shed Where is the bike shed?", "Write the new name and a question"),
    ("add bike-shed \n\nBehind the hall.", "Write the new name and a question"),
    ("add bike-shed source: https://example.org\n\nBehind the hall.", "Write the new name and a question"),
    ("add money Where?\n\nThere.", "`money` is the name of an answer already. Choose another."),
    ("add budget Where?\n\nThere.", "`budget` is another name of `money` already. Choose another."),
    ("add Bike_Shed Where?\n\nThere.", "can't be a name; expected small letters, digits and hyphens"),
    ("add ../x Where?\n\nThere.", "can't be a name"),
    (f"add {'x' * 65} Where?\n\nThere.", "can't be a name"),
    ("add undo Where?\n\nThere.", "`undo` can't be a name: it is a command"),
    ("add shed Where?\n\nIn <b>there</b>.", "That can't be kept: HTML"),
    (f"add shed Where?\n\n{WORDS}", "too long an answer"),
    ("add shed Where?\nsource: the wiki\n\nThere.", "That can't be kept: source is no web address; expected https://…"),
    (f"add shed {'where ' * 100}\n\nThere.", "a question of 599 characters; expected at most 300"),
    ("edit", "- `!faq edit bike-shed It is behind the hall.`"),
    ("edit money", "Write the answer's name and the whole new answer"),
    ("edit mony To the bank.", 'no answer with the name "mony". Did you mean `money`?'),
    ("edit zzz To the bank.", "`faq` lists the topics"),
    ("edit money To <i>the</i> bank.", "That can't be kept: HTML"),
    ("edit money See <!-- nothing -->", "That can't be kept: HTML"),
    (f"edit money {WORDS}", "That can't be kept: too long an answer (10000 words); expected at most 300 words"),
    ("edit money To good causes.", "That changes nothing: `money` says so already."),
    ("edit money source: javascript:alert(1)", "That can't be kept: source is no web address; expected https://…"),
    ("edit money source: example.org", "That can't be kept: source is no web address; expected https://…"),
    ("edit money as_of: last year", "That can't be kept: as"),
    ("edit money {{ nonsense }}", "unknown placeholder nonsense"),
    ("alias money", "Write the answer's name and its other name"),
    ("alias money wiki", "`wiki` is the name of an answer already. Choose another."),
    ("alias wiki budget", "`budget` is another name of `money` already. Choose another."),
    ("alias money money", "`money` is the name of an answer already. Choose another."),
    ("alias money budget", "`budget` is another name of `money` already. Choose another."),
    ("alias money two words", "can't be a name"),
    ("alias money why", "it is a command behind `faq`"),
    ("remove", "Which answer? For example `!faq remove bike-shed`"),
    ("remove mony", "Did you mean `money`?"),
    ("reviewed", "Which answer? For example `!faq reviewed bike-shed`"),
    ("reviewed money or so", "There is no answer with the name"),
    ("undo", "Which answer? For example `!faq undo bike-shed`"),
    ("undo money", "There is nothing to undo: `money` has not been changed from chat."),
    ("undo mony", "Did you mean `money`?"),
    ("history mony", "Did you mean `money`?"),
]


@pytest.mark.parametrize(("typed", "why"), BAD, ids=[typed[:40] for typed, _ in BAD])
async def test_what_cannot_be_kept_is_refused_with_a_sentence(typed: str, why: str):
    chat = Chat()
    with pytest.raises(Refused) as refused:
        await chat.says(typed)
    assert why in str(refused.value).replace("\\", "")
    assert len(str(refused.value)) < 900, "what was typed isn't said back at length"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=80))
def test_whatever_is_typed_is_an_entry_or_is_refused(text: str):
    library = Library.of([entry for entry, _ in (checked("money", MONEY),) if entry], Settings(), PLACE)
    line = phrasing(text.partition("\n")[0] or "x")
    files = [changed(MONEY, text), drafted(text), with_line(MONEY, "questions", line)]
    for file in files:
        why = objection(library, Change(slug="money", after=file, author=MO, what="edit")) if file else "incomplete"
        entry, _ = checked("money", file or "")
        assert entry is not None or why


@pytest.mark.parametrize("part", [part.name for part in PARTS if part.who > 0])
async def test_a_member_is_refused_and_it_is_noted(part: str):
    said, noted = await Chat().says(f"{part} money something", who=ANA)
    assert isinstance(said, Reply)
    assert said.text == f"Only moderators may use `!faq {part}`."
    assert isinstance(noted, Audit)
    assert (noted.who, noted.what, noted.outcome) == (ANA, f"!faq {part}", "refused")


def test_no_answer_can_have_the_name_of_a_command():
    assert {part.name for part in PARTS} - set(RESERVED) == set()


def test_the_help_names_what_moderators_have():
    async def never(*_: Any) -> Any:
        raise AssertionError

    details = faq_command(never).details
    assert all(f"`{part.name}`" in details for part in PARTS if part.who > 0)


async def test_no_leaves_everything_as_it_is_and_is_not_noted():
    chat = Chat()
    shown = await chat.shows("edit money To the bank.")
    assert texts(await chat.picks(shown, 1)) == ["Left as it is."]
    assert await chat.text("money") == MONEY
    assert await chat.tables.rows(edits_of("money")) == []


async def test_who_lost_the_role_meanwhile_keeps_nothing_and_hears_so():
    chat = Chat()
    shown = await chat.shows("edit money To the bank.")
    del chat.roles[MO]
    actions = await chat.picks(shown)
    assert texts(actions) == ["Only moderators may decide that, so nothing was kept."]
    assert [(one.what, one.outcome) for one in actions if isinstance(one, Audit)] == [("faq edit money", "refused")]
    assert await chat.text("money") == MONEY


async def test_an_entry_that_was_changed_meanwhile_is_shown_again():
    chat = Chat()
    mine = await chat.shows("edit money To the bank.")
    await chat.keeps("edit money topic: fees")

    (again,) = await chat.picks(mine)

    assert isinstance(again, Ask)
    assert again.text.startswith("`money` has been changed meanwhile, so nothing was kept yet.")
    assert "-topic: fees\n+topic: money" in again.text
    assert again.key != mine.key
    assert (again.to, again.who, again.until > START) == (mine.to, MO, True)
    assert "To good causes." in (await chat.text("money") or "")
    await chat.picks(again)
    assert "To the bank." in (await chat.text("money") or "")


async def test_a_name_that_was_taken_meanwhile_is_refused():
    chat = Chat()
    alias, new = await chat.shows("alias money fees"), await chat.shows("add fees Which fees?\n\nThese.")
    await chat.picks(new)
    assert texts(await chat.picks(alias)) == [
        "Nothing was kept. `fees` is the name of an answer already. Choose another."
    ]


async def test_two_new_answers_of_one_name_do_not_overwrite_each_other():
    chat = Chat()
    first = await chat.shows("add shed Where is the shed?\n\nHere.")
    second = await chat.shows("add shed What is the shed?\n\nThat.")
    await chat.picks(first)
    (again,) = await chat.picks(second)
    assert isinstance(again, Ask)
    assert "-Here.\n+That." in again.text


async def test_an_alias_is_asked_for_like_a_name_and_goes_with_its_entry():
    chat = Chat()
    await chat.keeps("alias wiki pages")
    (said,) = texts(await chat.says("history pages"))
    assert "`wiki`, *alias*" in said
    await chat.keeps("remove pages")
    assert await chat.text("wiki") is None
    await chat.keeps("alias money pages")


async def test_a_brought_back_entry_whose_other_name_is_taken_is_refused():
    chat = Chat()
    await chat.keeps("alias wiki pages")
    await chat.keeps("remove wiki")
    await chat.keeps("alias money pages")
    with pytest.raises(Refused, match="`pages` is another name of `money` already"):
        await chat.says("undo wiki")


async def test_a_name_that_a_file_brought_does_not_keep_its_entry_from_being_changed():
    chat = Chat({"money": MONEY.replace("[budget]", "[budget, why, wiki]"), "wiki": WIKI})
    await chat.keeps("edit money To the bank.")
    assert "To the bank." in (await chat.text("money") or "")


async def test_what_nobody_decides_on_is_open_for_a_day():
    shown = await Chat().shows("edit money To the bank.")
    assert (shown.until - START).total_seconds() == 24 * 3600
