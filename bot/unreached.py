"""Why something couldn't be reached, in words for evidence and logs that quote nothing of any address. Pure."""

import errno
import socket
import ssl

import aiohttp

#: What OpenSSL says of a certificate, by its X509_V_ERR_… numbers.
EXPIRED = 10
_UNTRUSTED = {
    9: "it isn't valid yet",
    EXPIRED: "it has expired",
    18: "it is self-signed",
    19: "it is self-signed",
    20: "nobody who is trusted has issued it",
    21: "nobody who is trusted has issued it",
    23: "it was revoked",
    62: "it is for another host",
    64: "it is for another host",
}
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_NO_WAY = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN, errno.EADDRNOTAVAIL}


def why(error: BaseException) -> str:
    """The reason: a few words without a full stop. The error's own words are not among them."""
    match error:
        case aiohttp.ClientConnectorCertificateError(certificate_error=ssl.SSLError() as inner):
            return why(inner)
        case ssl.SSLCertVerificationError():
            return f"its certificate isn't to be trusted: {distrust(error)}"
        case ssl.SSLError() | aiohttp.ClientSSLError():
            return "no encrypted connection comes about"
        case aiohttp.ClientConnectorDNSError(os_error=OSError() as inner):
            return _unnamed(inner)
        case aiohttp.ClientConnectorError(os_error=OSError() as inner):
            return why(inner)
        case aiohttp.ClientPayloadError() | aiohttp.ClientResponseError():
            return "its answer breaks off, or isn't HTTP"
    return _unconnected(error)


def _unconnected(error: BaseException) -> str:
    match error:
        case socket.gaierror():
            return _unnamed(error)
        case ConnectionRefusedError():
            return "connection refused"
        case ConnectionError() | aiohttp.ServerDisconnectedError():
            return "the connection broke off"
        case TimeoutError():
            return "no answer"
        case OSError(errno=number) if number in _NO_WAY:
            return "there is no way to it"
    return type(error).__name__


def distrust(error: ssl.SSLCertVerificationError) -> str:
    """Why a certificate isn't to be trusted."""
    return _UNTRUSTED.get(error.verify_code, "its chain can't be checked")


def _unnamed(error: OSError) -> str:
    if error.errno in _NO_SUCH_NAME:
        return "there is no such name"
    return "its name can't be looked up"
