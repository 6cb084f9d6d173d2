"""The sentence model: a text → 384 numbers, near to those of texts that mean the same. It never goes to the network."""

import hashlib
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Self

import numpy as np

from handlers.faq.matching.written import Floats

if TYPE_CHECKING:
    from tokenizers import Tokenizer

#: How many numbers a text becomes.
WIDTH = 384
#: What stands after this many tokens, three quarters of a word each, doesn't change what a text asks.
TOKENS = 128
#: … and no tokeniser needs to look at more than this many characters to find them.
LONGEST = 1000
GRAPH, TOKENISER, MANIFEST = "model.onnx", "tokenizer.json", "manifest.json"


class Embeds(Protocol):
    """What the matcher needs of a model."""

    @property
    def name(self) -> str:
        """Another one for each other model."""
        ...

    def embed(self, texts: Sequence[str]) -> Floats:
        """A row of length one for each text."""
        ...


class _Session(Protocol):
    def run(self, outputs: None, inputs: dict[str, object]) -> Sequence[Floats]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A loaded model. It may be asked from any thread."""

    name: str
    _tokeniser: "Tokenizer"
    _session: _Session

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The model in this folder. ValueError says in a sentence why there is none."""
        content = _verified(folder)
        # The pinned version reports to nobody; a newer one would, unless it is told not to before it is loaded.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        # Heavy libraries, which a bot without a model needn't have in its memory.
        import onnxruntime  # noqa: PLC0415
        from tokenizers import Tokenizer as Loaded  # noqa: PLC0415

        tokeniser = Loaded.from_buffer(content[TOKENISER])
        tokeniser.no_padding()
        tokeniser.enable_truncation(TOKENS)
        options = onnxruntime.SessionOptions()
        # Several threads halve the time on an idle machine, and wait for each other ten times as long on a busy one.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # Arenas keep for good what one long text needed.
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        # From the file: given the bytes, the session would keep them beside what it makes of them.
        session = onnxruntime.InferenceSession(str(folder / GRAPH), options, providers=["CPUExecutionProvider"])
        return cls(name=_sha256(content.values()), _tokeniser=tokeniser, _session=session)

    def embed(self, texts: Sequence[str]) -> Floats:
        """A row of length one for each text, the same whatever stands beside it."""
        rows = np.empty((len(texts), WIDTH), np.float32)
        for number, text in enumerate(texts):
            rows[number] = self._session.run(None, {"ids": self._ids(text)})[0]
        return rows

    def _ids(self, text: str) -> object:
        # Half a surrogate pair is no text to the tokeniser.
        sound = text[:LONGEST].encode("utf-8", "ignore").decode("utf-8")
        return np.array(self._tokeniser.encode(sound).ids, np.int64)


def loaded(folder: Path | None) -> tuple[Model | None, str | None]:
    """The model in a folder, or why there is none."""
    if folder is None:
        return None, "No folder for the sentence model is named in the configuration."
    try:
        return Model.load(folder), None
    except ValueError as error:
        return None, str(error)
    except ImportError as error:
        return None, f"The sentence model needs the Python package '{error.name}', which isn't installed."


def _verified(folder: Path) -> dict[str, bytes]:
    """The files by name, as the manifest says they are."""
    try:
        hashes = json.loads((folder / MANIFEST).read_text("utf-8"))["sha256"]
        content = {name: (folder / name).read_bytes() for name in (GRAPH, TOKENISER)}
        wrong = [name for name, read in content.items() if hashes[name] != _sha256([read])]
    except OSError as error:
        raise ValueError(f"There is no sentence model in {folder}: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"The sentence model's {folder / MANIFEST} can't be read; set the model up again.") from error
    if wrong:
        raise ValueError(f"The sentence model's {folder / wrong[0]} isn't what was set up; set the model up again.")
    return content


def _sha256(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()
