"""Lines of other communities' ordinary chat, which no answer is for. See the README beside this file."""

import gzip
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def chat() -> tuple[str, ...]:
    """The lines, in no order."""
    packed = files(__package__).joinpath("chat.txt.gz").read_bytes()
    return tuple(gzip.decompress(packed).decode("utf-8").splitlines())
