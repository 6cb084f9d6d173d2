"""Who comes next: each side once a round, and another one first in each, so that no side always has the same place."""

from collections.abc import Iterator, Sequence


def in_turn(sides: Sequence[str], rounds: int) -> Iterator[str]:
    """The sides of all rounds."""
    for number in range(rounds):
        first = number % len(sides)
        yield from (*sides[first:], *sides[:first])
