"""Pages as files: written to a folder, from which any web server shows them, also when the bot can't."""

import asyncio
import contextlib
import os
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import structlog

from bot.clock import Clock
from bot.errors import StewardError
from bot.handler import Page
from bot.web.pages import Visits, made
from bot.web.tally import Tally

log = structlog.get_logger()

#: How often pages are made; and how often those whose path varies are made again, once they are there. In seconds.
SOON, ALL = 15.0, 60.0
#: How often it is logged that something can't be written, in seconds.
AN_HOUR = 3600.0
#: A web server, which is another user, has to read what is written here.
FILE, FOLDER = 0o644, 0o755


@dataclass(kw_only=True)
class Export:
    """Writes one handler's pages to its folder, for as long as it runs."""

    folder: Path
    pages: tuple[Page, ...]
    visits: Visits
    clock: Clock
    _all_at: float = field(default=float("-inf"), init=False)
    _trouble: Tally = field(default_factory=lambda: Tally(again=AN_HOUR), init=False)

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            await self.turn()
            await asyncio.sleep(SOON)

    async def turn(self) -> None:
        """Write what has changed."""
        again = self.clock.steady() - self._all_at >= ALL
        if again:
            self._all_at = self.clock.steady()
        for page in self.pages:
            try:
                await self._page(page, again=again)
            except Exception as error:  # noqa: BLE001 - the bot goes on whatever a page does, and the others are written
                self._tell(page, error)

    async def _page(self, page: Page, *, again: bool) -> None:
        if page.file is not None:
            await self._write(page, page.file, {})
        if page.files is not None:
            for name, args in (await page.files(await self.visits.visit({}, exported=True))).items():
                if again or not self._path(name).exists():
                    await self._write(page, name, dict(args))

    async def _write(self, page: Page, name: str, args: dict[str, str]) -> None:
        shown = await made(page, await self.visits.visit(args, exported=True))
        await asyncio.to_thread(replace, self._path(name), shown.body)

    def _path(self, name: str) -> Path:
        """Raises `ValueError` for what would lie elsewhere."""
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts:
            raise ValueError(f"{name} isn't inside of the folder")
        return self.folder / parts

    def _tell(self, page: Page, error: Exception) -> None:
        times, foreseen = self._trouble.count(self.clock.steady()), isinstance(error, (OSError, StewardError))
        if times:
            why, trace = str(error) or type(error).__name__, None if foreseen else error
            log.warning(
                "page_not_exported", folder=str(self.folder), path=page.path, times=times, why=why, exc_info=trace
            )


def replace(file: Path, body: bytes) -> None:
    """Have the file hold this: at any moment it is whole. Touched only where it holds something else."""
    with contextlib.suppress(FileNotFoundError):
        if file.read_bytes() == body:
            return
    _folder(file.parent)
    partial = file.with_name(f".{file.name}.partial")
    # Made anew: what lies there may be a link that leads elsewhere.
    partial.unlink(missing_ok=True)
    with partial.open("xb") as out:
        os.fchmod(out.fileno(), FILE)
        out.write(body)
    partial.replace(file)


def _folder(folder: Path) -> None:
    """Make it, and those above it; all that is made can be read by others."""
    if not folder.is_dir():
        _folder(folder.parent)
        folder.mkdir()
        folder.chmod(FOLDER)
