"""The files as the model's authors released them, and no others."""

import hashlib
from pathlib import Path

WEIGHTS, TOKENISER = "model.safetensors", "tokenizer.json"
#: SHA-256 of each; the package that they come in carries them unchanged.
HASHES = {
    WEIGHTS: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENISER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


def verify(folder: Path) -> None:
    """ValueError, where the files in a folder aren't these."""
    for name, hashed in HASHES.items():
        if not (folder / name).is_file() or sha256(folder / name) != hashed:
            raise ValueError(f"{name} isn't the file that the model's authors released; nothing was installed.")


def sha256(path: Path) -> str:
    """The hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
