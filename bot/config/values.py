"""Kinds of values in the config. Each refuses with a sentence that begins with "expected" and shows a right one."""

import re
from typing import Annotated
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import AfterValidator, SecretStr

# Server names, localparts and sigils: https://spec.matrix.org/latest/appendices/#identifier-grammar
_HOST = r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])"
_SERVER = rf"{_HOST}(?::[0-9]{{1,5}})?"
_USER = rf"@[!-9;-~]+:{_SERVER}"
_ALIAS = rf"#[^:\s]+:{_SERVER}"
#: From room version 12 on, a room's id has no server behind it.
_ROOM_ID = rf"![^:\s]+(?::{_SERVER})?"
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
#: Ends in a sign, so that no ordinary word begins with a prefix.
_PREFIX = r"\S{0,2}[^\w\s]"
_HEADER = r"[A-Za-z0-9-]+"

#: Of any Matrix identifier, in bytes.
_LONGEST_ID = 255
_LAST_PORT = 65535


def _like(pattern: str, expected: str) -> AfterValidator:
    shape = re.compile(pattern)

    def check(text: str) -> str:
        if shape.fullmatch(text) is None or len(text.encode()) > _LONGEST_ID:
            raise ValueError(expected)
        return text

    return AfterValidator(check)


User = Annotated[str, _like(_USER, 'expected a full Matrix id such as "@steward:social.coop"')]
RoomRef = Annotated[
    str, _like(f"{_ALIAS}|{_ROOM_ID}", 'expected a room\'s alias such as "#tech:social.coop", or its id ("!…")')
]
Server = Annotated[str, _like(_SERVER, 'expected a server\'s name such as "matrix.org"')]
Host = Annotated[
    str, _like(_HOST, 'expected a host\'s name or address without a port, such as "wiki.internal" or "10.0.0.7"')
]
Slug = Annotated[
    str, _like(_SLUG, 'expected a short name of lower-case letters, digits and hyphens, such as "tech-chat"')
]
HeaderName = Annotated[str, _like(_HEADER, 'expected the name of an HTTP header, such as "X-Signature"')]
Prefix = Annotated[str, _like(_PREFIX, 'expected one to three characters that end in a sign, such as "!"')]


def _some(text: str) -> str:
    if not text.strip():
        raise ValueError("expected some text, not an empty one")
    return text.strip()


Text = Annotated[str, AfterValidator(_some)]


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # read on access only, and refused there
    except ValueError:
        return None
    return parts if parts.hostname and not re.search(r"\s", address) else None


def _web(address: str) -> str:
    return _web_like("https://social.coop", address)


def _web_like(example: str, address: str) -> str:
    parts = _split(address)
    if parts is None or parts.scheme not in {"http", "https"}:
        raise ValueError(f'expected a web address such as "{example}"')
    if parts.username is not None or parts.password is not None:
        raise ValueError("expected a web address without a user or password in it")
    return address


def _homeserver(address: str) -> str:
    if re.search(r"[?#]", _web_like("https://matrix.org", address)):
        raise ValueError('expected the homeserver\'s address alone, such as "https://matrix.org"')
    return address.rstrip("/")


def _listen(address: str) -> str:
    host, _, port = address.rpartition(":")
    if not re.fullmatch(_HOST, host) or not re.fullmatch("[0-9]{1,5}", port) or int(port) > _LAST_PORT:
        raise ValueError('expected an address and a port, in quotes, such as "127.0.0.1:8080"')
    return address


WebUrl = Annotated[str, AfterValidator(_web)]
HomeserverUrl = Annotated[str, AfterValidator(_homeserver)]
#: An address of this machine and a port; 0 is any that is free.
Listen = Annotated[str, AfterValidator(_listen)]


class DatabaseUrl(SecretStr):
    """A database's address: kept like a secret, since it may hold a password. Without one it may stand in the file."""

    @staticmethod
    def is_public(address: str) -> bool:
        """Whether there is nothing secret in this address."""
        try:
            parts = urlsplit(address)
        except ValueError:
            return False
        return parts.password is None and not any("password" in name for name in parse_qs(parts.query))


def _postgresql(url: DatabaseUrl) -> DatabaseUrl:
    scheme, _, rest = url.get_secret_value().partition("://")
    if scheme not in {"postgresql", "postgresql+psycopg"} or not rest:
        raise ValueError("expected postgresql://user@host/name; for SQLite, leave this key out")
    return url


Database = Annotated[DatabaseUrl, AfterValidator(_postgresql)]
