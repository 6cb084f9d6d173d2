"""The client for the outside: nothing of the inside is called, however it is asked for; nothing goes on for ever."""

import asyncio
import datetime as dt
import gzip
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot import addresses
from bot.errors import Permanent, TryLater
from bot.net import Outside
from bot.version import VERSION

PUBLIC = ["8.8.8.8", "1.1.1.1", "193.0.14.129", "2a00:1450:4001:800::200e", "64:ff9b::808:808", "2002:808:808::1"]
PRIVATE = ["127.0.0.1", "127.8.9.10", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1"]
PRIVATE += ["100.127.255.255", "::1", "fc00::1", "fd12:3456::1", "fec0::1", "192.0.2.1", "198.18.0.1", "203.0.113.5"]
NEVER = ["0.0.0.0", "0.1.2.3", "169.254.169.254", "169.254.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1"]  # noqa: S104
NEVER += ["255.255.255.255", "::", "fe80::1", "fe80::1%lo", "ff02::1", "fd00:ec2::254", "168.63.129.16"]
NEVER += ["100.100.100.200", "192.0.0.192", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"]
NEVER += ["64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::1", "2002:a00:1::", "::10.0.0.1"]
NEVER += ["::ffff:0:10.0.0.1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "4000::1"]


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        *((one, "public") for one in PUBLIC),
        *((one, "private") for one in PRIVATE),
        *((one, "never") for one in NEVER),
    ],
)
def test_what_is_behind_an_address(address, kind):
    assert addresses.kind(address) == kind


class Names(AbstractResolver):
    """Names as given. Of several answers each is given once, the last for ever. `asked` has every lookup."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        self.asked.append(host)
        answers = self.names.get(host)
        if answers is None:
            raise OSError(None, "no such name")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in found
        ]

    async def close(self) -> None:
        """There is nothing to close."""


Handler = Callable[[Any], Any]


class Pages:
    """A web server of the inside, on this machine. `seen` are the requests that reached it."""

    def __init__(self) -> None:
        self.seen: list[web.BaseRequest] = []
        self.answer: Handler = lambda _request: web.Response(text="inside")
        self.port = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        answer: Any = self.answer(request)
        found: web.StreamResponse = await answer if asyncio.iscoroutine(answer) else answer
        return found

    def url(self, host: str = "127.0.0.1", path: str = "/") -> str:
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        return [request.path for request in self.seen]


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    pages = Pages()
    runner = web.ServerRunner(web.Server(pages), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    pages.port = site.port
    yield pages
    await runner.cleanup()


@pytest.fixture
async def outside() -> AsyncIterator[Callable[..., Outside]]:
    made: list[Outside] = []

    def make(names: Names | None = None, *allowed: str, **limits: Any) -> Outside:
        made.append(Outside(allowed_private=frozenset(allowed), resolver=names, **limits))
        return made[-1]

    yield make
    for one in made:
        await one.close()


LOCAL = [["127.0.0.1"]]

# What may not be called


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "[::]", "10.0.0.1"),  # noqa: S104
        *("169.254.169.254", "[fe80::1%25lo]", "[64:ff9b::7f00:1]", "①②⑦.0.0.1", "127.0.0.1."),
        *("127.1", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "localhost", "LOCALHOST.", "localhost.."),
    ],
)
async def test_no_way_to_write_an_address_of_the_inside_leads_there(pages, outside, host):
    with pytest.raises((Permanent, TryLater)):
        await outside().fetch(pages.url(host))
    assert pages.seen == []


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1"], ["169.254.169.254"]])
async def test_a_name_with_any_address_of_the_inside_is_not_called(pages, outside, found):
    with pytest.raises(Permanent, match=r"example\.org is in a private network"):
        await outside(Names(example_org=[found])).fetch(pages.url("example.org"))
    assert pages.seen == []


async def test_a_name_that_changes_after_it_was_checked_leads_nowhere_else(pages, outside, monkeypatch):
    """DNS rebinding: public when looked at, private when called. So it is looked up once, and called as looked at."""
    monkeypatch.setattr(addresses, "kind", as_if_public("127.0.0.1"))
    names = Names(example_org=[["127.0.0.1"], ["127.0.0.2"]])
    assert (await outside(names).fetch(pages.url("example.org"))).body == b"inside"
    assert names.asked == ["example.org"]
    with pytest.raises(Permanent):
        await outside(names).fetch(pages.url("example.org"))


def as_if_public(address: str) -> Callable[[str], str]:
    """Addresses as they are, but for this one."""
    real = addresses.kind
    return lambda written: "public" if written == address else real(written)


async def test_each_new_call_is_looked_up_and_checked_anew(pages, outside):
    names = Names(example_org=[["127.0.0.1"], ["169.254.169.254"]])
    client = outside(names, "example.org")
    assert (await client.fetch(pages.url("example.org"))).body == b"inside"
    with pytest.raises(Permanent):
        await client.fetch(pages.url("example.org"))
    assert len(pages.seen) == 1


@pytest.mark.parametrize("url", ["ftp://example.org/", "file:///etc/passwd", "example.org", "http://", "http:///x", ""])
async def test_only_the_web_is_fetched(outside, url):
    with pytest.raises(Permanent, match="begin with http"):
        await outside().fetch(url)


# What the config allows


@pytest.mark.parametrize("listed", ["status.example.org", "STATUS.example.org."])
async def test_a_private_host_is_called_where_it_is_listed(pages, outside, listed):
    client = outside(Names(status_example_org=LOCAL, other_example_org=LOCAL), listed)
    assert (await client.fetch(pages.url("status.example.org"))).body == b"inside"
    for other in ("other.example.org", "127.0.0.1"):
        with pytest.raises(Permanent):
            await client.fetch(pages.url(other))


async def test_an_address_may_be_listed_too(pages, outside):
    assert (await outside(None, "127.0.0.1").fetch(pages.url())).status == 200


async def test_a_listed_host_is_still_not_called_where_a_cloud_hands_out_credentials(outside):
    with pytest.raises(Permanent):
        await outside(Names(a_org=[["169.254.169.254"]]), "a.org").fetch("http://a.org/")


# Redirects


def leads(**ways: str) -> Handler:
    """Each path redirects to what is given for it; all others answer with themselves."""

    def answer(request: web.Request) -> web.Response:
        way = ways.get(request.path.strip("/"))
        return web.Response(status=302, headers={"Location": way}) if way else web.Response(text=request.path)

    return answer


async def test_redirects_are_followed(pages, outside):
    names = Names(a_org=LOCAL, b_org=LOCAL)
    pages.answer = leads(one="/two?x=1", two=pages.url("b.org", "/three"))
    found = await outside(names, "a.org", "b.org").fetch(pages.url("a.org", "/one"))
    assert (found.status, found.body, found.url) == (200, b"/three", pages.url("b.org", "/three"))
    assert names.asked == ["a.org", "a.org", "b.org"]


@pytest.mark.parametrize("to", ["http://127.0.0.1:{}/", "http://b.org:{}/", "http://[::1]:{}/", "//b.org:{}/"])
async def test_a_redirect_to_the_inside_is_refused(pages, outside, to):
    pages.answer = leads(one=to.format(pages.port))
    with pytest.raises(Permanent, match="private network"):
        await outside(Names(a_org=LOCAL, b_org=LOCAL), "a.org").fetch(pages.url("a.org", "/one"))
    assert pages.paths() == ["/one"]


async def test_what_is_listed_is_not_reached_from_what_is_not(pages, outside, monkeypatch):
    """Somebody's feed must not lead to what only the config may call."""
    monkeypatch.setattr(addresses, "kind", as_if_public("127.0.0.1"))
    pages.answer = leads(one=pages.url("b.org", "/two"))
    with pytest.raises(Permanent, match=r"a\.org leads into a private network"):
        await outside(Names(a_org=LOCAL, b_org=LOCAL), "b.org").fetch(pages.url("a.org", "/one"))
    assert pages.paths() == ["/one"]


@pytest.mark.parametrize("to", ["ftp://b.org/", "file:///etc/passwd", "gopher://b.org", "http://[::1"])
async def test_a_redirect_out_of_the_web_is_refused(pages, outside, to):
    pages.answer = leads(one=to)
    with pytest.raises(Permanent, match="begin with http"):
        await outside(Names(a_org=LOCAL), "a.org").fetch(pages.url("a.org", "/one"))


async def test_five_redirects_and_no_more(pages, outside):
    client = outside(None, "127.0.0.1")
    pages.answer = leads(**{str(number): f"/{number + 1}" for number in range(5)})
    assert (await client.fetch(pages.url(path="/0"))).body == b"/5"
    pages.answer = leads(**{str(number): f"/{number + 1}" for number in range(6)})
    with pytest.raises(Permanent, match="redirects more than 5 times"):
        await client.fetch(pages.url(path="/0"))


async def test_credentials_stay_with_the_host_that_they_are_for(pages, outside):
    pages.answer = leads(one="/two", two=pages.url("b.org", "/three"), three=pages.url("a.org", "/four"))
    client = outside(Names(a_org=LOCAL, b_org=LOCAL), "a.org", "b.org")
    await client.fetch(pages.url("user:secret@a.org", "/one"), {"X-Token": "secret"})
    assert [("X-Token" in one.headers, "Authorization" in one.headers) for one in pages.seen] == [
        (True, True),
        (True, True),
        (False, False),
        (False, False),
    ]


async def test_cookies_are_not_kept(pages, outside):
    pages.answer = lambda _: web.Response(headers={"Set-Cookie": "a=b"})
    client = outside(None, "127.0.0.1")
    for _ in range(2):
        await client.fetch(pages.url())
    assert all("Cookie" not in one.headers for one in pages.seen)


# Limits and failures


async def test_an_answer_is_told_as_it_is(pages, outside):
    pages.answer = lambda _: web.Response(status=503, text="down", headers={"ETag": '"1"'})
    found = await outside(None, "127.0.0.1").fetch(pages.url(path="/x?y=z"))
    assert (found.status, found.body, found.headers["etag"]) == (503, b"down", '"1"')
    assert found.url == pages.url(path="/x?y=z")
    assert 0 < found.elapsed < 5
    assert pages.seen[0].headers["User-Agent"] == f"Steward/{VERSION}"


@pytest.mark.parametrize("compressed", [False, True])
async def test_an_answer_that_is_too_large_is_given_up(pages, outside, compressed):
    def answer(_request: web.Request) -> web.Response:
        body = bytes(1001)
        headers = {"Content-Encoding": "gzip"} if compressed else {}
        return web.Response(body=gzip.compress(body) if compressed else body, headers=headers)

    pages.answer = answer
    with pytest.raises(Permanent, match="more than 1000 bytes"):
        await outside(None, "127.0.0.1", largest=1000).fetch(pages.url())
    assert len((await outside(None, "127.0.0.1", largest=1001).fetch(pages.url())).body) == 1001


async def test_what_takes_too_long_is_given_up_also_when_it_drips(pages, outside):
    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    pages.answer = drips
    with pytest.raises(TryLater, match=r"127\.0\.0\.1 took longer than 0\.3 seconds"):
        await outside(None, "127.0.0.1", seconds=0.3).fetch(pages.url())


@pytest.mark.parametrize("host", ["gone.example.org", "127.0.0.1"])
async def test_what_cant_be_reached_may_be_tried_later(outside, host):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with pytest.raises(TryLater, match=f"^{host} can't be reached"):
            await outside(Names(), "127.0.0.1").fetch(f"http://{host}:{port}/")


async def test_no_error_quotes_more_of_an_address_than_the_host(pages, outside):
    secrets = "http://canary:canary@{}/canary?canary=canary#canary"

    async def breaks(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    pages.answer = breaks
    client = outside(Names(local=LOCAL, private=[["10.0.0.1"]]), "127.0.0.1", "local")
    for host in (f"local:{pages.port}", f"127.0.0.1:{pages.port}", "private", "gone", "127.1", "exa mple"):
        with pytest.raises((Permanent, TryLater)) as caught:
            await client.fetch(secrets.format(host))
        assert "canary" not in str(caught.value)
        assert caught.value.__cause__ is None
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_proxies_of_the_environment_are_not_used(pages, outside, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", pages.url())
    monkeypatch.setenv("http_proxy", pages.url())
    with pytest.raises(TryLater):
        await outside(Names()).fetch("http://gone.example.org/")
    assert os.environ["http_proxy"]
    assert pages.seen == []


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(outside, tmp_path):
    context = self_signed(tmp_path)
    runner = web.ServerRunner(web.Server(Pages()))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await site.start()
    with pytest.raises(TryLater, match="its certificate isn't to be trusted: it is self-signed"):
        await outside(None, "127.0.0.1").fetch(f"https://127.0.0.1:{site.port}/")
    await runner.cleanup()


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    certificate = (x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + dt.timedelta(days=1))).sign(
        key, hashes.SHA256()
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate.public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


async def test_it_closes_what_it_opened():
    async with Outside() as outside:
        pass
    with pytest.raises(RuntimeError, match="closed"):
        await outside.fetch("http://93.184.216.34/")
