"""Patterns, so that no colour has to be told from another."""

from collections.abc import Callable
from types import MappingProxyType

from PIL import Image, ImageDraw

#: Draws in a colour on paper of this size.
Pattern = Callable[[ImageDraw.ImageDraw, str, tuple[int, int]], None]


def patterned(name: str, size: tuple[int, int], fill: str, line: str) -> Image.Image:
    """Paper in a part's colour and pattern, to be cut from: so a pattern runs on over several bars."""
    image = Image.new("RGB", size, fill)
    if name in _PATTERNS:
        _PATTERNS[name](ImageDraw.Draw(image), line, size)
    return image


def _rising(ink: ImageDraw.ImageDraw, line: str, size: tuple[int, int]) -> None:
    width, height = size
    for x in range(-height, width, 8):
        ink.line((x, height, x + height, 0), fill=line, width=2)


def _falling(ink: ImageDraw.ImageDraw, line: str, size: tuple[int, int]) -> None:
    width, height = size
    for x in range(-height, width, 10):
        ink.line((x, 0, x + height, height), fill=line)


def _lying(ink: ImageDraw.ImageDraw, line: str, size: tuple[int, int]) -> None:
    width, height = size
    for y in range(0, height, 5):
        ink.line((0, y, width, y), fill=line)


def _standing(ink: ImageDraw.ImageDraw, line: str, size: tuple[int, int]) -> None:
    width, height = size
    for x in range(0, width, 4):
        ink.line((x, 0, x, height), fill=line)


def _dotted(ink: ImageDraw.ImageDraw, line: str, size: tuple[int, int]) -> None:
    width, height = size
    for row, y in enumerate(range(0, height, 6)):
        for x in range(row % 2 * 3, width, 6):
            ink.rectangle((x, y, x + 1, y + 1), fill=line)


#: What worked has none.
_PATTERNS: MappingProxyType[str, Pattern] = MappingProxyType(
    {"down": _rising, "degraded": _lying, "maintenance": _dotted, "blind": _standing, "unknown": _falling}
)
