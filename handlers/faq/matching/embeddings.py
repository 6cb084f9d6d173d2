"""The embeddings of many lines, kept on disk, so that only lines that are new need the model."""

import hashlib
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from handlers.faq.matching.index import Floats
from handlers.faq.matching.kept import keep, kept
from handlers.faq.matching.model import WIDTH, Embeds

_KEY = 16

Half = NDArray[np.float16]


def embedded(lines: Sequence[str], model: Embeds, folder: Path | None, seed: Path | None = None) -> Floats:
    """A row for each line. What is kept in `folder` are these and no others; those in `seed` are known beforehand."""
    name = f"embeddings-{model.name[:16]}"
    known = {**_read(kept(seed, name)), **_read(kept(folder, name))}
    missing = [line for line in dict.fromkeys(lines) if _key(line) not in known]
    for line, row in zip(missing, model.embed(missing), strict=True):
        known[_key(line)] = row.astype(np.float16)
    keys = [_key(line) for line in lines]
    wanted = dict.fromkeys(keys)
    if missing or (seed is None and len(wanted) != len(known)):
        keep(folder, name, _written({key: known[key] for key in wanted}))
    if not keys:
        return np.empty((0, WIDTH), np.float32)
    return np.stack([known[key] for key in keys]).astype(np.float32)


def _key(line: str) -> bytes:
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _written(rows: Mapping[bytes, Half]) -> bytes:
    content = io.BytesIO()
    stacked = np.stack(list(rows.values())) if rows else np.empty((0, WIDTH), np.float16)
    np.savez(content, keys=np.frombuffer(b"".join(rows), np.uint8).reshape(-1, _KEY), rows=stacked)
    return content.getvalue()


def _read(content: bytes | None) -> Mapping[bytes, Half]:
    """What was written; nothing where it can't be read any more."""
    try:
        with np.load(io.BytesIO(content or b""), allow_pickle=False) as arrays:
            keys, rows = arrays["keys"], arrays["rows"]
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
    if rows.shape != (len(keys), WIDTH) or rows.dtype != np.float16 or keys.dtype != np.uint8:
        return {}
    return {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
