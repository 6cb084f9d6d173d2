"""What both sides calculate: commitments, short strings, and MACs over keys (specification, "SAS verification")."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nio import Api as NioApi
from vodozemac import Curve25519PublicKey, EstablishedSas, Sas

from bot.matrix import wire
from bot.matrix.verification.emoji import EMOJI

__all__ = ["EstablishedSas", "Sas"]

METHOD, AGREEMENT, HASH = "m.sas.v1", "curve25519-hkdf-sha256", "sha256"
#: The better first. The other differs by a wrong base64, and is for apps of before 2023.
MACS = ("hkdf-hmac-sha256.v2", "hkdf-hmac-sha256")
STRINGS = ("decimal", "emoji")
#: Nobody has more keys to prove than this.
MOST_KEYS = 20


class Refusal(Exception):
    """The verification ends with this code."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """One of the two, in the order that decides who starts."""

    user: str
    device: str


@dataclass(frozen=True, slots=True)
class ShortString:
    """What the two compare: seven emoji with their names, or three numbers."""

    emoji: tuple[tuple[str, str], ...]
    decimals: tuple[int, int, int]


def offer() -> dict[str, Any]:
    """What we can do, as a `start` says it."""
    return {
        "method": METHOD,
        "key_agreement_protocols": [AGREEMENT],
        "hashes": [HASH],
        "message_authentication_codes": list(MACS),
        "short_authentication_string": list(STRINGS),
    }


def chosen(start: Mapping[str, Any]) -> dict[str, Any]:
    """Of what their `start` offers, what we take, as an `accept` says it. Raises `Refusal` when nothing fits."""
    macs = [mac for mac in MACS if mac in wire.listed(start, "message_authentication_codes")]
    strings = [one for one in STRINGS if one in wire.listed(start, "short_authentication_string")]
    agreed = AGREEMENT in wire.listed(start, "key_agreement_protocols") and HASH in wire.listed(start, "hashes")
    if start.get("method") != METHOD or not (macs and strings and agreed):
        raise Refusal("m.unknown_method", "no method in common")
    return {
        "method": METHOD,
        "key_agreement_protocol": AGREEMENT,
        "hash": HASH,
        "message_authentication_code": macs[0],
        "short_authentication_string": strings,
    }


def accepted(accept: Mapping[str, Any]) -> tuple[str, str]:
    """The MAC's name and the commitment that their `accept` brings. Raises `Refusal` for what we didn't offer."""
    mac, strings = accept.get("message_authentication_code"), wire.listed(accept, "short_authentication_string")
    known = accept.get("key_agreement_protocol") == AGREEMENT and accept.get("hash") == HASH
    if not known or mac not in MACS or not strings or any(one not in STRINGS for one in strings):
        raise Refusal("m.unknown_method", "accepted what wasn't offered")
    return str(mac), str(accept.get("commitment"))


def commitment(public_key: str, start: Mapping[str, Any]) -> str:
    """What binds the accepting side to its key, and to this `start`, before it has seen the other's key."""
    bound = public_key + NioApi.to_canonical_json(dict(start))
    return b64encode(hashlib.sha256(bound.encode()).digest()).decode().rstrip("=")


def same(one: str, other: str) -> bool:
    """Whether two calculated texts are equal."""
    return hmac.compare_digest(one.encode(), other.encode())


def key(content: Mapping[str, Any]) -> Curve25519PublicKey:
    """The public key of a `key` message. Raises `ValueError`."""
    value = content.get("key")
    if not isinstance(value, str):
        raise Refusal("m.invalid_message", "no key")
    return Curve25519PublicKey.from_base64(value)


def short_string(shared: EstablishedSas, info: str) -> ShortString:
    """What the shared secret looks like to a person."""
    seen = shared.bytes(info)
    return ShortString(tuple(EMOJI[index] for index in seen.emoji_indices), seen.decimals)


def macs(shared: EstablishedSas, method: str, keys: Mapping[str, str], info: str) -> dict[str, Any]:
    """A `mac` message over these keys, by key id."""
    of = _calculation(shared, method)
    listed = ",".join(sorted(keys))
    return {"mac": {name: of(value, info + name) for name, value in keys.items()}, "keys": of(listed, info + "KEY_IDS")}


def prove(content: Mapping[str, Any], shared: EstablishedSas, method: str, keys: Mapping[str, str], info: str) -> None:
    """Raise `Refusal` unless their `mac` message is right for their keys as we know them, and for one at least.

    Keys that we don't know are no harm: nothing is believed of them.
    """
    theirs, of = wire.mapping(content, "mac"), _calculation(shared, method)
    told = {"mac": theirs, "keys": content.get("keys")}
    if len(theirs) > MOST_KEYS or not all(isinstance(one, str) for one in [*theirs.values(), told["keys"]]):
        raise Refusal("m.invalid_message", "no MACs")
    known = [name for name in theirs if name in keys]
    right = [same(theirs[name], of(keys[name], info + name)) for name in known]
    right.append(same(str(told["keys"]), of(",".join(sorted(theirs)), info + "KEY_IDS")))
    if not known or not all(right):
        raise Refusal("m.key_mismatch", "the MACs don't fit the keys")


def _calculation(shared: EstablishedSas, method: str) -> Callable[[str, str], str]:
    return shared.calculate_mac if method == MACS[0] else shared.calculate_mac_invalid_base64
