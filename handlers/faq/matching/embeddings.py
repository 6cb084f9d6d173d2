"""The embeddings of many lines, kept on disk, so that only lines that are new need the model."""

import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching.kept import keep, kept
from handlers.faq.matching.model import WIDTH, Embeds
from handlers.faq.matching.vectors import Rows, packed, unpacked

_KEY = 16

Half = NDArray[np.float16]


@dataclass(frozen=True, slots=True)
class Embedded:
    """Lines, each once or more, and their embeddings in the same order."""

    lines: tuple[str, ...]
    rows: Rows


def embedded(
    lines: Sequence[str], model: Embeds, folder: Path | None, seed: Path | None = None, last: Embedded | None = None
) -> Embedded:
    """A row for each line. What is kept in `folder` are these and no others; those in `seed` are known beforehand.

    `last` is what is known in memory, if anything is: the disk isn't read then.
    """
    name = f"embeddings-{model.name[:16]}"
    wanted = dict.fromkeys(lines)
    known, kept_count = _known(wanted, name, folder, seed) if last is None else (_of(last), None)
    missing = [line for line in wanted if line not in known]
    made = packed(model.embed(missing))
    known |= dict(zip(missing, made, strict=True))
    rows = np.empty((len(lines), WIDTH), np.int16)
    for place, line in enumerate(lines):
        rows[place] = known[line]
    if folder is not None and (missing or (seed is None and kept_count not in (None, len(wanted)))):
        keep(folder, name, _written([(_key(line), known[line]) for line in wanted]))
    return Embedded(tuple(lines), rows)


def _of(last: Embedded) -> dict[str, Rows]:
    return dict(zip(last.lines, last.rows, strict=True))


def _known(wanted: Iterable[str], name: str, folder: Path | None, seed: Path | None) -> tuple[dict[str, Rows], int]:
    """The rows of those lines that are on disk, and how many the folder has."""
    keys = {_key(line): line for line in wanted}
    found: dict[str, Rows] = {}
    count = 0
    for where in (seed, folder):
        here, rows = _read(kept(where, name))
        places = [place for place, key in enumerate(here) if key in keys]
        found |= dict(
            zip((keys[here[place]] for place in places), packed(rows[places].astype(np.float32)), strict=True)
        )
        count = len(here)
    return found, count


def _key(line: str) -> bytes:
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _written(rows: Sequence[tuple[bytes, Rows]]) -> bytes:
    content = io.BytesIO()
    halves = np.empty((len(rows), WIDTH), np.float16)
    for place, (_, row) in enumerate(rows):
        halves[place] = unpacked(row)
    keys = np.frombuffer(b"".join(key for key, _ in rows), np.uint8).reshape(-1, _KEY)
    np.savez(content, keys=keys, rows=halves)
    return content.getvalue()


def _read(content: bytes | None) -> tuple[Sequence[bytes], Half]:
    """The keys and the rows that were written; nothing where they can't be read any more."""
    nothing = np.empty((0, WIDTH), np.float16)
    try:
        with np.load(io.BytesIO(content or b""), allow_pickle=False) as arrays:
            keys, rows = arrays["keys"], arrays["rows"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return (), nothing
    if rows.shape != (len(keys), WIDTH) or rows.dtype != np.float16 or keys.dtype != np.uint8:
        return (), nothing
    return [key.tobytes() for key in keys], rows
