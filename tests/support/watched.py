"""What probes look at: web servers, certificates and a name server on this machine, as ill as a test wants."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

DAY = dt.timedelta(days=1)
PEM = serialization.Encoding.PEM

Answer = Callable[[web.BaseRequest], Any]


@dataclass
class Site:
    """A web server. `pages` are answers by path; all else is 404. `seen` has the paths that were asked for."""

    pages: dict[str, Answer] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    port: int = 0
    scheme: str = "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request.path)
        found: Any = self.pages.get(request.path, lambda _: web.Response(status=404))(request)
        answer: web.StreamResponse = await found if asyncio.iscoroutine(found) else found
        return answer


@contextlib.asynccontextmanager
async def serving(site: Site, context: ssl.SSLContext | None = None) -> AsyncIterator[Site]:
    """The site at work on a free port."""
    runner = web.ServerRunner(web.Server(site), shutdown_timeout=0.1)
    await runner.setup()
    server = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context)
    await server.start()
    site.port, site.scheme = server.port, "https" if context else "http"
    try:
        yield site
    finally:
        await runner.cleanup()


def text(body: str, status: int = 200) -> Answer:
    """Answers with this."""
    return lambda _request: web.Response(text=body, status=status)


def found(value: Any, status: int = 200) -> Answer:
    """Answers with this as JSON."""
    return lambda _request: web.json_response(value, status=status)


async def hangs(_request: web.BaseRequest) -> web.StreamResponse:
    """Never answers."""
    await asyncio.Event().wait()
    raise AssertionError


async def breaks_off(request: web.BaseRequest) -> web.StreamResponse:
    """Closes the connection without a word."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@dataclass(kw_only=True)
class Authority:
    """Issues certificates."""

    folder: Path
    name: str = "Test Authority"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def trusted(self) -> ssl.SSLContext:
        """Trusts what this authority has issued, and nothing else."""
        root = self._signed(self.name, self.key, [], -DAY, 365 * DAY, authority=True)
        return ssl.create_default_context(cadata=root.public_bytes(PEM).decode())

    def server(self, *names: str, begins: dt.timedelta = -400 * DAY, ends: dt.timedelta) -> ssl.SSLContext:
        """A server with a certificate of this authority's for these names and addresses; times from now on."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._context(key, self._signed("leaf", key, list(names), begins, ends))

    def self_signed(self, *names: str, ends: dt.timedelta) -> ssl.SSLContext:
        """A server that vouches for itself."""
        return self._context(self.key, self._signed(self.name, self.key, list(names), -400 * DAY, ends))

    def _signed(
        self,
        subject: str,
        key: ec.EllipticCurvePrivateKey,
        names: list[str],
        begins: dt.timedelta,
        ends: dt.timedelta,
        *,
        authority: bool = False,
    ) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        builder = x509.CertificateBuilder(
            _name(self.name), _name(subject), key.public_key(), x509.random_serial_number(), now + begins, now + ends
        ).add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identity, critical=False).add_extension(issuer, critical=False)
        if authority:
            usage = dict.fromkeys(_USES, False) | {"key_cert_sign": True, "crl_sign": True}
            builder = builder.add_extension(x509.KeyUsage(**usage), critical=True)
        if names:
            builder = builder.add_extension(
                x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False
            )
        return builder.sign(self.key, hashes.SHA256())

    def _context(self, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> ssl.SSLContext:
        private = key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self.folder / f"{certificate.serial_number}.pem"
        file.write_bytes(private + certificate.public_bytes(PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


_USES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
    *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def _name(text: str) -> x509.Name:
    kinds = (x509.NameOID.COMMON_NAME, x509.NameOID.ORGANIZATION_NAME)
    return x509.Name([x509.NameAttribute(kind, text) for kind in kinds])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


@dataclass
class Names(asyncio.DatagramProtocol):
    """A name server. `records` are by name and kind; a name without any doesn't exist. `silent`: it never answers."""

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    code: dns.rcode.Rcode = dns.rcode.NOERROR
    silent: bool = False
    asked: list[str] = field(default_factory=list)
    _out: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._out = cast("asyncio.DatagramTransport", transport)

    @property
    def address(self) -> str:
        assert self._out is not None
        return f"127.0.0.1:{self._out.get_extra_info('sockname')[1]}"

    def datagram_received(self, data: bytes, addr: Any) -> None:
        asked = dns.message.from_wire(data)
        (question,) = asked.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(asked)
        answer.set_rcode(self.code if name in {one for one, _ in self.records} else dns.rcode.NXDOMAIN)
        values = self.records.get((name, kind))
        if values:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *values))
        if not self.silent and self._out is not None:
            self._out.sendto(answer.to_wire(), addr)


@contextlib.asynccontextmanager
async def answering(names: Names) -> AsyncIterator[Names]:
    """The name server at work on a free port."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: names, local_addr=("127.0.0.1", 0))
    try:
        yield names
    finally:
        transport.close()
