"""A "yes" to what was said last, where that was an offer: it isn't the next step that is wanted then."""

from dataclasses import replace

from bot.actions import Decision, Done
from bot.events import Message
from bot.ports import Ports
from handlers.newcomers.desk import Desk
from handlers.newcomers.form import waiting
from handlers.newcomers.form.records import waits
from handlers.newcomers.guide import records
from handlers.newcomers.guide.emoji import bare
from handlers.newcomers.guide.plain_words import phrases, plain
from handlers.newcomers.guide.records import Walk

YES = phrases(
    "yes, yes please, yep, yeah, yup, sure, of course, ja, jo, jep, ja bitte, gerne, ja gerne, sí, sí por favor, "
    "claro, claro que sí, oui, ouais, oui s'il te plaît, oui s'il vous plaît, oui merci, bien sûr"
)
PICTURES = {"✅", "👍"}
#: As whoever offers it understands it, by language.
SPOKEN = {"en": "yes", "de": "ja", "es": "sí", "fr": "oui"}
#: Longer texts say more than yes, in characters.
LONGEST = 40


def is_yes(text: str) -> bool:
    """Whether it is nothing but a yes."""
    return len(text) <= LONGEST and (plain(text) in YES or bare(text.strip()) in PICTURES)


async def taken(desk: Desk, walk: Walk, message: Message, ports: Ports) -> Decision | None:
    """They take the offer to be written to once the form works; None where it isn't that what they say yes to."""
    if walk.shown is None or not is_yes(message.text):
        return None
    offer = await ports.sent.event_of("newcomers", walk.shown)
    if offer is None or await waits(ports.memory, walk.person):
        return None
    answer = replace(message, text=SPOKEN.get(walk.lang, SPOKEN["en"]), reply_to=offer)
    decision = await waiting.on_message(desk, answer, ports)
    if not isinstance(decision, Done):
        return None
    moved = records.move(walk, replace(walk, shown=None, touched=ports.now))
    return Done((moved, *decision.actions), decision.why)
