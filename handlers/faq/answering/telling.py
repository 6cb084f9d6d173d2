"""`!faq tell @someone <name>`: an answer for somebody else in the room, who alone is mentioned."""

import re

from bot.actions import Decision, Done, Reply
from bot.commands import Call
from bot.errors import Refused
from bot.events import Message
from bot.ports import Ports
from handlers.faq import tables
from handlers.faq.answering import wording
from handlers.faq.answering.giving import Answer, answer_of, by_name, noted
from handlers.faq.answering.keys import command_of, tell_key
from handlers.faq.answering.optout import opted_out
from handlers.faq.library import Found, Library
from handlers.faq.parts import Part

HOW = "For example `faq tell @someone:example.org join-registration`."
#: One sentence for whoever isn't here and for whoever wants to be left alone: that is nobody else's business.
NOT_HERE = "I can't tell that person here. Tell them yourself where they find it: `faq` and the answer's name."
_MATRIX_ID = re.compile(r"@[^\s:@]+:[^\s:@]+(?::\d+)?")
#: A Matrix id, and the longest that there may be.
LONGEST_ID = 255


def parse(call: Call, me: str) -> tuple[str, str]:
    """Whom, and which answer. Apps put a name where somebody was mentioned, and the id beside the text."""
    whom, _, name = call.args.rpartition(" ")
    others = call.message.mentions - {me}
    written = _MATRIX_ID.fullmatch(whom.strip())
    if not whom.strip() or (written is None and len(others) != 1):
        raise Refused(f"Tell whom what? Write their Matrix id, or mention them, and then the answer's name. {HOW}")
    person = written[0] if written else next(iter(others))
    if len(person) > LONGEST_ID:
        raise Refused("That is no Matrix id.")
    return person, name.strip().strip("`").lower()


def refusal(person: str, message: Message, me: str) -> str | None:
    """Why this person isn't told, if so."""
    if message.private:
        return "There is nobody else here. Use it in a room."
    if person == me:
        return "I know that answer already."
    return "Ask for it yourself: `faq` and the answer's name." if person == message.sender else None


async def _may_be_told(person: str, room: str, ports: Ports) -> bool:
    return await ports.rooms.is_in(person, room) and not await opted_out(person, ports.memory)


async def run(library: Library, call: Call, ports: Ports) -> Decision:
    """Give the answer to whom it is meant for."""
    person, name = parse(call, ports.me)
    why = refusal(person, call.message, ports.me)
    if why is None and not await _may_be_told(person, call.message.room, ports):
        why = NOT_HERE
    if why is not None:
        raise Refused(why)
    entry = library.named(name)
    if entry is None or not library.is_for(entry, ports.rooms.info(call.message.room).name):
        raise Refused(f"I have no answer of that name. `faq search` and a word finds one. {HOW}")
    found = by_name(entry, "told by somebody")
    return tell(call.message, person, found, await answer_of(library, found, ports), ports)


def tell(message: Message, person: str, found: Found, answer: Answer, ports: Ports) -> Done:
    """The answer, who thinks that it may help, and a mention of the person alone."""
    key = tell_key(message.id)
    said = Reply(
        to=message.id,
        room=message.room,
        text=wording.told(message.sender, answer.text),
        mention=person,
        key=key,
        in_thread=message.thread,
    )
    remembered = tables.note_given(noted(key, message.room, found, answer), ports.now)
    return Done((said, *remembered), f"told {found.entry.slug}")


async def told_by(key: str, room: str, ports: Ports) -> str | None:
    """Who had this told, if somebody had. Nobody's id is kept for that: the command is read again."""
    command = command_of(key)
    heard = await ports.rooms.said(room, command) if command else None
    return heard.sender if heard else None


TELL = Part(name="tell", usage="tell @someone <name>", summary="an answer for somebody else in the room", run=run)
