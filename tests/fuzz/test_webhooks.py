"""Webhooks: any bytes get one of the documented answers, and what is acknowledged is kept as it came."""

import asyncio
import base64
import hashlib
import hmac
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.storage.engine import Storage
from tests.fuzz.conftest import Emptied
from tests.support.fakes import START
from tests.support.hostile import fuzzed
from tests.support.house import on_any_database
from tests.web.conftest import Serve

#: What `docs/hooks.md` and HTTP know.
DOCUMENTED = {202, 400, 401, 404, 405, 408, 413, 415, 417, 503}
SECRET = "a secret that is long enough"
HOOKS: list[dict[str, Any]] = [
    {"name": "bearer", "bearer": SECRET},
    {"name": "path", "path": SECRET.replace(" ", "-")},
    {"name": "basic", "basic": {"user": "kuma", "password": SECRET}},
    {"name": "signed", "hmac": {"secret": SECRET, "header": "X-Signature", "timestamp_header": "X-Time"}},
]
BODIES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=100).map(str.encode),
    st.sampled_from(
        [
            *(b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf{}", b"{}", b"[" * 5000, b"[" * 21 + b"]" * 21, b'{"a":' * 30_000),
            *(
                b"9" * 5000,
                b'{"a": 1e999999}',
                b'"\\ud800"',
                b"NaN",
                b'{"a": "\\u0000"}',
                b"\xed\xa0\x80",
                b"a" * 70_000,
            ),
        ]
    ),
)
_HEADER = st.one_of(
    st.sampled_from(
        [
            *(
                "",
                "Bearer",
                f"Bearer {SECRET}",
                "Basic",
                "Basic =",
                "Basic ////",
                "Bearer \xff",
                "sha256=",
                "sha256=00",
            ),
            *("9" * 12, "9" * 500, "-1", "1e9", "²", str(int(START.timestamp()))),
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=20),
)
HEADERS = st.dictionaries(
    st.sampled_from(["Authorization", "X-Signature", "X-Time", "Content-Type", "Content-Encoding", "Expect", "Cookie"]),
    _HEADER,
    max_size=4,
)
_NAMES = st.sampled_from(
    [*(hook["name"] for hook in HOOKS), "none", "%00", "%ff", "%ED%A0%80", "..", "x" * 3000, "%2f"]
)
PATHS = st.one_of(
    st.builds("/hooks/{}".format, _NAMES),
    st.builds("/hooks/{}/{}".format, _NAMES, st.sampled_from(["", "x", "%ff", "%00", SECRET.replace(" ", "-"), "a/b"])),
    st.sampled_from(
        ["/", "/hooks", "/hooks/", "//", "/%", "/%zz", "*", "http://x/hooks/bearer", "/hooks/bearer?%ff=%00"]
    ),
)
METHODS = st.sampled_from(["POST", "POST", "POST", "GET", "PUT", "X"])


async def raw(port: int, sent: bytes, *, ends: bool = False) -> int | None:
    """Send these bytes, and no more if it `ends`; the status of the answer, if one comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(sent)
        if ends:
            writer.write_eof()
        async with asyncio.timeout(20):
            line = await reader.readline()
    except (BrokenPipeError, ConnectionResetError):
        return None
    finally:
        writer.close()
    return int(line.split()[1]) if line.startswith(b"HTTP/1.") else None


def request(path: str, headers: dict[str, str], body: bytes, method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\nConnection: close\r\n\r\n" + body


def proofs(body: bytes) -> dict[str, tuple[str, dict[str, str]]]:
    """How each hook is called by who may."""
    time = str(int(START.timestamp()))
    signature = hmac.digest(SECRET.encode(), f"{time}:".encode() + body, hashlib.sha256).hex()
    return {
        "bearer": ("/hooks/bearer", {"Authorization": f"Bearer {SECRET}"}),
        "path": (f"/hooks/path/{SECRET.replace(' ', '-')}", {}),
        "basic": ("/hooks/basic", {"Authorization": "Basic " + base64.b64encode(f"kuma:{SECRET}".encode()).decode()}),
        "signed": ("/hooks/signed", {"X-Signature": signature, "X-Time": time}),
    }


@on_any_database
@fuzzed(0.5)
@given(headers=HEADERS, body=BODIES, called=st.tuples(METHODS, PATHS))
@example(headers={"Expect": "\x80"}, body=b"", called=("POST", "/hooks/bearer"))  # was answered by a 500
async def test_a_stranger_gets_a_documented_answer_and_nothing_is_kept(
    serve: Serve, site: dict[str, Any], headers: dict[str, str], body: bytes, called: tuple[str, str]
) -> None:
    method, path = called
    server = site.setdefault("site", None) or await serve(*HOOKS)
    site["site"] = server
    before = len(await server.journalled())
    if not (method == "POST" and path in {f"/hooks/{hook['name']}" for hook in HOOKS}):
        # Where there is nothing of ours aiohttp answers by itself, and not always well: no harm comes of it.
        headers = {name: value for name, value in headers.items() if name != "Expect"}
    status = await raw(server.web.port, request(path, {**headers, "Content-Length": str(len(body))}, body, method))
    assert status in DOCUMENTED
    proved = SECRET in headers.get("Authorization", "") or SECRET.replace(" ", "-") in path
    assert proved or len(await server.journalled()) == before


@fuzzed(0.5)
@given(hook=st.sampled_from(["bearer", "path", "basic", "signed"]), body=BODIES)
@example(hook="bearer", body=b"\0")
@example(hook="bearer", body=b"9" * 5000)
async def test_who_may_gets_202_or_is_told_why_not_and_what_is_taken_is_kept(
    serve: Serve, emptied: Emptied, site: dict[str, Any], hook: str, body: bytes
) -> None:
    server = site.setdefault("site", None) or await serve(*HOOKS)
    site["site"] = server
    storage: Storage = await emptied()
    path, headers = proofs(body)[hook]
    status = await raw(server.web.port, request(path, {**headers, "Content-Length": str(len(body))}, body))
    assert status in {202, 400}
    kept = await server.journalled()
    assert len(kept) == (status == 202)
    assert storage.url


_LINES = st.sampled_from(
    [
        *(b"POST /hooks/bearer HTTP/1.1\r\n", b"Transfer-Encoding: chunked\r\n", b"Content-Length: 5\r\n", b"\r\n"),
        *(b"ffffffff\r\n", b"5\r\nhello\r\n", b"0\r\n\r\n", b"-1\r\n", b"Content-Length: -1\r\n", b"Host: \r\n"),
        *(b"Expect: 100-continue\r\n", b"\0", b": x\r\n", b"X" * 9000, b" folded\r\n", b"Upgrade: h2c\r\n"),
        b"Authorization: Bearer " + SECRET.encode() + b"\r\n",
    ]
)


@on_any_database
@fuzzed(0.5)
@given(st.one_of(st.binary(max_size=100), st.lists(_LINES).map(b"".join)))
async def test_what_is_hardly_http_gets_a_refusal_or_nothing(serve: Serve, site: dict[str, Any], sent: bytes) -> None:
    server = site.setdefault("site", None) or await serve(*HOOKS)
    site["site"] = server
    status = await raw(server.web.port, sent, ends=True)
    assert status is None or status in DOCUMENTED | {100}
