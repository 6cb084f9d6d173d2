"""The pictures of the status page in the documentation: python -m tests.browser.screenshots."""

import asyncio
import io
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser import stage
from tests.browser.browser import browser

IMAGES = Path(__file__).parents[2] / "docs/images"
#: Name → window. `scale` are pixels of the picture for each of the page's.
PICTURES: dict[str, dict[str, Any]] = {
    "status-page": {"width": 820, "height": 1080, "scale": 1.5},
    "status-page-dark": {"width": 820, "height": 1080, "scale": 1.5, "dark": True},
    "status-page-phone": {"width": 375, "height": 812, "scale": 2},
}
COLOURS = 256


async def main() -> None:
    """Make them all anew."""
    with tempfile.TemporaryDirectory() as folder:
        database = await asyncio.to_thread(stage.template, Path(folder) / "template")
        async with stage.served(stage.simple(), database, Path(folder)) as web, browser() as one:
            for name, how in PICTURES.items():
                file = Path(folder) / f"{name}.png"
                await one.call("picture", url=f"http://127.0.0.1:{web.port}/", file=str(file), full=False, **how)
                await asyncio.to_thread(keep, file, IMAGES / file.name)


def keep(file: Path, to: Path) -> None:
    """Make it small: a page has few colours."""
    small = io.BytesIO()
    with Image.open(file) as picture:
        few = picture.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(small, "png", optimize=True)
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(small.getvalue())


if __name__ == "__main__":
    asyncio.run(main())
