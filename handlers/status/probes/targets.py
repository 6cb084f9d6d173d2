"""What a probe is pointed at, checked. All raise ValueError with what is expected instead."""

from urllib.parse import SplitResult, urlsplit

PORTS = {"http": 80, "https": 443}
TLS = 443
HOST_AND_PORT = 'expected a host and a port, such as "social.coop:443"'


def web(written: str) -> str:
    """An address of the web."""
    found = _split(written)
    if found is None or found.scheme not in PORTS or not found.hostname:
        raise ValueError("expected an address that begins with http:// or https://")
    return written


def connection(written: str) -> str:
    """A host and a port."""
    return _connection(written, None)


def secured(written: str) -> str:
    """A host, and a port where it isn't that of https."""
    return _connection(written, TLS)


def _connection(written: str, default: int | None) -> str:
    found = _split(written if "://" in written else f"//{written}")
    port = None if found is None else found.port or PORTS.get(found.scheme) or default
    if found is None or not found.hostname or port is None or (not found.scheme and found.path):
        raise ValueError(HOST_AND_PORT)
    host = found.hostname
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def name(written: str) -> str:
    """A name; of an address, its host's."""
    found = _split(written if "://" in written else f"//{written}")
    if found is None or not found.hostname or (not found.scheme and (found.path or found.port)):
        raise ValueError('expected a name, such as "social.coop"')
    return found.hostname


def host_and_port(target: str) -> tuple[str, int]:
    """What `connection` and `secured` have made of it."""
    host, _, port = target.rpartition(":")
    return host.strip("[]"), int(port)


def _split(written: str) -> SplitResult | None:
    try:
        found = urlsplit(written)
        # Checked only when it is asked for.
        _ = found.port
    except ValueError:
        return None
    return None if any(sign.isspace() for sign in written) else found
