"""`!faq save`, in reply to somebody's good answer: it becomes an entry, if they agree."""

from bot.actions import Ask, Decision, Done
from bot.commands import Call, split
from bot.errors import Refused
from bot.events import Chosen
from bot.ports import Ports
from bot.roles import Role
from handlers.faq.bank.writing import fresh
from handlers.faq.editing.adding import phrasing
from handlers.faq.editing.change import Change, objection
from handlers.faq.editing.deciding import said
from handlers.faq.editing.naming import free
from handlers.faq.editing.phrasings import heard
from handlers.faq.editing.proposing import KEEP, OTHERS_OPEN, Where, command_place, propose
from handlers.faq.library import Library

USAGE = "Reply to the good answer with a new name and the question: `{faq} save bike-shed Where is the bike shed?`"


async def save(library: Library, call: Call, ports: Ports) -> Decision:
    """Ask whoever wrote it, in reply to it. Their words aren't kept before they agree: they are read again then."""
    name, question = split(call.args)
    if not question or not call.message.reply_to:
        raise Refused(USAGE.format(faq=f"{ports.prefix}faq"))
    free(library, name)
    found = await heard(call, ports)
    if found.sender == ports.me:
        raise Refused(f"Those are my own words. `{ports.prefix}faq add` makes a new answer.")
    change = saved(name, question, found.text, author=call.message.sender)
    why = objection(library, change)
    if why:
        raise Refused(why)
    if found.sender == call.message.sender:
        words_of = {"room": call.message.room, "message": call.message.reply_to}
        return await propose(library, change, command_place(call, ports, words_of=words_of), ports)
    return Done((consent(call, found.sender, name, question, ports),), f"asked the author about {name}")


def saved(name: str, question: str, text: str, *, author: str) -> Change:
    """The entry that this answer would be."""
    return Change(slug=name, after=fresh([phrasing(" ".join(question.split()))], text), author=author, what="save")


def consent(call: Call, author: str, name: str, question: str, ports: Ports) -> Ask:
    """The question to whoever wrote the answer."""
    message = call.message
    text = (
        f"May I keep this answer of yours, and give it to others who ask? It would be called `{name}`, without your "
        "name. ✅ yes, ❌ no. Nothing is kept without your yes."
    )
    return Ask(
        to=message.reply_to or "",
        room=message.room,
        text=text,
        mention=author,
        options=("yes", "no"),
        emoji=("✅", "❌"),
        until=ports.now + OTHERS_OPEN,
        key=f"consent:{message.id}",
        who=author,
        in_thread=message.thread,
        memo={
            "answer": message.reply_to,
            "slug": name,
            "question": question,
            "moderator": message.sender,
            "command": message.id,
            "thread": message.thread,
        },
    )


async def on_consent(library: Library, chosen: Chosen, ports: Ports) -> Decision:
    """The author has said yes or no; after a yes the moderator sees it like any other change."""
    memo = chosen.memo
    if chosen.option != KEEP:
        return _tell(chosen, "Then I keep nothing. Thank you for the answer all the same.", "no consent")
    if await ports.roles.role(memo["moderator"]) < Role.MODERATOR:
        return _tell(chosen, "Thank you! Whoever asked may not keep it any more, so I keep nothing.", "not entitled")
    found = await ports.rooms.said(chosen.room, memo["answer"])
    if found is None or found.sender != chosen.sender:
        return _tell(chosen, "I can't read that answer any more, so I keep nothing.", "gone")
    change = saved(memo["slug"], memo["question"], found.text, author=memo["moderator"])
    where = Where(
        room=chosen.room,
        key=f"change:{chosen.id}",
        until=ports.now + OTHERS_OPEN,
        to=memo["command"],
        who=memo["moderator"],
        thread=memo["thread"],
        words_of={"room": chosen.room, "message": memo["answer"]},
        intro="Its author agrees.",
    )
    try:
        return await propose(library, change, where, ports)
    except Refused as refused:
        return _tell(chosen, f"Thank you! It can't be kept all the same. {refused}", "refused")


def _tell(chosen: Chosen, text: str, why: str) -> Done:
    return Done((said(chosen, text, to=chosen.memo["answer"], thread=chosen.memo["thread"]),), why)
