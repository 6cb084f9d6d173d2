"""All that there is to look at, as it is now."""

from collections.abc import Sequence

from bot.ports import Ports
from handlers.faq.library import Library
from handlers.faq.review import items, records
from handlers.faq.review.items import Item, Miss
from handlers.faq.review.links import of_bank
from handlers.faq.review.listing import Due


async def gathered(library: Library, ports: Ports) -> Due:
    """Everything that nobody has dealt with yet."""
    off = await records.taken_off(ports.memory, ports.now)
    misses = await records.noted_misses(ports.memory, ports.now)
    asked = await ports.compute.run(unanswered, library, misses, ports.prefix)
    ratings = [one for one in await records.noted_ratings(ports.memory, ports.now) if one.slug in library.entries]
    links = await records.dead_links(ports.memory, of_bank(library.entries.values()))
    pairs = [one for one in await records.confused_pairs(ports.memory) if {one[0], one[1]} <= library.entries.keys()]
    return Due(
        people=tuple(
            sorted(items.told_apart([*asked, *items.disliked(ratings, ports.prefix)]), key=lambda item: item.at)
        ),
        dead=_left(items.dead(links, ports.prefix), off),
        confused=_left(items.confused(pairs, ports.prefix), off),
        stale=_left(items.stale(library.entries.values(), ports.now, ports.prefix), off),
    )


def unanswered(library: Library, misses: Sequence[Miss], prefix: str) -> list[Item]:
    """The questions that the bank still has no answer to. Heavy work, where there are many."""
    return [item for group in items.grouped(misses) for item in _asked(library, group, prefix)]


def _left(found: list[Item], off: frozenset[str]) -> tuple[Item, ...]:
    return tuple(items.told_apart(item for item in found if item.code not in off))


def _asked(library: Library, group: tuple[Miss, ...], prefix: str) -> tuple[Item, ...]:
    """The item for these questions; none where the bank has an answer by now."""
    found = library.find(group[0].text, None)
    if found and found[0].sure:
        return ()
    nearest = found[0].entry if found and found[0].near else None
    return (items.unanswered(group, nearest, prefix),)
