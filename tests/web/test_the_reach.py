"""Below HTTP: connections, certificates and names; nothing of the inside is called, and nothing goes on for ever."""

import asyncio
import contextlib
import datetime as dt
import socket
import ssl
from collections.abc import AsyncIterator, Iterator

import dns.rcode
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot import connecting
from bot.errors import OutOfSight, Permanent, TryLater
from bot.reach import Direct
from tests.support.watched import DAY, Authority, Names, Site, answering, serving

HERE = "127.0.0.1"
HOSTS = frozenset({HERE, "localhost", "social.example", "two.example"})


class Book(AbstractResolver):
    """Names as given: each time they are asked for the next answer, the last for ever. `asked` has every lookup."""

    def __init__(self, **names: list[list[str]]) -> None:
        self.names = {name.replace("_", "."): answers for name, answers in names.items()}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del family
        self.asked.append(host)
        answers = self.names[host]
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET6 if ":" in one else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in (answers.pop(0) if len(answers) > 1 else answers[0])
        ]

    async def close(self) -> None:
        """There is nothing to close."""


@pytest.fixture
def authority(tmp_path) -> Authority:
    return Authority(folder=tmp_path)


@pytest.fixture
async def listener() -> AsyncIterator[int]:
    """A server that takes connections and says nothing; its port."""
    held = []
    server = await asyncio.start_server(lambda _, writer: held.append(writer), HERE, 0)
    yield server.sockets[0].getsockname()[1]
    for writer in held:
        writer.close()
    server.close()


@pytest.fixture
def closed() -> Iterator[int]:
    """A port that nobody listens on."""
    with socket.socket() as nobody:
        nobody.bind((HERE, 0))
        yield nobody.getsockname()[1]


@contextlib.asynccontextmanager
async def secured(context: ssl.SSLContext) -> AsyncIterator[int]:
    async with serving(Site(), context) as site:
        yield site.port


# Connections


async def test_a_connection_is_made_and_closed(listener):
    assert 0 <= await Direct(allowed_private=HOSTS).tcp(HERE, listener) < 5


async def test_a_refused_connection_may_be_tried_later(closed):
    with pytest.raises(TryLater, match=r"^127\.0\.0\.1 can't be reached \(connection refused\)$"):
        await Direct(allowed_private=HOSTS).tcp(HERE, closed)


async def test_a_name_that_there_is_not_is_said_so():
    with pytest.raises(TryLater, match=r"^nobody\.invalid can't be reached \(.*name"):
        await Direct().tcp("nobody.invalid", 1)


@pytest.mark.parametrize("name", ["a" * 70 + ".example", "a..example", "\ud800"])
async def test_what_is_no_name_is_refused(name):
    with pytest.raises((Permanent, TryLater)):
        await Direct().tcp(name, 1)


async def test_one_dead_address_of_several_holds_nobody_up(listener, closed, monkeypatch):
    async def half_dead(address: ResolveResult) -> socket.socket:
        if address["host"] == "127.0.0.2":
            await asyncio.Event().wait()
        return await connect(address)

    connect = connecting._connect  # noqa: SLF001 - no address of this machine is dead
    monkeypatch.setattr(connecting, "_connect", half_dead)
    book = Book(two_example=[["127.0.0.2", HERE]])
    assert await Direct(resolver=book, allowed_private=HOSTS).tcp("two.example", listener) < 5
    with pytest.raises(TryLater, match="took longer"):
        await Direct(resolver=book, allowed_private=HOSTS, seconds=0.3).tcp("two.example", closed)


async def test_nothing_stays_open_of_the_addresses_that_were_not_needed(listener, monkeypatch):
    opened: list[socket.socket] = []
    both = asyncio.Event()

    async def at_once(address: ResolveResult) -> socket.socket:
        sock = await connect(address)
        opened.append(sock)
        if len(opened) < 2:
            await both.wait()
        both.set()
        return sock

    connect = connecting._connect  # noqa: SLF001 - as above
    monkeypatch.setattr(connecting, "_connect", at_once)
    book = Book(two_example=[[HERE, HERE]])
    await Direct(resolver=book, allowed_private=HOSTS).tcp("two.example", listener)
    assert [one.fileno() for one in opened] == [-1, -1]


# Nothing of the inside

INSIDE = [HERE, "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0", "127.1", "2130706433"]  # noqa: S104


@pytest.mark.parametrize("host", INSIDE)
async def test_nothing_of_the_inside_is_connected_to(host, listener):
    reach = Direct(seconds=5)
    for call in (
        reach.tcp(host, listener),
        reach.tls(host, listener),
        reach.dns("a.example", "A", f"{host}:{listener}"),
    ):
        with pytest.raises(OutOfSight, match="private network"):
            await call


@pytest.mark.parametrize("found", [[HERE], ["93.184.216.34", HERE], ["::1"], ["169.254.169.254"], ["fd00::1"]])
async def test_a_name_with_any_address_of_the_inside_is_not_called(found, listener):
    with pytest.raises(OutOfSight, match=r"social\.example is in a private network"):
        await Direct(resolver=Book(social_example=[found])).tcp("social.example", listener)


async def test_what_hands_out_a_clouds_credentials_is_not_called_even_where_it_is_listed():
    with pytest.raises(OutOfSight):
        await Direct(resolver=Book(social_example=[["169.254.169.254"]]), allowed_private=HOSTS).tcp(
            "social.example", 80
        )


async def test_a_name_that_changes_after_it_was_checked_leads_nowhere_else(listener):
    """DNS rebinding: it is looked up once, and called as looked at."""
    book = Book(social_example=[[HERE], ["127.0.0.9"]])
    await Direct(resolver=book, allowed_private=HOSTS).tcp("social.example", listener)
    assert book.asked == ["social.example"]


async def test_each_handshake_is_checked_also_the_second_that_reads_what_isnt_trusted(authority):
    async with secured(authority.self_signed("social.example", ends=DAY)) as port:
        book = Book(social_example=[[HERE], ["169.254.169.254"]])
        with pytest.raises(OutOfSight):
            await Direct(resolver=book, allowed_private=HOSTS).tls("social.example", port)
        assert book.asked == ["social.example", "social.example"]


# Certificates


async def test_a_good_certificate_tells_its_end_and_its_issuer(authority):
    async with secured(authority.server(HERE, ends=30 * DAY)) as port:
        shown = await Direct(allowed_private=HOSTS, trusted=authority.trusted()).tls(HERE, port)
    assert shown.trouble == ""
    assert shown.issuer == "Test Authority"
    assert abs(shown.ends - dt.datetime.now(dt.UTC) - 30 * DAY) < dt.timedelta(hours=1)
    assert 0 <= shown.elapsed < 5


@pytest.mark.parametrize(
    ("made", "trouble", "ends"),
    [
        (lambda one: one.server(HERE, ends=-5 * DAY), "it has expired", -5 * DAY),
        (lambda one: one.server("other.example", ends=30 * DAY), "it is for another host", 30 * DAY),
        (lambda one: one.server(HERE, begins=DAY, ends=30 * DAY), "it isn't valid yet", 30 * DAY),
    ],
)
async def test_of_a_bad_certificate_it_is_told_why_and_when_it_ends(authority, made, trouble, ends):
    async with secured(made(authority)) as port:
        shown = await Direct(allowed_private=HOSTS, trusted=authority.trusted()).tls(HERE, port)
    assert shown.trouble == trouble
    assert abs(shown.ends - dt.datetime.now(dt.UTC) - ends) < dt.timedelta(hours=1)


async def test_a_certificate_for_another_name_is_known_by_the_name_that_was_asked_for(authority):
    async with secured(authority.server("social.example", ends=DAY)) as port:
        book = Book(social_example=[[HERE]], two_example=[[HERE]])
        reach = Direct(allowed_private=HOSTS, trusted=authority.trusted(), resolver=book)
        assert (await reach.tls("social.example", port)).trouble == ""
        assert (await reach.tls("two.example", port)).trouble == "it is for another host"


async def test_nobody_vouches_for_a_certificate_that_vouches_for_itself(authority):
    async with secured(authority.self_signed(HERE, ends=DAY)) as port:
        assert (await Direct(allowed_private=HOSTS).tls(HERE, port)).trouble == "it is self-signed"
    async with secured(authority.server(HERE, ends=DAY)) as port:
        trouble = (await Direct(allowed_private=HOSTS).tls(HERE, port)).trouble
        assert trouble == "nobody who is trusted has issued it"


async def test_what_speaks_no_tls_has_no_certificate(listener):
    async with serving(Site()) as site:
        with pytest.raises(TryLater, match=r"^127\.0\.0\.1 can't be reached \(no encrypted connection comes about\)$"):
            await Direct(allowed_private=HOSTS).tls(HERE, site.port)
    with pytest.raises(TryLater, match=r"^127\.0\.0\.1 took longer than 0\.3 seconds$"):
        await Direct(allowed_private=HOSTS, seconds=0.3).tls(HERE, listener)


# Names


RECORDS = {
    ("social.example", "A"): ["192.0.2.7", "192.0.2.10"],
    ("social.example", "TXT"): ['"v=spf1" " -all"', '"a b"'],
    ("social.example", "MX"): ["10 Mail.Social.Example."],
    ("social.example", "CAA"): ['0 issue "Example.org"'],
    ("www.social.example", "CNAME"): ["Social.Example."],
    ("_sip._tcp.social.example", "SRV"): ["1 2 5060 sip.social.example."],
}


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("social.example", "A", ("192.0.2.10", "192.0.2.7")),
        ("social.example", "TXT", ("a b", "v=spf1 -all")),
        ("social.example", "MX", ("10 mail.social.example",)),
        ("social.example", "CAA", ('0 issue "Example.org"',)),
        ("www.social.example", "CNAME", ("social.example",)),
        ("_sip._tcp.social.example", "SRV", ("1 2 5060 sip.social.example",)),
        ("social.example", "AAAA", ()),
    ],
)
async def test_records_are_texts_in_order(name, kind, expected):
    async with answering(Names(RECORDS)) as names:
        assert await Direct(allowed_private=HOSTS).dns(name, kind, names.address) == expected
        assert names.asked == [f"{name} {kind}"]


async def test_a_name_without_anything_does_not_exist():
    async with answering(Names(RECORDS)) as names:
        with pytest.raises(TryLater, match=r"^gone\.example doesn't exist$"):
            await Direct(allowed_private=HOSTS).dns("gone.example", "A", names.address)


async def test_a_name_server_that_fails_or_keeps_silent_may_be_asked_later():
    async with answering(Names(RECORDS, code=dns.rcode.SERVFAIL)) as names:
        with pytest.raises(TryLater, match=r"^no name server has an answer for social\.example$"):
            await Direct(allowed_private=HOSTS, seconds=5).dns("social.example", "A", names.address)
    async with answering(Names(RECORDS, silent=True)) as names:
        with pytest.raises(TryLater, match=r"social\.example"):
            await Direct(allowed_private=HOSTS, seconds=0.3).dns("social.example", "A", names.address)


@pytest.mark.parametrize(
    ("name", "kind"), [("a" * 70, "A"), ("a..b", "A"), ("social.example", "NONSENSE"), ("a.b", "AXFR")]
)
async def test_what_cant_be_asked_for_is_refused(name, kind):
    async with answering(Names(RECORDS)) as names:
        with pytest.raises(Permanent):
            await Direct(allowed_private=HOSTS).dns(name, kind, names.address)


async def test_no_error_quotes_more_than_the_host(listener, closed):
    reach = Direct(allowed_private=HOSTS, seconds=0.3)
    for call in (reach.tcp(HERE, closed), reach.tls(HERE, listener), reach.dns("a.example", "A", f"{HERE}:{closed}")):
        with pytest.raises(TryLater) as caught:
            await call
        assert str(closed) not in str(caught.value)
        assert str(listener) not in str(caught.value)
        assert caught.value.__suppress_context__


async def test_a_name_without_an_address_is_one_that_there_is_no_way_to():
    reach = Direct(resolver=Book(social_example=[[]]), allowed_private=HOSTS)
    for call in (reach.tcp, reach.tls):
        with pytest.raises(TryLater, match="there is no way to it"):
            await call("social.example", 443)
