"""The published files → the folder that the bot loads: all of it, checked, or nothing.

A program, with numpy, onnx, onnxruntime and tokenizers at hand: `python -m tools.installing.model.build FILES FOLDER`.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from tools.installing.model.graph import model
from tools.installing.model.references import differing
from tools.installing.model.released import TOKENISER, WEIGHTS, sha256, verify
from tools.installing.model.weights import Array, read_weights

GRAPH, MANIFEST = "model.onnx", "manifest.json"


def build(released: Path, folder: Path) -> None:
    """Write graph, tokeniser and manifest into an empty folder. ValueError says what is wrong with the files."""
    verify(released)
    graph = model(read_weights(released / WEIGHTS)).SerializeToString(deterministic=True)
    (folder / GRAPH).write_bytes(graph)
    shutil.copyfile(released / TOKENISER, folder / TOKENISER)
    wrong = differing(_embedder(folder))
    if wrong:
        raise ValueError(f"The model gives other numbers than it should for {wrong[0]!r}; nothing was installed.")
    hashes = {name: sha256(folder / name) for name in (GRAPH, TOKENISER)}
    (folder / MANIFEST).write_text(json.dumps({"model": "all-MiniLM-L6-v2", "sha256": hashes}, indent=2) + "\n")


def _embedder(folder: Path) -> Callable[[str], Array]:
    tokeniser = Tokenizer.from_file(str(folder / TOKENISER))
    tokeniser.no_padding()
    session = onnxruntime.InferenceSession(folder / GRAPH, providers=["CPUExecutionProvider"])

    def embed(text: str) -> Array:
        ids = np.array(tokeniser.encode(text).ids, dtype=np.int64)
        found: Array = session.run(None, {"ids": ids})[0]
        return found

    return embed


if __name__ == "__main__":
    try:
        build(Path(sys.argv[1]), Path(sys.argv[2]))
    except ValueError as error:
        sys.exit(str(error))
