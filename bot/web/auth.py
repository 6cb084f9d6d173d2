"""Who calls a hook: each kind of proof, over the raw body, in constant time. Pure."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from bot.config import Hook
from bot.config.models import Secrets

#: How far a signed time may be from ours, in seconds, either way.
WINDOW = 300
#: Of a time in seconds, in digits; more is none.
_LONGEST_TIME = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """`Authorization: Bearer SECRET`."""

    secrets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InPath:
    """The secret is the address's last part."""

    secrets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Basic:
    """`Authorization: Basic …`. A secret here is `user:password`."""

    secrets: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """HMAC-SHA256, in hex. With `timestamp_header`, the time is signed too: `time:body`, as Grafana does."""

    secrets: tuple[bytes, ...]
    header: str
    timestamp_header: str | None = None


Proof = Bearer | InPath | Basic | Signed


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request as far as it proves anything. `path` is the secret in its address; `at` our time, in seconds."""

    headers: Mapping[str, str]
    path: str
    body: bytes
    at: float


@dataclass(frozen=True, slots=True)
class Accepted:
    """It is who it should be. `nonce` is the same whenever the same signed request comes again; None: can't be told."""

    nonce: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It isn't; why, for the log."""

    why: str


def proof_of(hook: Hook) -> Proof:
    """What the config asks of this hook's caller."""
    if hook.bearer is not None:
        return Bearer(secrets=_bytes(hook.bearer))
    if hook.path is not None:
        return InPath(secrets=_bytes(hook.path))
    if hook.basic is not None:
        user = f"{hook.basic.user}:".encode()
        return Basic(secrets=tuple(user + password for password in _bytes(hook.basic.password)))
    if hook.hmac is not None:
        signed = hook.hmac
        return Signed(secrets=_bytes(signed.secret), header=signed.header, timestamp_header=signed.timestamp_header)
    raise AssertionError("the config's rules let no hook be without one")


def check(proof: Proof, call: Call) -> Accepted | Rejected:
    """Whether this call may be believed."""
    match proof:
        case Bearer(secrets=secrets):
            return _shown(_credentials(call, "bearer"), secrets)
        case InPath(secrets=secrets):
            return _shown(_raw(call.path), secrets)
        case Basic(secrets=secrets):
            return _shown(_decoded(_credentials(call, "basic")), secrets)
        case Signed():
            return _signed(proof, call)
        case _:
            assert_never(proof)


def _shown(given: bytes, secrets: tuple[bytes, ...]) -> Accepted | Rejected:
    if not given:
        return Rejected("no secret was given")
    return Accepted() if _one_of(given, secrets) else Rejected("the secret is wrong")


def _signed(proof: Signed, call: Call) -> Accepted | Rejected:
    given = call.headers.get(proof.header, "")
    if not given:
        return Rejected("no signature was given")
    text, nonce = call.body, None
    if proof.timestamp_header is not None:
        text = _raw(call.headers.get(proof.timestamp_header, "")) + b":" + call.body
        # Of the text and not of the signature, which can be written in several ways.
        nonce = hashlib.sha256(text).hexdigest()
    expected = tuple(hmac.digest(secret, text, "sha256").hex().encode() for secret in proof.secrets)
    if not _one_of(_raw(given.lower().removeprefix("sha256=")), expected):
        return Rejected("the signature is wrong")
    if proof.timestamp_header is not None and not _timely(call.headers.get(proof.timestamp_header, ""), call.at):
        return Rejected(f"the signed time is not within {WINDOW} seconds of ours")
    return Accepted(nonce)


def _timely(written: str, now: float) -> bool:
    digits = written.isascii() and written.isdecimal() and len(written) <= _LONGEST_TIME
    return digits and abs(int(written) - now) <= WINDOW


def _one_of(given: bytes, secrets: tuple[bytes, ...]) -> bool:
    """All are looked at, so that the time taken says nothing."""
    return sum(hmac.compare_digest(given, secret) for secret in secrets) > 0


def _credentials(call: Call, scheme: str) -> bytes:
    said, _, credentials = call.headers.get("Authorization", "").partition(" ")
    return _raw(credentials.strip()) if said.lower() == scheme else b""


def _decoded(credentials: bytes) -> bytes:
    try:
        return base64.b64decode(credentials, validate=True)
    except ValueError:
        return b""


def _raw(text: str) -> bytes:
    """As it came over the line: HTTP's headers may hold any bytes."""
    return text.encode(errors="surrogateescape")


def _bytes(secrets: Secrets) -> tuple[bytes, ...]:
    each = secrets if isinstance(secrets, tuple) else (secrets,)
    return tuple(secret.get_secret_value().encode() for secret in each)
