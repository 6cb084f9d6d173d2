"""The recovery key as people keep it: 32 bytes in base58, in groups of four.

See the client-server specification, "Cryptographic key representation".
"""

import functools
import operator

from bot.errors import CryptoError

FILE = "recovery-key.txt"
_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_PREFIX = b"\x8b\x01"
_LENGTH = 32


def written(key: bytes) -> str:
    """The key as text."""
    raw = _PREFIX + key
    number = int.from_bytes(raw + bytes([_parity(raw)]))
    text = ""
    while number:
        number, digit = divmod(number, len(_ALPHABET))
        text = _ALPHABET[digit] + text
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def read(text: str) -> bytes:
    """The key in this text, whatever spaces are in it. Raises `CryptoError`, which doesn't quote it."""
    number = 0
    for letter in "".join(text.split()):
        digit = _ALPHABET.find(letter)
        if digit < 0:
            raise _malformed()
        number = number * len(_ALPHABET) + digit
    size = len(_PREFIX) + _LENGTH + 1
    if number >= 1 << (8 * size):
        raise _malformed()
    raw = number.to_bytes(size)
    if not raw.startswith(_PREFIX) or _parity(raw):
        raise _malformed()
    return raw[len(_PREFIX) : -1]


def _parity(raw: bytes) -> int:
    return functools.reduce(operator.xor, raw)


def _malformed() -> CryptoError:
    return CryptoError(
        "What `homeserver.recovery_key` leads to is no recovery key: look for a slip. It has 12 groups of four letters "
        "and digits and begins with Es."
    )
