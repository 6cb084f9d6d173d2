"""A question that somebody asked becomes a phrasing of an entry, or a look-alike: its words, and nobody's name."""

from dataclasses import replace

import pytest

from bot.errors import Refused
from tests.unit.faq.bank import ANA
from tests.unit.faq.editing.chat import MONEY, Chat


@pytest.mark.parametrize(
    ("said", "learned"),
    [
        ("so where's all my cash gone??", "so where's all my cash gone??"),
        ("where  is\nmy cash", "where is my cash"),
        ("@ana:example.org wonders where @ben:other.example:8448 put my cash", "wonders where put my cash"),
    ],
)
async def test_the_words_of_a_question_are_learned_without_people(said: str, learned: str):
    chat = Chat()
    await chat.keeps("learn money", reply_to=chat.hears(said))
    entry = (await chat.library()).entries["money"]
    assert entry.questions[-1].text == learned
    assert (entry.questions[-1].lang, len(entry.questions)) == ("en", 3)
    assert ANA not in (await chat.text("money") or "")


async def test_a_question_that_was_put_with_the_command_is_learned_without_it():
    chat = Chat()
    question = chat.hears("faq where is my cash?")
    chat.heard[question] = replace(chat.heard[question], command=True)
    await chat.keeps("learn money", reply_to=question)
    assert (await chat.library()).entries["money"].questions[-1].text == "where is my cash?"


async def test_the_next_who_asks_so_is_answered():
    chat = Chat()
    assert not any(one.sure for one in (await chat.library()).find("wofür zahlen wir eigentlich", None))
    await chat.keeps("learn money de", reply_to=chat.hears("Wofür zahlen wir eigentlich?"))
    library = await chat.library()
    (found, *_) = library.find("wofür zahlen wir eigentlich", None)
    assert (found.entry.slug, found.match.lang, found.sure) == ("money", "de", True)


async def test_a_look_alike_is_added_and_holds_the_answer_back():
    chat = Chat()
    question = chat.hears("where does the money of my employer go?")
    assert (await chat.library()).find("where does the money of my employer go?", None)[0].sure
    shown = await chat.shows("unlike money", reply_to=question)
    assert "+  - where does the money of my employer go?" in shown.text
    await chat.picks(shown)
    assert (await chat.text("money") or "").index("employer") > MONEY.index("not:")
    assert not (await chat.library()).find("where does the money of my employer go?", None)[0].sure


async def test_what_it_would_take_from_others_is_shown():
    chat = Chat()
    shown = await chat.shows("learn money", reply_to=chat.hears("how do I edit the WIKI"))
    assert "It would take 1 question from *wiki*:\n- How do I edit the wiki?" in shown.text
    assert "These would not find *money*:\n- how do I edit the WIKI" in shown.text


USAGE = "Reply to the question with the answer's name"
BAD = [
    ("learn", "where is it", "`!faq learn bike-shed`"),
    ("unlike", "where is it", "`!faq unlike bike-shed de`"),
    ("learn money", None, USAGE),
    ("learn money german", "where is it", USAGE),
    ("learn money to spend", "where is it", USAGE),
    ("learn mony", "where is it", "Did you mean `money`?"),
    ("learn money", "where does ALL the money go", "That is a phrasing of `money` already."),
    ("learn money", "Where do I send my invoice?", "That is a look-alike of `money` already."),
    ("unlike money", "Where do I send my invoice?", "That is a look-alike of `money` already."),
    ("unlike money", "where does all the money go", "That is a phrasing of `money` already."),
    ("learn money", "👍 https://example.org", "There are no words in that message"),
    ("learn money", "word " * 10_000, "expected at most 300"),
    ("unlike money", "word " * 10_000, "expected at most 300"),
]


@pytest.mark.parametrize(("typed", "earlier", "why"), BAD)
async def test_what_cannot_be_learned_is_refused_with_a_sentence(typed: str, earlier: str | None, why: str):
    chat = Chat()
    with pytest.raises(Refused) as refused:
        await chat.says(typed, reply_to=chat.hears(earlier) if earlier else None)
    assert why in str(refused.value)


async def test_an_entry_stays_below_the_size_that_is_read():
    many = "".join(f"  - what is number {number} {'of all the very many things ' * 8}\n" for number in range(270))
    chat = Chat({"money": MONEY.replace("not:\n", f"{many}not:\n")})
    with pytest.raises(Refused, match="`money` would be larger than 64 KiB"):
        await chat.says("learn money", reply_to=chat.hears("and where is " + "the very last of them " * 10))


async def test_a_message_that_cannot_be_read_teaches_nothing():
    with pytest.raises(Refused, match="I can't read that message"):
        await Chat().says("learn money", reply_to="$gone")
