"""The picture of an uptime: a row of bars for each service. Colours are never alone: each part has a pattern, too."""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from bot.names import seen
from handlers.status.history.patterns import patterned
from handlers.status.history.ranges import Range
from handlers.status.history.uptime import Uptime
from handlers.status.history.words import Found, more, share

WIDTH, MARGIN = 900, 28
HEAD, FOOT = 60, 78
#: A service's row: its name, its bars, and the gap below; a single one's bars are taller.
NAME, BARS, TALL, GAP = 48, 40, 96, 18
PAPER, INK, FAINT, EDGE = "#fbfbfa", "#1b1f23", "#57606a", "#8c959f"
#: From the bottom of a bar to its top: what was seen of the service, its colour, its pattern's, and its name.
PARTS = (
    ("down", "#b3261e", "#ffffff", "unreachable"),
    ("degraded", "#e0a100", "#5c4200", "had problems"),
    ("maintenance", "#3b6fb6", "#ffffff", "maintenance"),
    ("blind", "#aab1b9", "#4b535c", "the bot couldn't see"),
    ("unknown", "#fbfbfa", "#d5dae0", "not measured"),
    ("up", "#2e7d4f", "#2e7d4f", "worked"),
)
#: However short it was, it is seen, in pixels.
LEAST = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A PNG."""

    image: bytes
    width: int
    height: int


def draw(found: Sequence[Found], over: Range, now: datetime) -> Drawn:
    """The picture. The bundled font has little more than ASCII, so that is what is written."""
    tall = TALL if len(found) == 1 else BARS
    height = HEAD + len(found) * (NAME + tall + GAP) + FOOT
    canvas = _Canvas(height)
    canvas.text((MARGIN, 20), f"Uptime, the last {over.words}", 22)
    canvas.text((WIDTH - MARGIN, 25), f"{now.day} {now:%B %Y, %H:%M} UTC", 16, FAINT, anchor="ra")
    edges, top = over.edges(now), HEAD
    for one in found:
        canvas.service(one, over, top)
        canvas.bars(one.pieces, edges, (top + NAME, top + NAME + tall))
        top += NAME + tall + GAP
    canvas.axis(edges, over, top - GAP + 6)
    canvas.legend([part for part in PARTS if any(getattr(one.whole, part[0]) for one in found)], height - 34)
    return Drawn(image=canvas.png(), width=WIDTH, height=height)


class _Canvas:
    """Paper with a border, so that it is the same in dark and in light clients."""

    def __init__(self, height: int) -> None:
        self.image = Image.new("RGB", (WIDTH, height), PAPER)
        self.ink = ImageDraw.Draw(self.image)
        self.ink.rectangle((0, 0, WIDTH - 1, height - 1), outline=EDGE, width=2)
        self.patterns = {name: patterned(name, (WIDTH, height), fill, line) for name, fill, line, _ in PARTS}

    def text(self, at: tuple[float, float], words: str, size: int, ink: str = INK, anchor: str = "la") -> float:
        """Write; how wide it has become."""
        font = ImageFont.load_default(size)
        self.ink.text(at, words, fill=ink, font=font, anchor=anchor)
        return self.ink.textlength(words, font=font)

    def service(self, one: Found, over: Range, top: int) -> None:
        """A service's name and its figures."""
        wide = self.text((WIDTH - MARGIN, top), share(one.whole), 19, anchor="ra")
        self.text((MARGIN, top), self._fitting(_ascii(one), 19, WIDTH - 2 * MARGIN - wide - 20), 19)
        self.text((MARGIN, top + 25), more(one.whole, over), 15, FAINT)

    def bars(self, pieces: Sequence[Uptime], edges: Sequence[datetime], rows: tuple[int, int]) -> None:
        """A bar for each piece, between these rows."""
        for (left, right), piece in zip(_places(edges), pieces, strict=True):
            self._bar((left, rows[0], right, rows[1]), piece)

    def _bar(self, box: tuple[int, int, int, int], piece: Uptime) -> None:
        left, top, right, bottom = box
        below = bottom
        for name, tall in _heights(piece, bottom - top):
            self._fill((left, below - tall, right, below), name)
            below -= tall
        self.ink.rectangle((left, top, right - 1, bottom - 1), outline=EDGE)

    def _fill(self, box: tuple[int, int, int, int], name: str) -> None:
        self.image.paste(self.patterns[name].crop(box), box)

    def axis(self, edges: Sequence[datetime], over: Range, top: int) -> None:
        """When the bars begin, where their middle is, and now."""
        begin, end = edges[0], edges[-1]
        self.text((MARGIN, top), _moment(begin, over), 15, FAINT)
        self.text((WIDTH / 2, top), _moment(begin + (end - begin) / 2, over), 15, FAINT, anchor="ma")
        self.text((WIDTH - MARGIN, top), "now", 15, FAINT, anchor="ra")

    def legend(self, parts: Sequence[tuple[str, str, str, str]], top: int) -> None:
        """What the patterns mean; of those that there are."""
        left = MARGIN
        for name, _, _, words in parts[::-1]:
            box = (left, top - 1, left + 24, top + 17)
            self._fill(box, name)
            self.ink.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), outline=EDGE)
            left += 32 + int(self.text((left + 31, top), words, 15)) + 18

    def _fitting(self, words: str, size: int, wide: float) -> str:
        font = ImageFont.load_default(size)
        if self.ink.textlength(words, font=font) <= wide:
            return words
        while words and self.ink.textlength(words + "...", font=font) > wide:
            words = words[:-1]
        return words.rstrip() + "..."

    def png(self) -> bytes:
        """The picture in few colours, which is all that it has."""
        held = io.BytesIO()
        self.image.quantize(64, dither=Image.Dither.NONE).save(held, "PNG", optimize=True)
        return held.getvalue()


def _heights(piece: Uptime, tall: int) -> list[tuple[str, int]]:
    """How tall each part is, from the bottom: by its share, but never unseen. What is left is the tallest's."""
    parts = {name: getattr(piece, name) for name, *_ in PARTS if getattr(piece, name)}
    whole = sum(part.total_seconds() for part in parts.values())
    found = {name: max(LEAST, round(tall * part.total_seconds() / whole)) for name, part in parts.items()}
    if found:
        found[max(parts, key=lambda name: parts[name])] += tall - sum(found.values())
    return list(found.items())


def _places(edges: Sequence[datetime]) -> list[tuple[int, int]]:
    """From where to where each piece is drawn: as wide as it is long, with a gap behind it."""
    begin, whole, wide = edges[0], edges[-1] - edges[0], WIDTH - 2 * MARGIN
    at = [MARGIN + round(wide * ((edge - begin) / whole)) for edge in edges]
    gap = 2 if len(edges) < WIDTH / 10 else 1
    return [(left, max(right - gap, left + 1)) for left, right in pairwise(at)]


def _moment(at: datetime, over: Range) -> str:
    return f"{at:%H:%M} UTC" if over.length.days == 1 else f"{at.day} {at:%B}"


def _ascii(one: Found) -> str:
    """The title in the font's letters; where little of it is left, the name in the config."""
    parts = unicodedata.normalize("NFKD", seen(one.title).replace("\N{EN DASH}", "-"))
    letters = [part for part in parts if not unicodedata.combining(part)]
    plain = [part for part in letters if " " <= part <= "~"]
    return " ".join("".join(plain).split()) if len(plain) * 2 > len(letters) else one.name
