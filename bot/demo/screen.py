"""Where the chat is shown: a terminal's width, or lines as they come for whatever reads them."""

import sys
from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from bot.demo.drawing import Row

#: Lines longer than this are hard to read, however wide the window is.
_WIDEST = 100


class Screen:
    """Standard output. Elsewhere than on a terminal, lines are neither coloured nor broken."""

    def __init__(self) -> None:
        self.console = Console(highlight=False, emoji=False)
        self.live = sys.stdin.isatty() and sys.stdout.isatty()

    def rows(self, rows: Iterable[Row]) -> None:
        """Print what was drawn."""
        for row in rows:
            for line in self._folded(row):
                self.console.print(line, soft_wrap=True)

    def say(self, *lines: str | Text) -> None:
        """Print a line of our own."""
        self.rows(Row(text=Text(line) if isinstance(line, str) else line, below="  ") for line in lines)

    def _folded(self, row: Row) -> list[Text]:
        if not self.live:
            return [row.text]
        width = min(self.console.width, _WIDEST) - len(row.below)
        first, *rest = row.text.wrap(self.console, width) or [row.text]
        return [first, *(Text.assemble(row.below, line) for line in rest)]
