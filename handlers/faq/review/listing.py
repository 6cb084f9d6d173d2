"""Which items are shown: what people said comes first, then a few things to keep the bank in order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.faq.review.items import Item

#: What fits into five minutes.
MOST = 10
#: Of each kind of housekeeping so many at a time; and so many lines in all are kept for it, whatever people said.
A_FEW, FOR_HOUSEKEEPING = 3, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Everything that there is to look at. `people` is what people asked and thought, oldest first."""

    people: tuple[Item, ...] = ()
    dead: tuple[Item, ...] = ()
    confused: tuple[Item, ...] = ()
    stale: tuple[Item, ...] = ()

    @property
    def all(self) -> tuple[Item, ...]:
        """All of it."""
        return (*self.people, *self.dead, *self.confused, *self.stale)


def shown(due: Due) -> tuple[Item, ...]:
    """At most `MOST` of them."""
    keep = [item for kind in (due.dead, due.confused, due.stale) for item in kind[:A_FEW]]
    people = due.people[: MOST - min(len(keep), FOR_HOUSEKEEPING)]
    return (*people, *keep[: MOST - len(people)])


def listed(items: Sequence[Item], prefix: str) -> str:
    """The list as it is said."""
    if not items:
        return "Nothing to review. Thank you for looking!"
    lines = [f"- `{item.code}` {item.line}" for item in items]
    done = f"What is dealt with: `{prefix}faq review done {items[0].code}`; several codes may stand there."
    return "\n".join([*lines, f"\n{done}"])


def reminder(count: int, prefix: str) -> str:
    """The weekly line."""
    return f"{count} {'thing' if count == 1 else 'things'} to review: `{prefix}faq review`"
